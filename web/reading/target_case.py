"""Everything the desk knows of one target: updates, columns, badges, links, posts, history."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import func, select

from checks.columns import NEWS, NOTICES, limit_of
from checks.deadlines import BEIJING, beijing_day, months_later
from checks.registry import BY_CODE
from crawler import factcodec
from crawler.extract.column_kinds import Deadline, kind_of
from models import (
    Account,
    AuditEntry,
    Capture,
    Column,
    Fact,
    Finding,
    Item,
    OperatorObservation,
    Run,
    Site,
    Target,
    Verdict,
    Visit,
    Waiver,
    Window,
)
from report import links
from report.availability import availability
from web.reading.current import newest_judgements, whole_nights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from checks.ruleset import Ruleset
    from crawler.extract.facts import Badges
    from crawler.platforms.observation import Observation

NIGHTS = 14
WEEKS = 26
POSTS = 20
PAGES = 80
BADGES: Mapping[str, str] = {
    "conac": "党政机关标识",
    "jiucuo": "找错入口",
    "site_code": "网站标识码",
    "icp": "ICP 备案号",
    "police": "公安备案号",
    "sponsor": "主办单位",
    "contact": "联系方式",
    "site_map": "网站地图",
}


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column with its newest item; `age` in days at the last night, `over` past its deadline."""

    column: Column
    newest: date | None
    age: int | None
    deadline: Deadline | None
    over: bool


def columns(
    session: Session, site: Site, run: Run | None, day: date, rules: Ruleset | None
) -> list[ColumnRow]:
    """The columns of a site, the longest silent first; registered ones before found ones.

    Deadlines are those of the ruleset in force; without one that can be read, the national ones.
    """
    newest = _newest_by_column(session, site.id, run, day)
    found = session.scalars(
        select(Column).where(Column.site_id == site.id, Column.retired.is_(False))
    )
    rows = [_column_row(column, newest.get(column.id), day, rules) for column in found]
    return sorted(
        rows, key=lambda one: (not one.column.registered, -(one.age or -1), one.column.id)
    )


def _limit(column: Column, rules: Ruleset | None) -> Deadline | None:
    """The deadline by which the check that counts the column judges it."""
    if column.deadline_days:
        return Deadline(days=column.deadline_days)
    named = kind_of(column.kind or column.name)
    first = named in NEWS or (named in NOTICES and column.level == 1)
    return limit_of(named, rules.parameters["W4.1" if first else "W4.2"] if rules else {})


def _column_row(column: Column, newest: date | None, day: date, rules: Ruleset | None) -> ColumnRow:
    limit = _limit(column, rules)
    if newest is None:
        return ColumnRow(column, None, None, limit, over=False)
    return ColumnRow(column, newest, (day - newest).days, limit, over=_over(newest, limit, day))


def _over(newest: date, limit: Deadline | None, day: date) -> bool:
    if limit is None:
        return False
    if limit.days:
        return (day - newest).days >= limit.days
    return months_later(newest, limit.months) < day


