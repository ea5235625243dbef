"""审核队列: the list beside the detail, and decisions on many at once."""

import json
from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from itsdangerous import BadData
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from models import Finding
from review.seen import decide_seen
from review.states import ReasonCode, State
from web import audit, words
from web.desk import Desk, DeskError
from web.identity import Person, desk_of
from web.pages.given import Operator, PageNumber, Reader, Short, whole_number
from web.reading import finding_rows
from web.reading.current import window_of
from web.reading.evidence import of_finding
from web.reading.finding_rows import Wanted
from web.scope import bounds
from web.templating import render, tell

router = APIRouter()
MOST_AT_ONCE = 500
PREVIEW_SECONDS = 1800
_FIELDS = ("window", "state", "unit", "platform", "kind", "check", "reason", "severity", "age", "q")


@router.get("/queue")
def queue(request: Request, person: Reader, number: PageNumber) -> Response:
    """The findings that wait, the worst first, the first of them opened beside."""
    desk = desk_of(request)
    given = _given(request)
    with desk.readers() as session:
        window = window_of(session, given["window"] or None, desk.now())
        wanted = _wanted(given, window.id if window else None)
        page = finding_rows.page(
            session, wanted, unit_id=person.unit_id, now=desk.now(), number=number, given=given
        )
        first = _first(session, desk, page.rows, whole_number(request.query_params.get("id", "")))
        return render(
            request,
            "queue.html",
            here="queue",
            window=window,
            page=page,
            given=given,
            first=first,
            reasons=list(ReasonCode),
            states=list(State),
            units=finding_rows.units(session, unit_id=person.unit_id),
            offered=finding_rows.choices(
                session, wanted.window_id, wanted.states, unit_id=person.unit_id
            ),
        )


def _first(session: Session, desk: Desk, rows: Any, wanted: int | None) -> Any:
    """The row whose detail is opened with the page, and the detail."""
    chosen = next((row for row in rows if row.Finding.id == wanted), rows[0] if rows else None)
    if chosen is None:
        return None
    return chosen, of_finding(session, desk.settings, chosen.Finding)


def _given(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "")[:100].strip() for name in _FIELDS}


def _wanted(given: dict[str, str], window_id: int | None) -> Wanted:
    state = given["state"] or State.FLAGGED.value
    every = tuple(one.value for one in State)
    return Wanted(
        window_id,
        every if state == "all" else (state,),
        whole_number(given["unit"]),
        given["platform"],
        given["kind"],
        given["check"],
        given["reason"],
        given["severity"],
        given["age"],
        given["q"],
    )


@router.post("/queue/preview")
def preview(
    request: Request,
    person: Operator,
    state: Short,
    ids: Annotated[list[int] | None, Form(max_length=MOST_AT_ONCE)] = None,
    matching: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """What a decision on many would change; nothing is decided yet."""
    desk = desk_of(request)
    new = _decidable(state)
    with desk.readers() as session:
        rows = _chosen(session, desk, person, ids or [], matching)
        if not rows:
            raise DeskError(422, "没有选中可以处理的问题")
        seen = {row.Finding.id: row.Finding.version for row in rows}
        ticket = desk.signer("bulk").dumps([person.id, new.value, list(seen.items())])
        return render(
            request,
            "bulk.html",
            here="queue",
            new=new,
            rows=rows,
            by_check=Counter(row.Finding.check for row in rows).most_common(),
            by_unit=Counter(row.unit for row in rows).most_common(12),
            ticket=ticket,
            reasons=list(ReasonCode),
        )


def _chosen(
    session: Session, desk: Desk, person: Person, ids: list[int], matching: str
) -> list[Any]:
    """The rows ticked, or with `matching` (a filter as JSON) all that it finds, bounded."""
    query = finding_rows.rows()
    if matching:
        given = dict.fromkeys(_FIELDS, "") | _filter(matching)
        window = window_of(session, given["window"] or None, desk.now())
        wanted = _wanted(given, window.id if window else None)
    else:
        wanted = Wanted(None, tuple(one.value for one in State))
        query = query.where(Finding.id.in_(ids))
    query = finding_rows.filtered(query, wanted, unit_id=person.unit_id, now=desk.now())
    ordered = query.order_by(finding_rows.WORST, Finding.opened_at, Finding.id)
    return list(session.execute(ordered.limit(MOST_AT_ONCE)))


def _filter(matching: str) -> dict[str, str]:
    try:
        read = json.loads(matching)
    except ValueError as error:
        raise DeskError(422, "筛选条件无效") from error
    if not isinstance(read, dict):
        raise DeskError(422, "筛选条件无效")
    return {name: str(value)[:100] for name, value in read.items() if name in _FIELDS}


def _decidable(state: str) -> State:
    if state not in {State.CONFIRMED.value, State.DISMISSED.value}:
        raise DeskError(422, "审核只能确认或排除")
    return State(state)


@router.post("/queue/decide")
def decide_many(
    request: Request,
    person: Operator,
    ticket: Annotated[str, Form(max_length=60_000)],
    reason_code: Short = "",
    why: Short = "",
) -> Response:
    """Decide on what was previewed; what others changed meanwhile is left and told."""
    desk = desk_of(request)
    try:
        owner, state, seen = desk.signer("bulk").loads(ticket, max_age=PREVIEW_SECONDS)
    except BadData as error:
        raise DeskError(409, "预览已过期，请重新选择") from error
    if owner != person.id:
        raise DeskError(403, "这份预览属于另一位用户")
    told = why.strip() or words.reason_code(reason_code) or ""
    at = desk.now()
    with desk.writers.begin() as session:
        versions = _within(session, person, dict(seen))
        report = decide_seen(
            session,
            versions,
            state=state,
            by=person.name,
            at=at,
            why=told,
            reason_code=reason_code if state == State.DISMISSED.value else "",
        )
        audit.note(
            session,
            person,
            f"findings.{state}",
            at=at,
            ids=report.changed,
            count=len(report.changed),
            why=told,
        )
    done = State(state).chinese
    sentence = f"{len(report.changed)} 个问题已改为“{done}”"
    if report.refused:
        first = next(iter(report.refused.items()))
        sentence += f"；{len(report.refused)} 个未处理，如编号 {first[0]}：{first[1]}"
    return tell(request, "/queue", sentence)


def _within(session: Session, person: Person, seen: dict[int, int]) -> dict[int, int]:
    """The ticket was signed, but the person's unit may have changed since."""
    allowed = select(Finding.id).where(
        Finding.id.in_(list(seen)), *bounds(person.unit_id, Finding.unit_id)
    )
    return {one: seen[one] for one in session.scalars(allowed)}
