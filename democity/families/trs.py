"""A static tree as TRS-like systems publish it.

`/zwgk/tzgg/202012/t20201230_1234567.html`, lists in `index.html`, `index_1.html`, every link
relative to the page it stands on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from democity.families.base import Family
from democity.families.place import HOME, Place
from democity.families.rows import printed
from democity.families.shell import navigation

if TYPE_CHECKING:
    from democity.plans import SitePlan

# The number in an address holds the column and the item; items may count down from zero.
_SPAN, _ZERO = 1_000_000, 500_000
_ARTICLE = re.compile(r"/(\w+/\w+)/\d{6}/t(\d{8})_(\d{7,9})\.html")
_LIST = re.compile(r"/(\w+/\w+)/(?:index(?:_(\d{1,4}))?\.html)?")
_CHANNEL = re.compile(r"/(\w+)/(?:index\.html)?")
_SHAPES = (
    (_LIST, "column"),
    (re.compile(r"/(\w+/\w+)/xj_(\d{1,7})\.html"), "letter"),
    (re.compile(r"/(\w+/\w+)/bsxx_(\d{1,7})\.html"), "guide"),
    (re.compile(r"/(\w+/\w+)/wyxx()\.html"), "form"),
)
_FIXED = {
    "/": HOME,
    "/index.html": HOME,
    "/wzdt.html": Place("map"),
    "/lxwm.html": Place("contact"),
}


def number(column: int, k: int) -> int:
    """The number that stands for an item in an address."""
    return column * _SPAN + _ZERO + k


def item_of(told: int) -> tuple[int, int]:
    """Column and item of such a number."""
    column, rest = divmod(told, _SPAN)
    return column, rest - _ZERO


class Trs(Family):
    """The static tree."""

    name = "trs"

    def route(self, site: SitePlan, path: str, query: str) -> Place | None:
        """Folders are columns, folders of folders their months."""
        del query
        if path in _FIXED:
            return _FIXED[path]
        if found := _ARTICLE.fullmatch(path):
            return self._article(site, found)
        if found := _CHANNEL.fullmatch(path):
            return _channel(site, found[1])
        slugs = {one.slug: one.number for one in site.columns}
        for shape, kind in _SHAPES:
            if (found := shape.fullmatch(path)) and found[1] in slugs:
                return Place(kind, slugs[found[1]], int(found[2] or 0))
        return None

    def _article(self, site: SitePlan, found: re.Match[str]) -> Place | None:
        number_, k = item_of(int(found[3]))
        column = site.column(number_)
        if column is None or column.slug != found[1]:
            return None
        return Place("article", number_, k)

    def address(self, site: SitePlan, place: Place, day: int = 0) -> str:
        """Folder, month and file."""
        if place.kind == "home":
            return "index.html" if site.key % 2 else ""
        if place.kind == "channel":
            below = navigation(site)[place.number][1]
            return below[0].slug.partition("/")[0] + "/"
        column = site.column(place.column)
        assert column is not None
        if place.kind == "article":
            told = printed(day).iso.replace("-", "")
            return f"{column.slug}/{told[:6]}/t{told}_{number(place.column, place.number)}.html"
        if place.kind == "column":
            page = f"_{place.number}" if place.number else ""
            return f"{column.slug}/index{page}.html"
        if place.kind == "form":
            return f"{column.slug}/wyxx.html"
        word = "xj" if place.kind == "letter" else "bsxx"
        return f"{column.slug}/{word}_{place.number}.html"

    def root(self, site: SitePlan, place: Place) -> str:
        """`./` on the home page, `../../` in a column, one more in the folder of a month."""
        del site
        if place.kind == "channel":
            return "../"
        depth = {"home": 0, "map": 0, "contact": 0, "article": 3}.get(place.kind, 2)
        return "../" * depth or "./"


def _channel(site: SitePlan, folder: str) -> Place | None:
    for number_, (_, below) in enumerate(navigation(site)):
        if below[0].slug.partition("/")[0] == folder:
            return Place("channel", 0, number_)
    return None


FAMILY = Trs()
