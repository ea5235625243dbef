"""Which captures are evidence: what a finding, a failing verdict or a person points at.

captures_of     ids of captures of a run behind its failing verdicts and its findings
Kept            what stays of any run, whatever its verdicts
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from checks.base import Outcome
from models import FeedbackFile, Finding, OperatorObservation, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_BODY = re.compile(r"\b[0-9a-f]{64}\b")
DEEPEST = 12


def captures_of(session: Session, run_id: int) -> set[int]:
    """Ids of the captures of a run that prove something: the rest only showed that all was well."""
    kept: set[int] = set()
    found = session.scalars(
        select(Verdict.captures)
        .where(
            Verdict.run_id == run_id,
            or_(
                Verdict.outcome == Outcome.FAIL.value,
                Verdict.id.in_(select(Finding.verdict_id).where(Finding.verdict_id.is_not(None))),
            ),
        )
        .execution_options(yield_per=1_000)
    )
    for captures in found:
        kept.update(one for one in captures if isinstance(one, int))
    return kept


@dataclass(frozen=True, slots=True)
class Kept:
    """Ids of captures that findings name themselves, and names of bodies that other rows name:

    pictures, files of feedback, what people saw.
    """

    captures: frozenset[int]
    bodies: frozenset[str]

    @classmethod
    def of(cls, session: Session) -> Kept:
        """What is kept at this moment."""
        captures: set[int] = set()
        bodies: set[str] = set(session.scalars(select(FeedbackFile.sha256)))
        bodies.update(session.scalars(select(OperatorObservation.screenshot)))
        for evidence, second in session.execute(select(Finding.evidence, Finding.second_look)):
            captures.update(_numbers(evidence))
            captures.update(_numbers(second))
            bodies.update(_BODY.findall(f"{evidence} {second}"))
        return cls(frozenset(captures), frozenset(bodies - {""}))


def _numbers(told: Any, *, inside: bool = False, depth: int = 0) -> Iterator[int]:
    """Whole numbers below a key that speaks of captures."""
    if depth > DEEPEST:
        return
    if isinstance(told, dict):
        for name, value in told.items():
            yield from _numbers(value, inside=inside or "capture" in str(name), depth=depth + 1)
    elif isinstance(told, list):
        for value in told:
            yield from _numbers(value, inside=inside, depth=depth + 1)
    elif inside and isinstance(told, int) and not isinstance(told, bool):
        yield told
