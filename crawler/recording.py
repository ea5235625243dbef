"""One target's result into the database, in one transaction: all of it, or none.

A kill at any moment leaves targets that are whole or absent; resuming fetches the absent ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from crawler import factcodec
from crawler.extract.page import EXTRACTOR
from crawler.fetch.access import AccessState
from crawler.recording_tables import first_seen, note_links
from crawler.site_memory import remember
from crawler.spiders import result
from models import Capture, Column, Fact, Run, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from crawler.extract.facts import PageFacts, Row
    from crawler.spiders.result import ColumnSeen, PageRecord, TargetResult

BEIJING = timezone(timedelta(hours=8))
MOST_ITEMS = 2_000
# Executed on the connection: a night has rows by the hundred thousand, and the mapper would cost as
# much again.
_CAPTURES = insert(Capture).returning(Capture.id, sort_by_parameter_order=True)
_FACTS = insert(Fact)
_REQUEST_ROLES = frozenset({result.SCRIPT, result.NOT_FOUND, result.VARIANT, result.PLAIN})


class LeaseLostError(Exception):
    """Another process has taken the run over; this one must stop writing."""


@dataclass(frozen=True, slots=True)
class RunMark:
    """The run that results belong to; `owner` is the lease under which they may be written."""

    id: int
    as_of: datetime
    owner: str = ""


def record(session: Session, run: RunMark, told: TargetResult) -> bool:
    """Write everything of one target; False when the run has its visit already.

    Raises LeaseLostError when the run is leased to somebody else. The caller commits.
    """
    _check_lease(session, run)
    if _visited(session, run, told.target_id):
        return False
    columns = _columns(session, told)
    captures = _captures(session, run, told, columns)
    _facts(session, run, told, captures)
    first_seen(session, run, told.target_id, _items(told, columns))
    if told.links:
        note_links(session, run.as_of, told.links)
    if told.memory is not None:
        remember(session, told.target_id, run.as_of, told.memory)
    session.add(_visit(run, told))
    session.flush()
    return True


def _check_lease(session: Session, run: RunMark) -> None:
    if not run.owner:
        return
    owner = session.scalar(select(Run.lease_owner).where(Run.id == run.id))
    if owner != run.owner:
        message = f"批次 {run.id} 已由另一个进程接管"
        raise LeaseLostError(message)


def _visited(session: Session, run: RunMark, target_id: int) -> bool:
    found = select(Visit.id).where(Visit.run_id == run.id, Visit.target_id == target_id)
    return session.scalar(found) is not None


def _columns(session: Session, told: TargetResult) -> dict[str, int]:
    """Column ids by address; columns found for the first time are entered."""
    ids: dict[str, int] = {}
    known: dict[tuple[str, str], int] = {}
    if any(column.id is None for column in told.columns):
        rows = select(Column.name, Column.url, Column.id).where(Column.site_id == told.target_id)
        known = {(name, url): column_id for name, url, column_id in session.execute(rows)}
    for column in told.columns:
        key = (column.name[:200], column.url)
        if column.id is not None:
            ids[column.url] = column.id
        elif key in known:
            ids[column.url] = known[key]
        else:
            ids[column.url] = _enter(session, told.target_id, column)
    filled = [ids[page.column] for page in told.pages if _fills(page) and page.column in ids]
    if filled:
        session.execute(
            update(Column)
            .where(Column.id.in_(set(filled)), Column.ever_filled.is_(False))
            .values(ever_filled=True)
        )
    return ids


def _enter(session: Session, site_id: int, column: ColumnSeen) -> int:
    row = Column(
        site_id=site_id,
        name=column.name[:200],
        url=column.url,
        kind=column.kind,
        level=column.level,
        registered=False,
        extra={"external": True} if column.external else {},
    )
    session.add(row)
    session.flush()
    return row.id


def _fills(page: PageRecord) -> bool:
    """Whether a page shows content; a list of links to other sites is no blank column either."""
    facts = page.facts if page.good else None
    return bool(facts and (facts.rows or facts.letters))


def _captures(
    session: Session, run: RunMark, told: TargetResult, columns: dict[str, int]
) -> list[int]:
    if not told.pages:
        return []
    values = [_capture(run, told.target_id, page, columns) for page in told.pages]
    return list(session.connection().execute(_CAPTURES, values).scalars())


def _capture(
    run: RunMark, target_id: int, page: PageRecord, columns: dict[str, int]
) -> dict[str, Any]:
    seen = page.capture
    return {
        "run_id": run.id,
        "target_id": target_id,
        "column_id": columns.get(page.column),
        "role": page.role,
        "parent_url": _clean(page.parent_url),
        "url": _clean(seen.url),
        "final_url": _clean(seen.final_url),
        "chain": [[_clean(hop.url), hop.status] for hop in seen.chain],
        "status": seen.status,
        "headers": [[_clean(name), _clean(value)] for name, value in seen.headers],
        "sha256": page.sha256,
        "size": page.size,
        "truncated": seen.truncated,
        "encoding": seen.encoding[:32],
        "rendered": seen.rendered,
        "access": seen.access.value,
        "detail": _clean(seen.detail)[:500],
        "fetched_at": seen.fetched_at,
        "elapsed": seen.elapsed,
        "vantage": seen.vantage[:64],
        "screenshot": page.screenshot,
    }


def _facts(session: Session, run: RunMark, told: TargetResult, captures: Sequence[int]) -> None:
    stored: list[tuple[int | None, str, bytes]] = [
        (capture, factcodec.PAGE, factcodec.encode_page(_stored(page, page.facts)))
        for page, capture in zip(told.pages, captures, strict=True)
        if page.facts is not None
    ]
    if told.observation is not None:
        payload = factcodec.encode_observation(_numbered(told, captures))
        stored.append((None, factcodec.ACCOUNT, payload))
    if told.links is not None:
        stored.append((None, factcodec.LINKS, factcodec.encode_links(told.links)))
    if stored:
        session.connection().execute(
            _FACTS,
            [
                {
                    "run_id": run.id,
                    "target_id": told.target_id,
                    "capture_id": capture,
                    "kind": kind,
                    "extractor": EXTRACTOR,
                    "payload": payload,
                }
                for capture, kind, payload in stored
            ],
        )


def _stored(page: PageRecord, facts: PageFacts) -> PageFacts:
    """The links of a home page are stored as checked, not a second time as found."""
    return replace(facts, links=facts.links[:1]) if page.role != result.HOME else facts


def _numbered(told: TargetResult, captures: Sequence[int]) -> Any:
    """Sources name their captures by place in the list; stored, they name them by id."""
    assert told.observation is not None
    sources = tuple(
        replace(
            source,
            capture_ids=tuple(captures[n] for n in source.capture_ids if 0 <= n < len(captures)),
        )
        for source in told.observation.sources
    )
    return replace(told.observation, sources=sources)


def _items(told: TargetResult, columns: dict[str, int]) -> list[dict[str, Any]]:
    """Dated own entries of this target, each once; an article page lends its date."""
    articles = {
        page.capture.url: page.facts
        for page in told.pages
        if page.role == result.ARTICLE and page.good and page.facts is not None
    }
    found: dict[str, dict[str, Any]] = {}
    for page in told.pages:
        if not page.good or page.facts is None or page.role not in _LISTS:
            continue
        column_id = columns.get(page.column)
        for row in page.facts.rows:
            if row.own and row.url:
                item = found.setdefault(row.url, _item(row, column_id, articles))
                # The home page shows what its columns hold: the column is where it belongs.
                item["column_id"] = item["column_id"] or column_id
    for post in told.observation.posts if told.observation else ():
        if post.own and not post.deleted:
            found.setdefault(post.id or post.url, _post(post))
    return list(found.values())[:MOST_ITEMS]


_LISTS = frozenset({result.COLUMN, result.LIST_DATA, result.HOME, result.BOARD, result.FRAME})


def _item(row: Row, column_id: int | None, articles: dict[str, PageFacts]) -> dict[str, Any]:
    day, provenance = row.date, row.provenance
    article = articles.get(row.url)
    told_by = provenance.value if provenance else ""
    if day is None and article is not None and article.published_on is not None:
        day, told_by = article.published_on, "detail"
    return {
        "column_id": column_id,
        "key": _key(row.url),
        "title": _clean(row.title)[:500],
        "url": _clean(row.url),
        "published_at": midnight(day) if day else None,
        "provenance": told_by,
        "source": "",
    }


def _post(post: Any) -> dict[str, Any]:
    return {
        "column_id": None,
        "key": _key(post.id or post.url),
        "title": _clean(post.title)[:500],
        "url": _clean(post.url),
        "published_at": post.published_at,
        "provenance": post.provenance[:16],
        "source": _clean(post.source)[:200],
    }


def midnight(day: date) -> datetime:
    """The beginning of a Beijing day."""
    return datetime.combine(day, time(), BEIJING)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _clean(text: str) -> str:
    """Text that every database takes: no NUL, no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _visit(run: RunMark, told: TargetResult) -> Visit:
    return Visit(
        run_id=run.id,
        target_id=told.target_id,
        fresh=told.fresh,
        access=told.access.value,
        reason="" if told.fresh else (told.reason or told.access.value)[:64],
        pages=sum(page.role not in _REQUEST_ROLES for page in told.pages),
        requests=told.requests,
        bytes=told.bytes,
        seconds=told.seconds,
    )


def crashed(target_id: int) -> TargetResult:
    """The visit of a target on which our own code failed."""
    return result.failed(target_id, AccessState.OUR_FAULT, "crawler_crash")
