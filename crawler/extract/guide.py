"""The ten elements of a service guide (办事指南; W6.2, D-GUIDE)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crawler.extract.footer import read_footer
from crawler.extract.guide_words import ELEMENTS, OTHER, elements_of, has_content, labelled
from crawler.extract.outline import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extract.document import Document
    from crawler.extract.outline import Outline

__all__ = ["ELEMENTS", "read_guide"]

_HINT = re.compile(
    "依据|条件|材料|流程|程序|时限|办理时间|收费|办理地点|受理|咨询电话|事项名称|资料"
)
_ENOUGH = 3  # elements whose labels make a page a guide
_GUIDE_NAME = re.compile(r"(?:办事|服务|办理|申报|业务)指南")
_PLACE = re.compile(r"位置|首\s?页\s{0,2}[>»›/|-]")
_ARTICLE_FURNITURE = re.compile(r"发布时间|字体|字号|打印|关闭|阅读次数|浏览次数|信息来源|点击量")
_END = re.compile(
    r"上一篇|下一篇|打印本页|【?打印】?$|关闭窗口|分享到|版权所有|相关信息|相关链接|Copyright|网站标识码|主办单位：|ICP备"
)
_PICTURES = frozenset(["img", "iframe", "object", "embed", "table", "input"])
_BAR_HOLDERS = frozenset(["li", "a", "span", "div"])


class _Mark(NamedTuple):
    """A label: the outline position of its text, its elements, and the content in its text."""

    place: int
    elements: tuple[str, ...]
    inline: str


def read_guide(document: Document) -> dict[str, bool] | None:
    """Which of the ten elements have content; None when the page is no service guide.

    A page is a guide when at least three elements are labelled, or when it is an article under
    办事指南. An element with an empty cell is missing. The name of an item may be the page's title.
    """
    text = document.visible_text()
    placed = _is_placed_as_guide(document, text)
    if not placed and len(set(_HINT.findall(text))) < _ENOUGH:
        return None
    marks = _marks(document)
    named = {element for mark in marks for element in mark.elements} - {OTHER}
    if len(named) < (1 if placed else _ENOUGH) and not (placed and _ARTICLE_FURNITURE.search(text)):
        return None
    if not placed and named <= {"联系电话", "办理地点", "办理机构", "办理时间"}:
        return None  # a contact page or a notice of opening hours
    found = _filled(document.outline, marks, _end(document))
    found["事项名称"] = found["事项名称"] or bool(document.title)
    return found


def _is_placed_as_guide(document: Document, text: str) -> bool:
    """Whether the breadcrumb, or the title, puts the page under 办事指南."""
    if _GUIDE_NAME.search(document.title) and not re.fullmatch(
        r".{0,30}[-_—|]?\s?(?:办事|服务|办理|申报|业务)指南", document.title
    ):
        return True
    place = _PLACE.search(text) if "指南" in text else None
    crumb = text[place.start() : place.start() + 80] if place is not None else ""
    return bool(_GUIDE_NAME.search(crumb)) and bool(_ARTICLE_FURNITURE.search(text))


def _marks(document: Document) -> list[_Mark]:
    """Every label of the page's own text in order; links elsewhere and the footer are left out."""
    outline = document.outline
    marks: list[_Mark] = []
    for place in _visible_texts(outline, _end(document)):
        text = outline.texts[place].strip()
        if len(text) < 2:
            continue
        if len(text) <= 24 and marks and _END.search(text):
            marks.append(_Mark(place, (OTHER,), ""))
            continue
        elements, inline = labelled(text[:400])
        if elements and (inline or not _leads_away(document, place)):
            marks.append(_Mark(place, elements, inline))
    return marks


def _end(document: Document) -> int:
    """The outline position at which the footer begins."""
    footer = read_footer(document)
    return (
        footer.places[0][1] if footer is not None and footer.places else len(document.outline.tags)
    )


def _leads_away(document: Document, place: int) -> bool:
    """Whether a label is a link to another page, as in a navigation."""
    outline = document.outline
    for _ in range(3):
        place = outline.parents[place]
        if place < 0:
            return False
        if outline.tags[place] == "a":
            url = document.resolve(outline.nodes[place].attributes.get("href") or "")
            return bool(url) and url != document.url
    return False


def _visible_texts(outline: Outline, end: int) -> Iterator[int]:
    place = 0
    while place < end:
        tag = outline.tags[place]
        if tag == "-text":
            yield place
        place = outline.ends[place] if tag in HIDDEN else place + 1


def _filled(outline: Outline, marks: list[_Mark], end: int) -> dict[str, bool]:
    found = dict.fromkeys(ELEMENTS, False)
    bars = _bars(outline, marks)
    for order, mark in enumerate(marks):
        following = marks[order + 1].place if order + 1 < len(marks) else end
        for element in mark.elements:
            if element is OTHER or found[element]:
                continue
            start, stop = bars.get(order) or _content_range(outline, mark.place, following)
            found[element] = has_content(element, mark.inline) or (
                not mark.inline and _says_something(outline, element, start, stop)
            )
    return found


