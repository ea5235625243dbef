"""From stored facts to what the checks are given: one target of one run at a time.

Reads the database and nothing else; everything that decides lies in `checks/`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import with_polymorphic

from checks import personal, wording
from checks.deadlines import beijing_day
from checks.facts import (
    ColumnReading,
    PageReading,
    ProbeDay,
    SiteFacts,
)
from crawler import column_readings, factcodec, night_rows, site_looks
from crawler.column_readings import Page, best
from crawler.extract.facts import Letter, PageFacts, Provenance, Row
from crawler.extract.newest import date_rows, newest
from crawler.fetch.access import AccessState
from crawler.ledger import late_items
from crawler.moved import jump_address
from crawler.probes_kept import maintenance
from crawler.spiders.plan import running_number
from models import (
    Account,
    Run,
    Site,
    Target,
    Visit,
    Waiver,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from checks.lexicon import Lexicon
    from crawler.night_rows import NightRows
    from registry.neighbours import Neighbours


@dataclass(slots=True)
class RunData:
    """What all targets of a run share, read once."""

    run: Run
    first_runs: set[int] = field(default_factory=set)
    canaries: dict[str, bool] = field(default_factory=dict)
    waivers: dict[int, date] = field(default_factory=dict)
    """Waived columns by id, with the last day of the waiver."""
    lexicon: Lexicon | None = None
    """The words to look for; None: texts are not scanned."""
    neighbours: Neighbours | None = None
    healthy: dict[str, bool] = field(default_factory=dict)
    """Account platforms of which a post younger than 48 hours is known."""
    rows: dict[int, NightRows] = field(default_factory=dict)
    """What the night left of the targets that are judged next."""

    def rows_of(self, session: Session, target: Target) -> NightRows:
        """What the night left of one target: read ahead with others, or alone."""
        if target.id not in self.rows:
            return night_rows.read(session, self.run, [target])[target.id]
        return self.rows[target.id]


def run_data(session: Session, run: Run) -> RunData:
    """The shared part of a run."""
    data = RunData(run)
    seen = (
        select(Visit.id)
        .join(Run, Run.id == Visit.run_id)
        .where(Visit.target_id == Target.id, Run.as_of < run.as_of, Visit.fresh.is_(True))
    )
    visited = set(session.scalars(select(Target.id).where(seen.exists())))
    data.first_runs = set(run.targets) - visited
    today = beijing_day(run.as_of)
    for waiver in session.scalars(select(Waiver).where(Waiver.expires_on >= today)):
        if waiver.column_id is not None:
            known = data.waivers.get(waiver.column_id, waiver.expires_on)
            data.waivers[waiver.column_id] = max(known, waiver.expires_on)
    return data


def site_facts(session: Session, data: RunData, site: Site) -> SiteFacts:
    """All that checks may know of one site in this run."""
    kept = data.rows_of(session, site)
    pages = _pages(kept)
    by_role: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        by_role[page.reading.role].append(page)
    articles = _articles(pages)
    home = best(by_role["home"])
    rows = _own_rows(home, articles)
    newest_home, _ = newest(rows, data.run.as_of)
    looks = site_looks.of(session, data.run, site.id) if kept.looked_at else {}
    listed = (*by_role["column"], *by_role["board"])
    seen = column_readings.Seen(kept, listed, articles, home, looks)
    columns = column_readings.of(session, data.run, site, seen, data.waivers)
    readings = [page.reading for page in pages]
    return SiteFacts(
        code=site.code,
        name=site.name,
        home_url=site.home_url,
        site_kind=site.site_kind,
        running_state=site.running_state,
        offers_services=site.offers_services,
        first_run=site.id in data.first_runs,
        vantage=data.run.vantage,
        home=home.reading if home else None,
        newest_home=newest_home,
        newest_home_evidence=_evidence(rows, newest_home),
        newest_known=beijing_day(kept.newest[0]) if kept.newest else None,
        undated_unresolved=_unresolved(home, by_role["article"]),
        navigation_only=_navigation_only(home, rows, columns),
        columns=columns,
        articles=tuple(page.reading for page in by_role["article"]),
        boards=_boards(by_role["board"], by_role["letter"]),
        channels=tuple(page.reading for page in by_role["channel"]),
        guides=tuple(page.reading for page in (*by_role["guide"], *by_role["service"])),
        links=tuple(factcodec.decode_links(kept.links)) if kept.links is not None else None,
        probes=tuple(map(_probe_day, kept.probes)),
        jump_url=jump_address(site.extra or {}),
        # Nothing can be late where no earlier night looked.
        late_items=()
        if site.id in data.first_runs
        else late_items(session, kept.backdated, site.id),
        wording=wording.scan(readings, data.lexicon) if data.lexicon else None,
        personal=personal.scan(readings),
        look=looks.get(None),
    )


def _pages(kept: NightRows) -> list[Page]:
    read = kept.pages
    return [
        Page(
            PageReading(
                url=row.url,
                role=row.role,
                access=AccessState(row.access),
                capture_id=row.id,
                facts=factcodec.decode_page(read[row.id]) if row.id in read else None,
                rendered=row.rendered,
                detail=row.detail,
            ),
            row.column_id,
        )
        for row in kept.captures
    ]


def _boards(boards: Sequence[Page], letters: Sequence[Page]) -> tuple[PageReading, ...]:
    """The boards, each letter completed from its own page where that was opened."""
    opened = {
        page.reading.url: page.facts.letters[0]
        for page in letters
        if page.facts and page.facts.letters and page.reading.good
    }
    told = []
    for board in boards:
        reading = board.reading
        if reading.facts is not None:
            completed = tuple(_completed(one, opened.get(one.url)) for one in reading.facts.letters)
            reading = replace(reading, facts=replace(reading.facts, letters=completed))
        told.append(reading)
    return tuple(told)


def _completed(letter: Letter, opened: Letter | None) -> Letter:
    if opened is None:
        return letter
    return replace(
        letter,
        asked_on=letter.asked_on or opened.asked_on,
        replied_on=letter.replied_on or opened.replied_on,
        status=opened.status or letter.status,
        opened=True,
    )


def _articles(pages: Iterable[Page]) -> dict[str, PageFacts]:
    told = {}
    for page in pages:
        if page.reading.role == "article" and page.facts and page.reading.good:
            told[page.reading.url] = page.facts
    return told


def _own_rows(home: Page | None, articles: Mapping[str, PageFacts]) -> tuple[Row, ...]:
    if home is None or home.facts is None:
        return ()
    return tuple(row for row in date_rows(home.facts.rows, articles) if row.own)


def _evidence(rows: Iterable[Row], newest_home: date | None) -> dict[str, str]:
    """The row on which the newest date stands."""
    for row in rows:
        if row.date is not None and row.date == newest_home:
            return {
                "title": row.title,
                "item_url": row.url,
                "provenance": (row.provenance or Provenance.LIST_ROW).value,
                "text": row.text,
            }
    return {}


def _unresolved(home: Page | None, articles: Iterable[Page]) -> int:
    """Undated own home rows whose article page was asked for and could not be read.

    Where no row shows a day, and no number in its address tells old from new, those that were not
    asked for are unresolved as well: the sample may have missed the newest.
    """
    if home is None or home.facts is None:
        return 0
    own = [row for row in home.facts.rows if row.own]
    undated = {row.url for row in own if row.date is None}
    dead = {AccessState.NOT_FOUND, AccessState.SOFT_404}
    pages = {page.reading.url: page.reading for page in articles}
    failed = [
        url
        for url in undated
        if url in pages and not pages[url].good and pages[url].access not in dead
    ]
    if len(undated) < len({row.url for row in own}) or any(map(running_number, own)):
        return len(failed)
    return len(failed) + len(undated - pages.keys())


def _navigation_only(
    home: Page | None, rows: Sequence[Row], columns: Sequence[ColumnReading]
) -> bool:
    """W3.2: the home page holds no item at all, only ways to columns."""
    if home is None or home.facts is None or not home.reading.good:
        return False
    facts = home.facts
    if rows or facts.list_sources or (facts.needs_browser and not home.reading.rendered):
        return False
    return sum(not column.external for column in columns) >= 3


def _probe_day(row: Any) -> ProbeDay:
    return ProbeDay(row.day, row.counted, row.failed, row.excluded, maintenance(row.rounds))


# Of whichever kind, read at once: else each would be completed by a statement of its own.
_WHOLE = with_polymorphic(Target, [Site, Account])


def targets(session: Session, run: Run) -> Sequence[Target]:
    """The targets of a run in registry order, canaries first so that the rest can ask them."""
    ids = list(run.targets)
    found = {
        target.id: target
        for start in range(0, len(ids), 500)
        for target in session.scalars(select(_WHOLE).where(_WHOLE.id.in_(ids[start : start + 500])))
    }
    return sorted(found.values(), key=lambda one: (not one.canary, one.position, one.id))
