"""Who asks: a logged-in browser or a program with a key, and whether they may.

    needs(Right.READ)    a dependency that gives the Person, or refuses

A browser that changes something must also show the token of its session (CSRF).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from fastapi import Request  # noqa: TC002 -- FastAPI reads the annotation at run time
from starlette.concurrency import run_in_threadpool

from web import sign_in
from web.desk import Desk, DeskError
from web.language import known
from web.roles import Right, Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

COOKIE = "xuncha_desk"
LANGUAGE_COOKIE = "xuncha_language"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever asks. `unit_id` None sees every unit; `csrf` is empty for programs."""

    id: int
    name: str
    role: Role
    unit_id: int | None
    language: str
    address: str
    csrf: str = ""
    reads_only: bool = False

    @property
    def whole(self) -> bool:
        """Whether no unit bounds this person."""
        return self.unit_id is None

    def may(self, right: str) -> bool:
        """Whether the role holds the right; a reading key may only read."""
        if self.reads_only and right != Right.READ:
            return False
        return right in self.role.rights


def desk_of(request: Request) -> Desk:
    """The desk behind a request."""
    return cast("Desk", request.app.state.desk)


def address_of(request: Request) -> str:
    """Where a request comes from, as the server sees it."""
    return request.client.host if request.client else ""


def language_of(request: Request) -> str:
    """The language of a browser that is not logged in."""
    return known(request.cookies.get(LANGUAGE_COOKIE))


def csrf_of(desk: Desk, token: str) -> str:
    """The token that a session's own pages carry."""
    return hmac.new(desk.secret.encode(), b"csrf:" + token.encode(), hashlib.sha256).hexdigest()


def needs(right: Right, *, whole: bool = False) -> Callable[[Request], Awaitable[Person]]:
    """Refuse who lacks the right, and with `whole` who is bounded to a unit."""

    async def person(request: Request) -> Person:
        found = await _person(request)
        if not found.may(right) or (whole and not found.whole):
            raise DeskError(403, "您的角色或单位不允许这项操作")
        return found

    return person


async def _person(request: Request) -> Person:
    header = request.headers.get("authorization", "")
    if request.url.path.startswith("/api/") and header:
        found = await run_in_threadpool(_by_key, request, header)
    else:
        found = await run_in_threadpool(_by_cookie, request)
        if request.method not in SAFE:
            await _check_csrf(request, found)
    request.state.person = found
    return found


def _by_cookie(request: Request) -> Person:
    desk, token = desk_of(request), request.cookies.get(COOKIE, "")
    user = None
    if token:
        with desk.readers() as session:
            user = sign_in.user_of_session(session, token, desk.now())
    if user is None:
        raise DeskError(401, "请先登录")
    language = known(request.cookies.get(LANGUAGE_COOKIE) or user.language)
    role, csrf = Role(user.role), csrf_of(desk, token)
    return Person(user.id, user.name, role, user.unit_id, language, address_of(request), csrf)


def _by_key(request: Request, header: str) -> Person:
    desk = desk_of(request)
    kind, _, token = header.partition(" ")
    found = None
    if kind.lower() == "bearer" and token:
        with desk.readers() as session:
            found = sign_in.token_of(session, token.strip(), desk.now())
    if found is None:
        raise DeskError(401, "令牌无效、已过期或已吊销")
    user = found.user
    return Person(
        user.id,
        user.name,
        Role(user.role),
        user.unit_id,
        "zh",
        address_of(request),
        reads_only=found.scope != "write",
    )


async def _check_csrf(request: Request, person: Person) -> None:
    given = request.headers.get("x-csrf", "")
    if not given:
        form = await request.form()
        field = form.get("csrf")
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), person.csrf.encode()):
        raise DeskError(403, "页面已过期，请刷新后重试")
