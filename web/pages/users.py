"""用户与审计: users, keys for programs, and who changed what."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from starlette.responses import Response

from models import ApiToken, AuditEntry, DeskUser
from web import audit, passwords, people, sign_in
from web.desk import DeskError
from web.identity import Person, desk_of
from web.pages.given import Admin, Asked, PageNumber, Reader, Short
from web.paging import page_of
from web.reading import finding_rows
from web.roles import Role
from web.scope import bounds, covers
from web.templating import render, tell

router = APIRouter()
_Password = Annotated[str, Form(max_length=passwords.LONGEST)]


@router.get("/users")
def show(request: Request, person: Admin) -> Response:
    """The users within one's unit."""
    desk = desk_of(request)
    with desk.readers() as session:
        query = select(DeskUser).options(joinedload(DeskUser.unit)).order_by(DeskUser.name)
        users = session.scalars(query.where(*bounds(person.unit_id, DeskUser.unit_id))).all()
        units = finding_rows.units(session, unit_id=person.unit_id)
    return render(request, "users.html", here="users", users=users, units=units, roles=list(Role))


@router.post("/users")
def add(
    request: Request,
    person: Admin,
    name: Short,
    password: _Password,
    role: Short,
    unit: Short = "",
) -> Response:
    """A new user within one's unit."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        made = people.add(session, name.strip(), password, role=role, unit=unit, at=desk.now())
        _within(session, person, made)
        _note(session, request, person, made, "user.add", role=role, unit=unit)
    return tell(request, "/users", f"已添加用户 {name.strip()}")


@router.post("/users/{user_id}/role")
def set_role(
    request: Request, person: Admin, user_id: int, role: Short, unit: Short = ""
) -> Response:
    """Another role or unit."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        user = _user(session, person, user_id)
        people.set_role(session, user, role=role, unit=unit)
        _within(session, person, user)
        _note(session, request, person, user, "user.role", role=role, unit=unit)
        name = user.name
    return tell(request, "/users", f"已修改用户 {name}")


@router.post("/users/{user_id}/password")
def set_password(request: Request, person: Admin, user_id: int, password: _Password) -> Response:
    """A new password for a user who lost the old one."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        user = _user(session, person, user_id)
        people.set_password(session, user, password)
        _note(session, request, person, user, "user.password")
        name = user.name
    return tell(request, "/users", f"已重设用户 {name} 的密码")


@router.post("/users/{user_id}/disabled")
def set_disabled(request: Request, person: Admin, user_id: int, disabled: Short = "") -> Response:
    """Shut a user out, or let it in again."""
    desk = desk_of(request)
    shut = disabled == "yes"
    with desk.writers.begin() as session:
        user = _user(session, person, user_id)
        people.set_disabled(session, user, disabled=shut, at=desk.now())
        _note(session, request, person, user, "user.disable" if shut else "user.enable")
        name = user.name
    return tell(request, "/users", f"用户 {name} 已{'停用' if shut else '启用'}")


@router.get("/audit")
def trail(
    request: Request, person: Admin, number: PageNumber, who: Asked = "", action: Asked = ""
) -> Response:
    """Every change, newest first; one bounded to a unit sees what its users did."""
    desk = desk_of(request)
    given = {"who": who.strip(), "action": action.strip()}
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    if not person.whole:
        own = select(DeskUser.id).where(*bounds(person.unit_id, DeskUser.unit_id))
        query = query.where(AuditEntry.user_id.in_(own))
    if given["who"]:
        query = query.where(AuditEntry.who == given["who"])
    if given["action"]:
        query = query.where(AuditEntry.action.startswith(given["action"], autoescape=True))
    with desk.readers() as session:
        page = page_of(session, query, number=number, given=given)
    return render(
        request, "audit.html", here="users", page=page, given=given, actions=audit.ACTIONS
    )


@router.get("/tokens")
def tokens(request: Request, person: Reader) -> Response:
    """One's own keys."""
    return _tokens(request, person, "")


@router.post("/tokens")
def new_token(
    request: Request,
    person: Reader,
    name: Short,
    scope: Short = "read",
    days: Annotated[int, Form(ge=0, le=3650)] = 90,
) -> Response:
    """A new key, shown once."""
    desk = desk_of(request)
    if not name.strip():
        raise DeskError(422, "请写明这个令牌给谁用")
    with desk.writers.begin() as session:
        user = session.get_one(DeskUser, person.id)
        made = sign_in.new_token(
            session, user, name=name.strip(), scope=scope, days=days, at=desk.now()
        )
        audit.note(session, person, "token.add", at=desk.now(), name=name, scope=scope)
    return _tokens(request, person, made)


@router.post("/tokens/{token_id}/revoke")
def revoke(request: Request, person: Reader, token_id: int) -> Response:
    """End a key."""
    desk = desk_of(request)
    with desk.writers.begin() as session:
        token = session.get(ApiToken, token_id)
        if token is None or token.user_id != person.id:
            raise DeskError(404, "没有这个令牌")
        token.revoked_at = token.revoked_at or desk.now()
        audit.note(session, person, "token.revoke", at=desk.now(), name=token.name)
    return tell(request, "/tokens", "令牌已吊销")


def _tokens(request: Request, person: Person, made: str) -> Response:
    desk = desk_of(request)
    with desk.readers() as session:
        found = session.scalars(
            select(ApiToken).where(ApiToken.user_id == person.id).order_by(ApiToken.id.desc())
        ).all()
    return render(request, "tokens.html", here="users", tokens=found, made=made, now=desk.now())


def _user(session: Session, person: Person, user_id: int) -> DeskUser:
    user = session.get(DeskUser, user_id)
    if user is None:
        raise DeskError(404, "没有这个用户")
    _within(session, person, user)
    return user


def _within(session: Session, person: Person, user: DeskUser) -> None:
    """Who is bounded to a unit handles only users bounded to it or below it."""
    if not covers(session, person.unit_id, user.unit_id):
        raise DeskError(403, "只能管理本单位范围内的用户")


def _note(
    session: Session, request: Request, person: Person, user: DeskUser, action: str, **detail: Any
) -> None:
    audit.note(
        session,
        person,
        action,
        f"user:{user.id}",
        at=desk_of(request).now(),
        unit_id=user.unit_id,
        name=user.name,
        **detail,
    )
