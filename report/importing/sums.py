"""Whether printed tables add up: sums, ratios, lists against counts, and what would be right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from report import numbers
from report.fields import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from report.importing.parse import ImportedAnnex

_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d+))?%")
_COUNTED = (Field.RUNNING, Field.CHECKED, Field.FAILED)
_SUBJECTS = {"site": "网站", "account": "政务新媒体"}


def contradictions(annexes: Sequence[ImportedAnnex]) -> list[str]:
    """Every place where the annexes of one notice disagree with themselves or each other."""
    told: list[str] = []
    for one in annexes:
        if one.kind is Kind.COUNTS:
            told.extend(_table(one))
        elif one.kind is Kind.RELAY:
            told.extend(_relay(one))
    for subject in _SUBJECTS:
        told.extend(_lists(annexes, subject))
    return told


def tally(one: ImportedAnnex) -> tuple[int, int, int] | None:
    """Running, checked and failed of a table of counts, from its total or its rows."""
    rows = [one.total] if one.total else one.rows
    sums = []
    for name in _COUNTED:
        counts = [_number(row.get(name, "")) for row in rows]
        known = [count for count in counts if count is not None]
        sums.append(sum(known) if known else None)
    running, checked, failed = sums
    running, checked = running or checked, checked or running
    if running is None or checked is None or failed is None:
        return None
    return running, checked, failed


def rate_fault(checked: int, failed: int, printed: str) -> str:
    """What is wrong with a printed pass rate: empty, or what the counts give instead."""
    found = _PERCENT.fullmatch(printed.strip())
    if found is None:
        return ""
    right = numbers.percent(checked - failed, checked, len(found[2] or ""))
    same = float(right.rstrip("%")) == float(printed.strip().rstrip("%"))
    return (
        "" if same else f"印作 {printed.strip()}，按 {checked} 个中不合格 {failed} 个应为 {right}"
    )


def _table(one: ImportedAnnex) -> Iterator[str]:
    for name in _COUNTED:
        stated = _number((one.total or {}).get(name, ""))
        counts = [_number(row.get(name, "")) for row in one.rows]
        total = sum(count for count in counts if count is not None)
        if stated is not None and stated != total:
            yield f"{one.source}：合计印作 {stated}，各行之和为 {total}"
    for row in [*one.rows, *([one.total] if one.total else [])]:
        base = _number(row.get(Field.CHECKED, "") or row.get(Field.RUNNING, ""))
        failed, printed = _number(row.get(Field.FAILED, "")), row.get(Field.RATIO, "")
        wrong = _ratio(failed, base, printed)
        if wrong:
            yield f"{one.source}“{row.get(Field.UNIT) or '合计'}”行的比例{wrong}"


def _relay(one: ImportedAnnex) -> Iterator[str]:
    for row in one.rows:
        due, done = _number(row.get(Field.DUE, "")), _number(row.get(Field.DONE, ""))
        wrong = _ratio(done, due, row.get(Field.COMPLETION, ""))
        if wrong:
            yield f"{one.source}“{row.get(Field.NAME, '')}”行的完成率{wrong}"


def _ratio(part: int | None, whole: int | None, printed: str) -> str:
    found = _PERCENT.fullmatch(printed)
    if part is None or not whole:
        return ""
    if found is None:
        return f"印作 {printed}，应为 {numbers.percent(part, whole, 2)}" if part and printed else ""
    if part > whole:
        return f"不成立：{part} 多于 {whole}"
    right = numbers.percent(part, whole, len(found[2] or ""))
    return "" if right == printed else f"印作 {printed}，应为 {right}"


def _lists(annexes: Sequence[ImportedAnnex], subject: str) -> Iterator[str]:
    mine = [one for one in annexes if one.subject == subject]
    counts = [found for one in mine if one.kind is Kind.COUNTS and (found := tally(one))]
    # A list with 检查结果 names what passed as well.
    lists = [one for one in mine if one.kind is Kind.PROBLEMS]
    for _, _, failed in counts:
        for one in lists:
            if not any(row.get(Field.RESULT) for row in one.rows) and len(one.rows) != failed:
                noun = _SUBJECTS[subject]
                yield f"{noun}统计为 {failed} 个，{one.source} 列出 {len(one.rows)} 个"


def _number(text: str) -> int | None:
    plain = text.replace(",", "").strip()
    return int(plain) if plain.isdecimal() and len(plain) < 9 else None
