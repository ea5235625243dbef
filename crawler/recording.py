"""Results of targets into the database, in one transaction: all of each, or none.

A kill at any moment leaves targets that are whole or absent; resuming fetches the absent ones.
Each table is written once for all targets of a transaction: a target has few rows, and a statement
costs more than they do.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, or_, select, update

from crawler import factcodec
from crawler.extract.page import EXTRACTOR
from crawler.fetch.access import AccessState
from crawler.recording_tables import first_seen, note_links
from crawler.site_memory import remember
from crawler.spiders import result
from crawler.store import pack
from models import Capture, Column, Fact, Run, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from crawler.extract.facts import PageFacts, Row
    from crawler.platforms.observation import Observation, Post
    from crawler.spiders.result import ColumnSeen, PageRecord, TargetResult

BEIJING = timezone(timedelta(hours=8))
MOST_ITEMS = 2_000
# Executed on the connection: a night has rows by the hundred thousand, and the mapper would cost as
# much again.
_COLUMNS = insert(Column).returning(Column.id, sort_by_parameter_order=True)
_CAPTURES = insert(Capture)
# Asked for afterwards: an insert that gives the numbers back costs half as much again.
_NUMBERS = (
    select(Capture.target_id, Capture.id)
    .where(
        Capture.run_id == bindparam("run"),
        Capture.target_id.in_(bindparam("targets", expanding=True)),
    )
    .order_by(Capture.id)
)
_FACTS = insert(Fact)
_VISITS = insert(Visit)
_OWNER = select(Run.lease_owner).where(Run.id == bindparam("run"))
_VISITED = select(Visit.target_id).where(
    Visit.run_id == bindparam("run"), Visit.target_id.in_(bindparam("targets", expanding=True))
)
_FILLED = (
    update(Column)
    .where(
        Column.id.in_(bindparam("ids", expanding=True)),
        or_(Column.ever_filled.is_(False), Column.filled_at > bindparam("moment")),
    )
    .values(ever_filled=True, filled_at=bindparam("moment"))
)
_REQUEST_ROLES = frozenset({result.SCRIPT, result.NOT_FOUND, result.VARIANT, result.PLAIN})


class LeaseLostError(Exception):
    """Another process has taken the run over; this one must stop writing."""


@dataclass(frozen=True, slots=True)
class RunMark:
    """The run that results belong to; `owner` is the lease under which they may be written."""

    id: int
    as_of: datetime
    owner: str = ""


@dataclass(slots=True)
class _Target:
    """One target on its way into the database: the ids its columns and captures are given."""

    told: TargetResult
    columns: dict[str, int] = field(default_factory=dict)
    """Column ids by address."""
    captures: list[int] = field(default_factory=list)


def record(session: Session, run: RunMark, told: TargetResult) -> bool:
    """Write everything of one target; False when the run has its visit already.

    Raises LeaseLostError when the run is leased to somebody else. The caller commits.
    """
    return bool(record_all(session, run, [told]))


def record_all(session: Session, run: RunMark, results: Sequence[TargetResult]) -> set[int]:
    """Write everything of these targets; the ids of those whose visit the run did not have yet.

    Raises LeaseLostError when the run is leased to somebody else. The caller commits.
    """
    connection = session.connection()
    _check_lease(connection, run)
    visited = _visited(connection, run, [told.target_id for told in results])
    new: dict[int, TargetResult] = {}
    for told in results:
        if told.target_id not in visited:
            new.setdefault(told.target_id, told)
    targets = [_Target(told) for told in new.values()]
    if not targets:
        return set()
    _columns(connection, run, targets)
    _captures(connection, run, targets)
    _facts(connection, run, targets)
    first_seen(connection, run, [item for target in targets for item in _items(target)])
    # Together: the ledger is entered in one order by everybody.
    note_links(connection, run.as_of, [link for told in new.values() for link in told.links or ()])
    left = {one: told.memory for one, told in new.items() if told.memory is not None}
    remember(connection, run.as_of, left)
    connection.execute(_VISITS, [_visit(run, told) for told in new.values()])
    return set(new)


def _check_lease(connection: Connection, run: RunMark) -> None:
    if not run.owner:
        return
    owner = connection.scalar(_OWNER, {"run": run.id})
    if owner != run.owner:
        message = f"批次 {run.id} 已由另一个进程接管"
        raise LeaseLostError(message)


def _visited(connection: Connection, run: RunMark, targets: Sequence[int]) -> set[int]:
    return set(connection.scalars(_VISITED, {"run": run.id, "targets": targets}))


def _columns(connection: Connection, run: RunMark, targets: Sequence[_Target]) -> None:
    """Give every target its column ids; columns found for the first time are entered."""
    sites = [
        target.told.target_id
        for target in targets
        if any(column.id is None for column in target.told.columns)
    ]
    known: dict[_ColumnKey, int] = {}
    if sites:
        rows = select(Column.site_id, Column.name, Column.url, Column.id)
        for row in connection.execute(rows.where(Column.site_id.in_(sites))):
            known[row.site_id, row.name, row.url] = row.id
    seen = [(target, column) for target in targets for column in target.told.columns]
    entered = {
        key: _column(key[0], column)
        for target, column in seen
        if column.id is None and (key := _column_key(target, column)) not in known
    }
    if entered:
        ids = connection.execute(_COLUMNS, list(entered.values())).scalars()
        known.update(zip(entered, ids, strict=True))
    for target, column in seen:
        key = _column_key(target, column)
        target.columns[column.url] = column.id if column.id is not None else known[key]
    _note_filled(connection, run, targets)


_ColumnKey = tuple[int, str, str]
"""A column: its site, its name, its address."""


def _note_filled(connection: Connection, run: RunMark, targets: Sequence[_Target]) -> None:
    filled = {
        target.columns[page.column]
        for target in targets
        for page in target.told.pages
        if page.column in target.columns and _fills(page)
    }
    if filled:
        connection.execute(_FILLED, {"ids": sorted(filled), "moment": run.as_of})


def _column_key(target: _Target, column: ColumnSeen) -> _ColumnKey:
    return target.told.target_id, column.name[:200], column.url


def _column(site_id: int, column: ColumnSeen) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "name": column.name[:200],
        "url": column.url,
        "kind": column.kind,
        "level": column.level,
        "registered": False,
        "extra": {"external": True} if column.external else {},
    }


def _fills(page: PageRecord) -> bool:
    """Whether a page shows content; a list of links to other sites is no blank column either."""
    facts = page.facts if page.good else None
    return bool(facts and (facts.rows or facts.letters))


def _captures(connection: Connection, run: RunMark, targets: Sequence[_Target]) -> None:
    values = [
        _capture(run, target.told.target_id, page, target.columns)
        for target in targets
        for page in target.told.pages
    ]
    if not values:
        return
    connection.execute(_CAPTURES, values)
    # Numbers grow in the order of entry, and a target that the run has no visit of has no others.
    by_target = {target.told.target_id: target.captures for target in targets}
    entered = {"run": run.id, "targets": list(by_target)}
    for target_id, number in connection.execute(_NUMBERS, entered):
        by_target[target_id].append(number)


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


def _facts(connection: Connection, run: RunMark, targets: Sequence[_Target]) -> None:
    values = [
        {
            "run_id": run.id,
            "target_id": target.told.target_id,
            "capture_id": capture,
            "kind": kind,
            "extractor": EXTRACTOR,
            "payload": payload,
        }
        for target in targets
        for capture, kind, payload in _payloads(target)
    ]
    if values:
        connection.execute(_FACTS, values)


def _payloads(target: _Target) -> Iterator[tuple[int | None, str, bytes]]:
    """What is known of a target: capture, kind, and the reading as it is stored."""
    told = target.told
    for page, capture in zip(told.pages, target.captures, strict=True):
        if page.facts is not None:
            yield capture, factcodec.PAGE, _page_payload(page, page.facts)
    if told.observation is not None:
        observation = _numbered(told.observation, target.captures)
        yield None, factcodec.ACCOUNT, factcodec.encode_observation(observation)
    if told.links is not None:
        yield None, factcodec.LINKS, factcodec.encode_links(told.links)


def _page_payload(page: PageRecord, facts: PageFacts) -> bytes:
    if text := page.text:
        return pack(text)
    return factcodec.encode_page(stored_facts(page.role, facts))


def stored_facts(role: str, facts: PageFacts) -> PageFacts:
    """A reading as it is stored: of the home page alone with the links that it found."""
    return facts if role == result.HOME or not facts.links else replace(facts, links=())


def _numbered(observation: Observation, captures: Sequence[int]) -> Observation:
    """Sources name their captures by place in the list; stored, they name them by id."""
    sources = tuple(
        replace(
            source,
            capture_ids=tuple(captures[n] for n in source.capture_ids if 0 <= n < len(captures)),
        )
        for source in observation.sources
    )
    return replace(observation, sources=sources)


def _items(target: _Target) -> list[dict[str, Any]]:
    """Dated own entries of this target, each once; an article page lends its date."""
    told = target.told
    articles = {
        page.capture.url: page.facts
        for page in told.pages
        if page.role == result.ARTICLE and page.good and page.facts is not None
    }
    found: dict[str, dict[str, Any]] = {}
    for page in told.pages:
        if not page.good or page.facts is None or page.role not in _LISTS:
            continue
        column_id = target.columns.get(page.column)
        for row in page.facts.rows:
            if row.own and row.url:
                if (item := found.get(row.url)) is None:
                    item = found[row.url] = _item(row, column_id, articles)
                # The home page shows what its columns hold: the column is where it belongs.
                item["column_id"] = item["column_id"] or column_id
    for post in told.observation.posts if told.observation else ():
        if post.own and not post.deleted:
            found.setdefault(post.id or post.url, _post(post))
    items = list(found.values())[:MOST_ITEMS]
    return [item | {"target_id": told.target_id} for item in items]


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


def _post(post: Post) -> dict[str, Any]:
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
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _visit(run: RunMark, told: TargetResult) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "target_id": told.target_id,
        "fresh": told.fresh,
        "access": told.access.value,
        "reason": "" if told.fresh else (told.reason or told.access.value)[:64],
        "pages": sum(page.role not in _REQUEST_ROLES for page in told.pages),
        "requests": told.requests,
        "bytes": told.bytes,
        "seconds": told.seconds,
    }


def crashed(target_id: int) -> TargetResult:
    """The visit of a target on which our own code failed."""
    return result.failed(target_id, AccessState.OUR_FAULT, "crawler_crash")
