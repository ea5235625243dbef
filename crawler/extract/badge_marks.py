"""The 党政机关/事业单位 badge and the 我为政府网站找错 entry, each in all its forms.

Structured signals decide (host, attribute, script address); words and pictures alone prove
nothing (indicators 14, traps 32, 33, 36).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.extract.badge_scripts import live_script, read_scripts, script_sources, unquoted
from crawler.extract.document import once
from crawler.extract.visibility import excerpt, markup, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from selectolax.lexbor import LexborNode

    from crawler.extract.badge_scripts import Script
    from crawler.extract.document import Document

    Picture = Callable[[LexborNode, Mapping[str, str | None]], bool]


@dataclass(frozen=True, slots=True)
class Mark:
    """One badge as found. `live` is None where only its script-filled place was found."""

    live: bool | None
    evidence: str = ""
    code: str | None = None
    obsolete: bool = False
    error: bool = False


NOTHING = Mark(live=False)

# --- 党政机关 / 事业单位 (CONAC) -----------------------------------------------------------

_CONAC_SCRIPT = re.compile(
    r"dcs\.conac\.cn/js/|/?CA\d{21}[A-Z]?\.js|conac[\w.-]{0,20}\.js", re.IGNORECASE
)
_CONAC_SOURCE = re.compile(r"conac|ca\d{21}")
_CONAC_TARGET = re.compile(r"bszs\.conac|conac\.cn/sitename", re.IGNORECASE)
_CONAC_WRITTEN = re.compile(f"{_CONAC_SCRIPT.pattern}|{_CONAC_TARGET.pattern}", re.IGNORECASE)
_CONAC_ERROR = re.compile(r"(?:red|blue)_error\.(?:png|gif|jpg)", re.IGNORECASE)


def conac(document: Document, scripts: Sequence[Script]) -> Mark:
    """The CONAC badge of a page. An error picture means the mark does not fit the domain."""
    error = _conac_error(document) if "onac" in _said(document) else None
    if error is not None:
        return Mark(live=False, evidence=markup(error), error=True)
    evidence = _conac_evidence(document, scripts)
    return Mark(live=True, evidence=evidence) if evidence else _conac_place(document)


def _conac_error(document: Document) -> LexborNode | None:
    for node, attributes in document.pictures:
        source = attributes.get("src") or ""
        if "error." in source.lower() and _CONAC_ERROR.search(source) and shown(node):
            return node
    return None


def _conac_evidence(document: Document, scripts: Sequence[Script]) -> str:
    """The markup of a live badge: its link, its script, or the script that writes it."""
    named = "onac" in _said(document)
    sourced = _CONAC_SOURCE.search(script_sources(document))
    node = _sourced(scripts, _CONAC_SCRIPT) if sourced else None
    node = node or (_conac_link(document) if named else None)
    if node is not None or not named:
        return markup(node) if node is not None else ""
    written = _written(scripts, _CONAC_WRITTEN, ("onac",))
    return excerpt(*written) if written is not None else ""


def _conac_link(document: Document) -> LexborNode | None:
    return _leading_to(document, _CONAC_TARGET)


def _leading_to(document: Document, target: re.Pattern[str]) -> LexborNode | None:
    """The first link, else the first clickable element, that leads to a target and can be seen."""
    nodes = document.outline.nodes
    for link in document.links:
        if link.href and target.search(link.href) and _is_pressable(nodes[link.index]):
            return nodes[link.index]
    for node in document.nodes("area"):
        if target.search(node.attributes.get("href") or "") and _is_pressable(node):
            return node
    for node in document.clicked:
        if target.search(node.attributes.get("onclick") or "") and _is_pressable(node):
            return node
    return None


def _is_pressable(node: LexborNode) -> bool:
    return _has_face(node) and shown(node)


def _has_face(node: LexborNode) -> bool:
    """Whether there is anything to see or press: a picture, a text or a styled element."""
    return bool(
        node.tag in {"img", "area"}
        or node.css_first("img, svg, i, span")
        or node.text().strip()
        or node.attributes.get("class")
        or node.attributes.get("style")
        or _is_drawn_by_its_holder(node)
    )


def _is_drawn_by_its_holder(node: LexborNode) -> bool:
    """Whether an empty link fills a named element alone: its picture is a matter of style sheets."""
    holder = node.parent
    if holder is None or not (holder.attributes.get("class") or holder.attributes.get("id")):
        return False
    return not holder.text().strip() and sum(1 for _ in holder.iter()) == 1


def _conac_place(document: Document) -> Mark:
    place = _places(document).get("_ideConac")
    if place is not None and not place.css_first("img") and shown(place):
        return Mark(live=None, evidence=markup(place))
    return _picture_only(document, _is_conac_picture)


def _is_conac_picture(node: LexborNode, attributes: Mapping[str, str | None]) -> bool:
    source, words = attributes.get("src") or "", attributes.get("alt") or ""
    if "conac" in source.lower() or "党政机关" in words or "事业单位" in words:
        return True
    holder = node.parent if source.endswith(("/red.png", "/blue.png")) else None
    return holder is not None and holder.tag == "a"


# --- 我为政府网站找错 ------------------------------------------------------------------------

_JIUCUO_TARGET = re.compile(
    r"exposure/jiucuo|zfwzgl\.(?:www\.)?gov\.cn|check_web/errorInfo|jiucuo[\w./]{0,20}\?(?:[^\"']{0,80}&(?:amp;)?)?site_?code=",
    re.IGNORECASE,
)
_LEGACY = re.compile(r"pucha\.kaipuyun\.cn|121\.43\.68\.40|121\.40\.115\.217", re.IGNORECASE)
_JIUCUO_WRITTEN = re.compile(
    r"exposure/jiucuo|zfwzgl\.(?:www\.)?gov\.cn|_jiucuo_|check_web/errorInfo", re.IGNORECASE
)
_CODE = re.compile(
    r"(?:site_?code|Link|[?&]v)\W{1,12}?((?:\d{6}|bm\d{4})\d{4})(?!\d)", re.IGNORECASE
)


def jiucuo(document: Document, scripts: Sequence[Script]) -> Mark:
    """The 找错 entry of a page; a legacy host is told by `obsolete`."""
    if not _hints_at_jiucuo(document, scripts):
        return _picture_only(document, _is_jiucuo_picture)
    found = (
        _jiucuo_script(scripts)
        or _jiucuo_rendered(document)
        or _leading_to(document, _JIUCUO_TARGET)
    )
    if found is not None:
        return _jiucuo_mark(markup(found, "jiucuo"), found.html or "")
    written = _written(scripts, _JIUCUO_WRITTEN, ("iucuo", "zfwzgl", "errorInfo"))
    if written is not None:
        return _jiucuo_mark(excerpt(*written), written[0])
    place = _places(document).get("_span_jiucuo")
    if place is not None and shown(place):
        return Mark(live=None, evidence=markup(place))
    return _picture_only(document, _is_jiucuo_picture)


def _is_jiucuo_picture(node: LexborNode, attributes: Mapping[str, str | None]) -> bool:
    source = attributes.get("src") or ""
    words = f"{attributes.get('alt')} {attributes.get('title')}"
    if "jiucuo" in source.lower() or "找错" in words:
        return True
    holder = node.parent if source.endswith("/jc.png") else None
    if holder is None or holder.tag != "a":
        return False
    return holder.attributes.get("href") == "javascript:;"


def _jiucuo_mark(evidence: str, source: str) -> Mark:
    code = _CODE.search(source)
    return Mark(
        live=True,
        evidence=evidence,
        code=code[1].lower() if code else None,
        obsolete=bool(_LEGACY.search(source)),
    )


def _hints_at_jiucuo(document: Document, scripts: Sequence[Script]) -> bool:
    if "iucuo" in _said(document) or "_span_jiucuo" in _places(document):
        return True
    addresses = document.addresses
    if "zfwzgl" in addresses or "errorInfo" in addresses:
        return True
    return any(script.source and "sitecode" in script.node.attributes for script in scripts)


def _jiucuo_script(scripts: Sequence[Script]) -> LexborNode | None:
    for node, source, _ in scripts:
        if not source or source.lower().startswith("javascript:"):
            continue
        attributes = node.attributes
        ours = attributes.get("id") == "_jiucuo_" or "sitecode" in attributes
        if (ours or "exposure/jiucuo" in source) and shown(node):
            return node
    return None


def _jiucuo_rendered(document: Document) -> LexborNode | None:
    node = _places(document).get("_span_jiucuo")
    return node if node is not None and node.css_first("img") and shown(node) else None


# --- both ------------------------------------------------------------------------------------


@once
def _said(document: Document) -> str:
    """All that a badge can be made of: addresses, clicks and scripts; for a first look."""
    loaded = [attributes.get("src") or "" for _, attributes in document.pictures]
    clicks = [node.attributes.get("onclick") or "" for node in document.clicked]
    areas = [node.attributes.get("href") or "" for node in document.nodes("area")]
    sources = [script.source for script in read_scripts(document)]
    said = (*sources, *areas, *clicks, *loaded, *document.scripts)
    return "\n".join((document.addresses, *said))


@once
def _places(document: Document) -> dict[str, LexborNode]:
    """The first element of each name that a script fills: the badges' own or the site's."""
    found: dict[str, LexborNode] = {}
    for node in document.tree.css("#_ideConac, #_span_jiucuo, [data-setting]"):
        name = _name_of_place(node.attributes)
        if name:
            found.setdefault(name, node)
    return found


# `data-setting="{sitecode:'...'}"` on an empty element: the site's common script makes the badge
# of it. A CONAC mark's number tells itself; the 找错 place holds the site's code and says so.
_CONAC_NUMBER = re.compile(
    r"site_?code\W{1,8}[0-9A-F]{16}E053[0-9A-F]{12}(?![0-9A-F])", re.IGNORECASE
)


def _name_of_place(attributes: Mapping[str, str | None]) -> str:
    setting = (attributes.get("data-setting") or "")[:400]
    if not setting:
        return attributes.get("id") or ""
    if _CONAC_NUMBER.search(setting):
        return "_ideConac"
    named = f"{attributes.get('class')} {attributes.get('id')}".lower()
    return "_span_jiucuo" if "jiucuo" in named and _CODE.search(setting) else ""


def _picture_only(document: Document, fits: Picture) -> Mark:
    """A picture without its link is no badge, but worth keeping as evidence."""
    for node, attributes in document.pictures:
        if fits(node, attributes):
            return Mark(live=False, evidence=markup(node))
    return NOTHING


def _sourced(scripts: Sequence[Script], pattern: re.Pattern[str]) -> LexborNode | None:
    """The first script whose address fits."""
    for node, source, _ in scripts:
        if source and pattern.search(source) and shown(node):
            return node
    return None


def _written(
    scripts: Sequence[Script], pattern: re.Pattern[str], hints: tuple[str, ...]
) -> tuple[str, str] | None:
    """The live text of the first inline script that holds `pattern`, and what matched."""
    for node, _, text in scripts:
        if not any(hint in text for hint in hints):
            continue
        live = unquoted(live_script(text))
        match = pattern.search(live)
        if match is not None and shown(node):
            return live, match[0]
    return None
