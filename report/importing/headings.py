"""Printed headings and what they mean (notices.md 3.5): one row, or two with captions above."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from report.fields import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS: dict[Field, str] = {
    Field.INDEX: "序号 编号",
    Field.UNIT: "单位 市州/部门 地区 区县 责任单位 所属组织 设区市 部门",
    Field.SPONSOR: "主办单位 开设主体 开设主体名称 代表主体名称 主体名称",
    Field.NAME: "网站名称 账号名称 新媒体账号名称 政务新媒体名称 新媒体名称 网站",
    Field.PLATFORM: "平台 账号平台 账号类型 类型 新媒体类型",
    Field.CODE: "新媒体标识码 网站标识码 标识码",
    Field.FILING_NUMBER: "备案单号",
    Field.URL: "网址 网站地址 首页网址",
    Field.PROBLEMS: "存在的突出问题 存在的问题 存在问题 被通报问题 问题类别 突出问题",
    Field.LAST_UPDATE: "最后更新时间 检查时更新日期 最后更新日期",
    Field.STATE: "整改情况",
    Field.RESULT: "检查结果",
    Field.RUNNING: "实际运行网站数 实际运行政务新媒体数 政务新媒体数 网站总数",
    Field.CHECKED: "检查网站数 检查政务新媒体数 抽查网站数 抽查政务新媒体数",
    Field.DUE: "应完成总数",
    Field.DONE: "实际完成总数",
    Field.COMPLETION: "完成率",
}
_FIELD = {word: field for field, words in _WORDS.items() for word in words.split()}
_UNDER = {"网站数": Field.FAILED, "政务新媒体数": Field.FAILED, "账号数": Field.FAILED}
_UNDER |= {"占检查数比例": Field.RATIO, "所占比例": Field.RATIO, "比例": Field.RATIO}
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of a table's columns, None where a heading means nothing to us."""

    fields: tuple[Field | None, ...]
    texts: tuple[str, ...]
    body: int

    @property
    def kind(self) -> Kind:
        """What sort of annex has these columns."""
        if Field.FAILED in self.fields or Field.RATIO in self.fields:
            return Kind.COUNTS
        if Field.PROBLEMS not in self.fields:
            return Kind.RELAY
        return Kind.PROBLEMS if Field.NAME in self.fields else Kind.UNITS

    @property
    def subject(self) -> str:
        """`site` or `account`, by the words of the headings; units stand for disclosure pages."""
        told = "".join(self.texts)
        return "account" if "新媒体" in told or "账号" in told else "site"


def plain(text: str) -> str:
    """A heading or name as it is compared: no whitespace, one width of brackets and letters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def find(rows: Sequence[Sequence[str]]) -> Header | None:
    """The header among the first rows of a table; None where there is none."""
    for place, row in enumerate(rows[:20]):
        below = rows[place + 1] if place + 1 < len(rows) else ()
        deep = _two_rows(row, below)
        if deep is not None:
            return Header(*deep, place + 2)
        fields = tuple(_one(cell) for cell in row)
        if sum(one is not None for one in fields) >= _ENOUGH:
            return Header(fields, tuple(plain(cell) for cell in row), place + 1)
    return None


def _one(cell: str) -> Field | None:
    """A heading in one line; `caption/subheading` is told by its second half."""
    text = plain(cell)
    if text in _FIELD:
        return _FIELD[text]
    caption, slash, under = text.rpartition("/")
    return _UNDER.get(under) if slash and caption else None


def _two_rows(
    row: Sequence[str], below: Sequence[str]
) -> tuple[tuple[Field | None, ...], tuple[str, ...]] | None:
    """Captions above, subheadings below; a caption stands over the empty cells behind it."""
    if not any(plain(cell) in _UNDER for cell in below) or len(below) != len(row):
        return None
    fields: list[Field | None] = []
    texts: list[str] = []
    caption = ""
    for above, under in zip(map(plain, row), map(plain, below), strict=True):
        caption = above or caption
        alone = under in {"", above}
        fields.append(_FIELD.get(above) if alone else _UNDER.get(under))
        texts.append(above if alone else f"{caption}/{under}")
    known = sum(one is not None for one in fields)
    return (tuple(fields), tuple(texts)) if known >= _ENOUGH else None


def repeated(header: Header, row: Sequence[str]) -> bool:
    """Whether a row is the header again, as on every page of a long table."""
    cells = [plain(cell) for cell in row if cell]
    if not cells:
        return False
    known = set(header.texts) | set(_UNDER) | {text.partition("/")[0] for text in header.texts}
    return all(cell in known for cell in cells)
