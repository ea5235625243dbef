"""A stored page made harmless: only our own tags, with the page's text in them.

Nothing of the page's markup is passed through; it is read and written anew. What is left has no
script, no style, no address that a browser would ask, and is served with a sandboxing policy.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

TEXT_MOST = 2 * 1024 * 1024
NODES_MOST = 60_000
DEPTH_MOST = 200
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "link",
        "meta",
        "base",
        "head",
        "audio",
        "video",
        "source",
        "track",
        "canvas",
        "map",
        "area",
        "dialog",
        "portal",
    ]
)
_KEPT = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "main",
        "aside",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "small",
        "sub",
        "sup",
        "pre",
        "code",
        "blockquote",
        "hr",
        "br",
        "span",
        "center",
        "address",
        "figure",
        "figcaption",
        "label",
    ]
)
_VOID = frozenset({"hr", "br"})
_XML = frozenset({"<?xml", "<rss ", "<feed"})
# Two tags without text between them stand on two lines; a text stays beside its tags.
_TAGS, _BROKEN = re.compile(r">[ \t\r\n]*<(?=[A-Za-z?!])"), ">\n<"
FIRST = '<mark id="mark">'
"""The first reading that is highlighted; frames open at it."""
_STYLE = (
    "body{font:14px/1.6 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;"
    "margin:12px;color:#1b2430;background:#fff;overflow-wrap:anywhere}"
    "a{color:#1f5a92;text-decoration:underline dotted}ul,ol{padding-left:1.4em;margin:.3em 0}"
    "table{border-collapse:collapse}td,th{border:1px solid #d8dee6;padding:2px 6px}"
    "mark{background:#ffe27a;color:#1b2430;outline:2px solid #d99b00}"
    ".picture{color:#66707d;border:1px dashed #c3cad3;padding:0 4px;font-size:12px}"
    "pre{white-space:pre-wrap}"
)


def harmless(body: bytes, encoding: str, mark: str = "") -> str:
    """The page or payload as one inert HTML document; what equals `mark` is highlighted."""
    text = _text(body, encoding)[:TEXT_MOST]
    begins = text.lstrip("\ufeff \t\r\n")[:5].lower()
    if begins[:1] in {"{", "["}:
        inner = f"<pre>{_marked(_json(text), mark)}</pre>"
    elif begins in _XML:
        inner = f"<pre>{_marked(_TAGS.sub(_BROKEN, text), mark)}</pre>"
    elif "\x00" in text[:2000]:
        inner = "<p>这份快照不是文本。</p>"
    else:
        inner = _Writer(mark).write(text)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>stored page</title>'
        f"<style>{_STYLE}</style></head><body>{inner}</body></html>"
    )


def _text(body: bytes, encoding: str) -> str:
    for name in (encoding or "utf-8", "utf-8", "gb18030"):
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def _json(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return text


def _marked(text: str, mark: str) -> str:
    mark = mark.strip()
    if not mark or mark not in text:
        return escape(text)
    pieces = text.split(mark)
    marked = f"<mark>{escape(mark)}</mark>".join(escape(piece) for piece in pieces)
    return marked.replace("<mark>", FIRST, 1)


class _Writer:
    """Writes the tree anew; one for each document."""

    def __init__(self, mark: str) -> None:
        # A stored title is cut at 256 characters and may have had its spaces put together.
        self._mark = "".join(mark.split())[:120]
        self._left = NODES_MOST
        self._out: list[str] = []

    def write(self, html: str) -> str:
        tree = LexborHTMLParser(html)
        if tree.body is not None:
            self._children(tree.body, 0)
        return "".join(self._out).replace("<mark>", FIRST, 1)

    def _children(self, node: LexborNode, depth: int) -> None:
        child = node.child
        while child is not None and self._left > 0:
            self._left -= 1
            self._one(child, depth)
            child = child.next

    def _one(self, node: LexborNode, depth: int) -> None:
        tag = (node.tag or "").lower()
        if tag == "-text":
            self._text(node.text_content or "")
        elif tag in _DROPPED or tag.startswith("-") or depth > DEPTH_MOST:
            return
        elif tag == "img":
            alt = (node.attributes.get("alt") or "图片")[:80]
            self._out.append(f'<span class="picture">{escape(alt)}</span>')
        elif tag in _KEPT:
            self._out.append(f"<{tag}{_spans(node)}>")
            if tag not in _VOID:
                self._children(node, depth + 1)
                self._out.append(f"</{tag}>")
        elif tag == "a":
            title = (node.attributes.get("href") or "")[:300]
            self._out.append(f'<a title="{escape(title)}">')
            self._children(node, depth + 1)
            self._out.append("</a>")
        elif tag in {"input", "textarea", "select", "button"}:
            self._text(node.attributes.get("value") or node.attributes.get("placeholder") or "")
            self._children(node, depth + 1)
        else:
            self._children(node, depth + 1)

    def _text(self, text: str) -> None:
        plain = "".join(text.split())
        hit = self._mark and plain and (self._mark in plain or _begins(self._mark, plain))
        self._out.append(f"<mark>{escape(text)}</mark>" if hit else escape(text))


def _begins(mark: str, plain: str) -> bool:
    """Lists cut long titles; eight characters are enough to know one again."""
    cut = plain.rstrip(".…")
    return len(cut) >= 8 and mark.startswith(cut)


def _spans(node: LexborNode) -> str:
    told = ""
    for name in ("colspan", "rowspan"):
        value = node.attributes.get(name) or ""
        if value.isascii() and value.isdigit() and len(value) <= 2:
            told += f' {name}="{value}"'
    return told
