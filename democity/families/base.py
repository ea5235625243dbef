"""What every family of sites does: routes, pages of each sort, and the parts they share.

A family says how its addresses look and how its pages are built; it overrides what its CMS does
differently and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity import access, content, furniture
from democity.families import board, extras, guides, planted, rows, shell
from democity.families.place import HOME, Page, Place
from democity.plans import Listing
from democity.replies import HTML, Reply

if TYPE_CHECKING:
    from democity.content import Entry, Item, Now
    from democity.plans import ColumnPlan, SitePlan
    from democity.replies import Asked

HOME_ROWS = 8
PAGE_ROWS = 20


class Family:
    """A CMS. Subclasses give addresses and markup."""

    name = ""
    page_rows = PAGE_ROWS

    # Addresses -------------------------------------------------------------------------------

    def route(self, site: SitePlan, path: str, query: str) -> Place | None:
        """Which page an address means, or None when it means none."""
        raise NotImplementedError

    def address(self, site: SitePlan, place: Place, day: int = 0) -> str:
        """The address of a page from the root of the site, without the leading slash."""
        raise NotImplementedError

    def link(self, page: Page, place: Place, day: int = 0) -> str:
        """The same, as it is written on a page."""
        return page.root + self.address(page.site, place, day)

    def root(self, site: SitePlan, place: Place) -> str:
        """How pages of that sort write the way to the root: absolute here, relative elsewhere."""
        del site, place
        return "/"

    # Answers ---------------------------------------------------------------------------------

    def answer(self, site: SitePlan, asked: Asked, now: Now) -> Reply:
        """The reply to one request; unknown addresses get the site's page for lost visitors."""
        # A cache in front of the site that was not renewed: the first night sees old pages.
        if site.look.cached_days and now.night == 1:
            now = now.earlier(site.look.cached_days)
        special = self.data(site, asked, now) or extras.answer(self, site, asked.path, now)
        if special is not None:
            return special
        place = self.route(site, asked.path, asked.query)
        if site.look.refused_columns and place and place.kind == "column":
            return access.refused(site)
        made = self.build(site, place, now) if place else None
        if made is not None:
            return self.encoded(site, made, now)
        return shell.asset(asked.path) or self.lost(site)

    def data(self, site: SitePlan, asked: Asked, now: Now) -> Reply | None:
        """Data addresses and frames of a family; None for everything else."""
        del site, asked, now
        return None

    def lost(self, site: SitePlan) -> Reply:
        """404, or 200 with the same words where the site lies about it."""
        return access.missing_page(site, 200 if site.look.soft_404 else 404)

    def encoded(self, site: SitePlan, made: str, now: Now) -> Reply:
        """The page in the encoding of the site, under the headers of its server."""
        codec = "gb18030" if site.encoding.startswith("gb") else "utf-8"
        headers: tuple[tuple[str, str], ...] = (("Server", "nginx"),)
        if site.look.last_modified:
            headers += (("Last-Modified", now.clock.strftime("%a, %d %b %Y 16:31:07 GMT")),)
        return Reply(made.encode(codec, "replace"), 200, HTML, headers)

    def build(self, site: SitePlan, place: Place, now: Now) -> str | None:
        """The page itself, or None when there is none at that place on that day."""
        page = Page(site, now, self.root(site, place))
        if place.kind == "home":
            return self.home(page)
        if place.kind in {"map", "contact"}:
            return self.plain(page, place.kind)
        if place.kind == "channel":
            return self.channel(page, place.number)
        column = site.column(place.column)
        return self._in_column(page, column, place) if column else None

    def _in_column(self, page: Page, column: ColumnPlan, place: Place) -> str | None:
        if place.kind == "article":
            return self.article(page, column, place.number)
        if place.kind == "column":
            return self.column(page, column, place.number)
        if column.listing is Listing.BOARD:
            return board.page(self, page, column, place)
        if column.listing is Listing.GUIDES:
            return guides.page(self, page, column, place.number)
        return None

    # Pages -----------------------------------------------------------------------------------

    def home(self, page: Page) -> str:
        """Blocks of the newest rows, services, ways to ask, neighbours, footer."""
        site = page.site
        parts = [self.clock_and_banner(page), planted.above(page), self.home_body(page)]
        return self.whole(page, site.name, furniture.site_meta(site), "\n".join(parts))

    def home_body(self, page: Page) -> str:
        """The lists of the home page and what stands below them."""
        site = page.site
        parts = []
        if not site.look.navigation_only:
            parts += [self.block(page, c) for c in site.columns if c.home and not c.blank]
        parts += [self.entrances(page), extras.tempting(page), planted.reports(page)]
        parts.append(extras.neighbours(page))
        return "\n".join(parts)

    def clock_and_banner(self, page: Page) -> str:
        """What stands above the lists of the home page."""
        return f'<div class="top">{furniture.clock(page.site, page.now)}</div>'

    def block(self, page: Page, column: ColumnPlan) -> str:
        """One list of the home page with its 更多 link."""
        style = page.site.look.home_dates
        made = self.list_rows(page, column, 0, HOME_ROWS, style)
        more = self.link(page, Place("column", column.number))
        return (
            f'<div class="box"><div class="tit"><h2>{column.name}</h2><a class="more" href="{more}">'
            f"更多&gt;&gt;</a></div>\n{rows.container(style, made)}</div>"
        )

    def list_rows(self, page: Page, column: ColumnPlan, start: int, count: int, style: str) -> str:
        """So many rows of a column, in one string."""
        found = content.entries(page.site, column, page.now, start, count)
        first = "" if start else planted.led_away(page, column, style)
        return first + "".join(self.row(page, column, entry, style) for entry in found)

    def row(self, page: Page, column: ColumnPlan, entry: Entry, style: str) -> str:
        """One row of a list."""
        told = entry.printed
        if style == "relative":
            told = told or rows.relative(entry.item.day, page.now.clock.toordinal())
        made = rows.row(style, self.anchor(page, column, entry.item), entry.item.day, told)
        return made.replace("<li>", '<li class="zd"><i>[置顶]</i>', 1) if entry.pinned else made

    def anchor(self, page: Page, column: ColumnPlan, item: Item) -> str:
        """The linked title of an item."""
        there = self.link(page, Place("article", column.number, item.k), item.day)
        return f'<a href="{there}" target="_blank" title="{item.title}">{item.title}</a>'

    def column(self, page: Page, column: ColumnPlan, number: int) -> str | None:
        """The page of a column: a list, or what its listing says."""
        if column.listing is Listing.BOARD:
            return board.listing(self, page, column, number)
        if column.listing is Listing.GUIDES:
            return guides.listing(self, page, column) if number == 0 else None
        if column.listing is not Listing.ITEMS:
            return self.special(page, column) if number == 0 else None
        total = len(content.shown(page.site, column, page.now))
        if number and number * self.page_rows >= total:
            return None
        return self.listing(page, column, number, total)

    def listing(self, page: Page, column: ColumnPlan, number: int, total: int) -> str:
        """Page `number` of a column of items."""
        style = page.site.look.dates
        made = self.list_rows(page, column, number * self.page_rows, self.page_rows, style)
        body = rows.container(style, made, "newslist") + self.pager(page, column, number, total)
        return self.inner(page, column, body)

    def pager(self, page: Page, column: ColumnPlan, number: int, total: int) -> str:
        """Links to the neighbouring pages of a list."""
        last = max(0, (total - 1) // self.page_rows)
        links = [
            f'<a href="{self.link(page, Place("column", column.number, there))}">{there + 1}</a>'
            for there in range(last + 1)
            if there != number
        ]
        return f'<div class="page">共{last + 1}页 {" ".join(links[:10])}</div>'

    def inner(self, page: Page, column: ColumnPlan, body: str) -> str:
        """A page of a column: place bar, neighbours of the same group, body."""
        menu = "".join(
            f'<li><a href="{self.link(page, Place("column", one.number))}">{one.name}</a></li>'
            for one in page.site.columns
            if one.group == column.group
        )
        inside = (
            f'<div class="place">您当前的位置：<a href="{self.link(page, HOME)}">首页</a> &gt; '
            f"{column.group} &gt; {column.name}</div>\n"
            f'<div class="left"><h3>{column.group}</h3><ul class="submenu">{menu}</ul></div>\n'
            f'<div class="right"><h1 class="lm">{column.name}</h1>\n{body}</div>{planted.beside(self, page)}'
        )
        labels = furniture.site_meta(page.site) + furniture.column_meta(
            page.site, column.name, column.kind
        )
        return self.whole(page, f"{column.name}-{page.site.name}", labels, inside)

    def article(self, page: Page, column: ColumnPlan, k: int) -> str | None:
        """One article, or None when it is not out."""
        if column.listing is not Listing.ITEMS or not content.exists(
            page.site, column, k, page.now
        ):
            return None
        made = content.named(page.site, column, k, page.now)
        minute = column.schedule.minute(k)
        when = f"{rows.printed(made.day).iso} {minute // 60:02d}:{minute % 60:02d}"
        paragraphs = "".join(
            f"<p>　　{one}</p>\n"
            for one in (*content.paragraphs(column.number, k), *page.site.sentences)
        )
        paragraphs += planted.tie(self, page, column)
        source = page.site.sponsor
        body = self.article_body(page, made, when, paragraphs)
        if content.without_source(page.site, column):
            body, source = body.replace(f"来源：{source}", ""), ""
        labels = furniture.site_meta(page.site)
        labels += furniture.column_meta(page.site, column.name, column.kind)
        if page.site.look.bare_articles:
            body = f'<div class="xl"><h1>{made.title}</h1>\n{paragraphs}</div>'
        else:
            labels += furniture.article_meta(page.site, made.title, when, source)
        return self.whole(page, f"{made.title}-{page.site.name}", labels, body)

    def article_body(self, page: Page, item: Item, when: str, paragraphs: str) -> str:
        """Title, publish time and source, text."""
        return (
            f'<div class="xl"><h1>{item.title}</h1><div class="info">发布时间：{when}　'
            f"来源：{page.site.sponsor}　浏览次数：<span>12</span></div>\n"
            f'<div class="TRS_Editor">{paragraphs}</div></div>'
        )

    def channel(self, page: Page, number: int) -> str | None:
        """The page of an entry of the navigation: the newest rows of each column below it."""
        groups = shell.navigation(page.site)
        if number >= len(groups):
            return None
        name, below = groups[number]
        parts = [self.below(page, column) for column in below]
        labels = furniture.site_meta(page.site) + furniture.column_meta(page.site, name, name)
        place = f'<div class="place">您当前的位置：<a href="{self.link(page, HOME)}">首页</a> &gt; {name}</div>'
        return self.whole(page, f"{name}-{page.site.name}", labels, place + "\n".join(parts))

    def below(self, page: Page, column: ColumnPlan) -> str:
        """A column as its channel shows it: its newest rows, or a link to it."""
        if column.listing is Listing.ITEMS:
            return self.block(page, column)
        there = self.link(page, Place("column", column.number))
        return f'<div class="box"><div class="tit"><h2><a href="{there}">{column.name}</a></h2></div></div>'

    def entrances(self, page: Page) -> str:
        """Services and ways to ask, as the home page offers them."""
        links = [
            f'<a class="rk" href="{self.link(page, Place("column", one.number))}">{one.name}</a>'
            for one in page.site.columns
            if one.listing is not Listing.ITEMS
        ]
        title = "办事与互动" if page.site.guides else "互动交流"
        return f'<div class="box"><div class="tit"><h2>{title}</h2></div>{" ".join(links)}</div>'

    def special(self, page: Page, column: ColumnPlan) -> str:
        """信访, 纪检举报 and 征集调查: channels of their own, which are no way to consult."""
        return self.inner(page, column, board.special(page, column))

    def plain(self, page: Page, kind: str) -> str:
        """Contact page and site map."""
        if kind == "contact":
            body = f"<h1>联系我们</h1><p>{page.site.sponsor}办公室　电话：0870-{5550000 + page.site.number}</p>"
            return self.whole(
                page, f"联系我们-{page.site.name}", furniture.site_meta(page.site), body
            )
        links = "".join(
            f'<li><a href="{self.link(page, Place("column", one.number))}">{one.name}</a></li>'
            for one in page.site.columns
        )
        labels = furniture.site_meta(page.site)
        return self.whole(
            page, f"网站地图-{page.site.name}", labels, f"<h1>网站地图</h1><ul>{links}</ul>"
        )

    # Parts -----------------------------------------------------------------------------------

    def whole(self, page: Page, title: str, labels: str, body: str) -> str:
        """Head, banner and navigation, body, footer."""
        head = (
            f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n{shell.charset(page.site)}<title>{title}</title>\n'
            f"{labels}{furniture.stamp(page.site, page.now)}"
        )
        return f"{head}{shell.top(self, page.site, page.root)}{body}{shell.bottom(page.site, page.root)}"

    def navigation(self, page: Page) -> str:
        """The navigation of every page: entries with the columns below them."""
        items = [f'<li><a href="{self.link(page, HOME)}">首页</a></li>']
        for number, (name, below) in enumerate(shell.navigation(page.site)):
            under = "".join(
                f'<dd><a href="{self.link(page, Place("column", one.number))}">{one.name}</a></dd>'
                for one in below
            )
            there = self.link(page, Place("channel", 0, number))
            items.append(f'<li><a href="{there}">{name}</a><dl class="sub">{under}</dl></li>')
        if page.site.look.external_column:
            items.append('<li><a href="http://www.gov.cn/">国务院公报</a></li>')
        return f'<div class="nav"><ul>{"".join(items)}</ul></div>'
