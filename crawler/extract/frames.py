"""Where a page sends the reader instead of showing something itself: frames and redirects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.remembered import remembered

if TYPE_CHECKING:
    from crawler.extract.document import Document

_REFRESH: Final = re.compile(
    r"^\s*(\d{1,4})(?:\.\d{0,3})?\s*[;,]\s*(?:url\s*=\s*)?[\"']?\s*([^\"'\s>]{1,1000})",
    re.IGNORECASE,
)
_WRITTEN_REFRESH: Final = re.compile(
    r"http-equiv\s*=\s*\\?[\"']?refresh\\?[\"']?[^>]{0,60}?content\s*=\s*\\?[\"']([^\"'\\>]{1,600})",
    re.IGNORECASE,
)
_WRITTEN_FRAME: Final = re.compile(
    r"<i?frame\b[^<>]{0,200}?\bsrc\s{0,2}=\s{0,2}\\?[\"']?([^\"'\\\s<>+]{2,400})", re.IGNORECASE
)
_LOCATION: Final = re.compile(
    r"(?:location(?:\.href)?\s*(?:=|\.(?:replace|assign)\()|window\.navigate\()\s*"
    r"((?:[\"'][^\"'\n]{0,500}[\"']\s*\+?\s*){1,8})|"
    r"window\.open\(\s*([\"'][^\"'\n]{1,500}[\"'])\s*,\s*[\"']_(?:self|top|parent)[\"']|"
    r"location(?:\.href)?\s*=\s*([A-Za-z_]\w{0,30})\s*(?:[;}\n]|$)"
)
_REMARK: Final = re.compile(r"(?<![:\"'\\])//[^\n]{0,1000}|/\*[^*]{0,1000}\*/")
_FOR_DEVICES: Final = re.compile(
    r"//(?:m|wap|3g|mobile)\.|/(?:m|wap|3g|mobile)(?:[/.]|$)", re.IGNORECASE
)
_LITERAL: Final = re.compile(r"[\"']([^\"'\n]{0,500})[\"']")
_DEVICE: Final = re.compile(r"userAgent|mobile|iphone|android", re.IGNORECASE)
_WORDS: Final = ("location", "window.navigate", "window.open")
_MOST_FRAMES: Final = 20
_SOON: Final = 30
_STUB_TEXT: Final = 120
_NOTICE_TEXT: Final = 800
_LONGEST_SCRIPT: Final = 3000
_WINDOW: Final = 30_000


def read_frames(document: Document) -> tuple[str, ...]:
    """Absolute addresses of frames and iframes, in order, at most 20."""
    places = document.outline.places
    frames = sorted([*places.get("frame", ()), *places.get("iframe", ())])
    sources = [document.attribute(index, "src") for index in frames]
    sources += [source for script in document.scripts for source in _written(script)]
    found = (document.resolve(source) for source in sources)
    return tuple(dict.fromkeys(url for url in found if url))[:_MOST_FRAMES]


@remembered
def _written(script: str) -> tuple[str, ...]:
    """Frames that a script writes with a literal address (trap 12)."""
    return tuple(_WRITTEN_FRAME.findall(script[:_WINDOW])) if "frame" in script else ()


def read_redirect(document: Document) -> str | None:
    """Where a meta refresh, or the script of a page with nothing else on it, leads; None: nowhere."""
    written = _refresh(document)
    if written is not None:
        return written
    if len(document.visible_text()) > _STUB_TEXT and not _leaves_late(document):
        return None
    return _by_script(document)


def _refresh(document: Document) -> str | None:
    for index in document.outline.places.get("meta", ()):
        if "http-equiv" not in document.outline.attributes(index):
            continue
        if document.attribute(index, "http-equiv").lower() == "refresh":
            return _target(document, document.attribute(index, "content"))
    if len(document.visible_text()) > _STUB_TEXT:
        return None
    match = _WRITTEN_REFRESH.search(document.text[:_WINDOW])
    return _target(document, match[1]) if match else None


def _target(document: Document, content: str) -> str | None:
    match = _REFRESH.match(content)
    if match is None or int(match[1]) > _SOON:
        return None
    url = document.resolve(match[2])
    return url if url and url.rstrip("/") != document.url.rstrip("/") else None


def _leaves_late(document: Document) -> bool:
    return len(document.visible_text()) < _NOTICE_TEXT and any(
        "setTimeout" in script for script in document.scripts
    )


def _by_script(document: Document) -> str | None:
    """The literal address that a script, or the loading of the page, assigns to the location.

    Never one behind a condition on the visitor's device; where a script has two addresses, one of
    them for such devices, it is the other one.
    """
    calls = [document.attribute(i, "onload") for i in document.outline.places.get("body", ())]
    for script in (*document.scripts, *calls):
        short = script[:_LONGEST_SCRIPT]
        if not any(word in short for word in _WORDS):
            continue
        short = _REMARK.sub("", short)
        found = [_assigned(short, match) for match in _LOCATION.finditer(short)]
        if _DEVICE.search(short):
            others = [said for said in found if said and not _FOR_DEVICES.search(said)]
            found = others if len(found) == 2 and len(others) == 1 else []
        url = document.resolve(next((said for said in found if said), ""))
        if url and url != document.url:
            return url
    return None


def _assigned(script: str, match: re.Match[str]) -> str:
    if name := match[3]:
        value = re.search(rf"\b{name}\s{{0,3}}=\s{{0,3}}[\"']([^\"'\n]{{1,500}})[\"']", script)
        return value[1] if value else ""
    return "".join(_LITERAL.findall(match[1] or match[2]))
