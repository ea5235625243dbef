"""How right a patrol was: what it told of each check against the answer key.

Three things are told: a fail, a candidate for a person, and a warning beside a pass. What could
not be read tells nothing, and neither does a candidate where nobody could have seen anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from democity.problems.base import Expected

FAIL, OPEN, PASS = "fail", "undetermined", "pass"
_CANDIDATES = frozenset({(OPEN, "needs_person"), (OPEN, "foreign_items")})
_TELLING: dict[str, frozenset[tuple[str, str]]] = {
    "D-MSG.3": frozenset({(OPEN, "none_seen")}),
    "F-XXGK": frozenset({(OPEN, "receiver_not_read")}),
    "R-EMBLEM": frozenset({(OPEN, "none_seen")}),
    "R-ACCTCODE": frozenset({(PASS, "odd_code"), (PASS, "other_platform")}),
    "R-SAMENAME": frozenset({(PASS, "differs")}),
}
"""What tells of a problem beside fails and `needs_person`: some checks can only prove that a thing

is there, and some only warn.
"""
_BY_EVIDENCE = {"M3.1": "absent"}
"""Checks whose candidates are everybody of whom nothing is public: only what was seen to be

absent is told.
"""


@dataclass(slots=True)
class Score:
    """What was told of one check against the answer key."""

    right: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong_date: list[str] = field(default_factory=list)

    @property
    def met(self) -> bool:
        """Nothing false, nothing missed, every last update as planted."""
        return not (self.false or self.missed or self.wrong_date)

    @property
    def precision(self) -> float | None:
        """Of what was told, the share that was planted; None when nothing was told."""
        told = self.right + len(self.false)
        return self.right / told if told else None

    @property
    def recall(self) -> float | None:
        """Of what was planted, the share that was told; None when nothing was planted."""
        planted = self.right + len(self.missed)
        return self.right / planted if planted else None


def tells(row: Mapping[str, Any]) -> bool:
    """Whether a verdict tells somebody of a problem (`check`, `outcome`, `reason`, `evidence`)."""
    said = (str(row["outcome"]), str(row["reason"]))
    if said[0] == FAIL or said in _TELLING.get(str(row["check"]), ()):
        return True
    shown = _BY_EVIDENCE.get(str(row["check"]))
    evident = shown is None or shown in (row["evidence"] or {}).values()
    return said in _CANDIDATES and evident


def score(
    checks: Iterable[str], rows: Iterable[Mapping[str, Any]], key: Sequence[Expected]
) -> dict[str, Score]:
    """Each check's telling rows against the answer key, targets by code or by name.

    A row is right with the planted outcome, and the planted last update where one is stated. Rows
    of several nights may repeat: each target counts once a check, a later row for an earlier one.
    """
    scores = {code: Score() for code in checks}
    planted = {(one.code_or_name, one.check): one for one in key}
    told = {_target(row, planted): row for row in rows if tells(row)}
    for (target, check), row in told.items():
        of_check = scores.setdefault(check, Score())
        expected = planted.get((target, check))
        if expected is None or expected.outcome != row["outcome"]:
            of_check.false.append(f"{row['name']}（{row['reason']}）")
            continue
        of_check.right += 1
        shown = str(row["last_update"] or "")[:10]
        if expected.last_update is not None and shown != expected.last_update.isoformat():
            line = f"{row['name']} {shown}，应为 {expected.last_update}"
            of_check.wrong_date.append(line)
    for (target, check), expected in planted.items():
        found = told.get((target, check))
        if found is None or found["outcome"] != expected.outcome:
            scores.setdefault(check, Score()).missed.append(expected.name or target)
    return scores


def _target(row: Mapping[str, Any], planted: Mapping[tuple[str, str], Expected]) -> tuple[str, str]:
    """Targets stand in the key by code or by name."""
    by_code = (str(row["code"]), str(row["check"]))
    return by_code if by_code in planted else (str(row["name"]), str(row["check"]))
