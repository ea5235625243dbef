"""W3.2 首页仅为栏目导航入口，所有二级页面无信息更新."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.columns import FOREIGN, FOREIGN_STATES, elsewhere_line
from checks.common import SITE_STATES, UNREAD_REASONS, read_whole, site_out_of_scope, unread
from checks.deadlines import age_in_days

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import ColumnReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Applies to navigation-only home pages: one fresh second-level page is enough to pass."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    if not site.navigation_only:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "home_has_items")
    columns = [column for column in site.columns if not column.external]
    dated = [column for column in columns if column.newest is not None]
    known = (day for one in columns for day in (one.newest, one.newest_known) if day is not None)
    captures = tuple(column.page.capture_id for column in columns if column.page)[:12]
    evidence: dict[str, Any] = {"url": site.home.url, "columns": len(columns), "dated": len(dated)}
    newest = max(known, default=None)
    if newest is not None and age_in_days(newest, as_of) < parameters["days"]:
        return Verdict(CODE, Outcome.PASS, "fresh", evidence, captures, newest)
    unproven = [column for column in columns if not _read(column)]
    if unproven or newest is None:
        evidence["unread"] = bounded([column.name for column in unproven])
        return Verdict(CODE, Outcome.UNDETERMINED, "columns_unread", evidence, captures, newest)
    foreign = [column for column in columns if _leads_elsewhere(column, parameters["days"], as_of)]
    if foreign:
        evidence["elsewhere"] = bounded([elsewhere_line(column) for column in foreign])
        return Verdict(CODE, Outcome.UNDETERMINED, FOREIGN, evidence, captures, newest)
    evidence["age_days"] = age_in_days(newest, as_of)
    reason = "boundary" if evidence["age_days"] == parameters["days"] else "stale"
    return Verdict(CODE, Outcome.FAIL, reason, evidence, captures, newest)


def _read(column: ColumnReading) -> bool:
    """True when the page says either a newest date or that it is no list of items."""
    page = column.page
    if column.read_by_person:
        return True
    if page is None or page.facts is None or not read_whole(page):
        return False
    return column.newest is not None or not page.facts.rows


def _leads_elsewhere(column: ColumnReading, days: int, as_of: datetime) -> bool:
    """Whether it shows an item of another site of these days, or lies on another site itself."""
    if column.read_by_person:
        return False
    row = column.elsewhere
    if row is not None and row.date is not None and age_in_days(row.date, as_of) < days:
        return True
    return bool(column.moved_to)


CODE = "W3.2"
CHECK = Check(
    code=CODE,
    title="首页不更新（导航型首页）",
    label="首页仅为网站栏目导航入口，所有二级页面无信息更新",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="如首页仅为网站栏目导航入口，所有二级页面无信息更新",
    parameters={"days": 14},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        **FOREIGN_STATES,
        "home_has_items": "首页有信息列表，按首页判定",
        "fresh": "二级页面两周内有信息更新",
        "stale": "所有二级页面两周内均无信息更新",
        "boundary": "二级页面最新信息距监测时间点恰为规定期限（全国规则为 14 天）",
        "columns_unread": "部分二级页面未能读到日期，不能判定",
    },
    judge=judge,
    needs=("home", "columns"),
)
