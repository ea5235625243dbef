"""Types of columns and how long each may go without an update (indicators 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnKind(StrEnum):
    """The type of a column, in the words an operator reads."""

    NEWS = "动态要闻"
    NOTICE = "通知公告"
    POLICY = "政策文件"
    INTERPRETATION = "政策解读"
    ORGANISATION = "机构职能"
    LEADERS = "领导信息"
    PROFILE = "概况"
    PERSONNEL = "人事"
    PLANS = "规划"
    FINANCE = "财政"
    STATISTICS = "统计"
    PROJECTS = "重大项目"
    DISCLOSURE = "信息公开目录"
    INTERACTION = "互动交流"
    SERVICES = "办事服务"
    TOPIC = "专题"
    MESSAGES = "留言公开"
    SERVICE_STATISTICS = "办事统计"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Deadline:
    """How old the newest item may be: days, or calendar months (exactly one is not zero)."""

    days: int = 0
    months: int = 0


def deadline(kind: ColumnKind) -> Deadline | None:
    """The update deadline of a type, or None where none is set."""
    del kind
    return None


def kind_of(name: str) -> ColumnKind:
    """The type that a column's name, or the registry's 栏目类型, stands for."""
    del name
    return ColumnKind.OTHER
