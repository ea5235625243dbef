"""List rows of a page: each date cell is led to the one title it belongs to.

From a date the search climbs until it meets a title link. One link: that is the row. Several: either
one row with side links (a table row, a list item), or a flat run of links and dates in turn.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.extract.dates import find_full
from crawler.extract.found import FoundRow
from crawler.extract.pinned import is_pinned
from crawler.extract.table import wrong_columns
from crawler.extract.titles import title_of
from crawler.extract.url_dates import date_in_url

if TYPE_CHECKING:
    from crawler.extract.cells import DateCell
    from crawler.extract.dates import Stamp
    from crawler.extract.document import Link
    from crawler.extract.ground import Ground

_ROW_TAGS: Final = frozenset(["li", "tr", "dd", "dl", "dt", "article"])
_MANY_DATES: Final = frozenset(["li", "tr"])
_TOP: Final = frozenset(["body", "html"])
_CLIMB: Final = 10
_SIDE_LINKS: Final = 3
_NEIGHBOURS: Final = 40
_ROW_TEXT: Final = 700
_GAP: Final = 40
_MOST_PINNED: Final = 12
_WORDS_BESIDE: Final = 2
_OPENING: Final = "[【［"
_SHORTEST_DATE: Final = 8  # characters: 2019-2-6
_NO_ROW: Final = re.compile(
    r"版权所有|Copyright|ICP备|技术支持|主办单位|当前位置|您的位置|所在位置|现在的位置|您所在|浏览次数|阅读次数|"
    r"字体[:：]|字号[:：]|打印本页|上一篇|下一篇",
    re.IGNORECASE,
)
_SOURCE: Final = re.compile(r"(?:来源|作者|编辑|转自|出处)\s{0,3}[:：]?\s{0,3}$")


class _Pair(NamedTuple):
    cell: DateCell
    link: Link
    row: int


def find_dated(ground: Ground, cells: list[DateCell]) -> list[FoundRow]:
    """Every row with a printed date, one for each link, in page order."""
    if not cells:
        return []
    pairing = _Pairing(ground, cells, wrong_columns(ground.outline, cells))
    best: dict[int, _Pair] = {}
    for cell in cells:
        pair = pairing.pair(cell)
        if pair is None:
            continue
        old = best.get(pair.link.index)
        if old is None or _better(pair, old, ground):
            best[pair.link.index] = pair
    seen: Counter[int] = Counter()
    return [_found(ground, best[place], seen) for place in sorted(best)]


def _better(new: _Pair, old: _Pair, ground: Ground) -> bool:
    """A date inside the row over a neighbour of it; a labelled publication day over a bare date; of

    equals the later day (trap: several dates).
    """
    better, worse = _worth(new, ground), _worth(old, ground)
    if better != worse:
        return better > worse
    if new.row != old.row:
        return False
    return _key(new.cell.stamp) > _key(old.cell.stamp)


def _worth(pair: _Pair, ground: Ground) -> tuple[bool, int, bool, bool, bool]:
    """What speaks for a pair, the strongest first.

    09:00 behind a printed day is its hour and not today; 20261120 beside 2026-11-02 is a number.
    """
    cell, stamp = pair.cell, pair.cell.stamp
    plain = not stamp.text.isdigit()
    return _inside(pair, ground), cell.rank, cell.alone, not stamp.relative, plain


def _inside(pair: _Pair, ground: Ground) -> bool:
    """Whether the date stands in the element of its row, not beside a link in a flat run."""
    return pair.row <= pair.cell.index < ground.outline.ends[pair.row]


def _key(stamp: Stamp) -> tuple[int, int, int]:
    return (stamp.year or 0, stamp.month, stamp.day)


def _found(ground: Ground, pair: _Pair, seen: Counter[int]) -> FoundRow:
    """The row of a pair. Only the first rows of a list can be pinned: they are held at its top."""
    title = title_of(ground.outline, pair.link, pair.cell)
    group = ground.list_of(pair.link.index)
    seen[group] += 1
    url, stamp = pair.link.url, _with_year(pair.cell.stamp, pair.link.title)
    url_day = date_in_url(url) if stamp.year is None else None
    pinned = seen[group] <= _MOST_PINNED and is_pinned(ground.outline, pair.row, title)
    end = ground.outline.ends[pair.row]
    return FoundRow(title, url, pair.link.index, group, stamp, url_day, pinned, pair.row, end)


def _with_year(stamp: Stamp, attribute: str) -> Stamp:
    """A stamp that prints no year, with that of the same day in the link's `title` attribute."""
    if stamp.year is not None or stamp.relative or len(attribute) < _SHORTEST_DATE:
        return stamp
    same = (one for one in find_full(attribute) if (one.month, one.day) == (stamp.month, stamp.day))
    found = next(same, None)
    return stamp if found is None else stamp._replace(year=found.year)


