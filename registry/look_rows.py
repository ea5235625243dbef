"""One 人工查看记录 as text into a `Look`: pure, every fault of a row named at once.

look_of    the cells of a row by heading → Look; ValueError with all its reasons in Chinese
moment     a day, or a day and a time of day, in Beijing
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.platforms.moments import BEIJING
from crawler.platforms.names import canonical
from registry import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

EARLIEST = datetime(2009, 1, 1, tzinfo=BEIJING)
# A clock that runs ahead is forgiven this much.
AHEAD = timedelta(minutes=10)
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]?(\d{1,2})[:时](\d{2})分?(?::(\d{2}))?)?"
    r"(?:\.\d{1,6})?(?:\+08:?00)?"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A moment as a person writes it; without a time of day it stands for the whole day."""

    at: datetime
    timed: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One look as given, every cell read; the account is still to be found."""

    name: str
    platform: str
    platform_id: str
    sponsor: str
    seen: Stated
    newest: Stated | None
    never: bool
    url: str
    text: str
    by: str
    picture: str


def moment(cell: str) -> Stated:
    """A day, or a day and a time of day, in Beijing; ValueError for anything else."""
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if found is None:
        raise ValueError("不是时间（如 2023-03-20 15:30）")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError as error:
        raise ValueError("时间不存在") from error
    if at < EARLIEST:
        raise ValueError("早于 2009 年")
    return Stated(at, timed=found[4] is not None)


def _platform(cell: str) -> str:
    found = canonical(cell)
    if found is None:
        raise ValueError(f"不认识的账号类型“{cell[:20]}”")
    return found


def _picture(cell: str) -> str:
    if Path(cell).name != cell or cell in {".", ".."} or "\\" in cell:
        raise ValueError("应为与表格同一文件夹中的文件名")
    return cell


_PARSERS: dict[str, Callable[[str], Any]] = {
    "账号名称": fields.text(200),
    "账号类型": _platform,
    "账号唯一标识": fields.identifier(200),
    "开设主体": fields.text(200),
    "查看时间": moment,
    "最新发布时间": moment,
    "链接": fields.url,
    "说明": fields.text(1000),
    "从未发布": fields.yes_no,
    "查看人": fields.text(100),
    "截图": _picture,
}
HEADINGS = tuple(_PARSERS)


def look_of(cells: Mapping[str, str], *, now: datetime, by: str = "") -> Look:
    """The look that a row states; ValueError with every reason why it states none.

    `by` is who looked where the row does not say it; nothing may lie in the future of `now`.
    """
    values, reasons = _values(cells)
    if not reasons:
        reasons = list(_contradictions(values, now, by))
    if reasons:
        raise ValueError("；".join(reasons))
    return Look(
        name=values.get("账号名称", ""),
        platform=values.get("账号类型", ""),
        platform_id=values.get("账号唯一标识", ""),
        sponsor=values.get("开设主体", ""),
        seen=values["查看时间"],
        newest=values.get("最新发布时间"),
        never=values.get("从未发布", False),
        url=values.get("链接", ""),
        text=values.get("说明", ""),
        by=values.get("查看人") or by,
        picture=values.get("截图", ""),
    )


def _values(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    reasons = []
    for name, parse in _PARSERS.items():
        cell = fields.clean(cells.get(name, ""))
        if not cell:
            continue
        try:
            values[name] = _value(cell, parse)
        except ValueError as error:
            reasons.append(f"{name}：{error}")
    return values, reasons


def _value(cell: str, parse: Callable[[str], Any]) -> Any:
    if fields.control_characters(cell):
        raise ValueError("含有控制字符")
    return parse(cell)


def _contradictions(values: Mapping[str, Any], now: datetime, by: str) -> Iterator[str]:
    """What cannot be as it is stated."""
    if not values.get("账号名称") and not values.get("账号唯一标识"):
        yield "账号名称和账号唯一标识至少填一项"
    if not values.get("查看人") and not by:
        yield "查看人未填写"
    told = ("最新发布时间", "链接", "说明", "截图")
    if not any(values.get(name) for name in told) and not values.get("从未发布"):
        yield "没有写明看到了什么（最新发布时间、链接、说明、截图或从未发布）"
    if values.get("从未发布") and (values.get("最新发布时间") or values.get("链接")):
        yield "从未发布与最新发布时间或链接矛盾"
    seen, newest = values.get("查看时间"), values.get("最新发布时间")
    if seen is None:
        yield "查看时间未填写"
    elif _later(seen, now):
        yield "查看时间晚于现在"
    elif newest is not None and _after(newest, seen):
        yield "最新发布时间晚于查看时间"


def _later(stated: Stated, now: datetime) -> bool:
    return stated.at > now + AHEAD


def _after(newest: Stated, seen: Stated) -> bool:
    """By the minute where both say it, else by the day."""
    if newest.timed and seen.timed:
        return newest.at > seen.at + AHEAD
    return newest.at.date() > seen.at.date()
