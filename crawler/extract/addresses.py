"""Addresses on a page: made absolute, and told own from foreign."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

_NOWHERE: Final = ("#", "javascript:", "mailto:", "tel:", "data:", "about:", "void(", "vbscript:")
_WHOLE, _PATH, _SCHEMED = 1, 2, 3  # what a reference is built like
_HTTP: Final = ("http://", "https://")
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,15}:")
_SECOND_LEVEL: Final = frozenset(["gov", "com", "org", "net", "edu", "ac", "mil"])
_PROVINCE_CODES: Final = (
    "ah bj cq fj gd gs gx gz ha hb he hi hk hl hn jl js jx ln mo nm nx qh sc sd sh sn sx tj tw xj "
    "xz yn zj"
)
_PROVINCES: Final = frozenset(_PROVINCE_CODES.split())
_LEADING_DOTS: Final = re.compile(r"(?:\.{1,2}/)+")
_HOST: Final = re.compile(r"//([^/?#]*)")
_DISK: Final = re.compile(r"file:|[a-z]:[\\/]", re.IGNORECASE)
# A scheme or none, slashes of any number, and then a host with a dot in it.
_AUTHORITY: Final = re.compile(r"(https?:)?/{2,}(?=[^/\s]+\.[^/\s])", re.IGNORECASE)
_DEEPEST: Final = 40
_MOST_FOLDERS: Final = 500
_LONGEST: Final = 2000
_LONGEST_KEPT: Final = 300


class Resolver:
    """Makes references absolute against one base; a plain join for the common forms.

    `root` is the scheme and the host of the base with a slash behind them, empty without a host.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        parts = _split(base)
        self._known: dict[str, str] = {}  # absolute folders by the folder as it is written
        self._scheme = parts[0] or "http"
        self._origin = f"{parts[0]}://{parts[1]}" if parts[1] else ""
        path = parts[2].rsplit("/", 1)[0]
        self.root = f"{self._origin}/" if self._origin else ""
        self._folders = [f"{self._origin}{path}/"]  # the page's folder, then each one above it
        while path and len(self._folders) < _DEEPEST:
            path = path.rsplit("/", 1)[0]
            self._folders.append(f"{self._origin}{path}/")

    def resolve(self, href: str) -> str:
        """The absolute address without its fragment; empty for what leads nowhere."""
        short = len(href) <= _LONGEST_KEPT  # a picture may be written out in its address
        form, rest = _kept_form(href) if short else _form(href)
        if form == _WHOLE:
            return rest
        return self._relative(rest) if form == _PATH else self._web_only(rest)

    def _relative(self, href: str) -> str:
        if not self._origin:
            return href
        if href[0] == "/" and "/." not in href and not href.startswith("//"):
            return self._origin + href
        folder, slash, name = href.rpartition("/")
        plain = slash and name and name[0] != "." and not href.startswith("//")
        if not plain or "?" in href or ";" in href:
            return self._anywhere(href)
        known = self._known.get(folder)
        if known is None:
            known = self._anywhere(f"{folder}/x")[:-1]
            if len(self._known) < _MOST_FOLDERS:
                self._known[folder] = known
        return known + name if known else ""

    def _anywhere(self, href: str) -> str:
        climbed = _LEADING_DOTS.match(href) if href[0] == "." else None
        rest = href[climbed.end() :] if climbed is not None else href
        if "/." in rest or rest.startswith(("?", "/", ".")) or not rest:
            return self._joined(href)
        ups = climbed[0].count("../") if climbed is not None else 0
        return self._folders[min(ups, len(self._folders) - 1)] + rest

    def _web_only(self, href: str) -> str:
        """An address with a scheme that is no `http://`: in capitals, or with too few slashes."""
        scheme, _, rest = href.partition(":")
        scheme = scheme.lower()
        if scheme not in {"http", "https"}:
            return ""
        if rest.startswith("//"):
            return f"{scheme}:{rest}"
        # After the page's own scheme a browser takes what follows for a path, after another for a host.
        if scheme == self._scheme.lower():
            return self._relative(rest) if rest else ""
        return f"{scheme}://{rest.lstrip('/')}"

    def _joined(self, href: str) -> str:
        try:
            return urljoin(self.base, href)
        except ValueError:
            return ""


def _form(href: str) -> tuple[int, str]:
    """The form of a reference, and the reference without its fragment; empty for what leads nowhere."""
    href = href.strip()
    if not href.isprintable():
        href = href.replace("\n", "").replace("\r", "").replace("\t", "")
    if not href or len(href) > _LONGEST:
        return _WHOLE, ""
    if "\\" in href or "///" in href[:9]:
        href = _slashed(href)
    whole = href.startswith(_HTTP)
    if not whole and href[0] not in "/." and href.lower().startswith(_NOWHERE):
        return _WHOLE, ""
    if "#" in href:
        href = href.split("#", 1)[0]
    if whole:
        return _WHOLE, href
    return (_SCHEMED if _SCHEME.match(href) else _PATH), href


# Menus and footers have the same references on all pages of a site.
_kept_form: Final = lru_cache(maxsize=16_384)(_form)


def _slashed(href: str) -> str:
    """As browsers read it: backslashes before a query are slashes, and more than two are two.

    What names a place on a disk, or no host at all, is left as it is written.
    """
    if _DISK.match(href):
        return href
    path, query, rest = href.partition("?")
    path = path.replace("\\", "/")
    found = _AUTHORITY.match(path)
    if found is not None:
        path = f"{found[1] or ''}//{path[found.end() :]}"
    return path + query + rest


def _split(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "", ""
    return parts.scheme, parts.netloc, parts.path


def host_of(url: str) -> str:
    """The host in lower case, without port; empty for a relative or broken address."""
    match = _HOST.search(url)
    host = match[1].rsplit("@", 1)[-1].lower() if match is not None else ""
    return host if host.startswith("[") else host.split(":", 1)[0]


def registrable(url: str) -> str:
    """The registrable domain of an address: `www.gd.gov.cn` and `jyj.gd.gov.cn` give `gd.gov.cn`.

    Hosts of numbers come back whole; a relative address gives an empty string.
    """
    return _registrable(host_of(url))


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    labels = host.split(".")
    if len(labels) < 3 or labels[-1].isdigit() or host.startswith("["):
        return host
    second = labels[-2]
    deep = labels[-1] == "cn" and (second in _SECOND_LEVEL or second in _PROVINCES)
    return ".".join(labels[-3 if deep else -2 :])
