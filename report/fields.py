"""What columns of annexes may hold, which kinds of annexes there are, and how rows may be ordered."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of annexes. `statistics`: one of the tables of statistics, with its own columns.

    `counts`: statistics, a row for each unit or group. `problems`: a list of targets with
    problems. `units`: a list of units with what was found under them. `relay`: accounts with
    their completion of mandated reposts (整体联动).
    """

    COUNTS = "counts"
    PROBLEMS = "problems"
    UNITS = "units"
    RELAY = "relay"
    STATISTICS = "statistics"


class Field(StrEnum):
    """What one column holds. `unit` is the unit counted under, `own_unit` the registered one."""

    INDEX = "index"
    UNIT = "unit"
    FULL_UNIT = "full_unit"
    OWN_UNIT = "own_unit"
    RUNNING = "running"
    CHECKED = "checked"
    FAILED = "failed"
    RATIO = "ratio"
    PASSED = "passed"
    PASS_RATE = "pass_rate"  # noqa: S105 -- 合格率
    NAME = "name"
    URL = "url"
    CODE = "code"
    FILING_NUMBER = "filing_number"
    SPONSOR = "sponsor"
    PLATFORM = "platform"
    RESULT = "result"
    PROBLEMS = "problems"
    LAST_UPDATE = "last_update"
    STATE = "state"
    DUE = "due"
    DONE = "done"
    COMPLETION = "completion"


_UNITS = {Field.INDEX, Field.UNIT, Field.FULL_UNIT}
_FIGURES = {
    Field.RUNNING,
    Field.CHECKED,
    Field.FAILED,
    Field.RATIO,
    Field.PASSED,
    Field.PASS_RATE,
}
_IDENTITY = {
    Field.OWN_UNIT,
    Field.NAME,
    Field.URL,
    Field.CODE,
    Field.FILING_NUMBER,
    Field.SPONSOR,
    Field.PLATFORM,
}
_FOUND = {Field.PROBLEMS, Field.STATE, Field.RESULT}
FIELDS: dict[Kind, frozenset[Field]] = {
    Kind.COUNTS: frozenset(_UNITS | _FIGURES),
    Kind.PROBLEMS: frozenset(_UNITS | _IDENTITY | _FOUND | {Field.LAST_UPDATE}),
    Kind.UNITS: frozenset(_UNITS | {Field.PROBLEMS, Field.STATE}),
    Kind.RELAY: frozenset(_UNITS | _IDENTITY | {Field.DUE, Field.DONE, Field.COMPLETION}),
    Kind.STATISTICS: frozenset(),
}
"""Which columns an annex of each kind can fill."""


class Order(StrEnum):
    """One key of the order of a list; inside equal keys the registry's order holds.

    `unit`: the order of the statistics. `unrectified`: what is not put right yet first.
    `failed`: targets that failed before those that passed with a problem. `completion`: the
    lowest completion of a body first, all its accounts together.
    """

    UNIT = "unit"
    UNRECTIFIED = "unrectified"
    FAILED = "failed"
    COMPLETION = "completion"