class _Pairing:
    """Finds the row of a date cell."""

    def __init__(self, ground: Ground, cells: list[DateCell], wrong: frozenset[int]) -> None:
        self.ground = ground
        self.outline = ground.outline
        self.cells = cells
        self.places = [cell.index for cell in cells]
        self.wrong = wrong

    def pair(self, cell: DateCell) -> _Pair | None:
        """The row of one cell, or None when the date belongs to no row."""
        if cell.index in self.wrong:
            return None
        inside = self.ground.enclosing(cell.index)
        if inside is not None and self._is_whole_row(inside, cell):
            return self._checked(cell, inside, inside.index)
        in_title = inside is not None and cell.rest > _WORDS_BESIDE
        return self._climb(cell) if cell.alone and not in_title else None

    def _is_whole_row(self, link: Link, cell: DateCell) -> bool:
        """Whether a link around a date holds its title too (not the date alone)."""
        if cell.rest > _WORDS_BESIDE:
            return False
        text = link.text if len(link.text) > len(link.title) else link.title
        return len(text) - len(cell.stamp.text) >= 4

    def _climb(self, cell: DateCell) -> _Pair | None:
        tags, parents = self.outline.tags, self.outline.parents
        row = parents[cell.index]
        for _ in range(_CLIMB):
            if row < 0 or tags[row] in _TOP:
                return None
            count = self.ground.count(row)
            if count == 1:
                link = self.ground.first_title(row)
                return self._checked(cell, link, row) or self._card(cell, link, row)
            if count > 1:
                return self._among(cell, row, count)
            if tags[row] in _MANY_DATES and (short := self._short(row)):
                return self._checked(cell, short, row)
            row = parents[row]
        return None

    def _card(self, cell: DateCell, link: Link, row: int) -> _Pair | None:
        """A title with a long summary before its date: the element that holds them has a twin."""
        parents = self.outline.parents
        while row >= 0 and self.ground.count(row) == 1 and not self.ground.aside(row):
            if self._has_twin(row):
                return _Pair(cell, link, row)
            row = parents[row]
        return None

    def _has_twin(self, row: int) -> bool:
        """Whether a neighbour of the same name and class holds one title and a date too."""
        outline = self.outline
        name, parent = self._named(row), outline.parents[row]
        place, count = parent + 1, 0
        while parent >= 0 and place < outline.ends[parent] and count < _NEIGHBOURS:
            alike = outline.tags[place] == outline.tags[row] and self._named(place) == name
            filled = place != row and self._dates_under(place) and self.ground.count(place) == 1
            if filled and alike and len(outline.inner_text(place)) <= _ROW_TEXT:
                return True
            place, count = outline.ends[place], count + 1
        return False

    def _named(self, index: int) -> str:
        return self.outline.nodes[index].attributes.get("class") or ""

    def _short(self, row: int) -> Link | None:
        """In a row without a title link, the first link of two characters or more, columns last."""
        column: Link | None = None
        for place in range(row, self.outline.ends[row]):
            link = self.ground.links.get(place)
            if link is None or len(link.text) < 2 or self.ground.is_control(link):
                continue
            if link.text[0] not in _OPENING:
                return link
            column = column or link
        return column

    def _among(self, cell: DateCell, row: int, count: int) -> _Pair | None:
        """The link for a date in an element with several title links."""
        dates = self._dates_under(row)
        if (dates == 1 or self._is_one_row(row, count, dates)) and self._is_row(row, count):
            titles = self.ground.titles_under(row)
            longest = max(len(link.text) for link in titles)
            main = next(link for link in titles if 2 * len(link.text) >= longest)
            return self._checked(cell, main, row)
        return self._in_turn(cell, row) if dates >= 2 else None

    def _is_one_row(self, row: int, count: int, dates: int) -> bool:
        """Whether several dates in a table row or list item are all of one title.

        Where title and date stand in turn there are as many items beside each other.
        """
        if self.outline.tags[row] not in _MANY_DATES or count != dates:
            return self.outline.tags[row] in _MANY_DATES
        titles = [link.index for link in self.ground.titles_under(row)]
        first = bisect_left(self.places, row)
        turns = sorted([*titles, *self.places[first : first + dates]])[::2]
        return titles != turns and self.places[first : first + dates] != turns

    def _dates_under(self, row: int) -> int:
        return bisect_left(self.places, self.outline.ends[row]) - bisect_left(self.places, row)

    def _is_row(self, row: int, count: int) -> bool:
        """A list item or table row with few links, or one of several alike with dates."""
        if self.outline.tags[row] in _ROW_TAGS and count <= _SIDE_LINKS:
            return True
        return count <= 2 * _SIDE_LINKS and self._has_alike(row)

    def _has_alike(self, row: int) -> bool:
        outline = self.outline
        tag, parent = outline.tags[row], outline.parents[row]
        place, alike = parent + 1, 0
        while place < outline.ends[parent] and alike < 2:
            if outline.tags[place] == tag and self._dates_under(place) and self.ground.count(place):
                alike += 1
            place = outline.ends[place]
        return alike >= 2

    def _in_turn(self, cell: DateCell, row: int) -> _Pair | None:
        """In a flat run of links and dates: the neighbour on the side on which links stand."""
        titles = self.ground.titles_under(row)
        places = [link.index for link in titles]
        first_cell = self.places[bisect_left(self.places, row)]
        after = bisect_left(places, cell.index)
        chosen = after - 1 if places[0] < first_cell else after
        if not 0 <= chosen < len(titles):
            return None
        link = titles[chosen]
        near = self._between(cell, link) <= _GAP
        return self._checked(cell, link, link.index) if near else None

    def _checked(self, cell: DateCell, link: Link, row: int) -> _Pair | None:
        """The pair, unless what surrounds it is no row of a list."""
        named = self.outline.tags[row] in _ROW_TAGS
        if self.ground.aside(self.outline.parents[row] if named else row):
            return None
        whole = named or row == link.index or self._belongs(cell, link, row)
        return _Pair(cell, link, row) if whole else None

    def _belongs(self, cell: DateCell, link: Link, row: int) -> bool:
        """Whether a date belongs to a link in an element that is no row by its name."""
        text = self.outline.inner_text(row)
        if len(text) - len(link.text) > _ROW_TEXT:
            return False
        if self._has_alike(row):
            return True
        source = _SOURCE.search(self.outline.texts[link.index - 1])
        return not (_NO_ROW.search(text) or source) and self._between(cell, link) <= _GAP

    def _between(self, cell: DateCell, link: Link) -> int:
        """The characters between a date and a link, whichever comes first."""
        start, end = self.outline.ends[link.index], cell.index
        if cell.index < link.index:
            start, end = cell.last + 1, link.index
        return sum(map(len, self.outline.texts[start:end]))
