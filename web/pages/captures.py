"""Stored pages, pictures and bodies: shown so that nothing of them can act."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from crawler.store import CaptureMissingError
from models import Capture, FeedbackFile, Finding, OperatorObservation, Target
from web.desk import Desk, DeskError
from web.evidence_pack import packed
from web.headers import STORED_PAGE_POLICY
from web.identity import Person, desk_of
from web.pages.given import Asked, Reader
from web.reading import finding_rows
from web.reading.evidence import of_finding
from web.scope import bounds
from web.stored_page import harmless
from web.templating import render

router = APIRouter()
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@router.get("/captures/{capture_id}")
def show(request: Request, person: Reader, capture_id: int, mark: Asked = "") -> Response:
    """One capture: chain, headers, hash, and the stored page in its frame."""
    desk = desk_of(request)
    with desk.readers() as session:
        capture, name = _capture(session, person, capture_id)
        return render(request, "capture.html", capture=capture, name=name, mark=mark)


@router.get("/captures/{capture_id}/page")
def page(request: Request, person: Reader, capture_id: int, mark: Asked = "") -> Response:
    """The stored page, written anew without anything that acts; for a sandboxed frame."""
    desk = desk_of(request)
    with desk.readers() as session:
        capture, _ = _capture(session, person, capture_id)
    body = _body(desk, capture.sha256)
    return HTMLResponse(
        harmless(body, capture.encoding, mark),
        headers={
            "content-security-policy": STORED_PAGE_POLICY,
            "x-frame-options": "SAMEORIGIN",
            "cross-origin-resource-policy": "same-origin",
        },
    )


@router.get("/captures/{capture_id}/body")
def body(request: Request, person: Reader, capture_id: int) -> Response:
    """The bytes as they came, to be saved and never opened by the browser."""
    desk = desk_of(request)
    with desk.readers() as session:
        capture, _ = _capture(session, person, capture_id)
    return download(_body(desk, capture.sha256), f"capture-{capture_id}.bin")


@router.get("/findings/{finding_id}/screenshot")
def screenshot(request: Request, person: Reader, finding_id: int) -> Response:
    """The picture of the page behind a finding."""
    desk = desk_of(request)
    with desk.readers() as session:
        query = select(Finding).where(
            Finding.id == finding_id, *bounds(person.unit_id, Finding.unit_id)
        )
        finding = session.scalar(query)
    if finding is None:
        raise DeskError(404, "没有这个问题，或不在您的单位范围内")
    return _picture(desk, str(finding.evidence.get("screenshot") or ""))


@router.get("/findings/{finding_id}/pack.zip")
def pack(request: Request, person: Reader, finding_id: int) -> Response:
    """Everything that speaks for or against a finding, to be kept elsewhere."""
    desk = desk_of(request)
    with desk.readers() as session:
        row = finding_rows.one(session, finding_id, unit_id=person.unit_id)
        if row is None:
            raise DeskError(404, "没有这个问题，或不在您的单位范围内")
        case = of_finding(session, desk.settings, row.Finding)
        body = packed(session, desk, row.Finding, case)
    return download(body, f"evidence-{finding_id}.zip", "application/zip")


@router.get("/looks/{look_id}/screenshot")
def look_screenshot(request: Request, person: Reader, look_id: int) -> Response:
    """The picture that an operator added to a look."""
    desk = desk_of(request)
    with desk.readers() as session:
        query = (
            select(OperatorObservation)
            .join(Target, Target.id == OperatorObservation.target_id)
            .where(OperatorObservation.id == look_id, *bounds(person.unit_id, Target.unit_id))
        )
        look = session.scalar(query)
    if look is None:
        raise DeskError(404, "没有这份记录，或不在您的单位范围内")
    return _picture(desk, look.screenshot)


@router.get("/feedback/{file_id}")
def feedback(request: Request, person: Reader, file_id: int) -> Response:
    """A feedback file, to be saved; it was checked by nobody and is never opened here."""
    desk = desk_of(request)
    with desk.readers() as session:
        query = (
            select(FeedbackFile)
            .join(Finding, Finding.id == FeedbackFile.finding_id)
            .where(FeedbackFile.id == file_id, *bounds(person.unit_id, Finding.unit_id))
        )
        file = session.scalar(query)
    if file is None:
        raise DeskError(404, "没有这份文件，或不在您的单位范围内")
    return download(_body(desk, file.sha256), file.file_name)


def download(body: bytes, name: str, kind: str = "application/octet-stream") -> Response:
    """Bytes that a browser saves under `name` and does not look into."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(body, media_type=kind, headers=headers)


def _capture(session: Session, person: Person, capture_id: int) -> Any:
    row = session.execute(
        select(Capture, Target.__table__.c.name)
        .join(Target.__table__, Target.__table__.c.id == Capture.target_id)
        .where(Capture.id == capture_id, *bounds(person.unit_id, Target.__table__.c.unit_id))
    ).first()
    if row is None:
        raise DeskError(404, "没有这份快照，或不在您的单位范围内")
    return row


def _body(desk: Desk, sha256: str) -> bytes:
    try:
        return desk.store.get(sha256)
    except CaptureMissingError as error:
        told = str(error) if sha256 else "这次访问没有得到内容，没有可显示的快照"
        raise DeskError(404, told) from error


def _picture(desk: Desk, sha256: str) -> Response:
    body = _body(desk, sha256)
    kind = next((kind for magic, kind in _PICTURES.items() if body.startswith(magic)), None)
    if kind is None:
        raise DeskError(404, "不是图片")
    headers = {"cache-control": "private, max-age=86400"}
    return Response(body, media_type=kind, headers=headers)
