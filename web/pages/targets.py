"""网站 and 账号: the two lists."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.identity import Person, desk_of
from web.pages.given import PageNumber, Reader, whole_number
from web.reading import finding_rows, target_rows
from web.reading.current import whole_nights
from web.reading.target_rows import SORTS, Sought
from web.templating import render

router = APIRouter()
_FIELDS = ("q", "unit", "platform", "read", "flagged", "sort", "down")


@router.get("/sites")
def sites(request: Request, person: Reader, number: PageNumber) -> Response:
    """The sites of the registry."""
    return _list(request, person, number, "site")


@router.get("/accounts")
def accounts(request: Request, person: Reader, number: PageNumber) -> Response:
    """The accounts of the registry."""
    return _list(request, person, number, "account")


def _list(request: Request, person: Person, number: int, kind: str) -> Response:
    desk = desk_of(request)
    given = {name: request.query_params.get(name, "")[:100].strip() for name in _FIELDS}
    sought = Sought(
        kind,
        given["q"],
        whole_number(given["unit"]),
        given["platform"],
        given["read"],
        given["flagged"],
        given["sort"] if given["sort"] in SORTS else "position",
        given["down"] == "1",
    )
    with desk.readers() as session:
        runs = whole_nights(session, most=1)
        run = runs[0] if runs else None
        page = target_rows.page(
            session, run, sought, unit_id=person.unit_id, number=number, given=given
        )
        return render(
            request,
            "targets.html",
            here=f"{kind}s",
            kind=kind,
            run=run,
            page=page,
            given=given,
            sought=sought,
            units=finding_rows.units(session, unit_id=person.unit_id),
            platforms=target_rows.platforms(session, person.unit_id) if kind == "account" else [],
        )