def _says_something(outline: Outline, element: str, start: int, end: int) -> bool:
    """Whether texts, pictures or attachments stand between two positions."""
    text = []
    for place in range(start, end):
        tag = outline.tags[place]
        if tag in _PICTURES and tag != "table":
            return True
        if tag == "-text" and outline.tags[outline.parents[place]] not in HIDDEN:
            text.append(outline.texts[place])
            if len(text) > 30:
                break
    return has_content(element, " ".join(text))


def _content_range(outline: Outline, place: int, following: int) -> tuple[int, int]:
    """Where the content of a label lies: its neighbour in a row or pair, else up to the next label."""
    holder = _holder(outline, place)
    up = outline.parents[holder]
    if up < 0:
        return place + 1, following
    if outline.tags[holder] in {"td", "th"}:
        return _cell_range(outline, holder, following)
    children = _children(outline, up)
    if len(children) == 2 and children[0] == holder:
        return children[1], min(outline.ends[up], max(following, children[1]))
    return outline.ends[place], following


def _holder(outline: Outline, place: int) -> int:
    """The largest element that holds nothing but this text."""
    holder = outline.parents[place]
    while holder > 0:
        up = outline.parents[holder]
        if up < 0 or outline.tags[holder] in {"td", "th", "body"}:
            break
        others = [
            i for i in range(up + 1, outline.ends[up]) if outline.tags[i] == "-text" and i != place
        ]
        if others or len(_children(outline, up)) > 1:
            break
        holder = up
    return holder


def _children(outline: Outline, parent: int) -> list[int]:
    """The positions of an element's child elements."""
    place, end = parent + 1, outline.ends[parent]
    found: list[int] = []
    while place < end and len(found) < 60:
        if outline.tags[place] != "-text":
            found.append(place)
        place = max(outline.ends[place], place + 1)
    return found


def _cell_range(outline: Outline, cell: int, following: int) -> tuple[int, int]:
    """The cells behind a label up to the next label; under a row of labels, the cell below."""
    row = outline.parents[cell]
    cells = _children(outline, row)
    after = [other for other in cells if other > cell]
    if len(cells) > 1 and all(elements_of(outline.inner_text(other)) for other in cells):
        return _cell_below(outline, row, cells.index(cell))
    if after:
        return outline.ends[cell], min(max(following, outline.ends[cell]), outline.ends[row])
    return outline.ends[cell], following


def _cell_below(outline: Outline, row: int, order: int) -> tuple[int, int]:
    below = outline.ends[row]
    if below < len(outline.tags) and outline.tags[below] == "tbody":
        below += 1
    if below >= len(outline.tags) or outline.tags[below] != "tr":
        return row, row
    cells = _children(outline, below)
    return (cells[order], outline.ends[cells[order]]) if order < len(cells) else (row, row)


def _bars(outline: Outline, marks: list[_Mark]) -> dict[int, tuple[int, int]]:
    """Tabs: labels side by side in one bar, each with its panel in the element that follows."""
    ranges: dict[int, tuple[int, int]] = {}
    run: list[int] = []
    for order, mark in enumerate(marks):
        if run and not _touching(outline, marks[run[-1]], mark):
            ranges.update(_panels(outline, marks, run))
            run = []
        run.append(order)
    ranges.update(_panels(outline, marks, run))
    return ranges


def _touching(outline: Outline, first: _Mark, second: _Mark) -> bool:
    if first.inline:
        return False
    between = outline.tags[first.place + 1 : second.place]
    return "-text" not in between and _PICTURES.isdisjoint(between)


def _panels(outline: Outline, marks: list[_Mark], run: list[int]) -> dict[int, tuple[int, int]]:
    if len(run) < 3:
        return {}
    bar = outline.parents[_holder(outline, marks[run[0]].place)]
    run = [order for order in run if marks[order].place < outline.ends[bar]]
    if len(run) < 3:
        return {}
    items = [child for child in _children(outline, bar) if outline.tags[child] in _BAR_HOLDERS]
    if len(items) < len(run) or outline.tags[bar] in {"tr", "table", "body"}:
        return {}
    panels = _following_panels(outline, bar, len(items))
    if not panels:
        return {}
    ranges = {}
    for order in run:
        place = marks[order].place
        position = next(
            (i for i, item in enumerate(items) if item < place < outline.ends[item]), None
        )
        if position is not None:
            ranges[order] = (panels[position], outline.ends[panels[position]])
    return ranges


def _following_panels(outline: Outline, bar: int, count: int) -> list[int]:
    """The panels after a tab bar: as many siblings, or children of the next one, as tabs."""
    for _ in range(4):
        up = outline.parents[bar]
        if up < 0:
            return []
        siblings = [child for child in _children(outline, up) if child > bar]
        if siblings:
            inner = _children(outline, siblings[0])
            panels = inner if len(inner) >= count else siblings
            return panels[:count] if len(panels) >= count else []
        bar = up
    return []
