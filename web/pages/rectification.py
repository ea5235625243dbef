"""整改: terms, re-checks, what units sent back, and stating that something was put right."""

import unicodedata
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from models import FeedbackFile, Finding, RectificationTerm
from review import decisions
from review.states import State
from web import audit
from web.desk import DeskError
from web.identity import Person, desk_of
from web.pages.given import Operator, PageNumber, Reader, Short, day, our_path, whole_number
from web.reading import finding_rows, rectification
from web.reading.current import window_of
from web.reading.finding_rows import Wanted
from web.scope import bounds
from web.templating import render, tell

router = APIRouter()
FILE_MOST = 20 * 1024 * 1024
AT_ONCE = 500
_FIELDS = ("window", "shown", "unit", "check", "kind", "q")
_Ids = Annotated[list[int] | None, Form(max_length=AT_ONCE)]


@router.get("/rectification")
def show(request: Request, person: Reader, number: PageNumber) -> Response:
    """Confirmed problems, the overdue first."""
    desk = desk_of(request)
    given = {name: request.query_params.get(name, "")[:100].strip() for name in _FIELDS}
    shown = given["shown"] if given["shown"] in rectification.SHOWN else "open"
    now = desk.now()
    with desk.readers() as session:
        window = window_of(session, given["window"] or None, now)
        identifier = window.id if window else None
        wanted = Wanted(
            identifier,
            rectification.states(shown),
            whole_number(given["unit"]),
            kind=given["kind"],
            check=given["check"],
            text=given["q"],
        )
        unit = person.unit_id
        return render(
            request,
            "rectification.html",
            here="rectification",
            window=window,
            shown=shown,
            given=given,
            today=now.date(),
            errands=desk.errands,
            figures=rectification.figures(session, identifier, unit_id=unit, today=now.date()),
            units=finding_rows.units(session, unit_id=unit),
            offered=finding_rows.choices(session, identifier, wanted.states, unit_id=unit),
            page=rectification.page(
                session, wanted, shown, unit_id=unit, now=now, number=number, given=given
            ),
        )


@router.post("/rectification/terms")
def set_terms(
    request: Request,
    person: Operator,
    due: Short,
    ids: _Ids = None,
    back: Short = "/rectification",
) -> Response:
    """Give the chosen problems a day by which they are to be put right."""
    desk = desk_of(request)
    last = day(due, "整改期限")
    if last is None or not ids:
        raise DeskError(422, "请勾选问题并写明整改期限")
    with desk.writers.begin() as session:
        chosen = _chosen(session, person, ids, State.CONFIRMED)
        for finding in chosen:
            _set_term(session, finding, last, person, desk.now())
        count = len(chosen)
        audit.note(
            session, person, "rectification.term", at=desk.now(), count=count, due=last, ids=ids
        )
    return tell(request, our_path(back), f"已为 {count} 个问题设定整改期限 {last}")


def _set_term(session: Session, finding: Finding, last: date, person: Person, at: datetime) -> None:
    term = session.get(RectificationTerm, finding.id) or RectificationTerm(finding_id=finding.id)
    term.due_on, term.set_by, term.set_at = last, person.name, at
    session.add(term)


def _chosen(session: Session, person: Person, ids: list[int], state: State) -> list[Finding]:
    return list(
        session.scalars(
            select(Finding).where(
                Finding.id.in_(ids),
                Finding.state == state.value,
                *bounds(person.unit_id, Finding.unit_id),
            )
        )
    )


@router.post("/findings/{finding_id}/rectified")
def rectified(
    request: Request,
    person: Operator,
    finding_id: int,
    on: Short = "",
    why: Short = "",
    back: Short = "/rectification",
) -> Response:
    """State that a problem was put right."""
    desk = desk_of(request)
    at = desk.now()
    last = day(on, "整改日期") or at.date()
    if last > at.date():
        raise DeskError(422, "整改日期不能晚于今天")
    with desk.writers.begin() as session:
        finding = _one(session, person, finding_id)
        report = decisions.rectify(
            session, [finding_id], on=last, by=person.name, at=at, why=why.strip()
        )
        if report.refused:
            raise DeskError(409, report.refused[finding_id])
        audit.note(
            session,
            person,
            "finding.rectified",
            f"finding:{finding_id}",
            at=at,
            unit_id=finding.unit_id,
            on=last,
        )
    return tell(request, our_path(back), f"问题 {finding_id} 已登记整改")


@router.post("/findings/{finding_id}/recheck")
def recheck(request: Request, person: Operator, finding_id: int) -> Response:
    """Look at the target again now; a pass closes the problem."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        finding = _one(session, person, finding_id)
        audit.note(
            session,
            person,
            "finding.recheck",
            f"finding:{finding_id}",
            at=desk.now(),
            unit_id=finding.unit_id,
        )
    key = f"recheck:{finding_id}"
    errand = desk.errands.ask(
        key,
        f"问题 {finding_id}",
        ["findings", "recheck", str(finding_id)],
        by=person.name,
        at=desk.now(),
        dated=True,
    )
    if request.headers.get("hx-request") == "true":
        return render(request, "parts/errand.html", errand=errand)
    return tell(request, "/rectification", f"已开始复核问题 {finding_id}")


@router.post("/findings/{finding_id}/feedback")
def feedback(
    request: Request,
    person: Operator,
    finding_id: int,
    file: UploadFile,
    note: Short = "",
    back: Short = "/rectification",
) -> Response:
    """Keep a file that the unit sent; it is stored as it is and never opened here."""
    desk = desk_of(request)
    body = file.file.read(FILE_MOST + 1)
    if not body or len(body) > FILE_MOST:
        raise DeskError(422, f"请选择一个不超过 {FILE_MOST // 1024 // 1024} MB 的文件")
    name = file_name(file.filename or "")
    sha256 = desk.store.put(body)
    with desk.writers.begin() as session:
        finding = _one(session, person, finding_id)
        session.add(
            FeedbackFile(
                finding_id=finding_id,
                file_name=name,
                sha256=sha256,
                size=len(body),
                note=note.strip(),
                added_by=person.name,
                added_at=desk.now(),
            )
        )
        audit.note(
            session,
            person,
            "finding.feedback",
            f"finding:{finding_id}",
            at=desk.now(),
            unit_id=finding.unit_id,
            file=name,
            sha256=sha256,
        )
    return tell(request, our_path(back), f"已收下反馈文件 {name}")


def file_name(given: str) -> str:
    """The last part of a name, without anything that a file system or a page could misread."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        "_" if one in '<>:"|?*' else one
        for one in last
        if unicodedata.category(one) not in {"Cc", "Cf", "Co", "Cs"}
    )
    return kept.strip(". ")[-150:] or "file"


def _one(session: Session, person: Person, finding_id: int) -> Finding:
    found = session.scalar(
        select(Finding).where(Finding.id == finding_id, *bounds(person.unit_id, Finding.unit_id))
    )
    if found is None:
        raise DeskError(404, "没有这个问题，或不在您的单位范围内")
    return found
