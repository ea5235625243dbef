"""Figures beside the annexes: the last window, repeat offenders, publication, letters, reports.

Plain data, read once and kept by a freeze; report.statistics makes tables of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

# A freeze stores figures through pydantic: it needs their types at run time.
from report.messages.counting import MessageFigures  # noqa: TC001
from report.plain import Problem  # noqa: TC001
from report.published import ColumnVolume, PlatformVolume, UnitVolume  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Iterable

    from report.plain import Subject


@dataclass(frozen=True, slots=True)
class Tally:
    """So many run, so many were checked, so many of these failed."""

    name: str
    running: int
    checked: int
    failed: int


@dataclass(frozen=True, slots=True)
class Before:
    """The window before: its name and what it counted. None where that is not known."""

    window: str
    sites: Tally | None
    accounts: Tally | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """A target that fails again for what it failed for in the window before."""

    kind: str
    unit: str
    name: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Volume:
    """What a unit's sites and accounts published in the window."""

    unit: str
    sites: int
    site_items: int
    accounts: int
    account_items: int


@dataclass(frozen=True, slots=True)
class LetterCount:
    """Letters that sites show as asked in the window, and how many are answered.

    `unit` is the unit or the class of letters that they are counted under. `days` is the sum of days that the answered ones waited, where both days are shown
    (`timed` of them).
    """

    unit: str
    received: int
    answered: int
    timed: int
    days: int


@dataclass(frozen=True, slots=True)
class AnnualReports:
    """政府网站工作年度报表 of a year: the sites read, and those on which none was seen."""

    year: int
    read: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the notice tells beside its annexes."""

    before: Before | None = None
    repeats: tuple[Repeat, ...] = ()
    volumes: tuple[Volume, ...] = ()
    letters: tuple[LetterCount, ...] = ()
    annual: AnnualReports | None = None
    unit_volumes: tuple[UnitVolume, ...] = ()
    column_volumes: tuple[ColumnVolume, ...] = ()
    platform_volumes: tuple[PlatformVolume, ...] = ()
    letter_kinds: tuple[LetterCount, ...] = ()
    messages: MessageFigures | None = None


def tally(name: str, subjects: Iterable[Subject]) -> Tally:
    """The counts of some subjects."""
    mine = list(subjects)
    running = sum(one.running for one in mine)
    checked = sum(one.checked for one in mine)
    return Tally(name, running, checked, sum(one.failed for one in mine))
