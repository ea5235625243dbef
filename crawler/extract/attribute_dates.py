"""Dates that rows keep in an attribute for a script to print: `<li data-time="2024-05-03">`.

They are looked for only where no row prints its date.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.cells import DateCell
from crawler.extract.dates import Stamp, read_value

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.extract.document import Document

_NAMES: Final = ("data-time", "data-date", "data-pubtime", "data-pubdate", "data-publishtime")
_SELECTOR: Final = ", ".join(f"[{name}]" for name in _NAMES)
_GATES: Final = ("data-time", "data-date", "data-pub")
_WHOLE: Final = re.compile(
    r"(?:19|20)\d\d[-/.年](?:0?\d|1[0-2])[-/.月]\d{1,2}(?!\d).{0,20}|1\d{9}(?:\d{3})?", re.DOTALL
)
_FEWEST: Final = 3
_MOST: Final = 1000


def attribute_cells(document: Document, as_of: datetime) -> list[DateCell]:
    """The dates of such attributes, in page order; none where fewer than three stand, or all are one

    moment: that is when the page was made.
    """
    if not any(document.mentions(gate) for gate in _GATES):
        return []
    said = {
        node.mem_id: value
        for node in document.tree.css(_SELECTOR)[:_MOST]
        if (value := _value(node.attributes)) is not None
    }
    if len(said) < _FEWEST or len(set(said.values())) == 1:
        return []
    found: list[DateCell] = []
    ends = document.outline.ends
    for index, node in enumerate(document.outline.nodes):
        value = said.get(node.mem_id)
        day = read_value(value, as_of) if value is not None else None
        if value is not None and day is not None:
            place = ends[index] - 1  # inside the element, from where its row is climbed to
            stamp = Stamp(day.year, day.month, day.day, 0, 0, value[:40])
            found.append(DateCell(place, place, stamp))
    return sorted(found, key=lambda cell: cell.index)


def _value(attributes: dict[str, str | None]) -> str | None:
    values = ((attributes.get(name) or "").strip() for name in _NAMES)
    return next((value for value in values if _WHOLE.fullmatch(value)), None)
