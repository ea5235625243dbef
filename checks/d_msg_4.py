"""D-MSG.4 留言公开: a published letter without the day it was asked or answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.letters import answered, boards, letters
from checks.portal import PORTAL_STATES, not_judged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts
    from crawler.extract.facts import Letter


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """The fields are established practice, not law: what lacks is shown, a person decides.

    A list need not print what the letter's own page does: only letters whose page was read, or
    that have none, can lack a field.
    """
    del as_of
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    seen = letters(site)
    if not seen:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_letters_seen")
    gaps = [f"{'、'.join(missing)}：{one.title}" for one in seen if (missing := _missing(one))]
    captures = tuple(page.capture_id for page in boards(site))[:12]
    evidence = bounded({"letters": len(seen), "lacking": gaps})
    if len(gaps) >= parameters["letters"]:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    return Verdict(CODE, Outcome.PASS, "complete", evidence, captures)


def _missing(letter: Letter) -> list[str]:
    if letter.url and not letter.opened:
        return []
    told = []
    if letter.asked_on is None:
        told.append("留言时间")
    if answered(letter) and letter.replied_on is None:
        told.append("答复时间")
    return told


CODE = "D-MSG.4"
CHECK = Check(
    code=CODE,
    title="留言公开（要素）",
    label="公开的留言缺少留言时间、答复时间、答复单位或答复内容",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="公开的留言应有留言时间、答复时间、答复单位、答复内容（要素为通行做法，未核实）",
    parameters={"portals_only": True, "letters": 1},
    reasons={
        **PORTAL_STATES,
        "complete": "读到的留言有留言时间和答复时间",
        "needs_person": "部分留言没有读到留言时间或答复时间，由人工核实",
        "no_letters_seen": "没有读到公开的留言",
    },
    judge=judge,
    needs=("boards",),
    blind_to="答复单位、答复内容是否齐全",
)
