"""窗口与通报: windows, what stands against freezing one, its annexes, the freeze itself."""

from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from checks.base import Outcome
from models import Run, Verdict, Window
from report import collect, reconcile
from report import layout as layouts
from report.export import FORMATS, ExportError, InputError
from report.freeze import ExportRefused
from report.layout import LayoutError
from review import windows
from web import audit
from web.annexes import files
from web.desk import DeskError
from web.identity import desk_of
from web.pages.captures import download
from web.pages.given import Asked, Reader, Short, WholeAdmin, WholeReader, day
from web.reading import overview
from web.reading.current import newest_judgement, whole_nights
from web.templating import render, tell

router = APIRouter()


@router.get("/windows")
def show(request: Request, person: Reader) -> Response:
    """All windows with how their findings stand."""
    desk = desk_of(request)
    with desk.readers() as session:
        return render(
            request,
            "windows.html",
            here="windows",
            windows=overview.windows(session, person.unit_id),
            today=desk.now().date(),
        )


@router.post("/windows")
def add(
    request: Request,
    person: WholeAdmin,
    name: Short,
    start: Short,
    end: Short,
    recheck: Short = "",
    confirm: Short = "operator",
) -> Response:
    """A new window."""
    desk = desk_of(request)
    first, last = day(start, "开始日期"), day(end, "结束日期")
    if first is None or last is None:
        raise DeskError(422, "请写明开始日期和结束日期")
    with desk.writers.begin() as session:
        made = windows.add(
            session, name.strip(), first, last, recheck=day(recheck, "复核日期"), confirm=confirm
        )
        audit.note(session, person, "window.add", f"window:{made.name}", at=desk.now())
    return tell(request, "/windows", f"已建立窗口 {name.strip()}")


@router.get("/windows/{name}")
def one(request: Request, person: WholeReader, name: str) -> Response:
    """What stands against freezing a window, and its annexes to look at and to save."""
    del person
    desk = desk_of(request)
    with desk.readers() as session:
        window = windows.named(session, name)
        return render(
            request,
            "window.html",
            here="windows",
            window=window,
            states=overview.states(session, window, None),
            runs=_runs(session, window),
            open_verdicts=_open_verdicts(session, window),
            layouts=_titles(desk.settings.home),
            formats=FORMATS,
            today=desk.now().date(),
            errand=desk.errands.of(f"freeze:{name}"),
        )


def _titles(home: Path) -> list[tuple[str, str]]:
    """The layouts at hand with their titles; one that cannot be read keeps its name."""
    told = []
    for name in layouts.names(home):
        try:
            told.append((name, layouts.load(name, home).title))
        except LayoutError:
            told.append((name, name))
    return told


def _runs(session: Session, window: Window) -> dict[str, int]:
    rows = session.execute(
        select(Run.state, func.count()).where(Run.window_id == window.id).group_by(Run.state)
    )
    return dict(rows.all())


def _open_verdicts(session: Session, window: Window) -> int:
    """Targets that the last whole night of the window left undetermined in something."""
    runs = whole_nights(session, window, most=1)
    if not runs:
        return 0
    found = session.scalar(
        select(func.count(Verdict.target_id.distinct())).where(
            Verdict.judgement_id == newest_judgement(session, runs[0].id),
            Verdict.outcome == Outcome.UNDETERMINED.value,
        )
    )
    return found or 0


@router.get("/windows/{name}/preview")
def preview(request: Request, person: WholeReader, name: str, layout: Asked) -> Response:
    """The annexes as they would be printed now."""
    del person
    desk = desk_of(request)
    home = desk.settings.home
    shown = desk.annexes.shown(
        desk.readers, name, _known(layout, home), home=home, today=desk.now().date()
    )
    with desk.readers() as session:
        window = windows.named(session, name)
    partial = request.headers.get("hx-request") == "true"
    template = "parts/annexes.html" if partial else "annexes.html"
    return render(request, template, here="windows", window=window, shown=shown, layout=layout)


@router.get("/windows/{name}/annexes")
def annexes(
    request: Request,
    person: WholeReader,
    name: str,
    layout: Asked,
    format: Asked = "xlsx",  # noqa: A002
) -> Response:
    """The annexes as files; marked as a draft while the window is not frozen."""
    desk = desk_of(request)
    if format not in FORMATS:
        raise DeskError(422, f"可用的格式：{'、'.join(FORMATS)}")
    with desk.readers() as session:
        window = windows.named(session, name)
        try:
            file, body = files(
                session,
                window,
                _known(layout, desk.settings.home),
                [format],
                home=desk.settings.home,
                today=desk.now().date(),
            )
        except (ExportError, InputError) as error:
            raise DeskError(409, str(error)) from error
    with desk.writers.begin() as session:
        audit.note(session, person, "window.export", f"window:{name}", at=desk.now(), file=file)
    return download(body, file)


@router.post("/windows/{name}/freeze")
def freeze_window(
    request: Request,
    person: WholeAdmin,
    name: str,
    again: Annotated[str, Form(max_length=40)],
) -> Response:
    """End a window for good; its name has to be typed. All its annexes are made in a process

    of its own, which takes seconds for a province.
    """
    desk = desk_of(request)
    if again.strip() != name:
        raise DeskError(422, "请再输入一次窗口名称以确认封存")
    at = desk.now()
    with desk.writers.begin() as session:
        _refuse(session, windows.named(session, name), at.date())
        audit.note(session, person, "window.freeze", f"window:{name}", at=at)
    key, command = f"freeze:{name}", ["window", "freeze", name]
    desk.errands.ask(key, name, command, by=person.name, at=at, dated=True)
    return tell(request, f"/windows/{name}", f"正在封存窗口 {name}，完成后导出的文件逐字节不变")


def _refuse(session: Session, window: Window, today: date) -> None:
    """Raise what the freeze itself would be refused for, as far as it is quick to see."""
    if window.frozen_at is not None:
        raise windows.WindowError(f"窗口 {window.name} 已经封存")
    status = collect.window_status(session, window, today)
    lines = list(reconcile.unfinished(window.name, window.ends_on, status))
    if lines:
        raise ExportRefused(lines)


def _known(layout: str, home: object) -> str:
    """A layout by name; an address never names a file."""
    names = layouts.names(home)  # type: ignore[arg-type]
    if layout not in names:
        raise DeskError(404, f"可用的版式：{'、'.join(names)}")
    return layout
