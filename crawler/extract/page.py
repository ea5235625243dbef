"""One page in, everything that can be read off it out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawler.extract.access import Look, read_access, state_of_answer
from crawler.extract.article import Published, read_published, read_source
from crawler.extract.badges import read_badges, read_footer_sources
from crawler.extract.cells import Rank
from crawler.extract.channels import read_channels
from crawler.extract.columns import read_columns, read_own_column
from crawler.extract.dark_links import read_dark_links
from crawler.extract.decode import decode
from crawler.extract.document import Document, parse
from crawler.extract.emptiness import is_blank, needs_browser
from crawler.extract.facts import PageFacts, PageKind
from crawler.extract.frames import read_frames, read_redirect
from crawler.extract.ground import Ground
from crawler.extract.guide import read_guide
from crawler.extract.identity import consistency
from crawler.extract.kind import (
    MOST_DATED_ROWS,
    SHORT_PROSE,
    Signals,
    read_kind,
)
from crawler.extract.letters import read_letters
from crawler.extract.links import read_links
from crawler.extract.lists import Reading, read_rows, read_structured
from crawler.extract.meta import read_meta
from crawler.extract.newest import newest, newest_letter, shows_oldest_first
from crawler.extract.next_pages import read_next_pages, turns_unseen
from crawler.extract.prose import longest_prose
from crawler.extract.signs import read_signs
from crawler.extract.sources import read_list_sources
from crawler.extract.years import GUESSED
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from crawler.extract.access import NotFoundFingerprint
    from crawler.extract.decode import Decoded
    from crawler.extract.facts import Letter

EXTRACTOR: Final = "4"
_WITHOUT_PUBLICATION: Final = frozenset(
    [PageKind.HOME, PageKind.COLUMN_LIST, PageKind.MESSAGE_BOARD, PageKind.CHALLENGE]
)

OLDEST_FIRST: Final = "oldest_first"
"""The anomaly of a list that cannot be read to its newest rows; what it lacks proves nothing."""

_LISTS: Final = frozenset([PageKind.COLUMN_LIST, PageKind.MESSAGE_BOARD])
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
    document = parse(
        decoded.text, url=url, encoding=decoded.encoding, truncated=cut, raw=decoded.raw
    )
    structured = read_structured(document, decoded.text, as_of)
    if structured is not None:
        return _structured_facts(document, structured, as_of)
    look = Look(status, headers, fingerprint=fingerprint)
    return _html_facts(document, decoded, look, as_of)


def _html_facts(document: Document, decoded: Decoded, look: Look, as_of: datetime) -> PageFacts:
    """The facts of a page; what its kind is told from comes first."""
    ground = Ground(document)
    reading = read_rows(document, ground, as_of)
    frames, redirect = read_frames(document), read_redirect(document)
    meta = read_meta(document)
    prose = _prose_beside_lists(document, meta, reading)
    published = _publication(document, meta, reading, as_of, prose)
    look = replace(
        look,
        rows=len(reading.rows),
        published=published.provenance in {"meta", "detail"},
        redirect=redirect,
        frames=len(frames),
    )
    access, detail = _access(decoded, document, look)
    letters, guide = read_letters(document, as_of), read_guide(document)
    signals = Signals(
        access,
        meta,
        published,
        reading.dated,
        reading.lists,
        guide=guide,
        letters=len(letters),
        redirect=redirect,
        prose=prose,
        apart=published.on in reading.apart,
    )
    kind = read_kind(document, signals)
    if kind in _WITHOUT_PUBLICATION:
        published = Published()
    rows = len(reading.rows)
    sources = () if kind in _WITHOUT_LIST else read_list_sources(document, reading.dated)
    newest_date, provenance = newest(reading.rows, as_of)
    guessed = GUESSED in reading.anomalies and len(letters) >= max(1, reading.dated)
    if kind is PageKind.MESSAGE_BOARD and (newest_date is None or guessed):
        newest_date, provenance = newest_letter(letters, as_of, _answers(letters, reading))
    badges = read_badges(document)
    further = read_next_pages(document)
    unread = not further and kind in _LISTS and _begins_elsewhere(document, reading)
    return PageFacts(
        url=document.url,
        encoding=document.encoding,
        access=access,
        access_detail=detail,
        page_kind=kind,
        title=document.title,
        meta=meta,
        rows=reading.rows,
        newest_date=newest_date,
        newest_provenance=provenance,
        published_on=published.on,
        published_provenance=published.provenance,
        published_conflicts=published.conflicts,
        source=read_source(document, meta) if published.on is not None else None,
        badges=badges,
        letters=letters,
        guide=guide,
        columns=read_columns(document),
        channels=read_channels(document),
        links=read_links(document),
        frames=frames,
        next_pages=further,
        list_sources=sources,
        footer_sources=read_footer_sources(document),
        redirect=redirect,
        blank_list=not (sources or letters) and is_blank(document, ground, kind, rows),
        needs_browser=needs_browser(document, access, kind, rows, len(sources)),
        anomalies=(*reading.anomalies, OLDEST_FIRST) if unread else reading.anomalies,
        text_length=len(document.visible_text()),
        truncated=unread or not document.complete,
        dark_links=read_dark_links(document, meta),
        signs=read_signs(document, kind),
        own_column=read_own_column(document, meta) if kind in _LISTS else None,
        code_conflicts=consistency(meta, badges, "").conflicts,
    )


def _answers(letters: Sequence[Letter], reading: Reading) -> list[date]:
    """The labelled days on the page of one letter: it may be answered more than once."""
    if len(letters) != 1:
        return []
    days = (cell.stamp.date() for cell in reading.cells if cell.rank is Rank.PUBLISHED)
    return [day for day in days if day is not None]


def _begins_elsewhere(document: Document, reading: Reading) -> bool:
    """Whether the newest rows stand on a page of the list whose address nothing tells."""
    return shows_oldest_first(reading.rows) and turns_unseen(document, len(reading.rows))


def _prose_beside_lists(document: Document, meta: dict[str, str], reading: Reading) -> int:
    """The length of the running text of a page with dated rows and a day of its own, else 0."""
    own_day = bool(reading.apart or meta.get("PubDate"))
    if not own_day or not reading.dated:
        return 0
    return longest_prose(document, reading.spans)


def _publication(
    document: Document, meta: dict[str, str], reading: Reading, as_of: datetime, prose: int
) -> Published:
    """What a page says of its own publication; one that is a long list of dates says nothing."""
    if reading.dated > MOST_DATED_ROWS and prose < SHORT_PROSE:
        return Published()
    return read_published(document, meta, reading.cells, as_of)


def _access(decoded: Decoded, document: Document, look: Look) -> tuple[AccessState, str]:
    if not decoded.readable:
        return AccessState.UNDECODABLE, f"{decoded.encoding} {decoded.bad_share:.1%}"
    return read_access(document, look)


def _structured_facts(document: Document, reading: Reading, as_of: datetime) -> PageFacts:
    """The facts of a list that came as JSON or XML."""
    newest_date, provenance = newest(reading.rows, as_of)
    return PageFacts(
        url=document.url,
        encoding=document.encoding,
        access=state_of_answer(reading.failure),
        access_detail=reading.failure,
        page_kind=PageKind.COLUMN_LIST,
        rows=reading.rows,
        newest_date=newest_date,
        newest_provenance=provenance,
        anomalies=reading.anomalies,
        blank_list=reading.empty,
        text_length=len(document.text),
        truncated=not document.complete,
    )
