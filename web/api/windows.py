"""Windows, their annexes, and the figures of the overview."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from report import layout as layouts
from report.export import ExportError, InputError
from review import windows as review_windows
from review.windows import WindowError
from web.api.answers import Filter, answer
from web.api.shapes import AnnexesOut, AnnexOut, Listing, Stats, UnitStat, WindowOut
from web.desk import DeskError
from web.identity import desk_of
from web.pages.given import Reader, WholeReader
from web.reading import overview
from web.reading.current import whole_nights, window_of

router = APIRouter(tags=["windows"])
Name = Annotated[str, Path(max_length=32)]


@router.get("/windows", response_model=Listing[WindowOut])
def windows(request: Request, person: Reader) -> Response:
    """The last twelve windows, newest first."""
    desk = desk_of(request)
    with desk.readers() as session:
        rows = [
            WindowOut(
                name=one.name,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                recheck_on=one.recheck_on,
                confirm=one.confirm,
                frozen_at=one.frozen_at,
                findings=dict(counts),
            )
            for one, counts in overview.windows(session, person.unit_id)
        ]
    told = Listing[WindowOut](items=rows, page=1, size=max(1, len(rows)), total=len(rows))
    return answer(request, told)


@router.get("/windows/{name}/annexes", response_model=AnnexesOut)
def annexes(
    request: Request,
    person: WholeReader,
    name: Name,
    layout: Annotated[str, Query(max_length=40)] = "hunan",
) -> Response:
    """The annexes of a window as they are printed; a draft while it is not frozen."""
    del person
    desk = desk_of(request)
    home = desk.settings.home
    if layout not in layouts.names(home):
        raise DeskError(404, f"可用的版式：{'、'.join(layouts.names(home))}")
    with desk.readers() as session:
        try:
            window = review_windows.named(session, name)
        except WindowError as error:
            raise DeskError(404, str(error)) from error
        try:
            made = desk.annexes.of(session, window, layout, home=home, today=desk.now().date())
        except (ExportError, InputError) as error:
            raise DeskError(409, str(error)) from error
    shown = [
        AnnexOut(
            number=one["annex"],
            title=one["title"],
            columns=one["columns"],
            rows=one["rows"],
            total=one["total"],
            notes=one["notes"],
        )
        for one in made.annexes
    ]
    told = AnnexesOut(
        window=name,
        layout=layout,
        draft=window.frozen_at is None,
        problems=made.problems,
        annexes=shown,
    )
    return answer(request, told)


@router.get("/stats", response_model=Stats)
def stats(request: Request, person: Reader, window: Filter = "") -> Response:
    """The figures of the overview: coverage of the last whole night, findings, units."""
    desk = desk_of(request)
    unit = person.unit_id
    with desk.readers() as session:
        found = window_of(session, window or None, desk.now())
        if window and found is None:
            raise DeskError(404, "没有这个窗口")
        runs = whole_nights(session, most=1)
        run = runs[0] if runs else None
        read = overview.coverage(session, run, unit)
        told = Stats(
            window=found.name if found else None,
            run=run.id if run else None,
            targets=read.targets - read.closed,
            fresh=read.fresh,
            undetermined=dict(read.reasons),
            findings=overview.states(session, found, unit),
            units=[
                UnitStat(
                    unit=one.name,
                    targets=one.targets,
                    fresh=one.fresh,
                    failing=one.failing,
                    waiting=one.waiting,
                    passing=one.passing,
                )
                for one in overview.by_unit(session, found, run, unit)
            ],
        )
    return answer(request, told)
