"""总览: the window at a glance, and letting a held run go."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from nightly import release
from web import audit
from web.desk import DeskError
from web.identity import desk_of
from web.pages.given import Asked, Reader, Short, WholeAdmin
from web.reading import health, overview
from web.reading.current import whole_nights, window_of
from web.templating import render, tell

router = APIRouter()


@router.get("/")
def show(request: Request, person: Reader, window: Asked = "") -> Response:
    """Figures of the window, of last night, of the patrol itself."""
    desk = desk_of(request)
    unit = person.unit_id
    with desk.readers() as session:
        current = window_of(session, window or None, desk.now())
        runs = whole_nights(session, most=2)
        last = runs[0] if runs else None
        return render(
            request,
            "overview.html",
            here="overview",
            window=current,
            last=last,
            coverage=overview.coverage(session, last, unit),
            states=overview.states(session, current, unit),
            units=overview.by_unit(session, current, last, unit),
            nights=overview.nights(session, unit),
            windows=overview.windows(session, unit),
            changes=overview.changes(session, runs, unit),
            health=health.health(session, desk.now()),
        )


@router.post("/runs/{run_id}/release")
def release_run(request: Request, person: WholeAdmin, run_id: int, why: Short) -> Response:
    """Let a held run go; its findings open now."""
    desk = desk_of(request)
    if not why.strip():
        raise DeskError(422, "请写明放行的理由")
    flagged = release(desk.settings, desk.writers, run_id, by=person.name, why=why.strip())
    with desk.writers.begin() as session:
        audit.note(session, person, "run.release", f"run:{run_id}", at=desk.now(), why=why)
    return tell(request, "/", f"批次 {run_id} 已放行，登记问题 {sum(flagged.values())} 个")
