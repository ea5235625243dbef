"""A 公开目录 platform: news in static lists, disclosure columns as JSON that a script loads.

All disclosure columns share one address and differ after the `#`: `/gkmlpt/index#1203` asks
`/gkmlpt/api/all/1203`. Articles are `content/post_3140358.html` and `/gkmlpt/content/…`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from democity import content, furniture
from democity.families.base import Family
from democity.families.place import HOME, Page, Place
from democity.families.shell import navigation
from democity.plans import Listing
from democity.replies import JSON, Reply
from democity.schedule import iso

if TYPE_CHECKING:
    from democity.content import Item, Now
    from democity.plans import ColumnPlan, SitePlan
    from democity.replies import Asked

_FIRST, _SPAN, _ZERO = 1200, 100_000, 50_000
_API = re.compile(r"/gkmlpt/api/all/(\d{4})")
_STATIC = re.compile(r"/(\w+/\w+)/content/post_(?P<number>\d{6,9})\.html")
_OPEN = re.compile(r"/gkmlpt/content/\d/\d{1,5}/post_(?P<number>\d{6,9})\.html")
_SHAPES = (
    (re.compile(r"/(\w+/\w+)/(?:index(?:_(\d{1,4}))?\.html)?"), "column"),
    (re.compile(r"/(\w+/\w+)/letter_(\d{1,7})\.html"), "letter"),
    (re.compile(r"/(\w+/\w+)/item_(\d{1,4})\.html"), "guide"),
    (re.compile(r"/(\w+/\w+)/write()\.html"), "form"),
)
_CHANNEL = re.compile(r"/(\w+)/index\.html")
_FIXED = {
    "/": HOME,
    "/index.html": HOME,
    "/gkmlpt/index": Place("disclosure"),
    "/gkmlpt/": Place("disclosure"),
    "/wzdt.html": Place("map"),
    "/lxwm.html": Place("contact"),
}
_PLAYER = """
(function(){function two(n){return n<10?'0'+n:''+n;}
function show(){var cid=location.hash.replace('#','')||_CONFIG.TREE[0].id;
var request=new XMLHttpRequest();request.open('GET','/gkmlpt/api/all/'+cid+'?page=1&sid='+_CONFIG.SID,true);
request.onreadystatechange=function(){if(request.readyState!=4||request.status!=200){return;}
var found=JSON.parse(request.responseText).articles;var html='';
for(var i=0;i<found.length;i++){var d=new Date((found[i].display_publish_time+8*3600)*1000);
html+='<tr><td class="first-td"><a href="'+found[i].url+'" title="'+found[i].title+'">'+found[i].title+'</a></td><td>'+
d.getUTCFullYear()+'-'+two(d.getUTCMonth()+1)+'-'+two(d.getUTCDate())+'</td></tr>';}
document.getElementById('list').innerHTML='<table class="table-content">'+html+'</table>';};
request.send(null);}
window.onhashchange=show;show();})();
"""


class Gkmlpt(Family):
    """Static news, disclosure by JSON."""

    name = "gkmlpt"

    def route(self, site: SitePlan, path: str, query: str) -> Place | None:
        """Folders for the static part; the disclosure part has one page."""
        del query
        if path in _FIXED:
            return _FIXED[path]
        found = _STATIC.fullmatch(path) or _OPEN.fullmatch(path)
        if not found:
            return _folders(site, path)
        column, k = divmod(int(found["number"]), _SPAN)
        return Place("article", column, k - _ZERO)

    def address(self, site: SitePlan, place: Place, day: int = 0) -> str:
        """No date in any address."""
        del day
        if place.kind == "home":
            return ""
        if place.kind == "channel":
            return f"{_folder(site, place.number)}/index.html"
        column = site.column(place.column)
        assert column is not None
        if place.kind == "article":
            return _post(place, column)
        if place.kind == "column" and _open(column):
            return f"gkmlpt/index#{_FIRST + place.column}"
        further = f"index_{place.number + 1}" if place.number else "index"
        words = {"letter": f"letter_{place.number}", "guide": f"item_{place.number}"}
        words |= {"form": "write", "column": further}
        return f"{column.slug}/{words[place.kind]}.html"

    def build(self, site: SitePlan, place: Place, now: Now) -> str | None:
        """The one disclosure page, and the rest as everywhere."""
        if place.kind == "disclosure":
            return self._disclosure(Page(site, now, "/"))
        return super().build(site, place, now)

    def _disclosure(self, page: Page) -> str:
        site = page.site
        tree = [
            {"id": _FIRST + one.number, "name": one.name, "parent_id": 0, "children": []}
            for one in site.columns
            if _open(one)
        ]
        config = json.dumps({"SID": f"{200_000 + site.number}", "TREE": tree}, ensure_ascii=False)
        body = (
            '<div class="gkml"><h1>政府信息公开目录</h1><div id="list"></div></div>\n'
            f"<script>window._CONFIG={config};</script>\n"
            '<script src="/gkmlpt/js/app.js"></script>'
        )
        labels = furniture.site_meta(site) + furniture.column_meta(
            site, "政府信息公开", "信息公开目录"
        )
        return self.whole(page, f"政府信息公开目录-{site.name}", labels, body)

    def data(self, site: SitePlan, asked: Asked, now: Now) -> Reply | None:
        """The list of one column, and the script that shows it."""
        if asked.path == "/gkmlpt/js/app.js":
            return Reply(_PLAYER.encode(), 200, "application/javascript")
        found = _API.fullmatch(asked.path)
        if not found:
            return None
        column = site.column(int(found[1]) - _FIRST)
        told = parse_qs(asked.query).get("page", ["1"])[0]
        number = max(int(told[:4]) - 1, 0) if told[:4].isdigit() else 0
        listed = self._articles(site, column, now, number) if column and _open(column) else []
        total = len(content.shown(site, column, now)) if column else 0
        payload = {"articles": listed, "total": total, "sid": 200_000 + site.number}
        return Reply(json.dumps(payload, ensure_ascii=False).encode(), 200, JSON)

    def _articles(
        self, site: SitePlan, column: ColumnPlan, now: Now, number: int
    ) -> list[dict[str, Any]]:
        start = number * self.page_rows
        found = content.entries(site, column, now, start, self.page_rows)
        return [self._record(site, column, entry.item) for entry in found]

    def _record(self, site: SitePlan, column: ColumnPlan, item: Item) -> dict[str, Any]:
        minute = column.schedule.minute(item.k)
        # Ordinal 719163 is 1970-01-01; publishing times are Unix seconds, printed ones Beijing.
        seconds = (item.day - 719_163) * 86_400 + minute * 60 - 8 * 3600
        there = self.address(site, Place("article", column.number, item.k), item.day)
        return {
            "id": column.number * _SPAN + _ZERO + item.k,
            "title": item.title,
            "url": f"{site.origin}/{there}#{_FIRST + column.number}",
            "created_at": f"{iso(item.day)} {minute // 60:02d}:{minute % 60:02d}:00",
            "first_publish_time": seconds,
            "display_publish_time": seconds,
            "publisher": site.sponsor,
            "document_number": "",
            "jump_url": "",
        }

    def article_body(self, page: Page, item: Item, when: str, paragraphs: str) -> str:
        """The table of a disclosed document above the text."""
        return (
            f'<div class="classify"><table><tr><td>索引号：</td><td>{page.site.code}/{when[:4]}-{item.k % 1000:05d}'
            f"</td><td>发布机构：</td><td>{page.site.sponsor}</td></tr><tr><td>名称：</td><td colspan='3'>{item.title}"
            f"</td></tr><tr><td>发布日期：</td><td>{when[:10]}</td><td>主题词：</td><td></td></tr></table></div>"
            f'<h1 class="content-title">{item.title}</h1><div class="content-box">{paragraphs}</div>'
        )


def _open(column: ColumnPlan) -> bool:
    """Whether a column belongs to the disclosure part."""
    return column.group == "政务公开" and column.listing is Listing.ITEMS


def _post(place: Place, column: ColumnPlan) -> str:
    number = place.column * _SPAN + _ZERO + place.number
    if _open(column):
        return f"gkmlpt/content/{number // 1_000_000}/{number // 1000}/post_{number}.html"
    return f"{column.slug}/content/post_{number}.html"


def _folder(site: SitePlan, number: int) -> str:
    return navigation(site)[number][1][0].slug.partition("/")[0]


def _folders(site: SitePlan, path: str) -> Place | None:
    slugs = {one.slug: one for one in site.columns}
    for shape, kind in _SHAPES:
        if (found := shape.fullmatch(path)) and found[1] in slugs:
            number = int(found[2] or 0)
            column = slugs[found[1]]
            return Place(kind, column.number, number - 1 if kind == "column" and number else number)
    if found := _CHANNEL.fullmatch(path):
        for number in range(len(navigation(site))):
            if _folder(site, number) == found[1]:
                return Place("channel", 0, number)
    return None


FAMILY = Gkmlpt()
