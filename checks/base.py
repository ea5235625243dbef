"""The shape of a check and of what it says: four outcomes, a reason, bounded evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """Four outcomes, never three. Ranked `fail` > `pass` > `undetermined` > `not_applicable`."""

    PASS = "pass"  # noqa: S105 -- an outcome, no secret
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"

    @property
    def rank(self) -> int:
        """The order in which outcomes of one window outweigh each other; higher wins."""
        return _RANK[self]

    @property
    def chinese(self) -> str:
        """The word an operator reads."""
        return _CHINESE[self]


_RANK = {
    Outcome.NOT_APPLICABLE: 0,
    Outcome.UNDETERMINED: 1,
    Outcome.PASS: 2,
    Outcome.FAIL: 3,
}
_CHINESE = {
    Outcome.PASS: "合格",
    Outcome.FAIL: "存在问题",
    Outcome.UNDETERMINED: "未能核实",
    Outcome.NOT_APPLICABLE: "不适用",
}


class Severity(StrEnum):
    """What a failing check costs: 单项否决, 扣分, or only a note."""

    VETO = "veto"
    DEDUCT = "deduct"
    NOTE = "note"


class Scope(StrEnum):
    """What a check accuses."""

    SITE = "site"
    ACCOUNT = "account"


EVIDENCE_ITEMS = 12
EVIDENCE_CHARACTERS = 256


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check says of one target. `column` names the column where the check judges one.

    `evidence` is bounded: at most EVIDENCE_ITEMS entries a list, EVIDENCE_CHARACTERS a string.
    `last_update` is the newest own item known (a Beijing day; a moment for accounts).
    `warning` marks an early warning that goes with a pass.
    """

    check: str
    outcome: Outcome
    reason: str
    evidence: dict[str, Any] = field(default_factory=dict)
    captures: tuple[int, ...] = ()
    last_update: date | datetime | None = None
    column: str | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: declared data and a pure function.

    `judge(facts, parameters, as_of)` reads no clock, no network and no database. `reasons`
    maps each reason the check can give to the sentence an operator reads; `parameters` are the
    defaults of the national ruleset, with the clause they come from.
    """

    code: str
    title: str
    label: str
    severity: Severity
    scope: Scope
    clause: str
    reasons: Mapping[str, str]
    judge: Callable[[Any, Mapping[str, Any], datetime], Verdict]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    blind_to: str = ""


def bounded(value: Any) -> Any:
    """`value` cut to what a verdict may carry; hostile titles and lists stay small."""
    if isinstance(value, str):
        return value[:EVIDENCE_CHARACTERS]
    if isinstance(value, Mapping):
        return {str(key)[:64]: bounded(item) for key, item in list(value.items())[:EVIDENCE_ITEMS]}
    if isinstance(value, (list, tuple)):
        return [bounded(item) for item in value[:EVIDENCE_ITEMS]]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value
