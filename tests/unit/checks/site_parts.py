"""Parts of the sites that cases are made of: pages, letters, guides, columns, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from checks.base import Outcome
from checks.facts import (
    ColumnReading,
    LateItem,
    LinkReading,
    PageReading,
    PersonalHit,
    SiteFacts,
    WordingHit,
)
from checks.guides import CLASSES
from crawler.extract.facts import (
    Letter,
    PageKind,
    Row,
)
from crawler.fetch.access import AccessState
from tests.unit.checks.world import (
    AS_OF,
    BADGES,
    HOME,
    column,
    days_ago,
    home,
    page,
    refused,
    site,
)

PASS, FAIL, UNKNOWN, NOT = (
    Outcome.PASS,
    Outcome.FAIL,
    Outcome.UNDETERMINED,
    Outcome.NOT_APPLICABLE,
)


class Case(NamedTuple):
    code: str
    shows: str
    site: SiteFacts
    outcome: Outcome
    reason: str
    parameters: dict[str, Any] = {}  # noqa: RUF012 -- never changed
    warning: str | None = None


# Parts --------------------------------------------------------------------------------------------


def article(number: int, **facts: Any) -> PageReading:
    given: dict[str, Any] = {
        "page_kind": PageKind.ARTICLE,
        "published_on": days_ago(1),
        "source": "例市人民政府办公室",
        "badges": BADGES,
        **facts,
    }
    return page("article", url=f"{HOME}a{number}.html", number=100 + number, **given)


def guide(number: int, missing: int) -> PageReading:
    told = {name: place >= missing for place, name in enumerate(CLASSES)}
    return page("guide", url=f"{HOME}g{number}.html", number=200 + number, guide=told)


def guides(poor: int, missing: int, rich: int = 0) -> tuple[PageReading, ...]:
    return tuple(guide(number, missing if number < poor else 0) for number in range(poor + rich))


def board(*letters: Letter, **facts: Any) -> PageReading:
    given: dict[str, Any] = {"page_kind": PageKind.MESSAGE_BOARD, "letters": letters, **facts}
    return page("board", url=HOME + "hdjl/", number=300, **given)


def letter(asked: date | None, replied: date | None = None, status: str = "", n: int = 0) -> Letter:
    return Letter(f"关于公交线路的咨询{n}", f"{HOME}x{n}.html", asked, replied, status)


def letters_of(newest: date, count: int = 4) -> tuple[Letter, ...]:
    days = [newest - timedelta(days=7 * step) for step in range(count)]
    return tuple(letter(day, day, n=number) for number, day in enumerate(days))


def blank(name: str, **changed: Any) -> ColumnReading:
    url = f"{HOME}{name}/"
    seen = replace(page("column", url=url, number=7, blank_list=True), rendered=True)
    return column(name, None, page=seen, **changed)


def unread_column(name: str) -> ColumnReading:
    return column(name, None, page=refused(AccessState.TIMEOUT, "column"))


def late(claimed: int, *, watched: int = 1, oldest: int = 90, n: int = 0) -> LateItem:
    return LateItem(
        f"关于工作的通知{n}",
        f"{HOME}l{n}.html",
        "通知公告",
        days_ago(claimed),
        AS_OF,
        AS_OF - timedelta(days=watched),
        days_ago(oldest),
    )


def word(level: str) -> WordingHit:
    return WordingHit("部暑", level, "部署", HOME + "a.html", "认真部暑工作", 1)


def number(kind: str, url: str = HOME + "a.html", n: int = 0) -> PersonalHit:
    return PersonalHit(kind, f"1380000{n:04d}"[:3] + f"******{n:02d}", url, 1)


def address(detail: str) -> LinkReading:
    url = "http://10.1.2.3/oa/"
    return LinkReading(url, HOME, "内网办公", "undetermined", None, detail, "内网地址")


def danger() -> LinkReading:
    return LinkReading("http://a.cn/", HOME, "友情链接", "ok", 200, "", "域外链接", danger="赌博")


def posted(count: int, day: date | None = None, *, one_address: bool = False) -> SiteFacts:
    """A site on which one item stands in so many columns, and in one it does not."""
    title = "关于开展安全生产大检查工作的通知"
    made = []
    for place in range(count):
        name = f"栏目{place}"
        url = HOME + ("n.html" if one_address else f"n{place}.html")
        seen = page(
            "column",
            url=f"{HOME}{name}/",
            number=place + 1,
            rows=(Row(title, url, day or days_ago(2)),),
        )
        made.append(column(name, days_ago(2), page=seen))
    return site(columns=(*made, listed("通知公告")))


def listed(name: str) -> ColumnReading:
    rows = (Row("全市水利工作会议在例市召开", f"{HOME}{name}/1.html", days_ago(3)),)
    return column(name, days_ago(3), page=page("column", url=f"{HOME}{name}/", rows=rows))


def opened(count: int, *, apart: bool = False) -> SiteFacts:
    """A side bar that opens one article under the menu of each column; or an article in each."""
    made = [listed("通知公告")]
    for place in range(count):
        name = f"栏目{place}"
        number = 54710 + place * apart
        url = f"{HOME}content.jsp?urltype=news&wbtreeid={1000 + place}&wbnewsid={number}"
        rows = (Row("关于开展安全生产大检查工作的通知", url, days_ago(2)),)
        made.append(column(name, days_ago(2), page=page("column", url=f"{HOME}{name}/", rows=rows)))
    return site(columns=tuple(made))


def reports(*years: int) -> SiteFacts:
    rows = tuple(Row(f"{year}年政府网站工作年度报表", f"{HOME}b{year}.html") for year in years)
    return site(home=home(rows=rows))


def labelled(*names: str) -> SiteFacts:
    return site(home=home(meta=dict.fromkeys(names, "有"), page_kind=PageKind.HOME))


SIX_MONTHS, YEAR, QUARTER, TWO_MONTHS = (
    date(2022, 9, 20),
    date(2022, 3, 20),
    date(2022, 12, 20),
    date(2023, 1, 20),
)
ONE = timedelta(days=1)
