"""Decisions: read as a stream by id, and made on what was read."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import select
from starlette.responses import Response

from models import Decision, Finding
from review.seen import decide_seen
from web import audit, words
from web.api.answers import After, Number, answer
from web.api.findings import decision_out
from web.api.shapes import DecisionIn, DecisionOut, Stream
from web.desk import DeskError
from web.identity import desk_of
from web.pages.given import Operator, Reader
from web.scope import bounds

router = APIRouter(tags=["decisions"])


@router.get("/decisions", response_model=Stream[DecisionOut])
def decisions(
    request: Request,
    person: Reader,
    finding: Number = None,
    after: After = 0,
    size: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Every change of a finding's state, the oldest first."""
    desk = desk_of(request)
    query = (
        select(Decision)
        .join(Finding, Finding.id == Decision.finding_id)
        .where(Decision.id > after, *bounds(person.unit_id, Finding.unit_id))
        .order_by(Decision.id)
        .limit(size + 1)
    )
    if finding is not None:
        query = query.where(Decision.finding_id == finding)
    with desk.readers() as session:
        found = session.scalars(query).all()
    shown = [decision_out(one) for one in found[:size]]
    following = shown[-1].id if len(found) > size else None
    return answer(request, Stream[DecisionOut](items=shown, next=following))


@router.post("/findings/{finding_id}/decisions", status_code=201)
def decide(
    request: Request,
    person: Operator,
    finding_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    given: DecisionIn,
) -> DecisionOut:
    """Confirm or dismiss; 409 when another hand changed the finding since it was read."""
    desk = desk_of(request)
    at = desk.now()
    told = given.why.strip() or words.reason_code(given.reason_code)
    with desk.writers.begin() as session:
        found = session.scalar(
            select(Finding).where(
                Finding.id == finding_id, *bounds(person.unit_id, Finding.unit_id)
            )
        )
        if found is None:
            raise DeskError(404, "没有这个问题，或不在您的单位范围内")
        report = decide_seen(
            session,
            {finding_id: given.version},
            state=given.state,
            by=person.name,
            at=at,
            why=told,
            reason_code=given.reason_code if given.state == "dismissed" else "",
            waiver_until=given.waiver_until,
        )
        if finding_id in report.refused:
            raise DeskError(409, report.refused[finding_id])
        if report.unchanged:
            raise DeskError(409, "问题已经是这个状态")
        audit.note(
            session,
            person,
            f"finding.{given.state}",
            f"finding:{finding_id}",
            at=at,
            unit_id=found.unit_id,
            why=told,
            via="api",
        )
        last = session.scalars(
            select(Decision).where(Decision.finding_id == finding_id).order_by(Decision.id.desc())
        ).first()
        if last is None:
            raise DeskError(409, "没有记录到决定")
        return decision_out(last)
