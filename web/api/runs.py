"""Runs and verdicts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    request: Request, person: Reader, window: Filter = "", page: Page = 1, size: Size = 20
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
    ledgers = {row.Run.id: _of_summary(row.Run) if person.whole else None for row in rows}
    missing = [run_id for run_id, ledger in ledgers.items() if ledger is None]
    counted = _counted(session, person, missing)
    return [_run(row, person, ledgers[row.Run.id] or counted[row.Run.id]) for row in rows]


@dataclass(slots=True)
class _Ledger:
    """What a run read, and why it did not read the rest."""

    targets: int = 0
    fresh: int = 0
    undetermined: Counter[str] = field(default_factory=Counter)


def _of_summary(run: Run) -> _Ledger | None:
    """As the run itself told at its end; None while it goes on."""
    told = run.summary
    if not {"targets", "fresh", "undetermined"} <= set(told):
        return None
    return _Ledger(told["targets"], told["fresh"], Counter(told["undetermined"]))


def _counted(session: Session, person: Person, ids: Sequence[int]) -> dict[int, _Ledger]:
    """The same from the visits, within the person's unit."""
    found = {run_id: _Ledger() for run_id in ids}
    rows = session.execute(
        select(Visit.run_id, Visit.fresh, Visit.reason, Visit.access, func.count())
        .join(TARGETS, TARGETS.c.id == Visit.target_id)
        .where(Visit.run_id.in_(ids), *bounds(person.unit_id, TARGETS.c.unit_id))
        .group_by(Visit.run_id, Visit.fresh, Visit.reason, Visit.access)
    )
    for run_id, good, reason, access, count in rows:
        ledger = found[run_id]
        ledger.targets += count
        if good:
            ledger.fresh += count
        elif reason != "closed":
            ledger.undetermined[reason or access] += count
    return found


def _run(row: Any, person: Person, ledger: _Ledger) -> RunOut:
    run = row.Run
    return RunOut(
        run=run.id,
        window=row.name,
        as_of=run.as_of,
        state=run.state,
        ruleset=run.ruleset,
        vantage=run.vantage or None,
        whole=not run.selection,
        targets=ledger.targets,
        fresh=ledger.fresh,
        undetermined=dict(ledger.undetermined),
        held_reason=run.held_reason or None if person.whole else None,
    )


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
