"""Plain signs that deductions ask for: a search box, the emblem, ties between documents, the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.column_names import NAME_LIMIT, is_article_address
from crawler.extract.facts import PageKind, PageLink, PageSigns
from crawler.extract.marks import Marks

if TYPE_CHECKING:
    from crawler.extract.document import Document

TEXT: Final = 4_000
_WITH_TEXT: Final = frozenset([PageKind.ARTICLE, PageKind.OTHER])
# Read as a board for its form; what it says of the receiver of requests is wanted all the same.
_DISCLOSURE: Final = "依申请公开"
_RELATED: Final = 12
_FIGURES: Final = 120
_TIE: Final = re.compile(
    r"《|原文|解读|图解|一图读懂|问答|相关(?:文件|政策|链接)|政策(?:文件|链接)"
)
BY_TELEPHONE: Final = re.compile(
    r"(?:二维码|扫码|扫一扫|公众号|小程序).{0,30}(?:咨询|投诉|留言|诉求|建议|反映问题)"
    r"|(?:咨询|投诉|留言|诉求|建议|反映问题).{0,12}(?:二维码|扫码|扫一扫|公众号|小程序)"
)
"""A way to ask that leads off the page: a code to scan, an account. 关注公众号 alone is none."""
_STATISTICS: Final = re.compile(r"统计|数据|情况通报|反馈情况")
_EMBLEM: Final = re.compile(r"guo_?hui|国徽|national[-_]?emblem", re.IGNORECASE)
_EMBLEM_MARKS: Final = Marks([b"guohui", b"guo_hui", "国徽".encode(), b"emblem"])
_SEARCHES: Final = re.compile(
    r"search|query|keyword|sousuo|搜\s?索|检\s?索|站内搜|关键[字词]", re.IGNORECASE
)
_FIELDS: Final = 40


def read_signs(document: Document, kind: PageKind) -> PageSigns | None:
    """What a page shows beside its content; None where nothing of it is there.

    The search box and the emblem are looked for on home pages alone, `related` links on articles
    (a document, its interpretation) and on boards (figures of the letters); `text` is kept of pages
    that are neither list, board nor home, of 依申请公开, and of boards that send their visitors to a
    telephone, at most 4,000 characters.
    """
    if kind is PageKind.HOME:
        found = PageSigns(search=_has_search(document), emblem=_has_emblem(document))
    elif kind in _WITH_TEXT or _DISCLOSURE in document.title[:60]:
        related = _related(document) if kind is PageKind.ARTICLE else ()
        found = PageSigns(related=related, text=document.visible_text()[:TEXT])
    elif kind is PageKind.MESSAGE_BOARD:
        text = document.visible_text()[:TEXT]
        told = text if BY_TELEPHONE.search(text) else ""
        found = PageSigns(related=_figures(document), text=told)
    else:
        return None
    return found if found != PageSigns() else None


def _has_search(document: Document) -> bool:
    """Whether a field says that one may search the site, or a link leads to such a page."""
    for node in document.nodes("input")[:_FIELDS]:
        attributes = node.attributes
        if (attributes.get("type") or "text").lower() in {"hidden", "password", "checkbox"}:
            continue
        words = (attributes.get(name) for name in ("placeholder", "value", "name", "id", "title"))
        if _SEARCHES.search(" ".join(word[:60] for word in words if word)):
            return True
    return any(
        len(link.text) <= 8 and ("搜索" in link.text or "检索" in link.text)
        for link in document.links
    )


def _has_emblem(document: Document) -> bool:
    """Whether a picture or a style names the national emblem; one drawn into a banner is unseen."""
    if not _EMBLEM_MARKS.stand_in(document.lowered):
        return False
    for _, attributes in document.pictures:
        told = f"{attributes.get('src') or ''} {attributes.get('alt') or ''} {attributes.get('title') or ''}"
        if _EMBLEM.search(told[:400]):
            return True
    return _EMBLEM.search(document.text[:60_000]) is not None


def _related(document: Document) -> tuple[PageLink, ...]:
    """Links of an article to a document or to its interpretation, by their words."""
    found: dict[str, PageLink] = {}
    for link in document.links:
        words = link.text or link.title
        if len(words) < 4 or link.url in found or link.url == document.url:
            continue
        if _TIE.search(words) and is_article_address(link.url):
            found[link.url] = PageLink(link.url, words[:120])
            if len(found) == _RELATED:
                break
    return tuple(found.values())


def _figures(document: Document) -> tuple[PageLink, ...]:
    """Links of a board whose words speak of figures, whatever their length: no names of columns."""
    found: dict[str, PageLink] = {}
    for link in document.links:
        words = link.text if len(link.text) >= len(link.title) else link.title
        if link.url and len(words) > NAME_LIMIT and _STATISTICS.search(words[:_FIGURES]):
            found.setdefault(link.url, PageLink(link.url, words[:_FIGURES]))
            if len(found) == _RELATED:
                break
    return tuple(found.values())
