"""D-MSG.2 留言公开: no letter published or updated within two months."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import read_whole
from checks.deadlines import older_than_months
from checks.letters import boards, newest_day
from checks.portal import PORTAL_STATES, not_judged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from checks.facts import PageReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Stale needs proof: every board page read, all letters dated, the newest letters first."""
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    pages = boards(site)
    if not pages:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_letters_seen")
    captures = tuple(page.capture_id for page in pages)[:12]
    days = [newest_day(one) for page in pages for one in (page.facts.letters if page.facts else ())]
    known = [day for day in days if day is not None]
    newest = max(known, default=None)
    evidence = bounded({"letters": len(days), "newest": newest, "board": pages[0].url})
    if newest is not None and not older_than_months(newest, parameters["months"], as_of):
        return Verdict(CODE, Outcome.PASS, "updated", evidence, captures, newest)
    if newest is None or len(known) < max(len(days), parameters["letters"]):
        return Verdict(CODE, Outcome.UNDETERMINED, "undated_letters", evidence, captures, newest)
    if any(not page.good for page in site.boards) or _unread(site):
        return Verdict(CODE, Outcome.UNDETERMINED, "boards_unread", evidence, captures, newest)
    if not all(_newest_first(page) for page in pages):
        return Verdict(CODE, Outcome.UNDETERMINED, "order_unknown", evidence, captures, newest)
    return Verdict(CODE, Outcome.FAIL, "stale", evidence, captures, newest)


def _unread(site: SiteFacts) -> bool:
    """A board that only a browser fills, or that was cut off, may hold newer letters."""
    return any(page.good and not read_whole(page) for page in (*site.boards, *site.channels))


def _newest_first(page: PageReading) -> bool:
    """Whether a board shows its letters from new to old: else the newest may be pages away."""
    shown = [one.asked_on or one.replied_on for one in (page.facts.letters if page.facts else ())]
    known: list[date] = [day for day in shown if day is not None]
    falling = sum(later <= earlier for earlier, later in pairwise(known))
    return len(known) < 2 or falling >= 0.8 * (len(known) - 1)


CODE = "D-MSG.2"
CHECK = Check(
    code=CODE,
    title="留言公开（超过2个月未更新）",
    label="前台显示的留言超过2个月未更新",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="监测时间点前2个月内未公开或更新留言",
    parameters={"portals_only": True, "months": 2, "letters": 3},
    reasons={
        **PORTAL_STATES,
        "stale": "公开的留言超过 2 个月没有更新",
        "updated": "2 个月内有公开或更新的留言",
        "no_letters_seen": "没有读到公开的留言",
        "undated_letters": "部分留言没有日期，不能判定",
        "boards_unread": "部分留言页面未能读到，不能判定",
        "order_unknown": "留言不按时间排列，最新的可能在后面的页上",
    },
    judge=judge,
    needs=("boards",),
    blind_to="须登录或查询才能看到的留言",
)
