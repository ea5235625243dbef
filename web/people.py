"""The users of the desk: made, listed, shut out, given a new password, a role, a unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from models import ApiToken, DeskSession, DeskUser, Unit
from web import passwords
from web.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

_NAME = re.compile(r"[\w][\w.@-]{0,63}")


class UserError(Exception):
    """A user that cannot be made, found or changed; the message says why in Chinese."""


def add(
    session: Session, name: str, password: str, *, role: str, unit: str = "", at: datetime
) -> DeskUser:
    """A new user; `unit` names the top of the subtree that it is bounded to, empty: everything."""
    if not _NAME.fullmatch(name):
        raise UserError("用户名只能用字母、数字、汉字、. @ - 和 _，不超过 64 个字符")
    same = select(DeskUser.id).where(func.lower(DeskUser.name) == name.lower())
    if session.scalar(same):
        raise UserError(f"用户 {name} 已经存在")
    user = DeskUser(
        name=name,
        role=_role(role).value,
        unit_id=_unit(session, unit),
        password=_password(password, name),
        made_at=at,
    )
    session.add(user)
    session.flush()
    return user


def named(session: Session, name: str) -> DeskUser:
    """The user of that name. Raises UserError."""
    user = session.scalar(select(DeskUser).where(DeskUser.name == name))
    if user is None:
        raise UserError(f"没有用户 {name[:64]}")
    return user


def listing(session: Session) -> Sequence[DeskUser]:
    """All users by name."""
    return session.scalars(select(DeskUser).order_by(DeskUser.name)).all()


def set_password(session: Session, user: DeskUser, password: str) -> None:
    """A new password; every browser of the user has to log in again."""
    user.password = _password(password, user.name)
    session.execute(delete(DeskSession).where(DeskSession.user_id == user.id))


def set_role(session: Session, user: DeskUser, *, role: str, unit: str) -> None:
    """Another role or unit; the last admin of everything stays one."""
    new, unit_id = _role(role), _unit(session, unit)
    if new is not Role.ADMIN or unit_id is not None:
        _keep_an_admin(session, user)
    user.role, user.unit_id = new.value, unit_id


def set_disabled(session: Session, user: DeskUser, *, disabled: bool, at: datetime) -> None:
    """Shut a user out at once, with browsers and tokens, or let it in again."""
    if disabled:
        _keep_an_admin(session, user)
        session.execute(delete(DeskSession).where(DeskSession.user_id == user.id))
        session.execute(
            update(ApiToken)
            .where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=at)
        )
    user.disabled = disabled


def _keep_an_admin(session: Session, user: DeskUser) -> None:
    others = select(DeskUser.id).where(
        DeskUser.role == Role.ADMIN.value,
        DeskUser.unit_id.is_(None),
        DeskUser.disabled.is_(False),
        DeskUser.id != user.id,
    )
    is_one = user.role == Role.ADMIN.value and user.unit_id is None and not user.disabled
    if is_one and session.scalar(others.limit(1)) is None:
        raise UserError("这是唯一的全域管理员，不能停用或改变其角色")


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError as error:
        raise UserError(f"角色“{role[:20]}”应是 viewer、operator 或 admin") from error


def _unit(session: Session, name: str) -> int | None:
    if not name:
        return None
    found = session.scalar(select(Unit.id).where(Unit.name == name))
    if found is None:
        raise UserError(f"名录中没有单位“{name[:60]}”")
    return found


def _password(password: str, name: str) -> str:
    weak = passwords.weakness(password, name)
    if weak:
        raise UserError(weak)
    return passwords.hashed(password)
