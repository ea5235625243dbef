"""Logging in and out, the language, one's own password."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from models import DeskUser
from web import audit, passwords, people, sign_in
from web.desk import DeskError
from web.identity import COOKIE, LANGUAGE_COOKIE, Person, address_of, desk_of
from web.language import known
from web.pages.given import Asked, Reader, our_path
from web.roles import Role
from web.templating import render, tell

router = APIRouter()
YEAR = 365 * 24 * 3600
_Password = Annotated[str, Form(max_length=passwords.LONGEST)]


@router.get("/login")
def form(request: Request, next: Asked = "/") -> Response:  # noqa: A002 -- its name in addresses
    """The log-in form; says so where nobody can log in yet."""
    with desk_of(request).readers() as session:
        empty = session.scalar(select(DeskUser.id).limit(1)) is None
    return render(request, "login.html", next=our_path(next), empty=empty, name="", failure="")


@router.post("/login")
def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=64)],
    password: _Password,
    next: Annotated[str, Form(max_length=500)] = "/",  # noqa: A002 -- its name in the form
) -> Response:
    """Begin a session; a failure is kept and counted."""
    _refuse_foreign(request)
    desk = desk_of(request)
    address, at = address_of(request), desk.now()
    with desk.writers() as session:
        hours = desk.settings.desk_session_hours
        try:
            token, user = sign_in.sign_in(
                session, name.strip(), password, address=address, at=at, hours=hours
            )
        except sign_in.SignInError as error:
            session.commit()
            return render(
                request,
                "login.html",
                status=403,
                next=our_path(next),
                empty=False,
                name=name,
                failure=str(error),
            )
        person = Person(user.id, user.name, Role(user.role), user.unit_id, user.language, address)
        audit.note(session, person, "session.begin", at=at)
        session.commit()
    response = RedirectResponse(our_path(next), 303)
    response.set_cookie(
        COOKIE, token, max_age=hours * 3600, httponly=True, samesite="lax", secure=desk.secure
    )
    return response


@router.post("/logout")
def log_out(request: Request, person: Reader) -> Response:
    """End this session."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        sign_in.sign_out(session, request.cookies.get(COOKIE, ""))
        audit.note(session, person, "session.end", at=desk.now())
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/language/{code}")
def language(request: Request, code: str, back: Asked = "/") -> Response:
    """Read the desk in another language from now on."""
    response = RedirectResponse(our_path(back), 303)
    response.set_cookie(
        LANGUAGE_COOKIE,
        known(code),
        max_age=YEAR,
        httponly=True,
        samesite="lax",
        secure=desk_of(request).secure,
    )
    return response


@router.get("/password")
def password_form(request: Request, person: Reader) -> Response:
    """One's own password."""
    del person
    return render(request, "password.html")


@router.post("/password")
def change_password(
    request: Request, person: Reader, old: _Password, new: _Password, again: _Password
) -> Response:
    """Change it; every browser has to log in again."""
    if new != again:
        raise DeskError(422, "两次输入的新密码不一致")
    desk = desk_of(request)
    with desk.writers.begin() as session:
        user = session.get_one(DeskUser, person.id)
        if not passwords.fits(user.password, old):
            raise DeskError(403, "原密码不正确")
        people.set_password(session, user, new)
        audit.note(session, person, "user.password", f"user:{user.id}", at=desk.now())
    return tell(request, "/login", "密码已修改，请重新登录")


def _refuse_foreign(request: Request) -> None:
    """No other site may log a browser in here: browsers say where a form comes from."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise DeskError(403, "请从登录页面登录")
