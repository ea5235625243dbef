"""What the deductions say alike: portals only, one class of columns, proven or for a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from checks.base import Outcome, Verdict, bounded
from checks.columns import FOREIGN, FOREIGN_STATES, dated, elsewhere_line, sort_columns
from checks.common import SITE_STATES, UNREAD_REASONS, read_whole, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from checks.facts import ColumnReading, PageReading, SiteFacts
    from crawler.extract.facts import PageSigns

PORTAL = "门户"
PORTAL_STATES: dict[str, str] = {
    **SITE_STATES,
    **UNREAD_REASONS,
    "not_portal": "不是政府门户网站，不按扣分指标检查",
}
COLUMN_STATES: dict[str, str] = {
    **PORTAL_STATES,
    **FOREIGN_STATES,
    "stale": "登记的栏目超过规定期限没有更新",
    "blank": "登记的栏目是空白栏目",
    "updated": "栏目在规定期限内有更新",
    "columns_unread": "栏目未能读到日期，不能判定",
    "none_seen": "没有发现这类栏目，请人工核实是否设置",
    "navigation_unread": "首页导航未能读懂，不能判定是否设置了这类栏目",
    "needs_person": "发现疑似超期或空白的栏目，由人工核实",
}


def not_judged(check: str, site: SiteFacts, parameters: Mapping[str, Any]) -> Verdict | None:
    """Closed, no portal where only portals count, or a home page that was not read."""
    outside = site_out_of_scope(check, site)
    if outside:
        return outside
    if site.home is None or site.home.facts is None or not site.home.good:
        return unread(check, site.home)
    if parameters.get("portals_only") and site.site_kind != PORTAL:
        return Verdict(check, Outcome.NOT_APPLICABLE, "not_portal")
    return None


def shown_on_home(
    check: str,
    site: SiteFacts,
    parameters: Mapping[str, Any],
    shows: Callable[[PageSigns], bool],
    reason: str,
) -> Verdict | None:
    """Not judged, or a pass where the home page shows the sign; None where it was not seen."""
    outside = not_judged(check, site, parameters)
    home = site.home
    if outside or home is None or home.facts is None:
        return outside
    if home.facts.signs is None or not shows(home.facts.signs):
        return None
    return Verdict(check, Outcome.PASS, reason, {"url": home.url}, (home.capture_id,))


def judge_columns(
    check: str,
    site: SiteFacts,
    parameters: Mapping[str, Any],
    as_of: datetime,
    belongs: Callable[[ColumnReading], bool],
) -> Verdict:
    """One class of columns: stale or blank fails where the registry names the column.

    A column that the patrol found by itself is for a person, and so is every one as long as the
    rule itself is not confirmed (`rule_confirmed` False).
    """
    outside = not_judged(check, site, parameters)
    if outside:
        return outside
    own = tuple(column for column in site.columns if belongs(column) and not column.external)
    if not own:
        return Verdict(check, Outcome.UNDETERMINED, _absent(site))
    states = sort_columns(replace(site, columns=own), as_of, parameters)
    failing = (*states.stale, *states.blank)
    known = tuple(column for column in failing if column.registered)
    captures = tuple(column.page.capture_id for column in failing if column.page)[:12]
    evidence = bounded(
        {
            "columns": [line(column) for column in failing],
            "seen": len(own),
            "unread": [column.name for column in states.unread],
        }
    )
    if known and parameters.get("rule_confirmed", True):
        reason = "stale" if any(column in states.stale for column in known) else "blank"
        newest = max((one.newest for one in known if one.newest), default=None)
        return Verdict(check, Outcome.FAIL, reason, evidence, captures, newest)
    if failing:
        return Verdict(check, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    if states.elsewhere and not states.unread:
        evidence["elsewhere"] = bounded([elsewhere_line(column) for column in states.elsewhere])
        return Verdict(check, Outcome.UNDETERMINED, FOREIGN, evidence)
    if states.unread or not states.fresh:
        return Verdict(check, Outcome.UNDETERMINED, "columns_unread", evidence)
    newest = max((day for one in states.fresh for day in _days(one)), default=None)
    return Verdict(check, Outcome.PASS, "updated", evidence, last_update=newest)


def _days(column: ColumnReading) -> tuple[date, ...]:
    return tuple(filter(None, (column.newest, column.newest_known)))


def line(column: ColumnReading) -> str:
    """A column with its newest day, or 空白."""
    return f"{column.name}（{dated(column)}）{column.url}"


def _absent(site: SiteFacts) -> str:
    """Whether a missing column means anything: the navigation must have been read."""
    home = site.home
    if home is None or home.facts is None or not read_whole(home):
        return "navigation_unread"
    return "none_seen" if site.columns or home.facts.columns else "navigation_unread"


def read_pages(site: SiteFacts) -> list[PageReading]:
    """Every page of the site that was read well, the home page first, each address once."""
    found: dict[str, PageReading] = {}
    pages = (
        site.home,
        *(column.page for column in site.columns),
        *site.articles,
        *site.boards,
        *site.channels,
        *site.guides,
    )
    for page in pages:
        if page is not None and page.good:
            found.setdefault(page.url, page)
    return list(found.values())
