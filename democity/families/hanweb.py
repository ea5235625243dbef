"""A 大汉-like system: lists are CDATA records that a script loads from `dataproxy.jsp`.

`/col/col1203/index.html`, `/art/2021/1/12/art_1203_500123.html`. Half of the sites carry the
first records in the page itself, half leave the page empty until the script has asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from democity import content
from democity.families import planted, rows
from democity.families.base import HOME_ROWS, Family
from democity.families.place import HOME, Page, Place
from democity.families.shell import navigation
from democity.replies import Reply
from democity.schedule import iso

if TYPE_CHECKING:
    from democity.content import Item, Now
    from democity.plans import ColumnPlan, SitePlan
    from democity.replies import Asked

_FIRST, _ZERO, _GROUP = 1200, 500_000, 45
_PROXY = "/module/web/jpage/dataproxy.jsp"
_ARTICLE = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_(\d{4})_(\d{4,9})\.html")
_LIST = re.compile(r"/col/col(\d{4})/index\.html")
_CHANNEL = re.compile(r"/col/col(\d{3})/index\.html")
_SHAPES = (
    (re.compile(r"/col/col(\d{4})/xj(\d{1,7})\.html"), "letter"),
    (re.compile(r"/col/col(\d{4})/bs(\d{1,4})\.html"), "guide"),
    (re.compile(r"/col/col(\d{4})/wyxx()\.html"), "form"),
    (re.compile(r"/col/col(\d{4})/index_(\d{1,4})\.html"), "column"),
)
_FIXED = {
    "/": HOME,
    "/index.html": HOME,
    "/wzdt.html": Place("map"),
    "/lxwm.html": Place("contact"),
}
_PLAYER = """
function jpage(id,proxy,perpage){var box=document.getElementById(id);
var data=box.getElementsByTagName('script')[0];
function fill(xml){var found=xml.match(/<record><!\\[CDATA\\[[\\s\\S]*?\\]\\]><\\/record>/g)||[];var html='';
for(var i=0;i<found.length&&i<perpage;i++){html+=found[i].replace('<record><![CDATA[','').replace(']]></record>','');}
var list=document.createElement('ul');list.className='jpage_list';list.innerHTML=html;box.appendChild(list);}
if(data&&data.innerHTML.indexOf('<record>')>-1){fill(data.innerHTML);return;}
var request=new XMLHttpRequest();request.open('GET',proxy,true);
request.onreadystatechange=function(){if(request.readyState==4&&request.status==200){fill(request.responseText);}};
request.send(null);}
"""


class Hanweb(Family):
    """Numbered columns, records in CDATA."""

    name = "hanweb"
    page_rows = 15

    def route(self, site: SitePlan, path: str, query: str) -> Place | None:
        """Column numbers start at 1201, channels have three digits."""
        del query
        if path in _FIXED:
            return _FIXED[path]
        if found := _ARTICLE.fullmatch(path):
            return Place("article", int(found[1]) - _FIRST, int(found[2]) - _ZERO)
        if found := _LIST.fullmatch(path):
            return Place("column", int(found[1]) - _FIRST)
        if found := _CHANNEL.fullmatch(path):
            number = int(found[1]) - 101
            return Place("channel", 0, number) if 0 <= number < len(navigation(site)) else None
        for shape, kind in _SHAPES:
            if found := shape.fullmatch(path):
                return Place(kind, int(found[1]) - _FIRST, int(found[2] or 0))
        return None

    def address(self, site: SitePlan, place: Place, day: int = 0) -> str:
        """Months and days without a leading zero."""
        del site
        if place.kind == "home":
            return "index.html"
        if place.kind == "channel":
            return f"col/col{101 + place.number}/index.html"
        number = _FIRST + place.column
        if place.kind == "article":
            year, month, told = (int(part) for part in iso(day).split("-"))
            return f"art/{year}/{month}/{told}/art_{number}_{_ZERO + place.number}.html"
        names = {"letter": f"xj{place.number}", "guide": f"bs{place.number}", "form": "wyxx"}
        further = f"index_{place.number}" if place.number else "index"
        return f"col/col{number}/{names.get(place.kind, further)}.html"

    def data(self, site: SitePlan, asked: Asked, now: Now) -> Reply | None:
        """The records of one column, and the script that shows them."""
        if asked.path == "/module/jslib/jpage/jpage.js":
            return Reply(_PLAYER.encode(), 200, "application/javascript")
        if asked.path != _PROXY:
            return None
        said = parse_qs(asked.query) | parse_qs(asked.body.decode("latin-1"))
        number = _digits(said, "columnid") - _FIRST
        column = site.column(number)
        if column is None:
            return Reply(b"<datastore></datastore>", 200, "text/xml; charset=utf-8")
        start = max(_digits(said, "startrecord", 1), 1)
        count = min(max(_digits(said, "endrecord", _GROUP) - start + 1, 0), _GROUP)
        page = Page(site, now, "/")
        body = self._store(page, column, self._records(page, column, start - 1, count))
        return Reply(body.encode(), 200, "text/xml; charset=utf-8")

    def _records(self, page: Page, column: ColumnPlan, start: int, count: int) -> str:
        style = page.site.look.dates
        style = "iso" if style == "table" else style
        found = content.entries(page.site, column, page.now, start, count)
        made = [self.row(page, column, entry, style).strip() for entry in found]
        led = "" if start else planted.led_away(page, column, style).strip()
        made = [led, *made] if led else made
        return "\n".join(f"<record><![CDATA[{one}]]></record>" for one in made)

    def _store(self, page: Page, column: ColumnPlan, records: str) -> str:
        total = len(content.shown(page.site, column, page.now))
        further = self._proxy(page.site, column, _GROUP + 1)
        return (
            f"<datastore><totalrecord>{total}</totalrecord><totalpage>{-(-total // self.page_rows)}</totalpage>"
            f'<nextgroup><![CDATA[<a href="{further}"></a>]]></nextgroup>\n'
            f"<recordset>{records}</recordset></datastore>"
        )

    def _proxy(self, site: SitePlan, column: ColumnPlan, start: int = 1) -> str:
        return (
            f"{_PROXY}?startrecord={start}&endrecord={start + _GROUP - 1}&perpage={self.page_rows}"
            f"&appid=1&webid={site.number}&path=/&columnid={_FIRST + column.number}"
            f"&unitid={_unit(site, column)}&webname={site.code}&permissiontype=0"
        )

    def listing(self, page: Page, column: ColumnPlan, number: int, total: int) -> str:
        """A container that the script fills; with or without the first records in it."""
        del number, total
        site = page.site
        records = self._records(page, column, 0, _GROUP) if site.key % 2 else ""
        unit = _unit(site, column)
        body = (
            f'<div id="{unit}" class="default_pgContainer"><script type="text/xml">'
            f"{self._store(page, column, records)}</script></div>\n"
            '<script type="text/javascript" src="/module/jslib/jpage/jpage.js"></script>\n'
            f"<script type=\"text/javascript\">jpage('{unit}','{self._proxy(site, column)}',"
            f"{self.page_rows});</script>"
        )
        return self.inner(page, column, body)

    def block(self, page: Page, column: ColumnPlan) -> str:
        """Home page lists are static tables."""
        style = page.site.look.home_dates
        made = self.list_rows(page, column, 0, HOME_ROWS, "table" if style == "iso" else style)
        more = self.link(page, Place("column", column.number))
        inside = rows.container("table" if style == "iso" else style, made, "bt_list")
        return (
            f'<table class="main_box" width="100%"><tr><td class="bt">{column.name}</td>'
            f'<td align="right"><a href="{more}">更多</a></td></tr><tr><td colspan="2">{inside}</td></tr></table>'
        )

    def article_body(self, page: Page, item: Item, when: str, paragraphs: str) -> str:
        """The publish time under the title, in a table."""
        return (
            f'<table id="c" width="100%"><tr><td class="title">{item.title}</td></tr><tr><td align="center">'
            f"发布日期：{when}　来源：{page.site.sponsor}　浏览次数：<script>document.write('8')</script></td></tr>"
            f'<tr><td><div id="zoom"><!--ZJEG_RSS.content.begin-->{paragraphs}'
            "<!--ZJEG_RSS.content.end--></div></td></tr></table>"
        )


def _unit(site: SitePlan, column: ColumnPlan) -> int:
    return 300_000 + site.number * 100 + column.number


def _digits(said: dict[str, list[str]], name: str, default: int = 0) -> int:
    value = said.get(name, [""])[0]
    return int(value[:9]) if value[:9].isdigit() else default


FAMILY = Hanweb()
