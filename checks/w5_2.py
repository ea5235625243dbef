"""W5.2 互动回应差: a valid letter of the last year answered, or still open, after three months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.deadlines import beijing_day, months_later
from checks.letters import boards

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts
    from crawler.extract.facts import Letter

OPEN_WORDS = (
    "未回复",
    "待回复",
    "未答复",
    "待答复",
    "待办理",
    "未办理",
    "办理中",
    "处理中",
    "受理中",
    "待处理",
)
# Many boards print these beside a letter for ever, its answer a page further on.
ACCEPTED_WORDS = ("已受理", "已转办", "已交办")


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Late is late even if answered; an open letter counts only where the page says it is open."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    seen = boards(site)
    letters = [letter for page in seen if page.facts for letter in page.facts.letters]
    captures = tuple(page.capture_id for page in seen)[:12]
    closed = next((page for page in site.boards if not page.good), None)
    if not letters:
        if closed is not None:
            return unread(CODE, closed)
        return Verdict(CODE, Outcome.UNDETERMINED, "no_letters_seen", captures=captures)
    today, months = beijing_day(as_of), parameters["months"]
    recent = [
        letter
        for letter in letters
        if letter.asked_on and months_later(letter.asked_on, 12) >= today >= letter.asked_on
    ]
    late = [letter for letter in recent if _late(letter, months)]
    due = [letter for letter in recent if _due(letter, months, as_of)]
    waiting = [letter for letter in due if _says(letter, OPEN_WORDS)]
    accepted = [letter for letter in due if _says(letter, ACCEPTED_WORDS)]
    shown = (*late, *waiting, *accepted)
    evidence = bounded({"letters": len(recent), "late": [_line(one) for one in shown]})
    if late:
        return Verdict(CODE, Outcome.FAIL, "answered_late", evidence, captures)
    if waiting:
        return Verdict(CODE, Outcome.FAIL, "unanswered", evidence, captures)
    if accepted:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    if closed is not None:
        # What stands on the page that was refused may be late.
        return unread(CODE, closed, **evidence)
    if not recent:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_recent_letters", evidence, captures)
    return Verdict(CODE, Outcome.PASS, "answered", evidence, captures)


def _late(letter: Letter, months: int) -> bool:
    return bool(
        letter.asked_on
        and letter.replied_on
        and letter.replied_on > months_later(letter.asked_on, months)
    )


def _due(letter: Letter, months: int, as_of: datetime) -> bool:
    """Asked so long ago that it should be answered, and no answer seen."""
    if letter.asked_on is None or letter.replied_on is not None:
        return False
    return beijing_day(as_of) > months_later(letter.asked_on, months)


def _says(letter: Letter, words: tuple[str, ...]) -> bool:
    return any(word in letter.status for word in words)


def _line(letter: Letter) -> str:
    answered = letter.replied_on.isoformat() if letter.replied_on else letter.status
    return f"{letter.title}（{letter.asked_on} → {answered}）"


CODE = "W5.2"
CHECK = Check(
    code=CODE,
    title="超过3个月未回应有效留言",
    label="存在超过3个月才回复网民咨询的现象",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="监测时间点前1年内，政务咨询类栏目存在超过3个月未回应有效留言的现象",
    parameters={"months": 3},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "answered_late": "存在超过 3 个月才回复的留言",
        "unanswered": "存在超过 3 个月仍未回复的留言",
        "needs_person": "有超过 3 个月的留言标为已受理或已转办而没有读到回复，由人工核实",
        "answered": "一年内的留言均在 3 个月内回复",
        "no_letters_seen": "未读到公开的留言",
        "no_recent_letters": "一年内没有读到公开的留言",
    },
    judge=judge,
    needs=("boards",),
    blind_to="未公开的留言；留言是否有效由人工确认",
)
