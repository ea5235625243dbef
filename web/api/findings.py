"""Findings, and decisions on them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from sqlalchemy import select
from starlette.responses import Response

from models import Decision, RectificationTerm, Window
from review.states import State
from web.api.answers import Filter, Number, Page, Size, answer
from web.api.shapes import DecisionOut, FindingDetail, FindingOut, Listing
from web.desk import DeskError
from web.identity import desk_of
from web.pages.given import Reader
from web.reading import finding_rows
from web.reading.finding_rows import Wanted

router = APIRouter(tags=["findings"])
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
_EVERY = tuple(one.value for one in State)


@router.get("/findings", response_model=Listing[FindingOut])
def findings(
    request: Request,
    person: Reader,
    window: Filter = "",
    state: Literal["", "flagged", "confirmed", "dismissed", "withdrawn", "rectified"] = "",
    kind: Literal["", "site", "account"] = "",
    check: Filter = "",
    reason: Filter = "",
    platform: Filter = "",
    severity: Literal["", "veto", "deduct", "note"] = "",
    unit: Number = None,
    q: Filter = "",
    page: Page = 1,
    size: Size = 50,
) -> Response:
    """Findings, the worst and oldest first; all windows where none is named."""
    desk = desk_of(request)
    with desk.readers() as session:
        names = {one.id: one.name for one in session.scalars(select(Window))}
        chosen = next((number for number, name in names.items() if name == window), 0)
        wanted = Wanted(
            chosen if window else None,
            (state,) if state else _EVERY,
            unit,
            platform,
            kind,
            check,
            reason,
            severity,
            text=q,
        )
        found = finding_rows.page(
            session, wanted, unit_id=person.unit_id, now=desk.now(), number=page, size=size
        )
        ids = [row.Finding.id for row in found.rows]
        terms = {
            one.finding_id: one.due_on
            for one in session.scalars(
                select(RectificationTerm).where(RectificationTerm.finding_id.in_(ids))
            )
        }
    rows = [_finding(row, names, terms) for row in found.rows]
    told = Listing[FindingOut](items=rows, page=found.number, size=size, total=found.total)
    return answer(request, told)


@router.get("/findings/{finding_id}", response_model=FindingDetail)
def finding(request: Request, person: Reader, finding_id: Id) -> Response:
    """One finding with its evidence and its history."""
    desk = desk_of(request)
    with desk.readers() as session:
        row = finding_rows.one(session, finding_id, unit_id=person.unit_id)
        if row is None:
            raise DeskError(404, "没有这个问题，或不在您的单位范围内")
        term = session.get(RectificationTerm, finding_id)
        history = session.scalars(
            select(Decision).where(Decision.finding_id == finding_id).order_by(Decision.id)
        ).all()
        names = {row.Finding.window_id: row.Finding.window.name}
    base = _finding(row, names, {finding_id: term.due_on} if term else {}).model_dump()
    told = FindingDetail(
        **base, evidence=row.Finding.evidence, decisions=[decision_out(one) for one in history]
    )
    return answer(request, told)


def decision_out(one: Decision) -> DecisionOut:
    """One change of state."""
    return DecisionOut(
        id=one.id,
        finding=one.finding_id,
        old=one.old or None,
        new=one.new,
        decided_by=one.decided_by,
        reason_code=one.reason_code or None,
        why=one.why or None,
        decided_at=one.decided_at,
    )


def _finding(row: Any, names: dict[int, str], terms: dict[int, Any]) -> FindingOut:
    one = row.Finding
    return FindingOut(
        id=one.id,
        window=names.get(one.window_id, ""),
        kind=row.kind or "unit",
        target=one.target_id,
        code=row.code or None,
        name=row.name or row.unit,
        unit=row.unit,
        platform=row.platform,
        check=one.check,
        label=one.label,
        severity=one.severity,
        column=row.column,
        state=one.state,
        opened=one.opened_at,
        last_update=one.last_update or None,
        reason=one.reason or None,
        rectified_on=one.rectified_on,
        due_on=terms.get(one.id),
        manual=one.manual,
        version=one.version,
    )
