"""Where a page sends the reader instead of showing something itself: frames and redirects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

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
_LOCATION: Final = re.compile(
    r"(?:window\.|self\.|top\.|parent\.|document\.)?location(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*"
    r"((?:[\"'][^\"'\n]{0,500}[\"']\s*\+?\s*){1,8})"
)
_LITERAL: Final = re.compile(r"[\"']([^\"'\n]{0,500})[\"']")
_SCRIPT: Final = re.compile(r"<script\b[^>]{0,300}>(.{0,3000}?)</script", re.IGNORECASE | re.DOTALL)
_MOST_FRAMES: Final = 20
_SOON: Final = 30
_STUB_TEXT: Final = 120


def read_frames(document: Document) -> tuple[str, ...]:
    """Absolute addresses of frames and iframes, in order, at most 20."""
    if "frame" not in document.text and "FRAME" not in document.text:
        return ()
    sources = (node.attributes.get("src") or "" for node in document.tree.css("frame, iframe"))
    return tuple(dict.fromkeys(url for src in sources if (url := document.resolve(src))))[
        :_MOST_FRAMES
    ]


def read_redirect(document: Document) -> str | None:
    """Where a meta refresh, or the script of a page with nothing else on it, leads; None: nowhere."""
    written = _refresh(document)
    if written is not None:
        return written
    if len(document.visible_text()) > _STUB_TEXT and not _leaves_late(document):
        return None
    return _by_script(document)


def _refresh(document: Document) -> str | None:
    if "efresh" not in document.text and "EFRESH" not in document.text:
        return None
    for node in document.tree.css("meta[http-equiv]"):
        if (node.attributes.get("http-equiv") or "").strip().lower() == "refresh":
            return _target(document, node.attributes.get("content") or "")
    if len(document.visible_text()) <= _STUB_TEXT and (
        match := _WRITTEN_REFRESH.search(document.text[:30_000])
    ):
        return _target(document, match[1])
    return None


def _target(document: Document, content: str) -> str | None:
    match = _REFRESH.match(content)
    if match is None or int(match[1]) > _SOON:
        return None
    url = document.resolve(match[2])
    return url if url and url.rstrip("/") != document.url.rstrip("/") else None


def _leaves_late(document: Document) -> bool:
    return "setTimeout" in document.text and len(document.visible_text()) < 800


def _by_script(document: Document) -> str | None:
    """The literal address that a script assigns to the location; never one behind a condition on

    the visitor's device.
    """
    for script in _SCRIPT.finditer(document.text[:60_000]):
        if re.search(r"userAgent|mobile|iphone|android", script[1], re.IGNORECASE):
            continue
        match = _LOCATION.search(script[1])
        if match is None:
            continue
        url = document.resolve("".join(_LITERAL.findall(match[1])))
        if url and url != document.url:
            return url
    return None
