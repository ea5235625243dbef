"""D-REPLY.1 办理答复: letters that were answered after more than five working days, as published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.deadlines import beijing_day, months_later
from checks.letters import boards, letters
from checks.portal import PORTAL_STATES, not_judged
from checks.working_days import working_days

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts
    from crawler.extract.facts import Letter


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """The clause is about a simple question asked as a test; published letters only hint at it."""
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    today = beijing_day(as_of)
    dated = [
        (letter, days)
        for letter in letters(site)
        if letter.asked_on and letter.replied_on
        if letter.asked_on <= letter.replied_on <= today <= months_later(letter.asked_on, 12)
        if (days := working_days(letter.asked_on, letter.replied_on)) is not None
    ]
    captures = tuple(page.capture_id for page in boards(site))[:12]
    if not dated:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_answers_seen", captures=captures)
    late = [(letter, days) for letter, days in dated if days > parameters["working_days"]]
    evidence = bounded(
        {
            "answered": len(dated),
            "late": len(late),
            "letters": [_line(letter, days) for letter, days in late],
        }
    )
    if late:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    return Verdict(CODE, Outcome.PASS, "in_time", evidence, captures)


def _line(letter: Letter, days: int) -> str:
    return f"{letter.title}（{letter.asked_on} → {letter.replied_on}，{days} 个工作日）"


CODE = "D-REPLY.1"
CHECK = Check(
    code=CODE,
    title="办理答复",
    label="对简单常见咨询问题答复时间超过5个工作日",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="模拟用户进行简单常见问题咨询，5个工作日内未收到网上有效答复意见",
    parameters={"portals_only": True, "working_days": 5},
    reasons={
        **PORTAL_STATES,
        "in_time": "公开的留言均在 5 个工作日内答复",
        "needs_person": "有公开的留言超过 5 个工作日才答复，是否为简单常见问题由人工判定",
        "no_answers_seen": "没有读到标明留言和答复时间的留言",
    },
    judge=judge,
    needs=("boards",),
    blind_to="不模拟咨询；留言是否为简单常见问题",
)