def _newest_by_column(
    session: Session, site_id: int, run: Run | None, day: date
) -> dict[int, date]:
    """The newest item of each column: of all we kept, and of what the last night read there.

    What is dated after `day` is an anomaly and no update.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, BEIJING)
    found: dict[int, date] = {}
    kept = session.execute(
        select(Item.column_id, func.max(Item.published_at))
        .join(Column, Column.id == Item.column_id)
        .where(Column.site_id == site_id, Item.published_at < midnight)
        .group_by(Item.column_id)
    )
    for column_id, moment in kept:
        if moment is not None and column_id is not None:
            found[column_id] = beijing_day(moment)
    read = session.execute(
        select(Capture.column_id, Fact.payload)
        .join(Fact, Fact.capture_id == Capture.id)
        .where(
            Capture.run_id == (run.id if run else 0),
            Capture.target_id == site_id,
            Capture.column_id.is_not(None),
            Fact.kind == factcodec.PAGE,
        )
        .limit(PAGES)
    )
    for column_id, payload in read:
        try:
            newest = factcodec.decode_page(payload).newest_date
        except ValueError:  # written by another version
            continue
        if column_id is None or newest is None or newest > day:
            continue
        if newest > found.get(column_id, date.min):
            found[column_id] = newest
    return found


def calendar(session: Session, target_id: int, last: date) -> list[tuple[date, int]]:
    """How many own items are dated on each of the days before `last`, oldest first."""
    first = last - timedelta(weeks=WEEKS)
    first -= timedelta(days=first.weekday())
    dated = session.scalars(
        select(Item.published_at).where(Item.target_id == target_id, Item.published_at.is_not(None))
    )
    counted = Counter(beijing_day(one) for one in dated if one is not None)
    days = (last - first).days + 1
    return [(first + timedelta(days=n), counted[first + timedelta(days=n)]) for n in range(days)]


def items(session: Session, target_id: int) -> Sequence[Item]:
    """The newest own items."""
    return session.scalars(
        select(Item)
        .where(Item.target_id == target_id)
        .order_by(Item.published_at.desc().nulls_last(), Item.id.desc())
        .limit(POSTS)
    ).all()


def badges(session: Session, target_id: int) -> tuple[Badges, datetime] | None:
    """The footer items of the newest readable home page, and when it was read."""
    rows = session.execute(
        select(Fact.payload, Run.as_of)
        .join(Run, Run.id == Fact.run_id)
        .join(Capture, Capture.id == Fact.capture_id)
        .where(
            Fact.target_id == target_id,
            Fact.kind == factcodec.PAGE,
            Capture.role == "home",
            Fact.run_id.in_(_last_runs(session)),
        )
        .order_by(Run.as_of.desc(), Fact.id.desc())
        .limit(3)
    )
    for payload, as_of in rows:
        try:
            return factcodec.decode_page(payload).badges, as_of
        except ValueError:  # written by another version
            continue
    return None


def observation(session: Session, target_id: int) -> Observation | None:
    """What the last night read of an account."""
    payload = session.scalar(
        select(Fact.payload)
        .where(
            Fact.target_id == target_id,
            Fact.kind == factcodec.ACCOUNT,
            Fact.run_id.in_(_last_runs(session)),
        )
        .order_by(Fact.run_id.desc(), Fact.id.desc())
        .limit(1)
    )
    try:
        return factcodec.decode_observation(payload) if payload else None
    except ValidationError:  # written by another version
        return None


def _last_runs(session: Session) -> Sequence[int]:
    return session.scalars(select(Run.id).order_by(Run.as_of.desc(), Run.id.desc()).limit(5)).all()


@dataclass(frozen=True, slots=True)
class History:
    """Verdicts as a table: checks down, nights across; newest night last."""

    nights: Sequence[Run]
    rows: list[tuple[str, str, list[Any]]]


def history(session: Session, target_id: int) -> History:
    """The verdicts of the last nights that judged it, under their newest judgements."""
    runs = list(reversed(whole_nights(session, most=NIGHTS)))
    order = {run.id: index for index, run in enumerate(runs)}
    found = session.execute(
        select(Verdict, Column.name)
        .outerjoin(Column, Column.id == Verdict.column_id)
        .where(
            Verdict.target_id == target_id,
            Verdict.judgement_id.in_(newest_judgements(list(order))),
        )
    )
    table: defaultdict[tuple[str, str], list[Any]] = defaultdict(lambda: [None] * len(runs))
    for verdict, column in found:
        if verdict.run_id in order:
            table[verdict.check, column or ""][order[verdict.run_id]] = verdict
    shown = [place for place in range(len(runs)) if any(row[place] for row in table.values())]
    places = {code: index for index, code in enumerate(BY_CODE)}
    keys = sorted(table, key=lambda key: (places.get(key[0], len(places)), key))
    rows = [(*key, [table[key][place] for place in shown]) for key in keys]
    return History([runs[place] for place in shown], rows)


@dataclass(frozen=True, slots=True)
class Case:
    """The parts of a target's page that every kind has."""

    findings: Sequence[Any]
    visits: Sequence[Any]
    waivers: Sequence[Any]
    looks: Sequence[OperatorObservation]
    trail: Sequence[AuditEntry]


def case(session: Session, target: Target) -> Case:
    """Findings over all windows, visits, waivers, looks and the audit trail of one target."""
    findings = session.execute(
        select(Finding, Window.name.label("window"), Column.name.label("column"))
        .join(Window, Window.id == Finding.window_id)
        .outerjoin(Column, Column.id == Finding.column_id)
        .where(Finding.target_id == target.id)
        .order_by(Window.starts_on.desc(), Finding.id.desc())
        .limit(100)
    ).all()
    visits = session.execute(
        select(Visit, Run.as_of)
        .join(Run, Run.id == Visit.run_id)
        .where(Visit.target_id == target.id)
        .order_by(Run.as_of.desc())
        .limit(NIGHTS)
    ).all()
    waived = session.execute(
        select(Waiver, Column.name.label("column"))
        .outerjoin(Column, Column.id == Waiver.column_id)
        .where(Waiver.target_id == target.id)
        .order_by(Waiver.expires_on.desc())
        .limit(50)
    ).all()
    looks = session.scalars(
        select(OperatorObservation)
        .where(OperatorObservation.target_id == target.id)
        .order_by(OperatorObservation.seen_at.desc())
        .limit(20)
    ).all()
    trail = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == f"target:{target.id}")
        .order_by(AuditEntry.id.desc())
        .limit(20)
    ).all()
    return Case(findings, visits, waived, looks, trail)


def site_parts(
    session: Session, site: Site, run: Run | None, day: date, rules: Ruleset | None
) -> dict[str, Any]:
    """What only a site has."""
    return {
        "columns": columns(session, site, run, day, rules),
        "badges": badges(session, site.id),
        "links": links.dead_links(session, site.id),
        "availability": availability(session, site.id, day),
    }


def account_parts(session: Session, account: Account) -> dict[str, Any]:
    """What only an account has."""
    return {"observation": observation(session, account.id)}
