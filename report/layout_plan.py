"""Layouts: which annexes a notice has, with which columns, labels and habits. Data, not code."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from checks.base import Severity
from report.dates import DateStyle
from report.fields import FIELDS, Kind, Order
from report.fields import Field as AnnexField
from report.table import Heading


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnPlan(_Data):
    """One column: its field and how it is headed. A unit among `blank` prints as empty."""

    field: AnnexField
    heading: str = Field(min_length=1, max_length=60)
    group: str = Field("", max_length=60)
    width: float = Field(12.0, ge=2, le=120)
    align: Literal["left", "center"] = "center"
    merge: bool = False
    blank: tuple[str, ...] = ()

    def as_heading(self) -> Heading:
        """The column's heading."""
        return Heading(self.heading, self.group, self.width, self.align, self.merge)


class GroupPlan(_Data):
    """A row of statistics over several units or kinds of sites; without both, over the rest."""

    name: str = Field(min_length=1)
    units: tuple[str, ...] = ()
    site_kinds: tuple[str, ...] = ()


class AnnexPlan(_Data):
    """One annex. `below` and `full` choose the accounts of a relay list by their completion.

    `severities` are those of the problems that a list prints; statistics count vetoes alone.
    `listed` says whether a list holds what failed, or also what passed with such a problem.
    `notes` None prints the layout's own. `principal` false leaves 主要账号 out of a relay list. `table` is
    the key of the table that an annex of statistics prints, under the table's own headings.
    """

    number: int = Field(ge=1, le=99)
    kind: Kind
    subject: Literal["site", "account"]
    title: str = Field(min_length=1, max_length=200)
    columns: tuple[ColumnPlan, ...] = Field((), max_length=30)
    order: tuple[Order, ...] = (Order.UNIT,)
    severities: tuple[Severity, ...] = (Severity.VETO,)
    listed: Literal["failed", "any"] = "failed"
    groups: tuple[GroupPlan, ...] = ()
    full: bool = False
    below: int | None = Field(None, ge=1, le=100)
    notes: tuple[str, ...] | None = None
    principal: bool = True
    table: str = Field("", max_length=40)

    @model_validator(mode="after")
    def _either_columns_or_a_table(self) -> AnnexPlan:
        if self.kind is Kind.STATISTICS:
            if not self.table or self.columns:
                raise PydanticCustomError(
                    "table", "statistics 类附件用 table 指明统计表，不写 columns"
                )
        elif self.table or not self.columns:
            raise PydanticCustomError("columns", "columns 不能为空，table 只用于 statistics 类附件")
        return self

    @model_validator(mode="after")
    def _fields_that_can_be_filled(self) -> AnnexPlan:
        known = FIELDS[self.kind]
        for place, column in enumerate(self.columns):
            if column.field not in known:
                choices = "、".join(sorted(one.value for one in known))
                raise PydanticCustomError(
                    "field_of_kind",
                    "columns[{place}].field：{kind} 类附件没有字段“{field}”，可用：{choices}",
                    {
                        "place": place,
                        "kind": self.kind.value,
                        "field": column.field.value,
                        "choices": choices,
                    },
                )
        return self

    def position(self, *fields: AnnexField) -> int | None:
        """The place of the first column that holds one of the fields, in the order asked."""
        places = {column.field: place for place, column in enumerate(self.columns)}
        return next((places[field] for field in fields if field in places), None)

    @property
    def statistics(self) -> bool:
        """Whether it counts instead of listing."""
        return self.kind is Kind.COUNTS


class StatePlan(_Data):
    """How 整改情况 is printed."""

    rectified: str = "已整改"
    open: str = "截止通报前仍未整改到位"


class ResultPlan(_Data):
    """How 检查结果 is printed."""

    passed: str = "合格"
    failed: str = "不合格"


class NoticePlan(_Data):
    """The words of the draft notice that no record holds. `{period}` is 2020年第三季度."""

    title: str = "关于{period}政府网站与政务新媒体检查情况的通报"
    number: str = "〔{year}〕　号"
    addressee: str = "各有关单位："
    area: str = "本地区"
    basis: str = (
        "根据《国务院办公厅秘书局关于印发政府网站与政务新媒体检查指标、监管工作年度考核指标的通知》"
        "（国办秘函〔2019〕19号）要求，{start}至{end}，对{area}政府网站与政务新媒体开展了检查。"
        "现将有关情况通报如下："
    )
    signer: str = "（落款单位）"


class Layout(_Data):
    """One layout.

    `full_names` maps a unit's short name to the one that lists print. `labels` are printed
    instead of the national ones, by check. `problem_order` names the checks that come first in
    a cell, in their order; the others follow by code.
    """

    name: str
    title: str
    decimals: int = Field(2, ge=0, le=4)
    date_style: DateStyle = DateStyle.FULL
    never_posted: str = "无动态信息"
    total: str = "合计"
    separator: str = Field("\n", min_length=1, max_length=3)
    full_names: dict[str, str] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    problem_order: tuple[str, ...] = ()
    states: StatePlan = StatePlan()
    results: ResultPlan = ResultPlan()
    notes: tuple[str, ...] = ()
    notice: NoticePlan = NoticePlan()
    annexes: tuple[AnnexPlan, ...] = Field(min_length=1, max_length=20)

    @field_validator("annexes")
    @classmethod
    def _numbered_once(cls, value: tuple[AnnexPlan, ...]) -> tuple[AnnexPlan, ...]:
        numbers = [annex.number for annex in value]
        twice = sorted({one for one in numbers if numbers.count(one) > 1})
        if twice:
            raise PydanticCustomError("twice", "附件编号 {number} 重复", {"number": twice[0]})
        return value

    def label(self, check: str, otherwise: str) -> str:
        """The label that an annex cell prints for a check."""
        return self.labels.get(check) or otherwise

    def short_name(self, unit: str) -> str:
        """The name under which a unit is counted, whichever of its two names is registered."""
        return next((short for short, full in self.full_names.items() if full == unit), unit)

    def full_name(self, unit: str) -> str:
        """The name that lists print."""
        return self.full_names.get(unit, unit)

    def rank(self, check: str) -> tuple[int, str]:
        """Where a problem of this check stands in a cell."""
        known = self.problem_order
        return (known.index(check) if check in known else len(known), check)
