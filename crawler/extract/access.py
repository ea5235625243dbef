"""What a body says about access: the page itself, or something that stands in its place.

The order matters: what we could not read is never called dead (traps 1-4, 28). A mark of a
protection product inside a page with content changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.extract import walls
from crawler.extract.outline import squeeze
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extract.document import Document

_SHORT_TEXT: Final = 700
_SHELL_TEXT: Final = 40
_MANY_LINKS: Final = 12
_FEW_ROWS: Final = 3
_CHALLENGE_STATUS: Final = frozenset([202, 412, 418, 468, 493, 521])
_GLUED: Final = re.compile(rb"['\"]\)?\s*\+\s*\(?['\"]")
_COOKIE_RELOAD: Final = re.compile(
    r"(?:\.cookie\s*=|\[[\"']cookie[\"']\]).{0,4000}(?:location(?:[\"']\])?(?:\.|\[[\"'])(?:href|reload|replace)|location\s*=|\.submit\()",
    re.DOTALL,
)
_CJK_RUN: Final = re.compile(r"[\u4e00-\u9fff]{2,}")
_LOGIN: Final = re.compile(
    r"登\s?[录陆]|统一身份认证|用户认证|sign ?in|log ?in|单点登录", re.IGNORECASE
)
_WINDOW: Final = 90_000
_GLUED_WINDOW: Final = 20_000


@dataclass(frozen=True, slots=True)
class NotFoundFingerprint:
    """How a host answers for a page that cannot exist: its title and the words of its text.

    Built from the answer to a random path; two pages match when title and most words agree.
    """

    title: str
    words: frozenset[str]
    text_length: int

    def matches(self, document: Document) -> bool:
        """Whether a page is the host's not-found answer again."""
        other = fingerprint_of(document)
        if self.title != other.title or abs(self.text_length - other.text_length) > 200:
            return False
        union = len(self.words | other.words)
        return not union or len(self.words & other.words) >= 0.9 * union


def fingerprint_of(document: Document) -> NotFoundFingerprint:
    """The fingerprint of one answer; addresses and figures in it are left out."""
    text = document.visible_text()[:20_000]
    return NotFoundFingerprint(document.title, frozenset(_CJK_RUN.findall(text)[:400]), len(text))


@dataclass(frozen=True, slots=True)
class Look:
    """What the access reader needs to know beside the document."""

    status: int | None = 200
    headers: Sequence[tuple[str, str]] = ()
    rows: int = 0
    published: bool = False
    redirect: str | None = None
    frames: int = 0
    fingerprint: NotFoundFingerprint | None = None


def read_access(document: Document, look: Look) -> tuple[AccessState, str]:
    """The access state of a body and what showed it (a family, a phrase), at most 80 characters."""
    by_status = _by_status(look.status)
    rich = _is_rich(document, look)
    if not rich or by_status is not None:
        found = _wall(document, look) or by_status
        if found is not None:
            return found
    if not rich:
        found = _missing(document, look) or _login(document, look) or _shell(document, look)
        if found is not None:
            return found
    return _by_fingerprint(document, look) or (AccessState.OK, "")


def state_of_answer(failure: str) -> AccessState:
    """The state of an answer that is no page, by what it says of its own failure."""
    if not failure:
        return AccessState.OK
    if walls.RATE_WORDS.search(failure):
        return AccessState.RATE_LIMITED
    return AccessState.LOGIN_WALL if "登录" in failure else AccessState.EMPTY_UNPROVEN


def _is_rich(document: Document, look: Look) -> bool:
    """A page with rows, or with much text that is not links: nothing stands in its place."""
    if _missing_title(document.title) and walls.MISSING_WORDS.search(_said(document)):
        return False
    return look.rows >= 5 or _own_text_length(document) >= _SHORT_TEXT


def _own_text_length(document: Document) -> int:
    """Characters of visible text outside links."""
    return len(document.visible_text()) - document.linked_length


def _by_status(status: int | None) -> tuple[AccessState, str] | None:
    if status is None or status < 400:
        return None
    states = {
        401: AccessState.LOGIN_WALL, 403: AccessState.BLOCKED, 404: AccessState.NOT_FOUND,
        405: AccessState.BLOCKED, 406: AccessState.BLOCKED, 407: AccessState.BLOCKED,
        410: AccessState.NOT_FOUND, 418: AccessState.BLOCKED, 429: AccessState.RATE_LIMITED,
        451: AccessState.BLOCKED,
    }  # fmt: skip
    if status in _CHALLENGE_STATUS - {418}:
        return AccessState.CHALLENGE, f"status_{status}"
    fallback = AccessState.SERVER_ERROR if status >= 500 else AccessState.BLOCKED
    return states.get(status, fallback), f"status_{status}"


def _wall(document: Document, look: Look) -> tuple[AccessState, str] | None:
    """A challenge, a refusal or a rate limit in place of the page."""
    header = _by_header(look.headers)
    if header is not None and (look.status or 200) != 200:
        return AccessState.CHALLENGE, header
    text = document.visible_text()[:2000]
    if look.published or look.rows >= _FEW_ROWS or not _is_bare(document):
        return None
    if (name := _challenge_family(document)) is not None:
        return AccessState.CHALLENGE, name
    said = f"{document.title} {text} {'' if _is_mounted(document) else _noscript(document)}"
    for state, words in _WALL_WORDS:
        if match := words.search(said):
            return state, match[0][:80]
    if len(text) < _SHELL_TEXT and _COOKIE_RELOAD.search(document.text[:20_000]):
        return AccessState.CHALLENGE, "cookie_script"
    return None


