"""Letters in a table, or in rows of equal cells, under a header that names the columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extract.dates import Stamp, first_full
from crawler.extract.facts import Letter
from crawler.extract.letter_states import state_in
from crawler.extract.letter_words import STATUS, TITLE, day_of, labels
from crawler.extract.url_dates import date_in_url

if TYPE_CHECKING:
    from datetime import date, datetime

    from crawler.extract.document import Document

_STATUS_HEAD = re.compile(r"状态|是否回复|是否办结|办理情况|处理情况|办理结果|回复情况")
_TITLE_HEAD = re.compile(rf"{TITLE.pattern}|标题|主题|名称|内容|摘要")
_HEAD_LIMIT = 12  # characters of one header cell
_ROWS = 300
# The number of a letter begins with its day: 20240912001, XZ20240912-3
_NUMBERED = re.compile(r"[A-Za-z]{0,4}(20\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])-?\d{1,8}$")


def grid_letters(document: Document, as_of: datetime) -> list[Letter]:
    """Letters under the first header row that names a date of asking or answering."""
    for header in _header_rows(document):
        roles = _roles(document, header)
        if "asked" not in roles and "replied" not in roles:
            continue
        letters = [
            letter
            for row in _rows_after(document, header, len(roles))
            if (letter := _letter(document, row, roles, as_of)).title
        ]
        if letters:
            return letters
    return []


def _header_rows(document: Document) -> list[list[int]]:
    """Rows of cells around a short text that is a date label and holds no date."""
    outline = document.outline
    found: dict[int, list[int]] = {}
    for index, text in enumerate(outline.texts):
        if not text or len(text.strip()) > _HEAD_LIMIT or not labels(text):
            continue
        row = outline.parents[index]
        for _ in range(5):
            row = outline.parents[row] if row >= 0 else -1
            if row < 0 or outline.tags[row] in {"body", "table", "tbody", "form"}:
                break
            cells = _children(document, row)
            if len(cells) >= 3 or (len(cells) == 2 and outline.tags[row] == "tr"):
                if not any(character.isdigit() for character in outline.inner_text(row)):
                    found.setdefault(row, cells)
                break
    return [[row, *cells] for row, cells in found.items()]


def _children(document: Document, row: int) -> list[int]:
    """The positions of an element's child elements."""
    outline = document.outline
    index, end = row + 1, outline.ends[row]
    cells = []
    while index < end:
        if outline.tags[index] != "-text":
            cells.append(index)
        index = max(outline.ends[index], index + 1)
    return cells


def _roles(document: Document, header: list[int]) -> list[str]:
    return [_role(document.outline.inner_text(cell)) for cell in header[1:]]


def _role(head: str) -> str:
    """What a header cell says its column holds."""
    if len(head) > _HEAD_LIMIT:
        return ""
    named = labels(head)
    if named:
        return {"vague": "other_date"}.get(named[0][0], named[0][0])
    if head in {"时间", "日期"}:
        return "asked"
    if _STATUS_HEAD.search(head):
        return "status"
    return "title" if _TITLE_HEAD.search(head) else ""


def _rows_after(document: Document, header: list[int], width: int) -> list[list[int]]:
    """Rows with as many cells as the header, in its table or among its siblings and theirs."""
    outline = document.outline
    row = header[0]
    top = outline.parents[row]
    while top > 0 and outline.tags[top] in {"thead", "tbody", "tr", "dl"}:
        top = outline.parents[top]
    wanted = outline.tags[row]
    end = outline.ends[top] if wanted == "tr" or top < 0 else outline.ends[_above(document, top)]
    rows: list[list[int]] = []
    index = outline.ends[row]
    while index < end and len(rows) < _ROWS:
        cells = _children(document, index) if outline.tags[index] != "-text" else []
        if len(cells) == width and (wanted != "tr" or outline.tags[index] == "tr"):
            rows.append(cells)
            index = outline.ends[index]
        else:
            index += 1
    return rows


def _above(document: Document, top: int) -> int:
    """The parent of the header's parent: the header often stands in a box of its own."""
    parent = document.outline.parents[top]
    return parent if parent > 0 and document.outline.tags[parent] != "body" else top


def _letter(document: Document, cells: list[int], roles: list[str], as_of: datetime) -> Letter:
    outline = document.outline
    texts = [outline.inner_text(cell)[:400] for cell in cells]
    by_role = dict(zip(reversed(roles), reversed(texts), strict=True))
    start, end = cells[0], outline.ends[cells[-1]]
    links = [link for link in document.links if start <= link.index < end]
    best = max(links, key=lambda link: len(link.text), default=None)
    linked = (best.title or best.text) if best is not None and len(best.text) >= 4 else ""
    status = STATUS.search(by_role.get("status", ""))
    state = status[0] if status else state_in(document, start, end)
    url = best.url if best is not None else ""
    dated = any(day_of(text, as_of) for text in texts)
    near = _told(texts, url)
    return Letter(
        title=((linked or by_role.get("title") or max(texts, key=len)) if dated else "")[:200],
        url=url,
        asked_on=day_of(by_role.get("asked", ""), as_of, near)
        or day_of(by_role.get("other_date", ""), as_of, near),
        replied_on=day_of(by_role.get("replied", ""), as_of, near),
        status=state or by_role.get("status", "")[:20],
    )


def _told(texts: list[str], url: str) -> date | None:
    """A day with its year in a letter's row: printed whole, at the head of its number, in its link."""
    for text in texts:
        if len(text) <= _HEAD_LIMIT and (stamp := first_full(text)) is not None:
            return stamp.date()
    for text in texts:
        if (match := _NUMBERED.match(text)) is not None:
            return Stamp(int(match[1]), int(match[2]), int(match[3]), 0, 0, match[0]).date()
    return date_in_url(url)
