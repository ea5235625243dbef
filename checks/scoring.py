"""Points of a portal site (parts two and three of 19号): decimal arithmetic, caps, the 4/3 rule.

A score is told only when every point it uses is confirmed by two sources or set by the operator;
otherwise there are findings and counts, and the names of the points that are missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).parent / "rulesets" / "deductions.yaml"
SERVICES = "办事服务"
TRUSTED = frozenset({"confirmed", "operator"})
_MOST = Decimal(1000)


class PointsError(Exception):
    """A point value cannot be used; the message names it by its path."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number of points and how well it is known: confirmed, single, unverified, operator."""

    points: Decimal | None
    status: str

    @property
    def trusted(self) -> bool:
        """Whether a score may be told with it."""
        return self.points is not None and self.status in TRUSTED


@dataclass(frozen=True, slots=True)
class Item:
    """One sub-indicator (三级指标) with its own total and the losses of its checks."""

    name: str
    group: str
    cap: Value
    checks: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Points:
    """Everything that a score is reckoned with."""

    items: tuple[Item, ...]
    bonuses: tuple[Item, ...]
    pass_mark: Decimal = Decimal(60)
    bonus_above: Decimal = Decimal(80)
    bonus_total: Decimal = Decimal(30)
    total: Decimal = Decimal(100)
    without_services: tuple[Decimal, Decimal, Decimal] = (Decimal(75), Decimal(4), Decimal(3))
    """Out of how many the rest is scored, and the fraction it is multiplied by."""
    changed: tuple[str, ...] = ()

    def to_json(self) -> list[Any]:
        """Plain data, for the digest."""
        rows = [
            (item.name, str(item.cap.points), {k: str(v.points) for k, v in item.checks.items()})
            for item in (*self.items, *self.bonuses)
        ]
        return [rows, str(self.pass_mark), str(self.bonus_above)]


class ScoreState(StrEnum):
    """Why there is a score, or none."""

    VETOED = "vetoed"
    NOT_PORTAL = "not_portal"
    INCOMPLETE = "incomplete"
    SCORED = "scored"


@dataclass(frozen=True, slots=True)
class Loss:
    """What one sub-indicator costs: findings by check, the sum before its cap, and after."""

    item: str
    findings: Mapping[str, int]
    amount: Decimal | None
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one site. `deductions` is the score of part two, `total` with the bonus.

    `used` names every point that went in with how well it is known, `missing` those without which
    nothing can be told.
    """

    state: ScoreState
    losses: tuple[Loss, ...] = ()
    deductions: Decimal | None = None
    bonus: Decimal | None = None
    total: Decimal | None = None
    passed: bool | None = None
    used: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@cache
def national_points() -> Points:
    """The points of the national data file."""
    stated = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    items = [_item(raw, group["name"]) for group in stated["groups"] for raw in group["items"]]
    return Points(
        tuple(items),
        tuple(_item(raw, "加分") for raw in stated["bonuses"]),
        Decimal(stated["pass_mark"]["value"]),
        Decimal(stated["bonus_above"]["value"]),
        Decimal(stated["bonus"]),
        Decimal(stated["total"]),
        _scaled(stated["no_services"]),
    )


def _scaled(stated: Mapping[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(stated["out_of"]), Decimal(stated["times"]), Decimal(stated["over"])


def _item(raw: Mapping[str, Any], group: str) -> Item:
    checks = {code: _value(one["points"], one["status"]) for code, one in raw["checks"].items()}
    return Item(raw["name"], group, _value(raw["cap"], raw["status"]), checks)


def _value(points: Any, status: str) -> Value:
    return Value(None if points is None else _number(points, status), status)


def changed(base: Points, change: Mapping[str, Any]) -> Points:
    """The points under an overlay's `scoring`; whatever it states counts as set by the operator."""
    told = base
    if "pass_mark" in change:
        told = replace(told, pass_mark=_number(change["pass_mark"], "pass_mark"))
    if "bonus_above" in change:
        told = replace(told, bonus_above=_number(change["bonus_above"], "bonus_above"))
    for code, points in _pairs(change, "points"):
        if not any(code in item.checks for item in (*told.items, *told.bonuses)):
            raise PointsError(f"points.{code}：没有这个扣分或加分项")
        value = Value(_number(points, f"points.{code}"), "operator")
        told = _put(told, lambda item, code=code, value=value: _with_check(item, code, value))
    for name, points in _pairs(change, "caps"):
        if not any(name == item.name for item in (*told.items, *told.bonuses)):
            raise PointsError(f"caps.{name}：没有这个指标")
        value = Value(_number(points, f"caps.{name}"), "operator")
        told = _put(told, lambda item, name=name, value=value: _with_cap(item, name, value))
    return replace(told, changed=tuple(sorted(change)))


