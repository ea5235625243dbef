"""Addresses of further pages that a script knows: pagers built by calls, and clicks that turn over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.extract.document import Document

MOST: Final = 5

_TRS: Final = re.compile(
    r"createPageHTML\w{0,10}\(\s*(?:[\"'][\w-]{1,40}[\"']\s*,\s*)?[\"']?(\d{1,5})[\"']?\s*,\s*[\"']?(\d{1,5})[\"']?\s*,\s*"
    r"[\"']([\w./-]{1,80})[\"']\s*,\s*[\"'](\w{2,6})[\"']"
)
# TRS of old: currentPage and countPage as numbers, "index" + "_" + nextPage + "." + "htm" written out.
_CURRENT: Final = re.compile(r"\bcurrentPage\s{0,3}=\s{0,3}(\d{1,5})\b")
_COUNT: Final = re.compile(r"\bcountPage\s{0,3}=\s{0,3}(\d{1,5})\b")
_WRITTEN: Final = re.compile(
    r"\b([a-zA-Z][a-zA-Z0-9-]{0,30})(?:[\"']\s{0,3}\+\s{0,3}[\"'])?_[\"']\s{0,3}\+\s{0,3}nextPage\s{0,3}\+\s{0,3}[\"']\."
    r"(?:[\"']\s{0,3}\+\s{0,3}[\"'])?([a-z]{3,5})"
)
_OLD_SCRIPT: Final = 6000  # characters of such a script that are read
_CLICK: Final = re.compile(
    r"(?:location(?:\.href)?\s{0,3}=|open\(|assign\(|replace\(|queryArticleByCondition\(\s{0,3}this\s{0,3},)\s{0,3}"
    r"(?:encodeURI(?:Component)?\(\s{0,3})?[\"']([^\"'<>\s]{2,500})[\"']"
)
_LONGEST_CALL: Final = 1000
_ATTRIBUTES: Final = ("tagname", "data-href", "data-url")


def scripted_pages(document: Document) -> list[str]:
    """The pages that a script of the page would write links to."""
    return _by_call(document) or _by_count(document)


def _by_call(document: Document) -> list[str]:
    """TRS: createPageHTML(count, current, "index", "html") gives index_1.html and so on."""
    found = (_TRS.search(script) for script in document.scripts if "createPageHTML" in script)
    match = next((each for each in found if each is not None), None)
    if match is None:
        return []
    count, current = int(match[1]), int(match[2])
    first_is_one = 1 if current > 0 and f"_{current}." not in document.url else 0
    last = min(count + first_is_one, current + MOST + 1)
    return [document.resolve(f"{match[3]}_{n}.{match[4]}") for n in range(current + 1, last)]


def _by_count(document: Document) -> list[str]:
    for script in document.scripts:
        if "countPage" not in script or "nextPage" not in script:
            continue
        text = script[:_OLD_SCRIPT]
        current, count, written = _CURRENT.search(text), _COUNT.search(text), _WRITTEN.search(text)
        if current is None or count is None or written is None:
            continue
        here = int(current[1])
        last = min(int(count[1]), here + MOST + 1)
        return [document.resolve(f"{written[1]}_{n}.{written[2]}") for n in range(here + 1, last)]
    return []


def clicked_address(document: Document, attributes: Mapping[str, str | None]) -> str:
    """The address that a click on an element without a link of its own leads to, if it is literal."""
    for name in _ATTRIBUTES:
        said = (attributes.get(name) or "").strip()
        if "/" in said or "." in said:
            return document.resolve(said)
    for name in ("onclick", "href"):
        if match := _CLICK.search((attributes.get(name) or "")[:_LONGEST_CALL]):
            return document.resolve(match[1])
    return ""
