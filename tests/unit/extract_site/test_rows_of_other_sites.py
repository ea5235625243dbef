"""Rows that lead to other sites: which of them speak for a column, and which for none (trap 25)."""

from __future__ import annotations

from datetime import date

import pytest

from checks.w3_1 import _EVERYWHERE
from crawler.extract.elsewhere import in_template, is_item, left_for, newest_elsewhere
from crawler.extract.facts import Row
from tests.unit.checks.world import TODAY, days_ago

NONE: frozenset[str] = frozenset()


def led(url: str, day: date | None, *, pinned: bool = False) -> Row:
    return Row("关于工作的通知", url, day, pinned=pinned, own=False)


def test_the_newest_row_of_a_day_that_has_come_is_told() -> None:
    rows = (
        Row("本站的通知", "http://www.a.gov.cn/1.html", TODAY),
        led("http://www.b.gov.cn/1.html", days_ago(9)),
        led("http://www.b.gov.cn/2.html", days_ago(3), pinned=True),
        led("http://www.b.gov.cn/3.html", days_ago(3)),
        led("http://www.b.gov.cn/4.html", days_ago(-1)),
        led("http://www.b.gov.cn/5.html", None),
    )
    assert newest_elsewhere(rows, TODAY, NONE) == rows[2]
    assert newest_elsewhere(rows[:1], TODAY, NONE) is None
    assert newest_elsewhere(rows, TODAY, frozenset({rows[2].url})) == rows[3]


@pytest.mark.parametrize(
    ("url", "item"),
    [
        ("http://zt.b.gov.cn/", False),
        ("http://zt.b.gov.cn", False),
        ("https://zt.b.gov.cn/index.html", False),
        ("https://zt.b.gov.cn/?id=3", True),
        ("https://mp.weixin.qq.com/s/abc", True),
        ("http://[broken/a", False),
    ],
)
def test_a_link_to_a_front_page_is_a_signpost_and_no_item(url: str, item: bool) -> None:
    assert is_item(url) is item
    assert (newest_elsewhere((led(url, TODAY),), TODAY, NONE) is not None) is item


def test_what_stands_beside_most_lists_is_the_template() -> None:
    block = led("http://www.gov.cn/yaowen/1.htm", days_ago(1))
    alone = led("http://www.b.gov.cn/1.html", days_ago(1))
    own = Row("热点信息的标题", "http://www.a.gov.cn/1.html", days_ago(1))
    pages = [(block, own)] * 3 + [(alone, own)] * 2
    assert in_template(pages) == {block.url}
    assert in_template([(block,)] * 2) == NONE, "two columns may share an item"
    assert in_template([(block,)] * 3 + [(alone,)] * 3) == NONE, "half of them is no template"


def test_a_column_that_ends_on_another_domain_has_left_the_site() -> None:
    asked, home = "http://www.a.gov.cn/tzgg/", "http://www.a.gov.cn/"
    assert left_for(asked, "http://zwgk.a.gov.cn/tzgg/", [home]) == ""
    assert left_for(asked, "https://www.b.gov.cn/list/", [home]) == "https://www.b.gov.cn/list/"
    assert left_for(asked, "https://www.b.gov.cn/list/", [home, "https://www.b.gov.cn/"]) == ""
    assert left_for(asked, "https://www.b.gov.cn/list/", [home, ""]) != ""
    assert left_for("http://www.b.gov.cn/list/", "http://www.b.gov.cn/list/", [home]) == ""


def test_the_papers_of_the_country_are_known_and_those_who_look_like_them_are_not() -> None:
    for host in ("www.gov.cn", "paper.people.com.cn", "www.xinhuanet.com", "news.cn"):
        assert _EVERYWHERE.match(f"https://{host}/a/1.html"), host
    for host in ("www.example.gov.cn", "people.com.cn.example.com", "mynews.cn", "gov.cn.cn"):
        assert not _EVERYWHERE.match(f"https://{host}/a/1.html"), host
