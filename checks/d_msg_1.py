"""D-MSG.1 留言公开: all messages of the consult column are unpublished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.letters import letters
from checks.portal import PORTAL_STATES, not_judged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """One published letter is enough. A board that is there and empty is for a person."""
    del as_of
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    seen = letters(site)
    if seen:
        evidence = bounded({"letters": len(seen), "board": site.boards[0].url})
        captures = tuple(page.capture_id for page in site.boards)[:12]
        return Verdict(CODE, Outcome.PASS, "published", evidence, captures)
    pages = [page for page in (*site.boards, *site.channels) if page.good and page.facts]
    offered = [page for page in pages if page.facts and _consults(page.facts.channels)]
    if not offered:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_board_seen")
    empty = [page for page in pages if page.facts and page.facts.blank_list and page.rendered]
    evidence = bounded({"channels": [page.url for page in offered]})
    captures = tuple(page.capture_id for page in (*offered, *empty))[:12]
    if empty:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    return Verdict(CODE, Outcome.UNDETERMINED, "no_letters_seen", evidence, captures)


def _consults(channels: Any) -> bool:
    return any(channel.kind == "consult" for channel in channels)


CODE = "D-MSG.1"
CHECK = Check(
    code=CODE,
    title="留言公开（全部未公开）",
    label="对所有网民留言都未公开",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="咨询建言栏目对所有网民留言都未公开",
    parameters={"portals_only": True},
    reasons={
        **PORTAL_STATES,
        "published": "有公开的网民留言",
        "no_board_seen": "没有读到咨询建言栏目的页面",
        "no_letters_seen": "提供了咨询建言渠道，没有读到公开的留言，可能在别处公开",
        "needs_person": "咨询建言栏目的留言列表为空，由人工核实是否全部未公开",
    },
    judge=judge,
    needs=("boards", "channels"),
    blind_to="须登录或查询才能看到的留言",
)
