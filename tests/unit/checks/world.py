"""A small fixed world for the checks: one healthy site, one healthy account, and ways to spoil them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any

from checks.base import Verdict
from checks.facts import AccountFacts, ColumnReading, LinkReading, PageReading, ProbeDay, SiteFacts
from checks.registry import ALL, BY_CODE
from checks.ruleset import national
from crawler.extract.facts import Badges, Channel, ColumnLink, Letter, PageFacts, PageKind, Row
from crawler.fetch.access import AccessState
from crawler.platforms.observation import (
    AccountReading,
    Observation,
    Post,
    SourceReading,
)

BEIJING = timezone(timedelta(hours=8))
AS_OF = datetime(2023, 3, 20, 1, 0, tzinfo=BEIJING)
TODAY = AS_OF.date()
HOME = "http://www.example.gov.cn/"
BADGES = Badges(
    conac=True,
    jiucuo=True,
    site_code="4301000001",
    icp="湘ICP备05000001号",
    police="43010202000001",
    sponsor="例市人民政府办公室",
    contact=True,
    jiucuo_code="4301000001",
)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@cache
def stated() -> Mapping[str, Mapping[str, Any]]:
    """The parameters of the national rules, read once."""
    return national(ALL).parameters


def judged(code: str, facts: Any, as_of: datetime = AS_OF, **changed: Any) -> Verdict:
    parameters = {**stated()[code], **changed}
    return BY_CODE[code].judge(facts, parameters, as_of)


def page(role: str = "home", *, url: str = HOME, number: int = 1, **facts: Any) -> PageReading:
    return PageReading(url, role, AccessState.OK, number, PageFacts(url, **facts))


def refused(state: AccessState, role: str = "home", url: str = HOME) -> PageReading:
    return PageReading(url, role, state, 9, None)


def home(**facts: Any) -> PageReading:
    given: dict[str, Any] = {
        "page_kind": PageKind.HOME,
        "rows": (Row("关于工作的通知", HOME + "a.html", days_ago(1)),),
        "badges": BADGES,
        "columns": (ColumnLink("办事服务", HOME + "bsfw/", "办事服务"),),
        "channels": (Channel("市长信箱", HOME + "szxx/", "consult", form=True),),
        **facts,
    }
    return page(**given)


def site(**changed: Any) -> SiteFacts:
    whole = SiteFacts(
        code="4301000001",
        name="例市人民政府",
        home_url=HOME,
        site_kind="门户",
        running_state="正常",
        offers_services=True,
        first_run=False,
        vantage="",
        home=home(),
        newest_home=days_ago(1),
        links=(),
        probes=week(),
    )
    return replace(whole, **changed)


def week(counted: int = 20, failed: int = 0, days: int = 7) -> tuple[ProbeDay, ...]:
    return tuple(ProbeDay(days_ago(back), counted, failed) for back in range(1, days + 1))


def column(name: str, newest: date | None, **changed: Any) -> ColumnReading:
    url = f"{HOME}{name}/"
    whole = ColumnReading(
        name=name,
        url=url,
        kind=name,
        level=1,
        registered=True,
        deadline_days=None,
        may_be_empty=False,
        page=page("column", url=url, number=hash(name) % 1000),
        newest=newest,
    )
    return replace(whole, **changed)


def columns(
    kind: str, newest: date | None, count: int, **changed: Any
) -> tuple[ColumnReading, ...]:
    """`count` columns of one kind, each under its own address."""
    return tuple(
        replace(column(kind, newest, **changed), name=f"{kind}{n}", url=f"{HOME}{kind}{n}/")
        for n in range(count)
    )


def letter(asked: date, replied: date | None = None, status: str = "") -> Letter:
    return Letter("关于公交线路的咨询", HOME + "1.html", asked, replied, status)


def link(state: str) -> LinkReading:
    return LinkReading(HOME + "x.html", HOME, "附件", state, 404, "", "附件")


def post(days: int, **changed: Any) -> Post:
    moment = AS_OF - timedelta(days=days)
    return replace(Post(f"p{days}", "发布", "", moment, "api"), **changed)


def source(
    *posts: Post,
    route: str = "weibo",
    proves: bool = True,
    access: AccessState = AccessState.OK,
    **reading: Any,
) -> SourceReading:
    return SourceReading(
        f"{route}:1",
        AccountReading("weibo", access, posts=tuple(posts), **reading),
        proves_silence=proves,
        operator_route=route,
    )


def account(*sources: SourceReading, **changed: Any) -> AccountFacts:
    whole = AccountFacts(
        code="430100M001XL0001",
        name="例市发布",
        platform="weibo",
        unit="例市人民政府办公室",
        running_state="正常",
        publishing=True,
        observation=Observation("weibo", sources),
    )
    return replace(whole, **changed)
