"""The rows of the official table and the labels that notices print, each with its code.

`indicators.csv` says for each row who settles it: a check, a check that only names candidates, a
ruleset, a report, or a person with the form for manual findings. `labels.csv` maps the words of
notices to codes.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checks.registry import BY_CODE

FOLDER = Path(__file__).parent
SITE, ACCOUNT = "网站", "账号"
_LONGEST = 200
_QUOTES = re.compile(r"[\s\"'“”‘’「」『』]")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row. `mode`: check, candidate, person, ruleset or report."""

    code: str
    part: str
    title: str
    mode: str
    note: str


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a notice for one code; `kind` is 网站 or 账号."""

    kind: str
    code: str
    text: str


@cache
def indicators() -> tuple[Indicator, ...]:
    """Every row, in the order of the table."""
    rows = _rows("indicators.csv")
    return tuple(
        Indicator(row["代码"], row["部分"], row["指标"], row["方式"], row["说明"]) for row in rows
    )


@cache
def labels() -> tuple[Label, ...]:
    """Every label, in the order of the table; the first of a code is its standard one."""
    rows = _rows("labels.csv")
    return tuple(Label(row["对象"], row["代码"], row["表述"]) for row in rows)


def _rows(name: str) -> csv.DictReader[str]:
    return csv.DictReader(io.StringIO((FOLDER / name).read_text(encoding="utf-8")))


def code_of(text: str, kind: str = "") -> str:
    """The code that a label stands for; empty where it is none.

    Spaces, quotation marks, widths and counts (9个, 5个月) make no difference; of labels that sites
    and accounts share, `kind` (网站, 账号) decides.
    """
    wanted = _plain(text)
    if not wanted:
        return ""
    found = [one for one, pattern in _patterns() if pattern.fullmatch(wanted)]
    chosen = [one for one in found if one.kind == kind] or found
    return chosen[0].code if chosen else ""


def label_of(code: str) -> str:
    """What to print for a code: the check's own label, the standard one, or the clause."""
    if code in BY_CODE:
        return BY_CODE[code].label
    printed = next((one.text for one in labels() if one.code == code), "")
    return printed or next((one.title for one in indicators() if one.code == code), "")


def known(code: str) -> bool:
    """Whether a code stands in the table or belongs to a check."""
    return code in BY_CODE or any(one.code == code for one in indicators())


@cache
def _patterns() -> tuple[tuple[Label, re.Pattern[str]], ...]:
    return tuple((one, _pattern(_plain(one.text))) for one in labels())


def _pattern(plain: str) -> re.Pattern[str]:
    """The label with its gaps (…) and its counts open."""
    escaped = re.escape(plain).replace("\\.\\.\\.", ".{0,60}")
    escaped = re.sub(r"n(?=次)", r"(?:n|\\d{1,6})", escaped)
    return re.compile(re.sub(r"\d{1,2}(?=个|月)", r"\\d{1,4}", escaped))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:_LONGEST])
    return _QUOTES.sub("", folded).casefold()


def table() -> str:
    """docs/indicators.md: every row and every label with what settles it."""
    parts = [
        "<!-- Written by `make docs`; edit checks/indicators.csv and checks/labels.csv instead. -->\n",
        "# 指标和问题表述",
        "",
        "《政府网站与政务新媒体检查指标》的每一行，以及各地通报用过的每一种问题表述，由谁判定。",
        "",
        "- **检查**：由程序判定，见 [检查项](checks.md)。",
        "- **候选**：程序只给出线索（结果为“未能核实”，理由 `needs_person` 等），由人核实后登记。",
        "- **规则**：用规则文件改变参数，`--ruleset` 指定（`xuncha rules list` 列出自带的）。",
        "- **报表**：由统计命令给出。",
        "- **人工**：由人登记，问题属于单位的用 `--unit 单位` 代替 `--target`：",
        "  `xuncha findings add --check 代码或表述 --target 标识码 --evidence 网址或说明 --by 谁 --why 理由`",
        "",
        "`findings add --check` 接受本页的每个代码和每种表述；写表述时，通报即按所写印出。",
        "",
    ]
    for part in dict.fromkeys(one.part for one in indicators()):
        parts += [
            f"## {part}",
            "",
            "| 代码 | 指标 | 由谁 | 说明 | 通报表述 |",
            "|---|---|---|---|---|",
        ]
        parts += [_row(one) for one in indicators() if one.part == part]
        parts.append("")
    extra = [code for code in BY_CODE if all(one.code != code for one in indicators())]
    parts += ["## 本程序另设的检查", "", "| 代码 | 检查项 | 依据 |", "|---|---|---|"]
    parts += [f"| `{code}` | {BY_CODE[code].title} | {BY_CODE[code].clause} |" for code in extra]
    return "\n".join([*parts, ""])


_MODES = {
    "check": "检查",
    "candidate": "候选",
    "person": "人工",
    "ruleset": "规则",
    "report": "报表",
}


def _row(one: Indicator) -> str:
    printed = "；".join(dict.fromkeys(label.text for label in labels() if label.code == one.code))
    who = _MODES[one.mode]
    if one.mode in {"check", "candidate"}:
        who = f"{who} `{one.code}`"
    elif one.mode == "person":
        who = f"{who} `findings add --check {one.code}`"
    note = f"`{one.note}`" if one.mode in {"ruleset", "report"} else one.note
    return f"| {one.code} | {one.title} | {who} | {note} | {printed} |"
