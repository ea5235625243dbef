"""The origin map: which server answers for an address, in tests, demos and staging.

Everything stored and shown keeps the original address; only the bytes go elsewhere. Scrapy,
the link checker, the probes and the browser all ask here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_REMEMBERED = 4096
"""The same addresses are taken apart dozens of times while a site is patrolled."""
# Nearly all addresses: to take them apart costs ten times as much.
_PLAIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?(?:[/?#]|\Z)")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request really goes: `url`, and the Host header it keeps when it is mapped."""

    url: str
    host: str | None = None

    @property
    def mapped(self) -> bool:
        """True when another origin answers for the address."""
        return self.host is not None


def origin_of(url: str) -> str:
    """`scheme://host[:port]` in lower case without the default port; empty when there is none."""
    plain = _PLAIN.match(url)
    return f"{plain[1]}://{plain[2]}" if plain and not plain[3] else _origin_of(url)


@lru_cache(maxsize=_REMEMBERED)
def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if not parts.scheme or not host:
        return ""
    scheme = parts.scheme.lower()
    if ":" in host:
        host = f"[{host}]"
    if port is None or port == _DEFAULT_PORTS.get(scheme):
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{port}"


def host_of(url: str) -> str:
    """The host name of an address in lower case, or an empty string."""
    plain = _PLAIN.match(url)
    return plain[2] if plain else _host_of(url)


@lru_cache(maxsize=_REMEMBERED)
def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


class OriginMap:
    """Exact origins first, then `*`; an address of no mapped origin goes out unchanged."""

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        entries = dict(mapping or {})
        self._fallback = entries.pop("*", None)
        self._targets = {
            origin_of(key) or key.lower(): value.rstrip("/") for key, value in entries.items()
        }

    def __bool__(self) -> bool:
        return bool(self._targets) or self._fallback is not None

    def route(self, url: str) -> Route:
        """Where `url` really goes."""
        target = self._target(url)
        if target is None:
            return Route(url)
        plain = _PLAIN.match(url)
        if plain and "#" not in url:
            rest = url[plain.end(3) if plain[3] else plain.end(2) :]
            slash = "" if rest.startswith("/") else "/"
            return Route(f"{target}{slash}{rest}", origin_of(url).partition("://")[2])
        parts = urlsplit(url)
        path = parts.path or "/"
        actual = f"{target}{path}" + (f"?{parts.query}" if parts.query else "")
        return Route(actual, origin_of(url).partition("://")[2])

    def resolve(self, url: str) -> tuple[str, str | None]:
        """The actual address and the Host header to send (None when unmapped)."""
        route = self.route(url)
        return route.url, route.host

    def mapped(self, url: str) -> bool:
        """True when another origin answers for `url`."""
        return self._target(url) is not None

    def _target(self, url: str) -> str | None:
        if not self:
            return None
        origin = origin_of(url)
        if not origin.startswith(("http://", "https://")):
            return None
        return self._targets.get(origin, self._fallback)
