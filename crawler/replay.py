"""A patrol replayed from what is stored: the same code reads the same captures, without network."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from crawler import factcodec
from crawler.extract.page import EXTRACTOR
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture, Hop
from crawler.recording import stored_facts
from crawler.spiders.account import account_tasks, patrol_account
from crawler.spiders.result import PLAIN
from crawler.spiders.site import Tools, patrol_site
from crawler.spiders.tickets import site_tickets
from crawler.store import CaptureMissingError
from models import Capture as CaptureRow
from models import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from crawler.extract.facts import PageFacts
    from crawler.spiders.result import TargetResult
    from crawler.store import CaptureStore
    from models import Run
    from settings import Settings

NOT_STORED = "not_stored"


class ReplayFetch:
    """Answers every request from the captures of one target in one run; the rest was never asked."""

    def __init__(self, rows: Sequence[CaptureRow], store: CaptureStore, as_of: datetime) -> None:
        self._store = store
        self._as_of = as_of
        self._plain = {row.url: row for row in rows if not row.rendered}
        self._rendered: dict[str, list[CaptureRow]] = {}
        for row in rows:
            if row.rendered:
                self._rendered.setdefault(row.url, []).append(row)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:
        """The stored answer of that address."""
        del headers, method, body
        row = self._plain.get(url)
        return self._capture(row) if row else self._missing(url)

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        """The stored rendering of that address, and what the page received then."""
        rows = self._rendered.get(url)
        if not rows:
            return [self._missing(url)]
        received = [
            self._capture(row)
            for other, group in self._rendered.items()
            for row in group
            if other != url and any(part in other for part in wanted)
        ]
        return [self._capture(rows[-1]), *received]

    def _missing(self, url: str) -> Capture:
        return Capture(url, url, self._as_of, AccessState.OUR_FAULT, detail=NOT_STORED)

    def _capture(self, row: CaptureRow) -> Capture:
        access = AccessState(row.access)
        body = b""
        if row.sha256:
            try:
                body = self._store.get(row.sha256)
            except CaptureMissingError:
                access = AccessState.OUR_FAULT
        # What the body said the first time is for the extractor to say again.
        if body and row.status is not None and 200 <= row.status < 300:
            access = AccessState.OK
        return Capture(
            url=row.url,
            final_url=row.final_url,
            fetched_at=row.fetched_at,
            access=access,
            status=row.status,
            headers=tuple((name, value) for name, value in row.headers),
            body=body,
            chain=tuple(Hop(url, status) for url, status in row.chain),
            elapsed=row.elapsed,
            rendered=row.rendered,
            truncated=row.truncated,
            vantage=row.vantage,
            detail=row.detail if access is not AccessState.OK else "",
        )


def reextract(session: Session, settings: Settings, store: CaptureStore, run: Run) -> int:
    """Read every capture of a run again; facts that differ are appended. Returns their number."""
    return asyncio.run(_all(session, settings, store, run))


async def _all(session: Session, settings: Settings, store: CaptureStore, run: Run) -> int:
    tools = Tools(settings, _kept_already)
    changed = 0
    seen = _seen(session, run)
    for site in site_tickets(session, seen, run.as_of):
        rows = _rows(session, run, site.id)
        told = await patrol_site(site, ReplayFetch(rows, store, run.as_of), run.as_of, tools)
        changed += _append(session, run, told, rows)
    for task in account_tasks(session, seen, run.as_of, recalled=False):
        rows = _rows(session, run, task.id)
        fetch = ReplayFetch(rows, store, run.as_of)
        told = await patrol_account(task, fetch, run.as_of, tools.keep)
        changed += _append_observation(session, run, told, rows)
    return changed


def _seen(session: Session, run: Run) -> list[int]:
    """The targets of which that night left anything; the others were closed or never reached."""
    left = set(session.scalars(select(CaptureRow.target_id).where(CaptureRow.run_id == run.id)))
    left |= set(session.scalars(select(Fact.target_id).where(Fact.run_id == run.id)))
    return [one for one in run.targets if one in left]


def _kept_already(body: bytes) -> str:
    """Bodies came out of the store; nothing is written on a replay."""
    del body
    return ""


def _rows(session: Session, run: Run, target_id: int) -> list[CaptureRow]:
    return list(
        session.scalars(
            select(CaptureRow)
            .where(CaptureRow.run_id == run.id, CaptureRow.target_id == target_id)
            .order_by(CaptureRow.id)
        )
    )


def _append(session: Session, run: Run, told: TargetResult, rows: Sequence[CaptureRow]) -> int:
    """The page facts that turned out otherwise, under the captures they were read from."""
    by_place = {(row.url, row.role, row.rendered): row.id for row in rows if row.role != PLAIN}
    stored = _stored(session, run, told.target_id)
    fresh = []
    for page in told.pages:
        place = (page.capture.url, page.role, page.capture.rendered)
        capture = by_place.get(place)
        if capture is None or page.facts is None:
            continue
        kept = stored_facts(page.role, page.facts)
        payload = factcodec.encode_page(kept)
        if not _is_same(stored.get(capture), payload, kept):
            fresh.append(_fact(run, told.target_id, capture, factcodec.PAGE, payload))
    if fresh:
        session.execute(insert(Fact), fresh)
    return len(fresh)


def _append_observation(
    session: Session, run: Run, told: TargetResult, rows: Sequence[CaptureRow]
) -> int:
    if told.observation is None:
        return 0
    numbers = [row.id for row in rows]
    sources = tuple(
        replace(
            source,
            capture_ids=tuple(numbers[n] for n in source.capture_ids if 0 <= n < len(numbers)),
        )
        for source in told.observation.sources
    )
    seen = replace(told.observation, sources=sources)
    stored = _stored(session, run, told.target_id).get(None)
    if stored is not None and factcodec.decode_observation(stored) == seen:
        return 0
    payload = factcodec.encode_observation(seen)
    session.execute(insert(Fact), [_fact(run, told.target_id, None, factcodec.ACCOUNT, payload)])
    return 1


def _is_same(before: bytes | None, payload: bytes, facts: PageFacts) -> bool:
    """Whether these facts are stored already, be it in the form of an earlier version."""
    return before == payload or (before is not None and factcodec.decode_page(before) == facts)


def _stored(session: Session, run: Run, target_id: int) -> dict[int | None, bytes]:
    """The newest stored payload of each capture (None: the account's observation)."""
    found = session.scalars(
        select(Fact)
        .where(Fact.run_id == run.id, Fact.target_id == target_id, Fact.kind != factcodec.LINKS)
        .order_by(Fact.id)
    )
    return {fact.capture_id: fact.payload for fact in found}


def _fact(
    run: Run, target_id: int, capture_id: int | None, kind: str, payload: bytes
) -> dict[str, object]:
    return {
        "run_id": run.id,
        "target_id": target_id,
        "capture_id": capture_id,
        "kind": kind,
        "extractor": EXTRACTOR,
        "payload": payload,
    }
