"""A stored page is written anew: its text stays, nothing of it acts, its size is bounded."""

from __future__ import annotations

import pytest

from web.stored_page import NODES_MOST, harmless


@pytest.mark.parametrize(
    "evil",
    [
        "<script>x</script>",
        "<img src=x onerror=x>",
        "<svg><script>x</script></svg>",
        "<math><mi xlink:href='javascript:x'></mi></math>",
        "<a href='javascript:x' onclick='x'>go</a>",
        "<iframe srcdoc='<script>x</script>'></iframe>",
        "<object data='x'></object><embed src='x'>",
        "<style>@import 'http://evil/'</style>",
        "<link rel=stylesheet href=http://evil/>",
        "<base href=http://evil/>",
        "<meta http-equiv=refresh content='0;url=http://evil/'>",
        "<form action=http://evil/><button formaction=http://evil/>x</button></form>",
        "<p style='background:url(http://evil/)'>x</p>",
        "<noscript><p title='</noscript><img src=x onerror=x>'></noscript>",
        "<template><script>x</script></template>",
        "<table background=http://evil/><tr><td>x",
        "<video poster=http://evil/><source src=http://evil/></video>",
        "<p><!-- --!><img src=x onerror=x> --></p>",
    ],
)
def test_what_could_act_is_gone(evil: str) -> None:
    page = harmless(f"<html><body><p>留下的文字</p>{evil}".encode(), "utf-8").split("<body>")[1]
    lower = page.lower()
    assert "留下的文字" in page
    for word in ("<script", "<img", "<iframe", "<svg", "<form", "<style", "<link", "<meta"):
        assert word not in lower
    for word in (" href=", " src=", " onerror=", " onclick=", " style=", " action=", "srcdoc="):
        assert word not in lower.replace("&lt;img src=x onerror=x&gt;", "")


def test_the_reading_is_highlighted_even_where_the_list_cuts_the_title() -> None:
    body = "<ul><li>临江市科学技术局到大湾村调研防汛…</li><li>别的一条</li></ul>".encode()
    page = harmless(body, "utf-8", "临江市科学技术局到大湾村调研防汛抗旱工作")
    assert '<mark id="mark">临江市科学技术局到大湾村调研防汛…</mark>' in page
    assert "<mark>别的" not in page


def test_a_payload_is_shown_as_text_with_its_reading_marked() -> None:
    page = harmless('{"title":"<script>新动态</script>"}'.encode(), "utf-8", "新动态")
    assert '&lt;script&gt;<mark id="mark">新动态</mark>' in page


def test_old_chinese_encodings_are_read() -> None:
    assert "政务公开" in harmless("<p>政务公开</p>".encode("gb18030"), "")


def test_a_page_without_end_is_cut() -> None:
    page = harmless(b"<b>" * 300_000 + b"x" + b"<i>y</i>" * (2 * NODES_MOST), "utf-8")
    assert len(page) < 4_000_000


def test_a_feed_is_shown_as_its_source_line_by_line_with_the_reading_marked() -> None:
    feed = '<?xml version="1.0"?><rss><item><title>新动态</title></item><x onload="y"/></rss>'
    page = harmless(feed.encode(), "utf-8", "新动态").split("<body>")[1]
    assert '&lt;item&gt;\n&lt;title&gt;<mark id="mark">新动态</mark>&lt;/title&gt;' in page
    assert "<x" not in page


def test_a_feed_of_a_thousand_brackets_is_shown_quickly() -> None:
    page = harmless(b"<?xml ?>" + b"> <" * 400_000, "utf-8")
    assert len(page) < 12_000_000
