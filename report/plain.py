"""The plain data that annexes and the notice are made from; what a freeze keeps. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from checks.base import Severity

if TYPE_CHECKING:
    from collections.abc import Collection

UPDATE_CHECKS = frozenset({"W3.1", "W3.2", "M2.1"})
"""Problems that a last update explains; beside any other the date cell stays empty."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One confirmed problem. `own_label` says that a person wrote the label for it.

    `last_update` is the newest own item known at the failing run; None: none was ever seen.
    `rectified_on` is the day on which it was found put right.
    """

    check: str
    label: str
    own_label: bool = False
    last_update: date | None = None
    severity: Severity = Severity.VETO
    rectified_on: date | None = None
    finding: int | None = None


@dataclass(frozen=True, slots=True)
class Relay:
    """Mandated reposts of one account: how many were due, and how many were found."""

    due: int
    done: int

    @property
    def full(self) -> bool:
        """Whether nothing is missing."""
        return self.due > 0 and self.done >= self.due

    def below(self, percent: int) -> bool:
        """Whether the completion is under so many in a hundred."""
        return self.due > 0 and self.done * 100 < percent * self.due


@dataclass(frozen=True, slots=True)
class Subject:
    """One registered target as the annexes need it.

    `unit` is the row it is counted under, `own_unit` the unit it is registered with;
    `platform` as printed, `canonical` our own word. `running` excludes what is closed; `fresh`
    says that it was read well in the window, else `unread` is the reason in Chinese, empty where
    nobody ever looked. `relay` None: not established, or nothing was due. `principal` marks a
    主要账号.
    """

    kind: str
    name: str
    unit: str
    code: str = ""
    platform: str = ""
    sponsor: str = ""
    running: bool = True
    fresh: bool = True
    unread: str = ""
    problems: tuple[Problem, ...] = ()
    own_unit: str = ""
    url: str = ""
    filing_number: str = ""
    site_kind: str = ""
    canonical: str = ""
    relay: Relay | None = None
    identity: str = ""
    principal: bool = False

    @property
    def vetoes(self) -> tuple[Problem, ...]:
        """The problems for which it fails."""
        return tuple(one for one in self.problems if one.severity is Severity.VETO)

    @property
    def failed(self) -> bool:
        """Whether it counts as failed."""
        return self.checked and bool(self.vetoes)

    @property
    def checked(self) -> bool:
        """Whether it counts as checked: read well, or convicted without (a dead site)."""
        return self.running and (self.fresh or bool(self.vetoes))

    def of(self, severities: Collection[Severity]) -> tuple[Problem, ...]:
        """Its problems of those severities."""
        return tuple(one for one in self.problems if one.severity in severities)


@dataclass(frozen=True, slots=True)
class UnitProblems:
    """What was found against a unit itself; `unit` is the row it is counted under."""

    unit: str
    own_unit: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class WindowData:
    """Everything the annexes of one window are made from; subjects in registry order.

    `as_of` is the day of the newest run that counts, None where there is none.
    """

    window: str
    starts_on: date
    ends_on: date
    recheck_on: date | None
    units: tuple[str, ...]
    subjects: tuple[Subject, ...]
    accused: tuple[UnitProblems, ...] = ()
    as_of: date | None = None
