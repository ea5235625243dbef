"""The desk as an ASGI application: pages, API, static files, and what is told when it fails."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

import clock
from database import DatabaseError
from nightly import NightError
from report.evidence.keys import EvidenceError
from report.freeze import ExportRefused
from report.layout import LayoutError
from review.decisions import DecisionError
from review.windows import WindowError
from web.api import router as api_router
from web.desk import Desk, DeskError, open_desk
from web.headers import Guard, TooLargeError
from web.pages import ROUTERS
from web.people import UserError
from web.templating import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from fastapi import Request
    from starlette.types import ASGIApp

    from settings import Settings

log = structlog.get_logger()
_STATIC = Path(__file__).with_name("static")
_REFUSALS = (
    DecisionError,
    WindowError,
    UserError,
    ExportRefused,
    EvidenceError,
    LayoutError,
    NightError,
)


def create(settings: Settings, now: Callable[[], datetime] = clock.now) -> ASGIApp:
    """The desk on the configured database; `now` is its clock."""
    desk = open_desk(settings, now)
    app = FastAPI(
        title="xuncha",
        version="1",
        summary="巡查：政府网站与政务新媒体",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.desk = desk
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.include_router(api_router)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    _handle_errors(app)
    return Guard(app, secure=desk.secure)


def application_of(guarded: ASGIApp) -> FastAPI:
    """The FastAPI application inside, for the OpenAPI document."""
    assert isinstance(guarded, Guard)
    inner = guarded.inner
    assert isinstance(inner, FastAPI)
    return inner


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(DeskError)
    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, DeskError)
        return _answer(request, error.status, error.message)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        words = {404: "没有这个页面", 405: "不支持这种请求方法"}
        told = words.get(error.status_code, str(error.detail))
        return _answer(request, error.status_code, told, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0] if error.errors() else {"loc": (), "msg": ""}
        where = ".".join(str(part) for part in first["loc"] if part not in {"body", "query"})
        return _answer(request, 422, f"参数 {where[:60]} 无效：{str(first['msg'])[:200]}")

    @app.exception_handler(DatabaseError)
    def database(request: Request, error: Exception) -> Response:
        return _answer(request, 503, str(error))

    @app.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> Response:
        if isinstance(error, TooLargeError):
            return _answer(request, 413, "请求过大")
        # Without local variables: they hold passwords and keys.
        told = "".join(traceback.format_exception(error))
        log.error("desk_fault", path=request.url.path, traceback=told)
        return _answer(request, 500, "系统内部错误，已记入日志")

    for kind in _REFUSALS:
        app.add_exception_handler(kind, _refusal)


def _refusal(request: Request, error: Exception) -> Response:
    return _answer(request, 409, str(error))


def _answer(
    request: Request, status: int, message: str, headers: dict[str, str] | None = None
) -> Response:
    """The same refusal as JSON for programs, a fragment for HTMX, a page for people."""
    if request.url.path.startswith("/api/"):
        told = dict(headers or {})
        if status == 401:
            told["www-authenticate"] = "Bearer"
        return JSONResponse({"error": {"status": status, "message": message}}, status, told)
    partial = request.headers.get("hx-request") == "true"
    if status == 401:
        back = request.url.path if request.method == "GET" and not partial else "/"
        if partial:
            return Response(status_code=401, headers={"hx-redirect": "/login"})
        return RedirectResponse(f"/login?next={quote(back, safe='')}", 303)
    template = "parts/error.html" if partial else "error.html"
    response = render(request, template, status=status, code=status, message=message)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


__all__ = ["Desk", "application_of", "create"]
