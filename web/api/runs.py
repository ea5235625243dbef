"""Runs and verdicts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer
from starlette.responses import Response

from models import Account, Column, Judgement, Run, Target, Unit, Verdict, Visit, Window
from web.api.answers import After, Filter, Number, Page, Size, answer
from web.api.shapes import Listing, RunOut, Stream, VerdictOut
from web.desk import DeskError
from web.identity import Person, desk_of
from web.pages.given import Reader
from web.paging import page_of
from web.reading.current import newest_judgement, newest_judgements
from web.scope import bounds

router = APIRouter(tags=["runs"])
TARGETS, ACCOUNTS = Target.__table__, Account.__table__


@router.get("/runs", response_model=Listing[RunOut])
def runs(
    request: Request, person: Reader, window: Filter = "", page: Page = 1, size: Size = 50
) -> Response:
    """The nights, newest first."""
    desk = desk_of(request)
    query = (
        select(Run, Window.name)
        .outerjoin(Window, Window.id == Run.window_id)
        .options(defer(Run.targets))
        .order_by(Run.as_of.desc(), Run.id.desc())
    )
    if window:
        query = query.where(Window.name == window)
    with desk.readers() as session:
        found = page_of(session, query, number=page, size=size)
        rows = _runs(session, person, found.rows)
    told = Listing[RunOut](items=rows, page=found.number, size=size, total=found.total)
    return answer(request, told)


@router.get("/runs/{run_id}", response_model=RunOut)
def run(
    request: Request, person: Reader, run_id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """One night."""
    desk = desk_of(request)
    query = (
        select(Run, Window.name)
        .outerjoin(Window, Window.id == Run.window_id)
        .where(Run.id == run_id)
    )
    with desk.readers() as session:
        found = session.execute(query).all()
        if not found:
            raise DeskError(404, "没有这个批次")
        return answer(request, _runs(session, person, found)[0])


def _runs(session: Session, person: Person, rows: Sequence[Any]) -> list[RunOut]:
    ids = [row.Run.id for row in rows]
    counted = session.execute(
        select(Visit.run_id, Visit.fresh, Visit.reason, Visit.access, func.count())
        .join(TARGETS, TARGETS.c.id == Visit.target_id)
        .where(Visit.run_id.in_(ids), *bounds(person.unit_id, TARGETS.c.unit_id))
        .group_by(Visit.run_id, Visit.fresh, Visit.reason, Visit.access)
    )
    totals: Counter[int] = Counter()
    fresh: Counter[int] = Counter()
    reasons: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for run_id, good, reason, access, count in counted:
        totals[run_id] += count
        if good:
            fresh[run_id] += count
        elif reason != "closed":
            reasons[run_id][reason or access] += count
    return [
        RunOut(
            run=row.Run.id,
            window=row.name,
            as_of=row.Run.as_of,
            state=row.Run.state,
            ruleset=row.Run.ruleset,
            vantage=row.Run.vantage or None,
            whole=not row.Run.selection,
            targets=totals[row.Run.id],
            fresh=fresh[row.Run.id],
            undetermined=dict(reasons[row.Run.id]),
            held_reason=row.Run.held_reason or None if person.whole else None,
        )
        for row in rows
    ]


@router.get("/verdicts", response_model=Stream[VerdictOut])
def verdicts(
    request: Request,
    person: Reader,
    run: Number = None,
    target: Number = None,
    check: Filter = "",
    outcome: Literal["", "pass", "fail", "undetermined", "not_applicable"] = "",
    after: After = 0,
    size: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Verdicts of one run, or of one target over all runs; the last run where neither is named."""
    desk = desk_of(request)
    with desk.readers() as session:
        where = _which(session, run, target)
        query = (
            select(
                Verdict,
                Column.name.label("column"),
                TARGETS.c.kind,
                TARGETS.c.code,
                TARGETS.c.name,
                Unit.name.label("unit"),
                ACCOUNTS.c.platform,
            )
            .join(TARGETS, TARGETS.c.id == Verdict.target_id)
            .join(Unit, Unit.id == TARGETS.c.unit_id)
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == Verdict.target_id)
            .outerjoin(Column, Column.id == Verdict.column_id)
            .where(*where, Verdict.id > after, *bounds(person.unit_id, TARGETS.c.unit_id))
            .order_by(Verdict.id)
            .limit(size + 1)
        )
        if check:
            query = query.where(Verdict.check == check)
        if outcome:
            query = query.where(Verdict.outcome == outcome)
        rows = session.execute(query).all()
    shown = [_verdict(row) for row in rows[:size]]
    following = shown[-1].id if len(rows) > size else None
    return answer(request, Stream[VerdictOut](items=shown, next=following))


def _which(session: Session, run: int | None, target: int | None) -> list[Any]:
    """Conditions that name judgements: of one run, or the newest of every run for one target."""
    if run is None and target is None:
        run = session.scalar(select(Run.id).order_by(Run.as_of.desc(), Run.id.desc()).limit(1))
    if run is not None:
        judgement = newest_judgement(session, run)
        first = session.scalar(
            select(func.min(Verdict.id)).where(Verdict.judgement_id == (judgement or 0))
        )
        where = [Verdict.judgement_id == (judgement or 0), Verdict.id >= (first or 0)]
        return [*where, Verdict.target_id == target] if target is not None else where
    every = session.scalars(select(Judgement.run_id).distinct()).all()
    return [Verdict.target_id == target, Verdict.judgement_id.in_(newest_judgements(every))]


def _verdict(row: Any) -> VerdictOut:
    one = row.Verdict
    return VerdictOut(
        id=one.id,
        run=one.run_id,
        target=one.target_id,
        kind=row.kind,
        code=row.code or None,
        name=row.name,
        unit=row.unit,
        platform=row.platform,
        check=one.check,
        column=row.column,
        outcome=one.outcome,
        reason=one.reason,
        warning=one.warning or None,
        evidence=one.evidence,
        last_update=one.last_update or None,
        captures=[each for each in one.captures if isinstance(each, int)],
        ruleset=one.ruleset,
    )
