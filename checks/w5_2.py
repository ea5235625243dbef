"""W5.2 互动回应差: a valid letter of the last year answered, or still open, after three months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.deadlines import beijing_day, months_later

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import SiteFacts
    from crawler.extract.facts import Letter

OPEN_WORDS = (
    "未回复",
    "待回复",
    "未答复",
    "待办理",
    "未办理",
    "办理中",
    "处理中",
    "受理中",
    "待处理",
    "已受理",
)


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Late is late even if answered; an open letter counts only where the page says it is open."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    letters = list(_letters(site))
    captures = tuple(page.capture_id for page in site.boards)[:12]
    if not letters:
        if any(not page.good for page in site.boards):
            bad = next(page for page in site.boards if not page.good)
            return unread(CODE, bad)
        return Verdict(CODE, Outcome.UNDETERMINED, "no_letters_seen", captures=captures)
    today, months = beijing_day(as_of), parameters["months"]
    recent = [
        letter
        for letter in letters
        if letter.asked_on and months_later(letter.asked_on, 12) >= today >= letter.asked_on
    ]
    late = [letter for letter in recent if _late(letter, months)]
    waiting = [letter for letter in recent if _waiting(letter, months, as_of)]
    evidence = bounded({"letters": len(recent), "late": [_line(one) for one in (*late, *waiting)]})
    if late:
        return Verdict(CODE, Outcome.FAIL, "answered_late", evidence, captures)
    if waiting:
        return Verdict(CODE, Outcome.FAIL, "unanswered", evidence, captures)
    if not recent:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_recent_letters", evidence, captures)
    return Verdict(CODE, Outcome.PASS, "answered", evidence, captures)


def _letters(site: SiteFacts) -> Iterator[Letter]:
    for page in site.boards:
        if page.good and page.facts:
            yield from page.facts.letters


def _late(letter: Letter, months: int) -> bool:
    return bool(
        letter.asked_on
        and letter.replied_on
        and letter.replied_on > months_later(letter.asked_on, months)
    )


def _waiting(letter: Letter, months: int, as_of: datetime) -> bool:
    if letter.asked_on is None or letter.replied_on is not None:
        return False
    said_open = any(word in letter.status for word in OPEN_WORDS)
    return said_open and beijing_day(as_of) > months_later(letter.asked_on, months)


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
        "answered": "一年内的留言均在 3 个月内回复",
        "no_letters_seen": "未读到公开的留言",
        "no_recent_letters": "一年内没有读到公开的留言",
    },
    judge=judge,
    needs=("boards",),
    blind_to="未公开的留言；留言是否有效由人工确认",
)
