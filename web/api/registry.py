"""Targets: the registry with how the last whole night went."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from sqlalchemy import select
from starlette.responses import Response

from models import Column, Target
from web.api.answers import Filter, Number, Page, Size, answer
from web.api.shapes import ColumnOut, Listing, TargetDetail, TargetOut
from web.desk import DeskError
from web.identity import desk_of
from web.pages.given import Reader
from web.reading import target_rows
from web.reading.current import whole_nights
from web.reading.target_rows import Sought, TargetRow

router = APIRouter(tags=["targets"])


@router.get("/targets", response_model=Listing[TargetOut])
def targets(
    request: Request,
    person: Reader,
    kind: Literal["", "site", "account"] = "",
    q: Filter = "",
    unit: Number = None,
    platform: Filter = "",
    page: Page = 1,
    size: Size = 50,
) -> Response:
    """The registered targets, in registry order."""
    desk = desk_of(request)
    with desk.readers() as session:
        runs = whole_nights(session, most=1)
        found = target_rows.page(
            session,
            runs[0] if runs else None,
            Sought(kind, q, unit, platform),
            unit_id=person.unit_id,
            number=page,
            given={},
            size=size,
        )
    rows = [_target(one) for one in found.rows]
    told = Listing[TargetOut](items=rows, page=found.number, size=size, total=found.total)
    return answer(request, told)


@router.get("/targets/{target_id}", response_model=TargetDetail)
def target(
    request: Request, person: Reader, target_id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """One target with its columns."""
    desk = desk_of(request)
    with desk.readers() as session:
        runs = whole_nights(session, most=1)
        found = target_rows.page(
            session,
            runs[0] if runs else None,
            Sought("", only=target_id),
            unit_id=person.unit_id,
            number=1,
            given={},
        )
        if not found.rows:
            raise DeskError(404, "没有这个对象，或不在您的单位范围内")
        columns = session.scalars(
            select(Column)
            .where(Column.site_id == target_id, Column.retired.is_(False))
            .order_by(Column.id)
        ).all()
        extra = session.scalar(
            select(Target.__table__.c.extra).where(Target.__table__.c.id == target_id)
        )
    base = _target(found.rows[0]).model_dump()
    shown = [
        ColumnOut(
            id=one.id,
            name=one.name,
            url=one.url,
            kind=one.kind or None,
            level=one.level,
            deadline_days=one.deadline_days,
            registered=one.registered,
        )
        for one in columns
    ]
    return answer(request, TargetDetail(**base, columns=shown, extra=extra or {}))


def _target(one: TargetRow) -> TargetOut:
    row = one.row
    return TargetOut(
        id=row.id,
        kind=row.kind,
        code=row.code or None,
        name=row.name,
        unit=row.unit,
        sponsor=row.sponsor or None,
        platform=row.platform,
        home_url=row.address or None,
        running_state=row.running_state,
        canary=row.canary,
        fresh=row.fresh,
        reason=None if row.fresh else (row.reason or row.access or None),
        live_findings=row.live,
        last_update=one.last_update or None,
    )
