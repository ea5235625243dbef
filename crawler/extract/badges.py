"""Footer items: the two badges, the codes, the sponsor and the contact of a page (D-FOOTER)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.extract.badge_marks import conac, jiucuo
from crawler.extract.badge_scripts import live_script, read_scripts, written_html
from crawler.extract.document import once, parse
from crawler.extract.facts import Badges
from crawler.extract.footer import Footer, read_footer
from crawler.extract.footer_items import (
    POLICE_LINK,
    icp,
    is_site_code,
    phone,
    police,
    site_code,
    sponsor,
)
from crawler.extract.footer_sources import (
    frames_below,
    is_left_to_a_script,
    read_footer_sources,
)
from crawler.extract.remembered import remembered
from crawler.extract.visibility import markup, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extract.badge_marks import Mark
    from crawler.extract.badge_scripts import Script
    from crawler.extract.document import Document, Link
    from crawler.extract.footer_items import Item

__all__ = [
    "is_left_to_a_script",
    "merge",
    "read_badges",
    "read_badges_of_source",
    "read_footer_sources",
]

_MAP_NAMES = frozenset(["网站地图", "站点地图", "网站导航", "站点导航", "网站导图"])
_CONTACT_NAMES = frozenset(["联系我们", "联系方式", "联系电话", "联系本站", "联系本网", "联系网站"])
# An e-mail address or a postal one; in print the @ is often replaced against spam.
_REACHED = re.compile(
    r"[\w.-]{2,40}(?:@|#|＠|\(at\)|\[at\])[\w-]{1,40}\.(?:com|cn|net|org|gov)|(?:地\s{0,4}址|邮\s{0,4}箱|邮编|邮政编码)\s{0,4}[:：]?\s{0,4}[\w\u4e00-\u9fff]",
    re.IGNORECASE,
)
_FILING = re.compile(r"beian\.(?:mps\.)?gov\.cn", re.IGNORECASE)
_SOURCE_LIMIT = 1_000_000  # characters of a fetched footer source that are read
_LONGEST_NAME = 12
_APPENDS = re.compile(r"\.(?:append|prepend|html|after)\(")
_FILINGS = ("ICP备", "标识码", "公网安备")
_FOOTER_WORDS = ("备案", "ICP备", "标识码", "公网安备", "版权所有", "主办")


def read_badges(document: Document) -> Badges:
    """The footer items of one page; a badge is True only when live and visible.

    None says that the footer comes from a script or frame that is not at hand
    (`read_footer_sources` names it where its address says so). Evidence is the matched node's markup.
    """
    scripts = read_scripts(document)
    badges = _read(document, scripts)
    for text in _writing_scripts(scripts):
        written = parse(text, url=document.url)
        badges = merge(badges, _read(written, read_scripts(written)))
    return badges


def _read(document: Document, scripts: Sequence[Script]) -> Badges:
    footer = read_footer(document)
    evidence: dict[str, str] = {}
    values = _text_items(footer, evidence)
    certain = bool(values) or (footer is not None and footer.certain)
    at_hand = certain or not (read_footer_sources(document) or is_left_to_a_script(document))
    _linked_police(document, values, evidence)
    _meta_code(document, values, evidence)
    first, second = conac(document, scripts), jiucuo(document, scripts)
    pictures_at_hand = at_hand and not frames_below(document)
    _keep(evidence, conac=first.evidence, jiucuo=second.evidence)
    has_phone = values.pop("contact", None) is not None
    return Badges(
        conac=_presence(first, at_hand=pictures_at_hand),
        jiucuo=_presence(second, at_hand=pictures_at_hand),
        contact=True if has_phone else (False if at_hand else None),
        contact_entry=_contact_entry(document, footer, at_hand=at_hand),
        site_map=_site_map(document, evidence, at_hand=at_hand),
        jiucuo_code=second.code,
        jiucuo_obsolete=second.obsolete,
        conac_error=first.error,
        evidence=evidence,
        **values,
    )


def _presence(mark: Mark, *, at_hand: bool) -> bool | None:
    """A picture seen without its link is False; nothing seen is None until the footer is."""
    if mark.live or (mark.live is False and mark.evidence):
        return mark.live
    return mark.live if at_hand else None


def _keep(evidence: dict[str, str], **found: str) -> None:
    evidence.update({name: text for name, text in found.items() if text})


def _text_items(footer: Footer | None, evidence: dict[str, str]) -> dict[str, str]:
    if footer is None:
        return {}
    values: dict[str, str] = {}
    for name, item in _items(footer.text):
        printed = _as_printed(footer, item) if name == "icp" else item.value
        values[name] = _wide(footer, printed) if name == "sponsor" else printed
        _keep(evidence, **{name: footer.evidence(item.start, item.end)})
    return values


_ITEM_READERS = {
    "site_code": site_code,
    "icp": icp,
    "police": police,
    "sponsor": sponsor,
    "contact": phone,
}


@remembered
def _items(text: str) -> tuple[tuple[str, Item], ...]:
    """What the text of a footer holds, by the name of the item."""
    found = ((name, reader(text)) for name, reader in _ITEM_READERS.items())
    return tuple((name, item) for name, item in found if item is not None)


def _wide(footer: Footer, name: str) -> str:
    """A name with the brackets that it has on the page: （ rather than ( where it stands so."""
    place = footer.text.find(name)
    return footer.printed[place : place + len(name)].replace("\u3000", " ") if place >= 0 else name


def _as_printed(footer: Footer, item: Item) -> str:
    """Without inner spaces; digits and letters plain, punctuation as it stands on the page."""
    pairs = zip(footer.text[item.start : item.end], footer.printed[item.start :], strict=False)
    text = "".join(
        plain if plain.isalnum() or plain == "-" else printed for plain, printed in pairs
    )
    return "".join(text.split())


def _linked_police(document: Document, values: dict[str, str], evidence: dict[str, str]) -> None:
    """The number out of the filing's link, for badges that print a picture only."""
    if "police" in values or "beian." not in document.addresses:
        return
    for link in document.links:
        match = POLICE_LINK.search(link.href) if _FILING.search(link.href) else None
        node = document.outline.nodes[link.index]
        if match and shown(node):
            values["police"] = match[1]
            evidence["police"] = markup(node)
            return


def _meta_code(document: Document, values: dict[str, str], evidence: dict[str, str]) -> None:
    """The code of the meta label where none is printed; its evidence begins with `<meta`."""
    if "site_code" in values:
        return
    outline = document.outline
    for index in outline.places.get("meta", ()):
        attributes = outline.attributes(index)
        if (attributes.get("name") or "").lower() != "siteidcode":
            continue
        code = (attributes.get("content") or "").strip().lower()
        if is_site_code(code):
            values["site_code"] = code
            evidence["site_code"] = markup(outline.nodes[index])
        return


def _contact_entry(document: Document, footer: Footer | None, *, at_hand: bool) -> bool | None:
    if footer is not None and _says_where(footer.text):
        return True
    if any(link.text.strip("·|>» ") in _CONTACT_NAMES for link in _short_links(document)):
        return True
    return False if at_hand else None


@remembered
def _says_where(text: str) -> bool:
    return _REACHED.search(text) is not None


@once
def _short_links(document: Document) -> tuple[Link, ...]:
    """The links that lead somewhere and could be named as furniture of a footer."""
    return tuple(
        [
            link
            for link in document.links
            if len(link.text) <= _LONGEST_NAME and link.url and len(link.text) > 1
        ]
    )


def _site_map(document: Document, evidence: dict[str, str], *, at_hand: bool) -> bool | None:
    for link in _short_links(document):
        if link.text.strip("·|>» ") in _MAP_NAMES:
            evidence["site_map"] = markup(document.outline.nodes[link.index])
            return True
    return False if at_hand else None


def _writing_scripts(scripts: Sequence[Script]) -> list[str]:
    """The HTML of inline scripts that write footer text with document.write or innerHTML."""
    found = []
    for node, _, text in scripts:
        html = _written_footer(text) if text else ""
        if html and shown(node):
            found.append(html)
    return found[:4]


@remembered
def _written_footer(script: str) -> str:
    writes = "document.write" in script or "innerHTML" in script
    words = _FOOTER_WORDS if writes else _FILINGS
    if not (writes or _APPENDS.search(script)) or not any(word in script for word in words):
        return ""
    return written_html(live_script(script[:_SOURCE_LIMIT]))


def read_badges_of_source(text: str, url: str) -> Badges:
    """The footer items of a fetched footer script or included HTML file.

    What a script would write is read like a page. None says that the source itself brings the
    items from elsewhere, as far as its text shows.
    """
    text = text[:_SOURCE_LIMIT]
    if text.lstrip("\ufeff \t\r\n")[:1] == "<":
        return read_badges(parse(text, url=url))
    live = live_script(text)
    html = written_html(live)
    badges = read_badges(parse(html, url=url)) if html else Badges()
    return merge(badges, _script_marks(live, url, decisive=_is_footer(html)))


def _is_footer(html: str) -> bool:
    return any(word in html for word in _FOOTER_WORDS)


def _script_marks(live: str, url: str, *, decisive: bool) -> Badges:
    """Badges that a script makes element by element, without writing HTML."""
    document = parse(f"<script>{live}</script>", url=url)
    scripts = read_scripts(document)
    first, second = conac(document, scripts), jiucuo(document, scripts)
    evidence: dict[str, str] = {}
    _keep(evidence, conac=first.evidence, jiucuo=second.evidence)
    missing = False if decisive else None
    return Badges(
        conac=first.live or missing,
        jiucuo=second.live or missing,
        contact=missing,
        contact_entry=missing,
        site_map=missing,
        jiucuo_code=second.code,
        jiucuo_obsolete=second.obsolete,
        evidence=evidence,
    )


def _either(first: bool | None, second: bool | None) -> bool | None:
    if first is None or second is None:
        return second if first is None else first
    return first or second


def merge(first: Badges, second: Badges) -> Badges:
    """What two readings of one page's footer say together; what either found is found.

    A printed code wins over one of a meta label; an error picture outweighs a script that
    brings the badge.
    """
    error = first.conac_error or second.conac_error
    one, other = (second, first) if _from_meta(first) and second.site_code else (first, second)
    return replace(
        first,
        conac=False if error else _either(first.conac, second.conac),
        jiucuo=_either(first.jiucuo, second.jiucuo),
        site_code=one.site_code or other.site_code,
        icp=first.icp or second.icp,
        police=first.police or second.police,
        sponsor=first.sponsor or second.sponsor,
        contact=_either(first.contact, second.contact),
        contact_entry=_either(first.contact_entry, second.contact_entry),
        site_map=_either(first.site_map, second.site_map),
        jiucuo_code=first.jiucuo_code or second.jiucuo_code,
        jiucuo_obsolete=first.jiucuo_obsolete or second.jiucuo_obsolete,
        conac_error=error,
        evidence=_merged_evidence(first, second),
    )


def _from_meta(badges: Badges) -> bool:
    return badges.evidence.get("site_code", "").startswith("<meta")


def _merged_evidence(first: Badges, second: Badges) -> dict[str, str]:
    """The evidence of the reading that found the item; of both, the first."""
    evidence = second.evidence | first.evidence
    for name in ("conac", "jiucuo"):
        if getattr(second, name) and not getattr(first, name) and name in second.evidence:
            evidence[name] = second.evidence[name]
    if _from_meta(first) and second.site_code:
        evidence["site_code"] = second.evidence.get("site_code", "")
    return evidence
