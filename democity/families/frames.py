"""Old sites in frames: the home page is a frameset, lists stand in an iframe of their column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity import content, furniture
from democity.families import rows
from democity.families.place import Page, Place
from democity.families.shell import bottom, charset
from democity.families.trs import Trs

if TYPE_CHECKING:
    from democity.content import Now
    from democity.plans import ColumnPlan, SitePlan

_TOP, _MAIN, _BOTTOM = Place("frame", 0, 1), Place("frame", 0, 2), Place("frame", 0, 3)
_FRAMES = {"/top.html": _TOP, "/main.html": _MAIN, "/bottom.html": _BOTTOM}


class Frames(Trs):
    """The static tree behind frames."""

    name = "frames"

    def route(self, site: SitePlan, path: str, query: str) -> Place | None:
        """Three frames of the home page, one of each column."""
        if path in _FRAMES:
            return _FRAMES[path]
        folder, _, file = path.rpartition("/")
        if file.startswith("list"):
            inner = super().route(site, f"{folder}/{file.replace('list', 'index', 1)}", query)
            return inner._replace(kind="inside") if inner and inner.kind == "column" else None
        return super().route(site, path, query)

    def root(self, site: SitePlan, place: Place) -> str:
        """Frames of the home page stand beside it, those of a column beside the column."""
        if place.kind == "frame":
            return "./"
        return super().root(
            site, place._replace(kind="column") if place.kind == "inside" else place
        )

    def build(self, site: SitePlan, place: Place, now: Now) -> str | None:
        """A frame, or a page of the tree."""
        page = Page(site, now, self.root(site, place))
        if place.kind == "frame":
            return self._frame(page, place)
        if place.kind == "inside":
            column = site.column(place.column)
            return self._inside(page, column, place.number) if column else None
        return super().build(site, place, now)

    def home(self, page: Page) -> str:
        """Nothing but frames."""
        return (
            f"<html>\n<head>\n{charset(page.site)}<title>{page.site.name}</title>\n"
            f"{furniture.site_meta(page.site)}</head>\n"
            '<frameset rows="120,*,160" frameborder="no" border="0" framespacing="0">\n'
            '<frame src="top.html" name="topFrame" scrolling="no" noresize>\n'
            '<frame src="main.html" name="mainFrame">\n<frame src="bottom.html" name="bottomFrame">\n'
            "</frameset>\n<noframes><body>您的浏览器不支持框架</body></noframes>\n</html>\n"
        )

    def _frame(self, page: Page, place: Place) -> str:
        site = page.site
        if place == _TOP:
            body = f"<h2>{site.name}</h2>{furniture.clock(site, page.now)}{self.navigation(page)}"
            return _bare(site, body)
        if place == _MAIN:
            return _bare(site, self.home_body(page))
        return _bare(site, bottom(site).partition("</body>")[0])

    def listing(self, page: Page, column: ColumnPlan, number: int, total: int) -> str:
        """The list stands in a frame of its own."""
        del total
        told = f"list_{number}.html" if number else "list.html"
        frame = f'<iframe src="{told}" width="760" height="600" frameborder="0"></iframe>'
        return self.inner(page, column, frame)

    def _inside(self, page: Page, column: ColumnPlan, number: int) -> str | None:
        total = len(content.shown(page.site, column, page.now))
        if number and number * self.page_rows >= total:
            return None
        style = page.site.look.dates
        made = self.list_rows(page, column, number * self.page_rows, self.page_rows, style)
        listed = rows.container(style, made, "newslist")
        return _bare(page.site, listed + self.pager(page, column, number, total))


def _bare(site: SitePlan, body: str) -> str:
    return f'<html>\n<head>\n{charset(site)}<base target="_top">\n</head>\n<body>\n{body}\n</body>\n</html>\n'


FAMILY = Frames()
