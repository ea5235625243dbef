"""Where a list comes from when a script loads it: addresses that a plain GET can ask (trap 22)."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extract.document import Document

_PROXY_NAME: Final = "/dataproxy.jsp"
_BEFORE: Final = re.compile(r"[^\"'(\s>]{0,200}$")
_AFTER: Final = re.compile(r"[^\"'<>\s)]{0,600}")
_PARAMETER: Final = re.compile(
    r"\b(webid|columnid|unitid|appid|webname|path|col|sourceContentType|permissiontype|startrecord|endrecord|perpage)"
    r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?([^\"'&,;<>\s}]{1,80})",
    re.IGNORECASE,
)
_SITE_ID: Final = re.compile(
    r"[\"']?(?:SITE_ID|SID|siteId|site_id)[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,10})"
)
_APP_URL: Final = re.compile(r"[\"']?APP_URL[\"']?\s{0,3}[:=]\s{0,3}[\"']([^\"']{4,200})")
_COLUMN_ID: Final = re.compile(
    r"[\"']?(?:CID|COLUMN_ID|cateId|category_id|classify_id)[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,9})"
)
_TREE_ID: Final = re.compile(r"[\"']id[\"']\s{0,3}:\s{0,3}(\d{1,9})")
_CALL: Final = re.compile(
    r"(?:\$\.(?:get|getJSON|ajax|load)|jQuery\.(?:get|getJSON)|fetch|axios(?:\.get)?|axios\.request|\.load|\.open)\s{0,3}\(\s{0,5}"
    r"(?:\{[^{}]{0,300}?\burl\s{0,3}:\s{0,3}|[\"']GET[\"']\s{0,3},\s{0,3})?[\"'`]([^\"'`\s<>]{2,400})[\"'`]",
)
_URL_OPTION: Final = re.compile(
    r"(?:url(?<=\burl)|Url(?:(?<=\b(?:ajax|data|list|json)Url)|(?<=\bproxyUrl)|(?<=\bapiUrl))|src(?<=\bsrc))\s{0,3}[:=]\s{0,3}[\"'`]([^\"'`\s<>]{3,400})[\"'`]"
)
_POST: Final = re.compile(
    r"\b(?:type|method)\s{0,3}:\s{0,3}[\"']post[\"']|\$\.post|axios\.post", re.IGNORECASE
)
_LISTING: Final = re.compile(
    r"list|page|search|query|news|article|info|content|data|json|channel|column|record|dataproxy|getdoc|doc|gkml|api",
    re.IGNORECASE,
)
_COUNTER: Final = re.compile(
    r"count|click|hits?\b|visit|weather|tianqi|statist|/log|login|captcha|verify|token|user|share|weixin|wechat|\bjs$|"
    r"\.(?:js|css|png|jpe?g|gif|svg|woff2?|ico)(?:\?|$)|hotword|suggest|satisf|vote|upload|download|online|analytics|tongji|push|postmeta|/ad[sv]?[/_.]|banner|config|menu|/nav",
    re.IGNORECASE,
)
_DATA_NAMES: Final = ("data-url", "data-api", "data-source", "data-ajax")
_DATA_SELECTOR: Final = ", ".join(f"[{name}]" for name in _DATA_NAMES)
_MOST_NODES: Final = 40
_MOST: Final = 6
_ENOUGH: Final = 3
_WINDOW: Final = 400_000


def read_list_sources(document: Document, dated: int = 0) -> tuple[str, ...]:
    """Addresses from which the page's scripts load lists, surest first, at most six.

    A page that shows `dated` rows of its own needs no guessed ones; those of known list systems stay.
    """
    text = "\n".join(document.scripts)[:_WINDOW]
    found = dict.fromkeys([*_jpage(document, text), *_gkmlpt(document, text)])
    if dated < _ENOUGH:
        for url in (*_data_attributes(document), *_calls(document, text)):
            found.setdefault(url)
    return tuple(url for url in found if url)[:_MOST]


def _jpage(document: Document, text: str) -> Iterator[str]:
    """大汉 jpage: the dataproxy address, with the parameters given beside it."""
    if "dataproxy" not in text and "jpage" not in text:
        return
    addresses = [html.unescape(each) for each in _proxies(text)]
    whole = [each for each in addresses if "columnid" in each.lower()]
    for address in whole:
        yield document.resolve(address)
    parameters = {m[1].lower(): m[2] for m in _PARAMETER.finditer(text)}
    if whole or not {"columnid", "unitid"} <= parameters.keys():
        return
    base = addresses[0].split("?")[0] if addresses else f"/module/web/jpage{_PROXY_NAME}"
    yield document.resolve(f"{base}?{urlencode(_JPAGE_DEFAULTS | parameters)}")


_JPAGE_DEFAULTS: Final = {
    "startrecord": "1", "endrecord": "45", "perpage": "15", "col": "1", "appid": "1", "webid": "1", "path": "/",
}  # fmt: skip


def _proxies(text: str) -> Iterator[str]:
    """Every address of a dataproxy in a text, at most twenty."""
    position = 0
    for _ in range(20):
        found = text.find(_PROXY_NAME, position)
        if found < 0:
            return
        before, after = _BEFORE.search(text, max(0, found - 200), found), _AFTER.match(text, found)
        yield f"{before[0] if before else ''}{after[0] if after else ''}"
        position = found + len(_PROXY_NAME)


def _gkmlpt(document: Document, text: str) -> Iterator[str]:
    """The disclosure platform of Guangdong: /gkmlpt/api/all/<column>?page=1&sid=<site>."""
    if "gkmlpt" not in text and "gkmlpt" not in document.url:
        return
    site = _SITE_ID.search(text)
    base = _APP_URL.search(text)
    root = base[1].replace("\\/", "/").rstrip("/") if base else document.url.split("/gkmlpt")[0]
    root = root.removesuffix("/gkmlpt")
    fragment = document.url.partition("#")[2]
    named = [m[1] for m in _COLUMN_ID.finditer(text)] if not fragment.isdigit() else [fragment]
    columns = named or [
        m[1] for m in _TREE_ID.finditer(text[text.find("TREE") :] if "TREE" in text else "")
    ]
    if site is None or not root:
        return
    for column in list(dict.fromkeys(columns))[:3] or ["0"]:
        yield document.resolve(f"{root}/gkmlpt/api/all/{column}?page=1&sid={site[1]}")


def _data_attributes(document: Document) -> Iterator[str]:
    for node in document.tree.css(_DATA_SELECTOR)[:_MOST_NODES]:
        attributes = node.attributes
        address = next((value for name in _DATA_NAMES if (value := attributes.get(name))), "")
        if _LISTING.search(address) and not _COUNTER.search(address):
            yield from _usable(document, address)


def _calls(document: Document, text: str) -> Iterator[str]:
    """Literal addresses of GET calls in scripts that look like lists, not like counters."""
    for pattern in (_CALL, _URL_OPTION):
        for match in pattern.finditer(text):
            address = match[1]
            near = text[max(0, match.start() - 120) : match.end() + 160]
            if _LISTING.search(address) and not _COUNTER.search(address) and not _POST.search(near):
                yield from _usable(document, address)


def _usable(document: Document, address: str) -> Iterator[str]:
    """A whole address; templates with holes in them cannot be asked."""
    if any(mark in address for mark in ("{", "}", "$", "<%", "+")):
        return
    url = document.resolve(html.unescape(address))
    if url and url != document.url and not document.leaves(url):
        yield url
