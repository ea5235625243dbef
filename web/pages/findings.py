"""One finding: its evidence, the decision on it, notes, and taking a decision back."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from models import Finding, FindingNote
from review import seen
from review.decisions import DecisionError
from review.states import ReasonCode, State
from web import audit, words
from web.desk import Desk, DeskError
from web.identity import Person, desk_of
from web.pages.given import Operator, Reader, Short, Text, day
from web.reading import finding_rows
from web.reading.evidence import of_finding
from web.templating import render

router = APIRouter()


@router.get("/findings/{finding_id}")
def show(request: Request, person: Reader, finding_id: int) -> Response:
    """The whole case of a finding; only its detail where a list asks for it."""
    desk = desk_of(request)
    with desk.readers() as session:
        row = _row(session, person, finding_id)
        return _detail(request, session, desk, row)


@router.post("/findings/{finding_id}/decision")
def decide(
    request: Request,
    person: Operator,
    finding_id: int,
    state: Short,
    version: Annotated[int, Form(ge=0)],
    reason_code: Short = "",
    why: Short = "",
    waiver_until: Short = "",
) -> Response:
    """Confirm or dismiss what was shown; 409 with the present state when another was quicker."""
    desk = desk_of(request)
    if state not in {State.CONFIRMED.value, State.DISMISSED.value}:
        raise DeskError(422, "审核只能确认或排除")
    if reason_code and reason_code not in {one.value for one in ReasonCode}:
        raise DeskError(422, "没有这个排除原因")
    until = day(waiver_until, "豁免到期日")
    told = why.strip() or words.reason_code(reason_code)
    at = desk.now()
    with desk.writers.begin() as session:
        row = _row(session, person, finding_id)
        report = seen.decide_seen(
            session,
            {finding_id: version},
            state=state,
            by=person.name,
            at=at,
            why=told,
            reason_code=reason_code if state == State.DISMISSED.value else "",
            waiver_until=until,
        )
        if report.changed:
            _note(session, person, desk, row.Finding, f"finding.{state}", why=told)
    return _after(request, person, finding_id, report.refused.get(finding_id, ""))


@router.post("/findings/{finding_id}/undo")
def undo(
    request: Request, person: Operator, finding_id: int, version: Annotated[int, Form(ge=0)]
) -> Response:
    """Take one's own last decision back."""
    desk = desk_of(request)
    refused = ""
    with desk.writers.begin() as session:
        row = _row(session, person, finding_id)
        try:
            seen.undo(session, finding_id, version=version, by=person.name, at=desk.now())
        except DecisionError as error:
            refused = str(error)
        else:
            _note(session, person, desk, row.Finding, "finding.undo")
    return _after(request, person, finding_id, refused)


@router.post("/findings/{finding_id}/note")
def add_note(request: Request, person: Operator, finding_id: int, text: Text) -> Response:
    """A remark that decides nothing."""
    desk = desk_of(request)
    if not text.strip():
        raise DeskError(422, "备注是空的")
    with desk.writers.begin() as session:
        row = _row(session, person, finding_id)
        session.add(
            FindingNote(
                finding_id=finding_id,
                text=text.strip(),
                noted_by=person.name,
                noted_at=desk.now(),
            )
        )
        _note(session, person, desk, row.Finding, "finding.note")
    return _after(request, person, finding_id, "")


def _row(session: Session, person: Person, finding_id: int) -> Any:
    row = finding_rows.one(session, finding_id, unit_id=person.unit_id)
    if row is None:
        raise DeskError(404, "没有这个问题，或不在您的单位范围内")
    return row


def _note(
    session: Session, person: Person, desk: Desk, finding: Finding, action: str, **detail: str
) -> None:
    audit.note(
        session,
        person,
        action,
        f"finding:{finding.id}",
        at=desk.now(),
        unit_id=finding.unit_id,
        **detail,
    )


def _after(request: Request, person: Person, finding_id: int, refused: str) -> Response:
    """The finding as it stands now, with why nothing was done, if nothing was."""
    desk = desk_of(request)
    with desk.readers() as session:
        row = _row(session, person, finding_id)
        return _detail(
            request, session, desk, row, refused=refused, status=409 if refused else 200, moved=True
        )


def _detail(
    request: Request,
    session: Session,
    desk: Desk,
    row: Any,
    *,
    refused: str = "",
    status: int = 200,
    moved: bool = False,
) -> Response:
    partial = request.headers.get("hx-request") == "true"
    return render(
        request,
        "parts/finding.html" if partial else "finding.html",
        status=status,
        here="queue",
        row=row,
        case=of_finding(session, desk.settings, row.Finding),
        reasons=list(ReasonCode),
        refused=refused,
        moved=moved,
    )
