"""名录: files imported after a preview, exported as they are, and what deserves a look."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from models import Column, RelayTask, Target, Unit
from registry.check import check
from registry.export import export_csv
from registry.importing import import_files
from registry.outcome import ImportReport
from registry.reading import FILE_BYTES
from registry.schema import Kind
from web import audit, uploads
from web.desk import Desk, DeskError
from web.identity import desk_of
from web.pages.captures import download
from web.pages.given import Reader, WholeReader, WholeRegistrar
from web.scope import bounds
from web.templating import render, tell

router = APIRouter()
REJECTED_SHOWN = 300
ISSUES_SHOWN = 300
TARGETS = Target.__table__


@router.get("/registry")
def show(request: Request, person: Reader) -> Response:
    """How much the registry holds, and the forms."""
    desk = desk_of(request)
    with desk.readers() as session:
        counts = _counts(session, person.unit_id)
        units = session.scalar(
            select(func.count()).select_from(Unit).where(*bounds(person.unit_id, Unit.id))
        )
    return render(
        request,
        "registry.html",
        here="registry",
        counts=counts,
        units=units or 0,
        kinds=[kind for kind in Kind if kind.value in counts],
        allowed=person.whole and person.may("register"),
    )


def _counts(session: Session, unit_id: int | None) -> dict[str, int]:
    """How many of each kind a person sees; relay tasks belong to no unit."""
    inside = bounds(unit_id, TARGETS.c.unit_id)
    own = select(func.count()).select_from(TARGETS).where(TARGETS.c.retired.is_(False), *inside)
    queries = {
        Kind.SITES: own.where(TARGETS.c.kind == "site"),
        Kind.COLUMNS: select(func.count())
        .select_from(Column)
        .join(TARGETS, TARGETS.c.id == Column.site_id)
        .where(*inside),
        Kind.ACCOUNTS: own.where(TARGETS.c.kind == "account"),
        Kind.RELAY_TASKS: select(func.count()).select_from(RelayTask),
    }
    if unit_id is not None:
        del queries[Kind.RELAY_TASKS]
    return {kind.value: session.scalar(query) or 0 for kind, query in queries.items()}


@router.get("/registry/issues")
def issues(request: Request, person: WholeReader) -> Response:
    """What in the registry deserves a look; reads all of it, so a page of its own."""
    del person
    desk = desk_of(request)
    with desk.readers() as session:
        found = check(session)
    partial = request.headers.get("hx-request") == "true"
    return render(
        request,
        "parts/issues.html" if partial else "issues.html",
        here="registry",
        issues=found[:ISSUES_SHOWN],
        more=max(0, len(found) - ISSUES_SHOWN),
    )


@router.get("/registry/{kind}.csv")
def export(request: Request, person: WholeReader, kind: str) -> Response:
    """One kind of the registry as a file that can be imported again."""
    del person
    if kind not in {one.value for one in Kind}:
        raise DeskError(404, "没有这种名录")
    desk = desk_of(request)
    with desk.readers() as session:
        text = export_csv(session, kind)
    return download(text.encode(), f"{kind}.csv", "text/csv")


@router.post("/registry/preview")
def preview(request: Request, person: WholeRegistrar, files: list[UploadFile]) -> Response:
    """What an import would add, change and reject; nothing is kept."""
    del person
    desk = desk_of(request)
    read = [(one.filename or "", one.file.read(FILE_BYTES + 1)) for one in files]
    ticket = uploads.keep(desk, read)
    report = _import(desk, ticket, dry_run=True)
    if not report.files:
        uploads.forget(desk, ticket)
    names = [name for name, _ in read]
    return render(
        request,
        "import.html",
        here="registry",
        report=report,
        ticket=ticket,
        names=names,
        shown=REJECTED_SHOWN,
    )


@router.post("/registry/import")
def take(
    request: Request, person: WholeRegistrar, ticket: Annotated[str, Form(max_length=64)]
) -> Response:
    """Import what was previewed."""
    desk = desk_of(request)
    report = _import(desk, ticket, dry_run=False)
    uploads.forget(desk, ticket)
    with desk.writers.begin() as session:
        audit.note(
            session,
            person,
            "registry.import",
            at=desk.now(),
            added=report.added,
            updated=report.updated,
            rejected=len(report.rejected),
        )
    return tell(
        request,
        "/registry",
        f"已导入：新增 {report.added}，更新 {report.updated}，未变 {report.unchanged}，"
        f"不合格 {len(report.rejected)} 行未导入",
    )


def _import(desk: Desk, ticket: str, *, dry_run: bool) -> ImportReport:
    paths = uploads.found(desk, ticket)
    with desk.writers() as session:
        return import_files(session, paths, dry_run=dry_run)