_WALL_WORDS: Final = (
    (AccessState.RATE_LIMITED, walls.RATE_WORDS),
    (AccessState.BLOCKED, walls.BLOCK_WORDS),
    (AccessState.CHALLENGE, walls.CHALLENGE_WORDS),
)


def _challenge_family(document: Document) -> str | None:
    """The product whose mark is in the markup, also where string literals glue the mark together."""
    low = document.lowered[:_WINDOW]
    if b"')+('" in low or b"'+'" in low:
        low += _GLUED.sub(b"", low[:_GLUED_WINDOW])
    return walls.family_in(low)


def _is_mounted(document: Document) -> bool:
    """Whether scripts of the site itself fill an empty place: its noscript speaks of the browser."""
    if document.tree.css_first("#app, #root, #__nuxt, #__next") is None:
        return False
    return any(script.attributes.get("src") for script in document.nodes("script"))


def _noscript(document: Document) -> str:
    outline = document.outline
    nodes = (outline.nodes[index] for index in outline.places.get("noscript", ())[:3])
    return squeeze(" ".join(node.text()[:200] for node in nodes))


def _by_header(headers: Sequence[tuple[str, str]]) -> str | None:
    for name, value in headers:
        key, text = name.lower(), value.lower()
        if key == "x-via-jsl" or "__jsl" in text:
            return "jsl"
        if key == "cf-mitigated":
            return "cloudflare"
        if key == "wzws-ray":
            return "wzws"
        if key == "set-cookie" and (
            "fssbbil1" in text or re.match(r"[a-z0-9]{10,20}[st]=\d{2,3}", text)
        ):
            return "ruishu"
    return None


def _missing(document: Document, look: Look) -> tuple[AccessState, str] | None:
    """A page that says that there is no page: not found, closed, moved, failed.

    On a page with the site's own frame around it only the plain words of a missing page count; an
    article about maintenance is no maintenance page.
    """
    text = _said(document)
    patterns: tuple[re.Pattern[str], ...]
    if _is_bare(document):
        match = walls.SERVER_WORDS.search(f"{document.title} {text}"[:1500])
        if match and not walls.PLAINLY_MISSING.search(document.title):
            return AccessState.SERVER_ERROR, match[0][:80]
        patterns = () if look.published else (walls.MISSING_WORDS, walls.CLOSED_WORDS)
        title = _missing_title(document.title)
        if title is not None and title.start() and _has_article(document, look):
            title = None  # an article whose title speaks of missing pages
        if title is None and not _has_article(document, look):
            title = walls.BARE_TITLE.search(document.title)
    elif look.published:
        return None
    else:
        patterns = (walls.MISSING_WORDS,)
        title = _missing_title(document.title)
    if not walls.GATE.stand_in(text.encode("utf-8", "replace")):
        patterns = ()
    words = next((match for pattern in patterns if (match := pattern.search(text))), None)
    found = title or (words if look.rows < _FEW_ROWS else None)
    return (AccessState.SOFT_404, squeeze(found[0])[:80]) if found else None


def _missing_title(title: str) -> re.Match[str] | None:
    if not any(word in title for word in walls.TITLE_GATE):
        return None
    return walls.MISSING_TITLE.search(title)


def _has_article(document: Document, look: Look) -> bool:
    """A dated text inside a site's frame, however small the frame: an article about its subject."""
    return look.published and any(link.url for link in document.links)


def _is_bare(document: Document) -> bool:
    """A page with few words and few links: nothing of a site's frame."""
    links = sum(1 for link in document.links if link.url)
    return links < _MANY_LINKS and len(document.visible_text()) < _SHORT_TEXT


def _said(document: Document) -> str:
    """What a short page says: its own text, else what its scripts write or alert."""
    text = document.visible_text()[:3000]
    if len(text) >= 120:
        return text
    spoken = re.findall(
        r"(?:document\.write(?:ln)?|alert)\(([^\n]{4,400})\)", document.text[:20_000]
    )
    return squeeze(f"{text} {' '.join(spoken)}")[:3000]


def _login(document: Document, look: Look) -> tuple[AccessState, str] | None:
    if look.rows >= _FEW_ROWS:
        return None
    if _is_bare(document) and walls.LOGIN_TITLE.search(document.title):
        return AccessState.LOGIN_WALL, "title"
    if "input" not in document.outline.places:
        return None
    if document.tree.css_first("input[type=password]") is None:
        return None
    said = f"{document.title} {document.visible_text()[:3000]} {document.text[:20_000]}"
    return (AccessState.LOGIN_WALL, "password") if _LOGIN.search(said) else None


def _shell(document: Document, look: Look) -> tuple[AccessState, str] | None:
    """A page with nothing to read although nothing was refused: its script would fill it."""
    if look.redirect or look.frames or look.rows:
        return None
    text = document.visible_text()
    if len(text) >= _SHELL_TEXT or any(link.url or link.text for link in document.links[:50]):
        return None
    return AccessState.EMPTY_SHELL, "no_text"


def _by_fingerprint(document: Document, look: Look) -> tuple[AccessState, str] | None:
    if look.fingerprint is not None and look.fingerprint.matches(document):
        return AccessState.SOFT_404, "fingerprint"
    return None
