"""Logging in and staying logged in: throttled tries, sessions by the hash of their cookie."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from models import ApiToken, DeskSession, DeskUser, SignInFailure
from web import passwords

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

WITHIN = timedelta(minutes=15)
TRIES_OF_NAME = 5
TRIES_OF_ADDRESS = 30
"""A whole office may sit behind one address."""


class SignInError(Exception):
    """A log-in that is refused; the message never says whether the name exists."""


def sign_in(
    session: Session, name: str, password: str, *, address: str, at: datetime, hours: int
) -> tuple[str, DeskUser]:
    """A new session for the right password: its cookie and the user. Raises SignInError.

    A failure must be committed by the caller too: it counts against the next tries.
    """
    keys = [f"name:{name[:64].casefold()}", f"address:{address[:64]}"]
    if _locked(session, keys, at):
        raise SignInError("尝试次数过多，请 15 分钟后再试")
    user = session.scalar(select(DeskUser).where(DeskUser.name == name[:64]))
    right = passwords.fits(user.password if user else None, password)
    if user is None or not right or user.disabled:
        session.add_all(SignInFailure(key=key, at=at) for key in keys)
        raise SignInError("用户名或密码不正确，或用户已停用")
    session.execute(delete(SignInFailure).where(SignInFailure.key == keys[0]))
    session.execute(delete(SignInFailure).where(SignInFailure.at < at - timedelta(days=1)))
    session.execute(delete(DeskSession).where(DeskSession.ends_at < at))
    token = secrets.token_urlsafe(32)
    ends = at + timedelta(hours=hours)
    session.add(DeskSession(token_hash=_hash(token), user_id=user.id, begun_at=at, ends_at=ends))
    return token, user


def _locked(session: Session, keys: list[str], at: datetime) -> bool:
    for key, most in zip(keys, (TRIES_OF_NAME, TRIES_OF_ADDRESS), strict=True):
        failures = session.scalar(
            select(func.count())
            .select_from(SignInFailure)
            .where(SignInFailure.key == key, SignInFailure.at > at - WITHIN)
        )
        if (failures or 0) >= most:
            return True
    return False


def user_of_session(session: Session, token: str, at: datetime) -> DeskUser | None:
    """Whom a cookie stands for; None when it ended or the user was shut out."""
    found = session.scalar(
        select(DeskSession)
        .where(DeskSession.token_hash == _hash(token), DeskSession.ends_at > at)
        .options(joinedload(DeskSession.user))
    )
    return found.user if found and not found.user.disabled else None


def sign_out(session: Session, token: str) -> None:
    """End a session."""
    session.execute(delete(DeskSession).where(DeskSession.token_hash == _hash(token)))


def new_token(
    session: Session, user: DeskUser, *, name: str, scope: str, days: int, at: datetime
) -> str:
    """A key for a program, shown once; `scope` is read or write, `days` 0 never ends."""
    token = f"xuncha_{secrets.token_urlsafe(32)}"
    session.add(
        ApiToken(
            name=name[:100],
            token_hash=_hash(token),
            user_id=user.id,
            scope="write" if scope == "write" else "read",
            made_at=at,
            expires_at=at + timedelta(days=days) if days else None,
        )
    )
    return token


def token_of(session: Session, token: str, at: datetime) -> ApiToken | None:
    """The live key with this text."""
    found = session.scalar(
        select(ApiToken)
        .where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None))
        .options(joinedload(ApiToken.user))
    )
    if found is None or found.user.disabled:
        return None
    return found if found.expires_at is None or found.expires_at > at else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
