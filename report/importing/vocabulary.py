"""Printed labels into check codes: several in one cell, in the spellings that notices use."""

from __future__ import annotations

import re
from functools import cache

from checks.registry import BY_CODE
from report import layout as layouts
from report.importing.headings import plain

UNKNOWN = {"site": "F-OTHER", "account": "F-OTHER"}
_SEPARATORS = "、，,；;\n"
_OPEN, _CLOSE = "（(“‘「《【[", "）)”’」》】]"
# What labels of running text have in common, in the order in which they are tried.
_PATTERNS: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "account": (
        ("M1.1", re.compile(r"严重表述错误")),
        ("M2.2", re.compile(r"(?:APP|移动客户端).*无法")),
        ("R-UNREPORTED", re.compile(r"漏报|瞒报|未备案|未进行填报")),
        ("R-UNCERTIFIED", re.compile(r"认证.*未|未.*认证|非单位认证")),
        ("R-SUBJECT", re.compile(r"主体.*不一致")),
        ("R-NOTCLOSED", re.compile(r"已注销|未完成注销|未及时注销")),
        ("F-MENU", re.compile(r"菜单.*(?:错误|失效|无法)")),
        ("F-OFFTOPIC", re.compile(r"无关")),
        ("M3.1", re.compile(r"互动")),
        ("M2.1", re.compile(r"更新|僵尸|空壳|未发布|无动态")),
    ),
    "site": (
        ("W1.1", re.compile(r"严重表述错误")),
        ("D-LINKED", re.compile(r"解读.*关联")),
        ("D-INTERP", re.compile(r"没有.*解读")),
        ("D-FOOTER", re.compile(r"标识")),
        ("F-XXGK", re.compile(r"依申请公开")),
        ("W2.1", re.compile(r"无法访问")),
        ("W3.1", re.compile(r"首页.*更新")),
        ("D-COLUMN", re.compile(r"专题栏目更新不及时")),
        ("W4.3", re.compile(r"空白")),
        ("W4.1", re.compile(r"动态.*更新")),
        ("W4.2", re.compile(r"更新")),
        ("W5.1", re.compile(r"咨询建言渠道")),
        ("W5.2", re.compile(r"(?:超过|个月).*(?:回复|回应)")),
        ("W6.2", re.compile(r"办事指南")),
        ("W6.1", re.compile(r"办事服务")),
        ("D-LINK.1", re.compile(r"错链|死链|断链")),
    ),
}


def split(cell: str) -> list[str]:
    """The labels of a cell; separators inside brackets and quotation marks do not separate."""
    if plain(cell) in _exact():
        return [cell.strip()]
    parts, depth = [""], 0
    for one in cell:
        depth += (one in _OPEN) - (one in _CLOSE and depth > 0)
        if one in _SEPARATORS and depth == 0:
            parts.append("")
        else:
            parts[-1] += one
    return [told for part in parts if (told := part.strip().removeprefix("且").strip())]


def check_of(label: str, subject: str) -> str:
    """The check that a label stands for; F-OTHER where none is known."""
    known = _exact().get(plain(label), {})
    letter = "M" if subject == "account" else "W"
    for code in sorted(known, key=lambda one: not one.startswith(letter)):
        if not (code.startswith(("W", "M")) and not code.startswith(letter)):
            return code
    for code, pattern in _PATTERNS[subject]:
        if pattern.search(plain(label)):
            return code
    return UNKNOWN[subject]


@cache
def _exact() -> dict[str, dict[str, None]]:
    """Label → codes: of our checks, of the nation, and of the layouts at hand."""
    found: dict[str, dict[str, None]] = {}
    pairs = [(code, label) for code, label in layouts.national_labels().items()]
    pairs += [(code, check.label) for code, check in BY_CODE.items()]
    pairs += [pair for name in layouts.names() for pair in layouts.load(name).labels.items()]
    for code, label in pairs:
        found.setdefault(plain(label), {})[code] = None
    return found