def _pairs(change: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    block = change.get(key) or {}
    if not isinstance(block, dict):
        raise PointsError(f"{key} 应是对象")
    yield from block.items()


def _put(points: Points, edit: Any) -> Points:
    return replace(
        points,
        items=tuple(edit(one) for one in points.items),
        bonuses=tuple(edit(one) for one in points.bonuses),
    )


def _with_check(item: Item, code: str, value: Value) -> Item:
    return replace(item, checks={**item.checks, code: value}) if code in item.checks else item


def _with_cap(item: Item, name: str, value: Value) -> Item:
    return replace(item, cap=value) if item.name == name else item


def _number(value: Any, where: str) -> Decimal:
    """A number of points; text keeps its decimals, floats would not."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise PointsError(f"{where}：{value!r} 不是分数")
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise PointsError(f"{where}：{value!r} 不是分数") from error
    if not number.is_finite() or not 0 <= number <= _MOST:
        raise PointsError(f"{where}：{value!r} 超出范围")
    return number


@dataclass(slots=True)
class _Sum:
    losses: list[Loss] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    total: Decimal = Decimal(0)


def score(
    points: Points,
    findings: Mapping[str, int],
    *,
    portal: bool,
    vetoed: bool = False,
    services: bool = True,
    bonuses: Mapping[str, int] | None = None,
) -> Score:
    """The score of one site from the number of its confirmed findings by check.

    Any veto ends it. Without outward services 办事服务 is left out and the rest, out of 75, is
    multiplied by 4/3. The bonus counts only above 80 (80.0 does not unlock it).
    """
    if vetoed:
        return Score(ScoreState.VETOED, passed=False)
    if not portal:
        return Score(ScoreState.NOT_PORTAL)
    lost = _Sum()
    for item in points.items:
        if services or item.group != SERVICES:
            _lose(lost, item, findings)
    if lost.missing:
        return _unscored(lost)
    part_two = points.total - lost.total
    if not services:
        out_of, times, over = points.without_services
        part_two = (out_of - lost.total) * times / over
    gained = _Sum()
    if part_two > points.bonus_above:
        for item in points.bonuses:
            _lose(gained, item, bonuses or {})
        if gained.missing:
            return _unscored(lost, gained)
    bonus = min(gained.total, points.bonus_total)
    total = part_two + bonus
    used = (*lost.used, *gained.used)
    passed = part_two >= points.pass_mark
    return Score(
        ScoreState.SCORED, tuple(lost.losses), part_two, bonus, total, passed, used, missing=()
    )


def _unscored(*sums: _Sum) -> Score:
    missing = tuple(name for one in sums for name in one.missing)
    used = tuple(name for one in sums for name in one.used)
    return Score(ScoreState.INCOMPLETE, tuple(sums[0].losses), used=used, missing=missing)


def _lose(told: _Sum, item: Item, findings: Mapping[str, int]) -> None:
    """One sub-indicator into the sum; its cap is needed as soon as it could bite."""
    found = {code: findings[code] for code in item.checks if findings.get(code, 0) > 0}
    if not found:
        return
    amount = Decimal(0)
    known = True
    for code, count in found.items():
        value = item.checks[code]
        if not value.trusted or value.points is None:
            told.missing[code] = None
            known = False
            continue
        told.used[f"{code} 每处 {value.points} 分（{_STATUS[value.status]}）"] = None
        amount += value.points * count
    if known and sum(found.values()) > 1 and not item.cap.trusted:
        told.missing[f"{item.name}的分值"] = None
        known = False
    if not known:
        told.losses.append(Loss(item.name, found, None))
        return
    capped = False
    if item.cap.trusted and item.cap.points is not None:
        capped = amount > item.cap.points
        amount = min(amount, item.cap.points)
        told.used[f"{item.name}共 {item.cap.points} 分（{_STATUS[item.cap.status]}）"] = None
    told.losses.append(Loss(item.name, found, amount, capped))
    told.total += amount


_STATUS = {"confirmed": "已核实", "operator": "本地设定"}
