"""An Epoint-like system: numbered folders, `[MM-DD]` in lists, the year only in the address.

`/001/001002/20210112/0f3c….html`, lists in `secondPage.html` and `2.html`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from democity import content, furniture
from democity.families import rows
from democity.families.base import HOME_ROWS, Family
from democity.families.place import HOME, Page, Place
from democity.families.rows import printed
from democity.families.shell import navigation
from democity.seed import draw

if TYPE_CHECKING:
    from democity.content import Entry, Item
    from democity.plans import ColumnPlan, SitePlan

_ZERO = 0x80000
_ARTICLE = re.compile(r"/\d{3}/(\d{6})/(\d{8})/([0-9a-f]{8})-[0-9a-f-]{27}\.html")
_LIST = re.compile(r"/\d{3}/(\d{6})/(?:secondPage|(\d{1,4}))\.html")
_CHANNEL = re.compile(r"/(\d{3})/firstPage\.html")
_DETAIL = re.compile(r"/\d{3}/(\d{6})/(letter|item|write)(\d{0,7})\.html")
_FIXED = {
    "/": HOME,
    "/index.html": HOME,
    "/wzdt.html": Place("map"),
    "/lxwm.html": Place("contact"),
}
_KINDS = {"letter": "letter", "item": "guide", "write": "form"}
_WORDS = {kind: word for word, kind in _KINDS.items()}


def uuid(site: SitePlan, column: int, k: int) -> str:
    """An address part that looks random and says column and item in its first eight digits."""
    tail = f"{draw(site.key, column, k):016x}{draw(site.key, k, column):016x}"
    head = f"{column:03x}{_ZERO + k:05x}"
    return f"{head}-{tail[:4]}-4{tail[4:7]}-a{tail[7:10]}-{tail[10:22]}"


class Epoint(Family):
    """Numbered folders."""

    name = "epoint"
    page_rows = 16

    def route(self, site: SitePlan, path: str, query: str) -> Place | None:
        """Six digits are a column, its last three the number."""
        del query
        if path in _FIXED:
            return _FIXED[path]
        if found := _ARTICLE.fullmatch(path):
            column, k = int(found[3][:3], 16), int(found[3][3:], 16) - _ZERO
            return Place("article", column, k) if int(found[1][3:]) == column else None
        if found := _LIST.fullmatch(path):
            return Place("column", int(found[1][3:]), max(int(found[2] or 1) - 1, 0))
        if found := _CHANNEL.fullmatch(path):
            return _channel(site, int(found[1]))
        if found := _DETAIL.fullmatch(path):
            return Place(_KINDS[found[2]], int(found[1][3:]), int(found[3] or 0))
        return None

    def address(self, site: SitePlan, place: Place, day: int = 0) -> str:
        """Channel, column, day, number."""
        if place.kind == "home":
            return "index.html"
        if place.kind == "channel":
            return f"{place.number + 1:03d}/firstPage.html"
        folder = self._folder(site, place.column)
        if place.kind == "article":
            told = printed(day).iso.replace("-", "")
            return f"{folder}/{told}/{uuid(site, place.column, place.number)}.html"
        if place.kind == "column":
            return f"{folder}/{place.number + 1 if place.number else 'secondPage'}.html"
        number = "" if place.kind == "form" else place.number
        return f"{folder}/{_WORDS[place.kind]}{number}.html"

    def _folder(self, site: SitePlan, number: int) -> str:
        column = site.column(number)
        assert column is not None
        groups = [name for name, _ in navigation(site)]
        channel = groups.index(column.group) + 1
        return f"{channel:03d}/{channel:03d}{number:03d}"

    def block(self, page: Page, column: ColumnPlan) -> str:
        """Blocks are divisions with their own names for everything."""
        style = _style(page.site.look.home_dates)
        made = self.list_rows(page, column, 0, HOME_ROWS, style)
        more = self.link(page, Place("column", column.number))
        return (
            f'<div class="ewb-box"><div class="ewb-hd"><span class="ewb-tt">{column.name}</span>'
            f'<a class="ewb-more" href="{more}">MORE+</a></div>\n'
            f'<div class="ewb-bd">{rows.container(style, made, "wb-data-item")}</div></div>'
        )

    def list_rows(self, page: Page, column: ColumnPlan, start: int, count: int, style: str) -> str:
        """Rows of divisions unless the site asks for another style."""
        return super().list_rows(page, column, start, count, _style(style))

    def row(self, page: Page, column: ColumnPlan, entry: Entry, style: str) -> str:
        """`[MM-DD]` behind the link, a pinned mark before it."""
        if style != "bracket" or entry.printed:
            return super().row(page, column, entry, style)
        mark = '<font color="red">[置顶]</font>' if entry.pinned else ""
        return (
            '<li class="wb-data-list"><div class="wb-data-infor">'
            f"{mark}{self.anchor(page, column, entry.item)}</div>"
            f'<span class="wb-data-date">[{printed(entry.item.day).short}]</span></li>\n'
        )

    def article_body(self, page: Page, item: Item, when: str, paragraphs: str) -> str:
        """【信息时间： … 阅读次数】 without a blank between."""
        del page
        return (
            f'<div class="article-info"><h1>{item.title}</h1><p class="infotime">【信息发布时间：'
            f"{when[:10]}阅读次数：<span id='viewcount'>9</span>】</p></div>\n"
            f'<div class="ewb-article">{paragraphs}</div>'
        )

    def clock_and_banner(self, page: Page) -> str:
        """A slide show of the newest pictures, without dates."""
        first = next((c for c in page.site.columns if c.home and not c.blank), None)
        slides = ""
        if first is not None:
            slides = "".join(
                f"<li><a href='{self.link(page, Place('article', first.number, k), day)}'>"
                f"<img src='{page.root}images/s{place}.jpg' alt=''></a></li>"
                for place, (k, day) in enumerate(_slides(page, first))
            )
        return f'<div class="ewb-top">{furniture.clock(page.site, page.now)}</div><ul class="slides">{slides}</ul>'


def _slides(page: Page, column: ColumnPlan) -> list[tuple[int, int]]:
    if page.site.look.navigation_only:
        return []
    shown = content.shown(page.site, column, page.now)[:3]
    return [(k, content.item(page.site, column, k).day) for k in shown]


def _style(asked: str) -> str:
    """The default of this family is `[MM-DD]`."""
    return "bracket" if asked == "iso" else asked


def _channel(site: SitePlan, number: int) -> Place | None:
    return Place("channel", 0, number - 1) if 1 <= number <= len(navigation(site)) else None


FAMILY = Epoint()
