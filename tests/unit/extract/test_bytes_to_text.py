"""Bytes to text: declared against real encodings (trap 11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.decode import decode

TEXT = "<html><head><title>某某县人民政府</title></head><body>关于召开朱镕基图书捐赠座谈会的通知〇镕</body></html>"


def page(declared: str) -> str:
    return TEXT.replace("<head>", f'<head><meta charset="{declared}">')


@pytest.mark.parametrize(
    ("declared", "real", "seen"),
    [
        ("gb2312", "gb18030", "gb18030"), ("gbk", "gb18030", "gb18030"), ("utf-8", "gb18030", "gb18030"), ("gbk", "utf-8", "utf-8"),
        ("utf-8", "utf-8", "utf-8"), ("utf8", "utf-8", "utf-8"), ("iso-8859-1", "gb18030", "gb18030"), ("nonsense", "utf-8", "utf-8"),
        ("big5", "utf-8", "utf-8"),
    ],
)  # fmt: skip
def test_the_bytes_decide_and_the_declaration_only_helps(
    declared: str, real: str, seen: str
) -> None:
    decoded = decode(page(declared).encode(real))
    assert (decoded.encoding, decoded.text, decoded.readable) == (seen, page(declared), True)
    assert decoded.declared == declared


def test_a_header_is_a_declaration_too() -> None:
    assert decode(TEXT.encode("gb18030"), "text/html; charset=GB2312").declared == "gb2312"


@pytest.mark.parametrize(
    ("mark", "real"),
    [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
)
def test_a_byte_order_mark_wins(mark: bytes, real: str) -> None:
    assert decode(mark + page("gbk").encode(real)).text == page("gbk")


def test_utf16_without_a_mark_is_seen_by_its_zeros() -> None:
    assert decode(TEXT.encode("utf-16-le")).text == TEXT


def test_big5_is_read_where_it_is_declared() -> None:
    text = '<meta charset="big5">臺北市政府關於召開會議的通知'
    assert decode(text.encode("big5")).text == text


def test_a_character_cut_at_the_end_costs_nothing() -> None:
    decoded = decode(TEXT.encode()[:-20][:-1])
    assert decoded.encoding == "utf-8"
    whole = "关于召开会议的通知" * 20
    for cut in (1, 2):
        assert decode(whole.encode()[:-cut]).text == whole[:-1]
    assert decode(whole.encode("gb18030")[:-1]).text == whole[:-1]


def test_gb_bytes_that_happen_to_be_utf8_are_read_as_the_page_says() -> None:
    text = '<meta charset="gbk"><title>联通某某联通</title>'
    assert decode(text.encode("gbk")).text == text


def test_some_foreign_bytes_do_not_turn_a_page_into_another_encoding() -> None:
    decoded = decode(
        ("正常的文字" * 100).encode() + "乱".encode("gbk") + ("<p>结束</p>" * 50).encode()
    )
    assert (decoded.encoding, decoded.readable) == ("utf-8", True)


def test_more_than_half_a_percent_of_lost_characters_is_unreadable() -> None:
    assert not decode(bytes(range(128, 256)) * 40 + b"\xff\xff" * 100).readable


def test_zeros_and_marks_inside_are_dropped() -> None:
    assert decode("a\x00b\ufeffc".encode()).text == "abc"


@given(body=st.binary(max_size=400), content_type=st.text(max_size=40))
def test_any_bytes_give_text(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type).text, str)


@given(
    text=st.text(
        alphabet=st.characters(codec="gb18030", exclude_characters="\x00\ufeff\ufffd"), max_size=60
    )
)
def test_utf8_survives_whatever_it_says(text: str) -> None:
    assert decode(text.encode()).text == text
