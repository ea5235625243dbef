"""R-YEARREPORT: 政府网站工作年度报表 of the year before, published by 31 January."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.deadlines import beijing_day
from checks.portal import read_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import SiteFacts
    from crawler.extract.facts import ColumnLink

_ABOUT = "网站"
_REPORT = re.compile(
    r"(20\d\d)\s?年?.{0,30}?(?:政府网站|网站).{0,6}(?:工作)?(?:年度报表|年报|年度报告|工作报表)"
)
_REPORT_BEFORE = re.compile(
    r"(?:政府网站|网站).{0,6}(?:工作)?(?:年度报表|年报|年度报告|工作报表).{0,4}[（(]?(20\d\d)"
)


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Missing needs a list of the reports of earlier years that ends too early; else a person."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    today = beijing_day(as_of)
    if today <= date(today.year, 1, 1) + timedelta(days=parameters["last_day"] - 1):
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "not_due", {"year": today.year - 1})
    wanted = today.year - 1
    found: dict[int, str] = {}
    for title, url in _named(site):
        year = _year(title)
        if year:
            found.setdefault(year, f"{title} {url}")
    evidence = bounded({"year": wanted, "reports": [found[one] for one in sorted(found)]})
    if wanted in found:
        return Verdict(CODE, Outcome.PASS, "published", evidence, (home.capture_id,))
    if len(found) >= parameters["earlier"] and max(found) == wanted - 1:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, (home.capture_id,))
    return Verdict(CODE, Outcome.UNDETERMINED, "none_seen", evidence, (home.capture_id,))


def _named(site: SiteFacts) -> Iterator[tuple[str, str]]:
    """What the pages call such a report, in their order; a navigation that they share once."""
    navigation: tuple[ColumnLink, ...] = ()
    for page in read_pages(site):
        facts = page.facts
        if facts is None:
            continue
        yield from ((row.title, row.url) for row in facts.rows if _ABOUT in row.title)
        yield from ((link.text, link.url) for link in facts.links if _ABOUT in link.text)
        if facts.columns != navigation:
            navigation = facts.columns
            yield from ((one.name, one.url) for one in navigation if _ABOUT in one.name)


def _year(title: str) -> int:
    """The year of a report that a title names; reports on disclosure are other reports."""
    if "报" not in title or _ABOUT not in title:
        return 0
    if "信息公开" in title or "监管" in title:
        return 0
    match = _REPORT.search(title[:120]) or _REPORT_BEFORE.search(title[:120])
    return int(match[1]) if match else 0


CODE = "R-YEARREPORT"
CHECK = Check(
    code=CODE,
    title="政府网站工作年度报表",
    label="未按时发布政府网站工作年度报表",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="国办函〔2018〕12号：政府网站工作年度报表于每年1月31日前在本网站首页显著位置公开发布",
    parameters={"last_day": 31, "earlier": 2},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "published": "已发布上一年度的政府网站工作年度报表",
        "not_due": "未到发布期限",
        "none_seen": "没有发现上一年度的政府网站工作年度报表，请人工核实",
        "needs_person": "有以前年度的报表，没有上一年度的，由人工核实",
    },
    judge=judge,
    needs=("home", "columns"),
    blind_to="以图片、飘窗发布的报表；报表内容是否齐全",
)
