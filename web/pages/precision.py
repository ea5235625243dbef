"""精度: how often people uphold what the machine flags."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from checks.registry import BY_CODE
from web.identity import desk_of
from web.pages.given import Asked, Reader
from web.reading import overview
from web.reading.precision import precision
from web.templating import render

router = APIRouter()


@router.get("/precision")
def show(request: Request, person: Reader, window: Asked = "") -> Response:
    """Precision per check and week, and why findings were dismissed."""
    desk = desk_of(request)
    with desk.readers() as session:
        windows = [one for one, _ in overview.windows(session, person.unit_id)]
        chosen = next((one for one in windows if one.name == window), None)
        told = precision(session, window_id=chosen.id if chosen else None, unit_id=person.unit_id)
    places = {code: index for index, code in enumerate(BY_CODE)}
    return render(
        request,
        "precision.html",
        here="precision",
        windows=windows,
        window=chosen,
        told=told,
        weeks=sorted(told.weeks)[-13:],
        checks=sorted(told.checks, key=lambda code: (places.get(code, len(places)), code)),
    )
