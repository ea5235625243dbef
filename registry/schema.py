"""The registry's files as data: which kinds there are and which columns each has (design.md 6).

To accept another column, add one line here; import and export follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from crawler.platforms.names import canonical
from crawler.platforms.sources import parse_sources
from registry import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Kind(StrEnum):
    """The kinds of registry files."""

    SITES = "sites"
    COLUMNS = "columns"
    ACCOUNTS = "accounts"
    RELAY_TASKS = "relay_tasks"

    @property
    def chinese(self) -> str:
        """The word an operator reads."""
        return SCHEMAS[self].chinese


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a registry file and the attribute that keeps it.

    `blank` is the value of an empty cell; `show` gives the text that the export writes.
    """

    heading: str
    attribute: str
    parse: Callable[[str], Any]
    required: bool = False
    blank: Any = ""
    show: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Schema:
    """One kind of file: its Chinese name and its columns in the order of the export.

    `telling` are headings that only this kind has: they tell a broken file's kind.
    """

    chinese: str
    fields: tuple[Field, ...]
    telling: frozenset[str]

    @property
    def required(self) -> frozenset[str]:
        """The headings without which the file cannot be read."""
        return frozenset(field.heading for field in self.fields if field.required)

    @property
    def by_heading(self) -> dict[str, Field]:
        """The columns by their heading."""
        return {field.heading: field for field in self.fields}


class HeaderError(ValueError):
    """A header of a known kind that cannot be used; the message says why in Chinese."""


def _platform(cell: str) -> str:
    """账号类型 as printed; the canonical name is derived from it when stored."""
    printed = fields.text(32)(cell)
    if canonical(printed) is None:
        raise ValueError(f"不认识的账号类型“{printed}”")
    return printed


def _sources(cell: str) -> str:
    """信息源 in the grammar of design.md 6, kept as written."""
    if len(cell) > fields.URL_CHARACTERS:
        raise ValueError(f"超过 {fields.URL_CHARACTERS} 个字符")
    parse_sources(cell)
    return cell


def _tri(value: bool | None) -> str:
    return "" if value is None else _flag(value)


def _flag(value: bool) -> str:
    return "是" if value else "否"


def _optional(value: object) -> str:
    return "" if value is None else str(value)


def _yes_no(heading: str, attribute: str, *, blank: bool | None) -> Field:
    return Field(heading, attribute, fields.yes_no, blank=blank, show=_tri)


_REGION = Field("地区", "region", fields.text(200), required=True)
_PARENT_REGION = Field("上级地区", "parent_region", fields.text(200))
_CANARY = _yes_no("哨兵", "canary", blank=False)
_SITE_CODE = Field("网站标识码", "code", fields.site_code, required=True)
_PORTALS = {"门户网站": "门户", "政府门户网站": "门户", "部门网站": "部门"}
_RUNNING = {"正常运行": "正常", "运行正常": "正常"}

SCHEMAS: dict[Kind, Schema] = {
    Kind.COLUMNS: Schema(
        "栏目",
        (
            _SITE_CODE,
            Field("栏目名称", "name", fields.text(200), required=True),
            Field("栏目网址", "url", fields.url, required=True),
            Field("栏目类型", "kind", fields.text(32)),
            Field(
                "级别", "level", fields.level, blank=1, show=lambda n: "一级" if n == 1 else "二级"
            ),
            Field("更新期限", "deadline_days", fields.days, blank=None, show=_optional),
            _yes_no("允许空白", "may_be_empty", blank=False),
            Field("责任单位", "responsible_unit", fields.text(200)),
        ),
        frozenset({"栏目名称", "栏目网址"}),
    ),
    Kind.ACCOUNTS: Schema(
        "账号",
        (
            Field("账号名称", "name", fields.text(200), required=True),
            Field("账号类型", "platform_printed", _platform, required=True),
            Field("开设主体", "sponsor", fields.text(200), required=True),
            _REGION,
            Field("新媒体标识码", "code", fields.identifier(64)),
            Field("备案单号", "filing_number", fields.identifier(64)),
            _PARENT_REGION,
            Field("主页地址", "home_url", fields.url),
            Field("账号唯一标识", "platform_id", fields.identifier(200)),
            Field("信息源", "sources", _sources),
            _yes_no("发布类", "publishing", blank=True),
            _yes_no("主要账号", "principal", blank=False),
            _CANARY,
            Field(
                "运行状态",
                "running_state",
                fields.choice("正常", "已发关停公告", "冻结期", "注销", spellings=_RUNNING),
                blank="正常",
            ),
        ),
        frozenset({"账号名称", "账号类型"}),
    ),
    Kind.RELAY_TASKS: Schema(
        "整体联动任务",
        (
            Field("任务编号", "number", fields.identifier(64), required=True),
            Field("标题", "title", fields.text(1000), required=True),
            Field("发布日期", "published_on", fields.day, required=True),
            Field("原文链接", "original_url", fields.url),
            Field("截止日期", "due_on", fields.day, blank=None, show=_optional),
            Field("适用范围", "scope", fields.text(2000)),
        ),
        frozenset({"任务编号"}),
    ),
    Kind.SITES: Schema(
        "网站",
        (
            _SITE_CODE,
            Field("网站名称", "name", fields.text(200), required=True),
            Field("首页网址", "home_url", fields.url, required=True),
            _REGION,
            Field("主办单位", "sponsor", fields.text(200)),
            _PARENT_REGION,
            Field(
                "网站类型",
                "site_kind",
                fields.choice("门户", "部门", "其他", spellings=_PORTALS),
                blank="其他",
            ),
            _yes_no("提供办事服务", "offers_services", blank=None),
            _CANARY,
            Field(
                "运行状态",
                "running_state",
                fields.choice("正常", "例外", "关停", spellings=_RUNNING),
                blank="正常",
            ),
        ),
        frozenset({"网站名称", "首页网址"}),
    ),
}
"""In the order in which a header is compared: a column file may carry its site's name as well."""

_UNIT_BEHIND = re.compile(r"[（(][^（()）]{0,40}[）)]$")


def heading(cell: str) -> str:
    """A header cell as known here: no whitespace, no `*`, no unit in brackets behind it."""
    plain = fields.squeezed(fields.clean(cell)).strip("*＊")
    bare = _UNIT_BEHIND.sub("", plain)
    return bare if bare in KNOWN_HEADINGS else plain


KNOWN_HEADINGS = frozenset(field.heading for schema in SCHEMAS.values() for field in schema.fields)


def recognise(header: Sequence[str]) -> Kind | None:
    """The kind of file with this header; None when it is no registry header at all.

    Raises HeaderError when the kind is plain but required columns are missing or doubled.
    """
    given = [heading(cell) for cell in header]
    present = set(given)
    kind = next((one for one, schema in SCHEMAS.items() if schema.required <= present), None)
    if kind is None:
        kind = next((one for one, schema in SCHEMAS.items() if schema.telling & present), None)
    if kind is None:
        return None
    schema = SCHEMAS[kind]
    missing = [one.heading for one in schema.fields if one.required and one.heading not in present]
    if missing:
        raise HeaderError(f"像是{schema.chinese}表，但缺少必填列：{'、'.join(missing)}")
    doubled = sorted({one for one in present if one and given.count(one) > 1})
    if doubled:
        raise HeaderError(f"表头中有重复的列：{'、'.join(doubled)}")
    return kind
