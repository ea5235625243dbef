"""Layouts: which annexes a notice has, with which columns, labels and habits. Data, not code."""

from __future__ import annotations

from enum import StrEnum
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from report.dates import DateStyle
from report.table import Heading

if TYPE_CHECKING:
    from collections.abc import Mapping


class LayoutError(Exception):
    """A layout that is not there or cannot be used; the message says why in Chinese."""


class CountField(StrEnum):
    """What a column of a statistics table may hold."""

    INDEX = "index"
    UNIT = "unit"
    FULL_UNIT = "full_unit"
    RUNNING = "running"
    CHECKED = "checked"
    FAILED = "failed"
    RATIO = "ratio"


class ProblemField(StrEnum):
    """What a column of a problem list may hold."""

    INDEX = "index"
    UNIT = "unit"
    FULL_UNIT = "full_unit"
    NAME = "name"
    PROBLEMS = "problems"
    CODE = "code"
    SPONSOR = "sponsor"
    PLATFORM = "platform"
    LAST_UPDATE = "last_update"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnPlan(_Data):
    """One column: its field and how it is headed."""

    field: str
    heading: str
    group: str = ""
    width: float = 12.0
    align: Literal["left", "center"] = "center"
    merge: bool = False

    def as_heading(self) -> Heading:
        """The column's heading."""
        return Heading(self.heading, self.group, self.width, self.align, self.merge)


class AnnexPlan(_Data):
    """One annex: statistics per unit (`counts`) or a list of failing targets (`problems`)."""

    number: int
    kind: Literal["counts", "problems"]
    subject: Literal["site", "account"]
    title: str
    columns: tuple[ColumnPlan, ...] = Field(min_length=1)

    def model_post_init(self, _context: object, /) -> None:
        """Refuse columns that this kind of annex cannot fill."""
        known = set(CountField if self.kind == "counts" else ProblemField)
        for column in self.columns:
            if column.field not in known:
                raise ValueError(f"annex {self.number} has no field {column.field}")


class Layout(_Data):
    """One layout. `full_names` maps a unit's short name to the one that lists print."""

    name: str
    title: str
    decimals: int = Field(2, ge=0, le=4)
    date_style: DateStyle = DateStyle.FULL
    never_posted: str = "无动态信息"
    total: str = "合计"
    separator: str = "\n"
    full_names: dict[str, str] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    annexes: tuple[AnnexPlan, ...] = Field(min_length=1)

    def label(self, check: str, otherwise: str) -> str:
        """The label that an annex cell prints for a check."""
        return self.labels.get(check) or otherwise

    def short_name(self, unit: str) -> str:
        """The name under which a unit is counted, whichever of its two names is registered."""
        return next((short for short, full in self.full_names.items() if full == unit), unit)

    def full_name(self, unit: str) -> str:
        """The name that lists print."""
        return self.full_names.get(unit, unit)


def names() -> list[str]:
    """The layouts at hand, by name."""
    folder = resources.files("report.layouts")
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )


def load(name: str) -> Layout:
    """The layout of that name with the national labels under its own. Raises LayoutError."""
    if name not in names():
        raise LayoutError(f"没有版式“{name[:40]}”，可用的版式：{'、'.join(names())}")
    try:
        data = _read("report.layouts", f"{name}.yaml")
        labels = national_labels() | dict(data.pop("labels", {}))
        return Layout(name=name, labels=labels, **data)
    except (ValidationError, ValueError, TypeError, yaml.YAMLError) as error:
        raise LayoutError(f"版式文件 {name}.yaml 有误：{error}") from error


def national_labels() -> dict[str, str]:
    """Check code → the label that notices print by default."""
    return {str(code): str(label) for code, label in _read("report", "labels.yaml").items()}


def _read(package: str, file: str) -> dict[str, Any]:
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return dict(loaded)
