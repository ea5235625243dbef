"""Pictures of the pages behind newly flagged findings, taken after judging (design.md section 9).

A picture belongs to the finding's evidence, under its SHA-256 in the capture store. A night is
whole without them: what the browser could not show stays without a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from crawler.store import CaptureStore
from database import DatabaseError
from models import Finding, Site

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from settings import Settings

log = structlog.get_logger()

MOST = 80
"""Pictures a night; a province flags fewer pages than that, a broken night is held."""

_LIVE = ("flagged", "confirmed")


def take(settings: Settings, sessions: sessionmaker[Session], run_id: int, as_of: datetime) -> int:
    """Take the pictures of what this run opened. Returns how many findings got one.

    The night is over by now: a full disk or a database that went away costs the pictures alone.
    """
    try:
        return _taken(settings, sessions, run_id, as_of)
    except (DatabaseError, OSError) as error:
        log.warning("no_pictures", run=run_id, why=str(error))
        return 0


def _taken(
    settings: Settings, sessions: sessionmaker[Session], run_id: int, as_of: datetime
) -> int:
    with sessions() as session:
        wanted = _wanted(session, run_id)
    if not wanted:
        return 0
    # A driver of browsers costs a second of processor: only a night that found something loads it.
    from crawler.screenshots import take_screenshots  # noqa: PLC0415

    taken = take_screenshots(settings, list(dict.fromkeys(wanted.values()))[:MOST], as_of)
    store = CaptureStore(settings.capture_store)
    kept = {url: store.put(picture) for url, picture in taken.items()}
    with sessions.begin() as session:
        return _note(session, wanted, kept)


def _wanted(session: Session, run_id: int) -> dict[int, str]:
    """The page behind each new finding against a site: the one its evidence names, else its home."""
    found = session.execute(
        select(Finding, Site.home_url)
        .join(Site, Site.id == Finding.target_id)
        .where(Finding.run_id == run_id, Finding.state.in_(_LIVE))
        .order_by(Finding.id)
    )
    wanted = {}
    for finding, home in found:
        url = str(finding.evidence.get("url") or home)
        if "screenshot" not in finding.evidence and url.startswith(("http://", "https://")):
            wanted[finding.id] = url
    return wanted


def _note(session: Session, wanted: dict[int, str], kept: dict[str, str]) -> int:
    findings: Iterable[Finding] = session.scalars(select(Finding).where(Finding.id.in_(wanted)))
    noted = 0
    for finding in findings:
        picture = kept.get(wanted[finding.id])
        if picture:
            finding.evidence = {**finding.evidence, "screenshot": picture}
            noted += 1
    return noted
