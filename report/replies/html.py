"""A saved or published web page into a reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.decode import decode
from report.replies.document import (
    LINE_CHARACTERS,
    MOST_LINES,
    Doubt,
    Picture,
    Reading,
    UnjudgedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

PARSED_BYTES = 5 * 1024 * 1024
MOST_NODES = 200_000
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
     "body", "center", "td", "th", "dd", "dt", "hr", "footer", "header", "ul", "title"}
)  # fmt: skip
_HIDDEN = frozenset({"script", "style", "noscript", "template", "head", "iframe", "svg", "select"})
# Marks of a site's frame: no seal is called so.
_FRAME = re.compile(
    r"logo|icon|二维码|qr|wechat|weixin|weibo|share|分享|jiucuo|找错|conac|beian|备案|党政机关|banner|arrow|print",
    re.IGNORECASE,
)
_PIXELS_A_CENTIMETRE = 37.8


def read(body: bytes) -> Reading:
    """The visible lines of the page with the pictures between them. Raises UnjudgedError."""
    if len(body) > PARSED_BYTES:
        raise UnjudgedError(Doubt.TOO_LARGE)
    page = LexborHTMLParser(decode(body).text)
    lines: list[str] = []
    pictures: list[Picture] = []
    if page.body is not None:
        _walk(page.body, lines, pictures)
    if not lines:
        raise UnjudgedError(Doubt.SCANNED if pictures else Doubt.EMPTY)
    return Reading(tuple(lines), tuple(pictures), web=True)


def _walk(body: LexborNode, lines: list[str], pictures: list[Picture]) -> None:
    text: list[str] = []

    def close() -> None:
        line = " ".join("".join(text).split())
        text.clear()
        if line and len(lines) < MOST_LINES:
            lines.append(line[:LINE_CHARACTERS])

    for node, ends in _nodes(body):
        tag = node.tag or ""
        if tag in _BLOCKS:
            close()
        if ends:
            continue
        if tag == "-text":
            text.append(node.text_content or "")
        elif tag == "img":
            _see(node, lines, pictures)
    close()


def _nodes(body: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Every visible node below the body in order, and every one that holds others at its end too."""
    node, left = body.child, MOST_NODES
    while node is not None and left:
        left -= 1
        yield node, False
        inside = None if (node.tag or "") in _HIDDEN or _hidden(node) else node.child
        if inside is not None:
            node = inside
            continue
        while node.next is None:
            above = node.parent
            if above is None or above.mem_id == body.mem_id:
                return
            node = above
            yield node, True
        node = node.next


def _hidden(node: LexborNode) -> bool:
    style = (node.attributes or {}).get("style") or ""
    return "display:none" in "".join(style.split()).lower()


def _see(node: LexborNode, lines: list[str], pictures: list[Picture]) -> None:
    told = node.attributes
    source = told.get("src") or told.get("data-src") or ""
    named = f"{source[:300] if not source.startswith('data:') else ''} {told.get('alt') or ''} {told.get('class') or ''}"
    if source and not _FRAME.search(named) and len(pictures) < 200:
        sides = [_side(told.get(side)) for side in ("width", "height")]
        pictures.append(Picture(len(lines), *sides))


def _side(stated: str | None) -> float:
    found = re.fullmatch(r"(\d{1,5})(?:px)?", (stated or "").strip())
    return round(int(found[1]) / _PIXELS_A_CENTIMETRE, 1) if found else 0.0
