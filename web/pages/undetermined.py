"""未能核实: what nobody could establish, with a look now, the page itself, and what one saw."""

from fastapi import APIRouter, Request, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import Response

from checks.deadlines import BEIJING
from models import Target
from registry.looks import PICTURE_BYTES
from web import audit
from web.desk import Desk, DeskError
from web.identity import Person, desk_of
from web.looks import Seen, enter
from web.pages.given import Operator, PageNumber, Reader, Short, Text, our_path, whole_number
from web.reading import finding_rows, undetermined
from web.reading.current import whole_nights
from web.reading.undetermined import VETOES, Open
from web.scope import covers
from web.templating import render, tell

router = APIRouter()
_FIELDS = ("unit", "kind", "platform", "check", "reason", "every")


@router.get("/undetermined")
def show(request: Request, person: Reader, number: PageNumber) -> Response:
    """The queue of what last night left open."""
    desk = desk_of(request)
    given = {name: request.query_params.get(name, "")[:100].strip() for name in _FIELDS}
    wanted = Open(
        whole_number(given["unit"]),
        given["kind"],
        given["platform"],
        given["check"],
        given["reason"],
        given["every"] == "1",
    )
    with desk.readers() as session:
        runs = whole_nights(session, most=1)
        run = runs[0] if runs else None
        unit = person.unit_id
        page = undetermined.page(session, run, wanted, unit_id=unit, number=number, given=given)
        return render(
            request,
            "undetermined.html",
            here="undetermined",
            run=run,
            page=page,
            given=given,
            vetoes=VETOES,
            reasons=undetermined.reasons(session, run, wanted, unit_id=unit),
            units=finding_rows.units(session, unit_id=unit),
            errands=desk.errands,
            looks=undetermined.looks(session, run, [row.id for row, _ in page.rows]),
            places=undetermined.places(session, page.rows),
            today=desk.now(),
        )


@router.post("/targets/{target_id}/look")
def look_now(request: Request, person: Operator, target_id: int) -> Response:
    """Have the patrol look at one target now, in a run of its own."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        target = target_of(session, person, target_id)
        name = target.name
        audit.note(
            session,
            person,
            "target.look",
            f"target:{target_id}",
            at=desk.now(),
            unit_id=target.unit_id,
        )
    return _errand(request, desk, _look(desk, person, target_id, name))


def _look(desk: Desk, person: Person, target_id: int, name: str) -> str:
    """Ask for a look in a run of its own; the key of the errand."""
    key = f"look:{target_id}"
    command = ["nightly", "--only", str(target_id), "--json"]
    desk.errands.ask(key, name, command, by=person.name, at=desk.now(), dated=True)
    return key


@router.get("/errands/{key}")
def errand(request: Request, person: Reader, key: str) -> Response:
    """How an errand stands; asks again by itself until it is done."""
    desk = desk_of(request)
    kind, _, number = key.partition(":")
    about = whole_number(number)
    with desk.readers() as session:
        if kind == "look" and about is not None:
            target_of(session, person, about)
        elif kind == "recheck" and about is not None:
            if finding_rows.one(session, about, unit_id=person.unit_id) is None:
                raise DeskError(404, "没有这项任务")
        elif not person.whole:
            raise DeskError(404, "没有这项任务")
    return _errand(request, desk, key)


@router.post("/targets/{target_id}/seen")
def seen(
    request: Request,
    person: Operator,
    target_id: int,
    newest: Short = "",
    url: Text = "",
    text: Text = "",
    never: Short = "",
    column: Short = "",
    judge: Short = "",
    back: Short = "/undetermined",
    screenshot: UploadFile | None = None,
) -> Response:
    """Keep what an operator saw with his or her own eyes; with `judge` it is judged at once."""
    desk = desk_of(request)
    at = desk.now()
    cells = {
        "最新发布时间": newest.replace("T", " "),
        "链接": url,
        "说明": text,
        "从未发布": "是" if never else "",
        "查看时间": f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
    }
    picture = screenshot.file.read(PICTURE_BYTES + 1) if screenshot else b""
    with desk.writers.begin() as session:
        target = target_of(session, person, target_id)
        seen = Seen(cells, picture, whole_number(column))
        kept = enter(session, target, seen, by=person.name, at=at, store=desk.store)
        name = target.name
        if kept is not None:
            audit.note(
                session,
                person,
                "target.seen",
                f"target:{target_id}",
                at=at,
                unit_id=target.unit_id,
                newest=cells["最新发布时间"],
            )
    if judge:
        _look(desk, person, target_id, name)
        return tell(request, our_path(back), f"已登记对“{name}”的查看，正在据此判定")
    return tell(request, our_path(back), f"已登记对“{name}”的查看，下次判定时采用")


def target_of(session: Session, person: Person, target_id: int) -> Target:
    """A target within the person's unit."""
    target = session.get(Target, target_id)
    if target is None or not covers(session, person.unit_id, target.unit_id):
        raise DeskError(404, "没有这个对象，或不在您的单位范围内")
    return target


def _errand(request: Request, desk: Desk, key: str) -> Response:
    found = desk.errands.of(key)
    if found is None:
        raise DeskError(404, "没有这项任务")
    if request.headers.get("hx-request") != "true" and key.startswith("look:"):
        return tell(request, f"/targets/{key[5:]}", f"已开始查看“{found.what}”")
    return render(request, "parts/errand.html", errand=found)
