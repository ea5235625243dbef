"""What the city answers: one small value, whatever produced it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

HTML = "text/html"
JSON = "application/json; charset=utf-8"
XML = "text/xml; charset=utf-8"
SCRIPT = "application/javascript; charset=utf-8"


class Asked(NamedTuple):
    """A request, as far as the city cares. `host` is in lower case and without a port."""

    method: str
    host: str
    path: str
    query: str
    cookies: str = ""
    agent: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, bytes and headers. `delay` is seconds before the first byte; `drop` closes the

    connection without an answer.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    drop: bool = False


def text(content: str, status: int = 200, content_type: str = "text/html; charset=utf-8") -> Reply:
    """A reply in UTF-8 that says so."""
    return Reply(content.encode(), status, content_type)


def redirect(where: str, status: int = 302) -> Reply:
    """On to another address."""
    return Reply(b"", status, "text/html", (("Location", where),))
