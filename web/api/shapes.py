"""The JSON objects of the API. Adding a key is free, changing one breaks the report tool."""

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Row = TypeVar("Row")


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Told(_Shape):
    """Why a request was refused."""

    status: int
    message: str


class Failure(_Shape):
    """Every refusal."""

    error: Told


class Listing(_Shape, Generic[Row]):
    """One page of a list; `total` counts all pages."""

    items: list[Row]
    page: int
    size: int
    total: int


class Stream(_Shape, Generic[Row]):
    """Part of a long list by id; ask again with `after` = `next`. None: nothing follows."""

    items: list[Row]
    next: int | None


class TargetOut(_Shape):
    """A registered site or account, and how the last whole night went."""

    id: int
    kind: str
    code: str | None
    name: str
    unit: str
    sponsor: str | None
    platform: str | None
    home_url: str | None
    running_state: str
    canary: bool
    fresh: bool | None
    reason: str | None
    live_findings: int
    last_update: str | None


class ColumnOut(_Shape):
    """A column of a site."""

    id: int
    name: str
    url: str
    kind: str | None
    level: int
    deadline_days: int | None
    registered: bool


class TargetDetail(TargetOut):
    """A target with its columns and unknown registry columns."""

    columns: list[ColumnOut]
    extra: dict[str, Any]


class RunOut(_Shape):
    """One night. Counts are of the person's unit where one bounds it."""

    run: int
    window: str | None
    as_of: datetime
    state: str
    ruleset: str
    vantage: str | None
    whole: bool
    targets: int
    fresh: int
    undetermined: dict[str, int]
    held_reason: str | None


class VerdictOut(_Shape):
    """One verdict under the newest judgement of its run."""

    id: int
    run: int
    target: int
    kind: str
    code: str | None
    name: str
    unit: str
    platform: str | None
    check: str
    column: str | None
    outcome: str
    reason: str
    warning: str | None
    evidence: dict[str, Any]
    last_update: str | None
    captures: list[int]
    ruleset: str


class FindingOut(_Shape):
    """One finding. `version` grows with each change and goes into a decision."""

    id: int
    window: str
    kind: str
    target: int | None
    code: str | None
    name: str
    unit: str
    platform: str | None
    check: str
    label: str
    severity: str
    column: str | None
    state: str
    opened: datetime
    last_update: str | None
    reason: str | None
    rectified_on: date | None
    due_on: date | None
    manual: bool
    version: int


class DecisionOut(_Shape):
    """One change of a finding's state."""

    id: int
    finding: int
    old: str | None
    new: str
    decided_by: str
    reason_code: str | None
    why: str | None
    decided_at: datetime


class FindingDetail(FindingOut):
    """A finding with its evidence and its history."""

    evidence: dict[str, Any]
    decisions: list[DecisionOut]


class DecisionIn(_Shape):
    """A decision on what was shown: `version` is that of the finding as it was read."""

    state: Literal["confirmed", "dismissed"]
    version: int = Field(ge=0, le=2**31 - 1)
    reason_code: Literal[
        "", "updated", "misread", "unreachable", "closed", "registry", "exempt", "other"
    ] = ""
    why: str = Field("", max_length=300)
    waiver_until: date | None = None


class WindowOut(_Shape):
    """A window with its findings by state."""

    name: str
    starts_on: date
    ends_on: date
    recheck_on: date | None
    confirm: str
    frozen_at: datetime | None
    findings: dict[str, int]


class AnnexOut(_Shape):
    """One annex as printed: every cell is text."""

    number: int
    title: str
    columns: list[str]
    rows: list[dict[str, str]]
    total: dict[str, str] | None
    notes: list[str]


class AnnexesOut(_Shape):
    """The annexes of a window; `problems` say why a draft may not go out."""

    window: str
    layout: str
    draft: bool
    problems: list[str]
    annexes: list[AnnexOut]


class UnitStat(_Shape):
    """One row of the statistics."""

    unit: str
    targets: int
    fresh: int
    failing: int
    waiting: int
    passing: float | None


class Stats(_Shape):
    """The figures of the overview."""

    window: str | None
    run: int | None
    targets: int
    fresh: int
    undetermined: dict[str, int]
    findings: dict[str, int]
    units: list[UnitStat]
