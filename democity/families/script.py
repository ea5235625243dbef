"""A site whose lists are drawn by plain JavaScript from JSON that the page fetches.

Only a browser sees them: the address of the data is put together by the script, and its fields
have names that mean nothing. Head, navigation, footer and article pages are ordinary HTML.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from democity import content
from democity.families.base import HOME_ROWS
from democity.families.place import Page, Place
from democity.families.trs import Trs
from democity.replies import JSON, Reply
from democity.schedule import iso

if TYPE_CHECKING:
    from democity.content import Now
    from democity.plans import ColumnPlan, SitePlan
    from democity.replies import Asked

_DATA = re.compile(r"/r/q(\d{1,3})")
_PLAYER = """
(function(){var boxes=document.querySelectorAll('div[data-c]');
function draw(box){var c=box.getAttribute('data-c'),n=box.getAttribute('data-n');
var path=['','r','q'+c].join('/');var request=new XMLHttpRequest();
request.open('GET',path+'?'+['n='+n,'s='+(box.getAttribute('data-s')||0)].join('&'),true);
request.onreadystatechange=function(){if(request.readyState!=4||request.status!=200){return;}
var found=JSON.parse(request.responseText).d;var html='';
for(var i=0;i<found.length;i++){html+='<li><a href="'+found[i].b+'" target="_blank">'+found[i].a+'</a><span>'+found[i].c+'</span></li>';}
box.innerHTML='<ul class="list">'+html+'</ul>';};request.send(null);}
for(var i=0;i<boxes.length;i++){draw(boxes[i]);}})();
"""


class Script(Trs):
    """Addresses as in the static tree, lists by script."""

    name = "script"

    def data(self, site: SitePlan, asked: Asked, now: Now) -> Reply | None:
        """The player, and rows for it."""
        if asked.path == "/js/app.js":
            return Reply(_PLAYER.encode(), 200, "application/javascript; charset=utf-8")
        found = _DATA.fullmatch(asked.path)
        column = site.column(int(found[1])) if found else None
        if column is None:
            return None
        said = parse_qs(asked.query)
        count, start = _number(said, "n", HOME_ROWS), _number(said, "s", 0)
        rows = [
            {
                "a": entry.item.title,
                "b": "/"
                + self.address(site, Place("article", column.number, entry.item.k), entry.item.day),
                "c": iso(entry.item.day),
            }
            for entry in content.entries(site, column, now, start, min(count, 60))
        ]
        return Reply(json.dumps({"d": rows}, ensure_ascii=False).encode(), 200, JSON)

    def block(self, page: Page, column: ColumnPlan) -> str:
        """A heading and an empty box."""
        more = self.link(page, Place("column", column.number))
        return (
            f'<div class="box"><div class="tit"><h2>{column.name}</h2><a class="more" href="{more}">更多</a>'
            f'</div><div class="fill" data-c="{column.number}" data-n="{HOME_ROWS}"></div></div>'
        )

    def home(self, page: Page) -> str:
        """The boxes, and the script that fills them."""
        return _played(super().home(page))

    def channel(self, page: Page, number: int) -> str | None:
        """As on the home page."""
        made = super().channel(page, number)
        return _played(made) if made else None

    def listing(self, page: Page, column: ColumnPlan, number: int, total: int) -> str:
        """An empty box and the script."""
        body = (
            f'<div class="fill" data-c="{column.number}" data-n="{self.page_rows}" '
            f'data-s="{number * self.page_rows}"></div>'
        )
        return _played(self.inner(page, column, body + self.pager(page, column, number, total)))


def _played(made: str) -> str:
    return made.replace("</body>", '<script src="/js/app.js"></script>\n</body>')


def _number(said: dict[str, list[str]], name: str, default: int) -> int:
    value = said.get(name, [""])[0][:4]
    return int(value) if value.isdigit() else default


FAMILY = Script()
