"""Labels that stand in the text before a date: `<td>废止日期：</td><td>2024-03-05</td>`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.outline import Outline

_LABEL: Final = re.compile(
    r"[\[【(（]?\s{0,2}([\u4e00-\u9fff][\u4e00-\u9fff\s]{1,8})\s{0,2}[\]】)）]?\s{0,2}(?:[:：]|(?<=日期)|(?<=时间))\s{0,2}"
)
_NAMES: Final = frozenset(["日期", "时间"])  # what ends a label without a colon, as in table cells
LABEL_REACH: Final = 6  # outline nodes from a label to its date at most
_LEVELS: Final = 4
_CROWDS: Final = frozenset(["table", "tbody", "thead", "ul", "ol", "body", "html"])


def ends_label(text: str) -> bool:
    """Whether a text could be a label by its last two characters."""
    end = text[-2:]
    return ":" in end or "：" in end or end in _NAMES


def label_at(outline: Outline, place: int, index: int) -> str | None:
    """The words of the label at `place` for the text at `index`; None where it is no label of it.

    Label and text share a row or a smaller element; a label inside a link is the end of a title.
    """
    if index - place > LABEL_REACH:
        return None
    label = _LABEL.fullmatch(outline.texts[place].strip())
    if label is None or not _share_a_row(outline, place, index):
        return None
    return "".join(label[1].split())


def _share_a_row(outline: Outline, label: int, index: int) -> bool:
    holder = label
    for _ in range(_LEVELS):
        holder = outline.parents[holder]
        if holder < 0 or outline.tags[holder] in _CROWDS or outline.tags[holder] == "a":
            return False
        if outline.ends[holder] > index:
            return True
    return False
