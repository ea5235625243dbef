"""What the next night may use again of a site's pages, and the row in which it waits.

    KeptPage      one page as a night received and read it
    kept_of       what is kept of some sites, from before a moment
    decode        the pages of one of them
    remember      keep tonight's pages in its place

It is no record: captures and facts are that, and they are whole without it. A row of another
extractor, or of a later night, is as good as none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from crawler import extract, pagecodec, plainjson
from crawler.extract.page import EXTRACTOR
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture, Hop
from crawler.spiders.watched_moment import Days
from crawler.store import pack, unpack
from models import SiteMemory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page under the address that was asked for.

    `capture` has no body: that lies in the capture store under `sha256`, `size` bytes long. `key`
    is a digest of all that the reading rests on beside the day and the headers, `headers` one of
    the headers where the reading asked for them. `facts` is what the page alone says, without its
    `links`, as `crawler.pagecodec` writes both; it holds on `days`.
    """

    capture: Capture
    sha256: str
    size: int
    key: str
    headers: str
    days: Days
    facts: bytes
    links: bytes


@cache
def extractor() -> str:
    """A digest of all that reads pages: after any change of it every page is read anew."""
    told = hashlib.sha256(f"{FORMAT} {EXTRACTOR} {version('selectolax')}".encode())
    for folder in map(Path, extract.__path__):
        for file in sorted(folder.glob("*.py")):
            told.update(file.read_bytes())
    return told.hexdigest()


_KEPT = select(SiteMemory.target_id, SiteMemory.payload).where(
    SiteMemory.target_id.in_(bindparam("targets", expanding=True)),
    SiteMemory.as_of < bindparam("as_of"),
    SiteMemory.extractor == bindparam("extractor"),
)


def kept_of(connection: Connection, targets: Sequence[int], as_of: datetime) -> dict[int, bytes]:
    """The pages of some sites as a night before `as_of` left them, each as `decode` takes them."""
    wanted = {"targets": targets, "as_of": as_of, "extractor": extractor()}
    return {row.target_id: row.payload for row in connection.execute(_KEPT, wanted)}


def remember(
    connection: Connection, as_of: datetime, left: Mapping[int, Mapping[str, KeptPage]]
) -> None:
    """Keep these pages of these sites, unless a later night has left its own."""
    mark = {"as_of": as_of, "extractor": extractor()}
    rows = [{"target_id": one, **mark, "payload": encode(pages)} for one, pages in left.items()]
    if rows:
        connection.execute(_entered(connection.dialect.name), rows)


@cache
def _entered(dialect: str) -> Any:
    """The statement is made once: it is executed for many sites at a time."""
    entered = (postgresql if dialect == "postgresql" else sqlite).insert(SiteMemory)
    new = entered.excluded
    return entered.on_conflict_do_update(
        index_elements=["target_id"],
        set_={"as_of": new.as_of, "extractor": new.extractor, "payload": new.payload},
        where=SiteMemory.as_of <= new.as_of,
    )


def encode(pages: Mapping[str, KeptPage]) -> bytes:
    """One line that describes the pages, then the lines of facts and links of each; compressed

    together, since the pages of a site share most of their links.
    """
    lines = [plainjson.dump([_plain(page) for page in pages.values()])]
    for page in pages.values():
        lines += page.facts, page.links
    return pack(b"\n".join(lines))


def decode(payload: bytes) -> dict[str, KeptPage]:
    """Back again, by address."""
    head, *lines = unpack(payload).split(b"\n")
    each = iter(lines)
    texts = zip(*[each] * (pagecodec.LINES + 1), strict=True)
    pages = (_page(plain, text) for plain, text in zip(plainjson.load(head), texts, strict=True))
    return {page.capture.url: page for page in pages}


def _plain(page: KeptPage) -> list[Any]:
    seen = page.capture
    return [
        seen.url, seen.final_url, seen.fetched_at.isoformat(), seen.status, seen.headers,
        [[hop.url, hop.status] for hop in seen.chain], seen.elapsed, seen.encoding,
        seen.truncated, seen.vantage, page.sha256, page.size, page.key, page.headers,
        page.days.first.isoformat(), page.days.end.isoformat(),
    ]  # fmt: skip


def _page(plain: list[Any], text: Sequence[bytes]) -> KeptPage:
    (url, final_url, fetched_at, status, headers, chain, elapsed, encoding,
     truncated, vantage, sha256, size, key, headers_key, first, end) = plain  # fmt: skip
    capture = Capture(
        url=url,
        final_url=final_url,
        fetched_at=datetime.fromisoformat(fetched_at),
        access=AccessState.OK,
        status=status,
        headers=tuple((name, value) for name, value in headers),
        chain=tuple(Hop(hop, code) for hop, code in chain),
        elapsed=elapsed,
        encoding=encoding,
        truncated=truncated,
        vantage=vantage,
    )
    days = Days(date.fromisoformat(first), date.fromisoformat(end))
    *facts, links = text
    return KeptPage(capture, sha256, size, key, headers_key, days, b"\n".join(facts), links)
