"""One page in, everything that can be read off it out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawler.extract.access import Look, NotFoundFingerprint, fingerprint_of, read_access
from crawler.extract.article import Published, read_published, read_source
from crawler.extract.badges import read_badges, read_footer_sources
from crawler.extract.channels import read_channels
from crawler.extract.columns import read_columns
from crawler.extract.dark_links import read_dark_links
from crawler.extract.decode import decode
from crawler.extract.document import Document, parse
from crawler.extract.emptiness import is_blank, needs_browser
from crawler.extract.facts import PageFacts, PageKind
from crawler.extract.frames import read_frames, read_redirect
from crawler.extract.ground import Ground
from crawler.extract.guide import read_guide
from crawler.extract.kind import MOST_DATED_ROWS, Signals, read_kind
from crawler.extract.letters import read_letters
from crawler.extract.links import read_links
from crawler.extract.lists import Reading, read_rows, read_structured
from crawler.extract.meta import read_meta
from crawler.extract.newest import newest
from crawler.extract.next_pages import read_next_pages
from crawler.extract.sources import read_list_sources
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.extract.decode import Decoded

EXTRACTOR: Final = "1"
_WITHOUT_PUBLICATION: Final = frozenset(
    [PageKind.HOME, PageKind.COLUMN_LIST, PageKind.MESSAGE_BOARD, PageKind.CHALLENGE]
)

_WITHOUT_LIST: Final = frozenset([PageKind.ARTICLE, PageKind.SOFT_404])


def read_page(
    body: bytes,
    *,
    url: str,
    as_of: datetime,
    content_type: str = "",
    status: int | None = 200,
    headers: Sequence[tuple[str, str]] = (),
    fingerprint: NotFoundFingerprint | None = None,
    parse_cap: int = 5 * 1024 * 1024,
    truncated: bool = False,
) -> PageFacts:
    """The facts of one page as of a stated time; never raises for any body.

    At most `parse_cap` bytes are parsed; `truncated` in the answer says that the page was cut, here
    or before. `fingerprint` is what the host answers for a page that cannot exist.
    """
    decoded = decode(body[:parse_cap], content_type)
    cut = truncated or len(body) > parse_cap
    document = parse(decoded.text, url=url, encoding=decoded.encoding, truncated=cut)
    structured = read_structured(document, decoded.text, as_of)
    if structured is not None:
        return _structured_facts(document, structured, as_of)
    ground = Ground(document)
    reading = read_rows(document, ground, as_of)
    frames, redirect = read_frames(document), read_redirect(document)
    meta = read_meta(document)
    published = (
        read_published(document, meta, reading.cells, as_of)
        if reading.dated <= MOST_DATED_ROWS
        else Published()
    )
    look = Look(
        status,
        headers,
        rows=len(reading.rows),
        published=published.provenance in {"meta", "detail"},
        redirect=redirect,
        frames=len(frames),
        fingerprint=fingerprint,
    )
    access, detail = _access(decoded, document, look)
    facts = _facts(document, reading, as_of)
    facts = replace(
        facts,
        meta=meta,
        access=access,
        access_detail=detail,
        frames=frames,
        redirect=redirect,
        dark_links=read_dark_links(document, meta),
    )
    facts = _with_kind(document, facts, reading, published)
    return _with_lists(document, ground, facts, reading.dated)


def fingerprint_page(body: bytes, *, url: str, content_type: str = "") -> NotFoundFingerprint:
    """The fingerprint of a host's answer for a page that cannot exist."""
    return fingerprint_of(parse(decode(body, content_type).text, url=url))


def _access(decoded: Decoded, document: Document, look: Look) -> tuple[AccessState, str]:
    if not decoded.readable:
        return AccessState.UNDECODABLE, f"{decoded.encoding} {decoded.bad_share:.1%}"
    return read_access(document, look)


def _facts(document: Document, reading: Reading, as_of: datetime) -> PageFacts:
    """What is read off any page, whatever its kind."""
    newest_date, provenance = newest(reading.rows, as_of)
    return PageFacts(
        url=document.url,
        encoding=document.encoding,
        title=document.title,
        rows=reading.rows,
        newest_date=newest_date,
        newest_provenance=provenance,
        anomalies=reading.anomalies,
        badges=read_badges(document),
        letters=read_letters(document, as_of),
        guide=read_guide(document),
        columns=read_columns(document),
        channels=read_channels(document),
        links=read_links(document),
        footer_sources=read_footer_sources(document),
        text_length=len(document.visible_text()),
        truncated=not document.complete,
    )


def _structured_facts(document: Document, reading: Reading, as_of: datetime) -> PageFacts:
    """The facts of a list that came as JSON or XML."""
    newest_date, provenance = newest(reading.rows, as_of)
    return PageFacts(
        url=document.url,
        encoding=document.encoding,
        page_kind=PageKind.COLUMN_LIST,
        rows=reading.rows,
        newest_date=newest_date,
        newest_provenance=provenance,
        anomalies=reading.anomalies,
        blank_list=reading.empty,
        text_length=len(document.text),
        truncated=not document.complete,
    )


def _with_lists(document: Document, ground: Ground, facts: PageFacts, dated: int) -> PageFacts:
    """The facts with where further rows come from, and whether the list is empty."""
    rows = len(facts.rows)
    sources = () if facts.page_kind in _WITHOUT_LIST else read_list_sources(document, dated)
    return replace(
        facts,
        list_sources=sources,
        next_pages=read_next_pages(document),
        blank_list=not sources and is_blank(document, ground, facts.page_kind, rows),
        needs_browser=needs_browser(document, facts.access, facts.page_kind, rows, len(sources)),
    )


def _with_kind(
    document: Document, facts: PageFacts, reading: Reading, published: Published
) -> PageFacts:
    """The facts with the page's kind, and what only pages of that kind have."""
    signals = Signals(
        facts.access,
        facts.meta,
        published,
        reading.dated,
        reading.lists,
        guide=facts.guide,
        letters=len(facts.letters),
        redirect=facts.redirect,
    )
    kind = read_kind(document, signals)
    if kind in _WITHOUT_PUBLICATION:
        published = Published()
    source = read_source(document, facts.meta) if published.on is not None else None
    return replace(
        facts,
        page_kind=kind,
        published_on=published.on,
        published_provenance=published.provenance,
        published_conflicts=published.conflicts,
        source=source,
    )
