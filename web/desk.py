"""What every page and endpoint works with: settings, sessions, captures, the secret, the clock."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itsdangerous import URLSafeTimedSerializer

from crawler.store import CaptureStore
from database import session_factory
from web.annexes import AnnexCache
from web.errands import Errands

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from settings import Settings


class DeskError(Exception):
    """What a person is told instead of a page: a status and one Chinese sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Desk:
    """One running desk. Pages read through `readers`, which take no write lock."""

    settings: Settings
    readers: sessionmaker[Session]
    writers: sessionmaker[Session]
    store: CaptureStore
    secret: str
    now: Callable[[], datetime]
    errands: Errands
    annexes: AnnexCache

    def signer(self, purpose: str) -> URLSafeTimedSerializer:
        """Signs what travels through a browser; `purpose` keeps one use from another."""
        return URLSafeTimedSerializer(self.secret, salt=purpose)

    @property
    def secure(self) -> bool:
        """Whether cookies may travel encrypted only."""
        return self.settings.desk_url.startswith("https://")


def open_desk(settings: Settings, now: Callable[[], datetime]) -> Desk:
    """A desk on the configured database, whose tables must be current."""
    return Desk(
        settings,
        session_factory(settings, read_only=True),
        session_factory(settings),
        CaptureStore(settings.capture_store),
        _secret(settings.home / "desk.secret"),
        now,
        Errands(settings, now),
        AnnexCache(),
    )


def _secret(path: Path) -> str:
    """The key of this desk, made once and readable by its owner alone."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    made = secrets.token_hex(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was quicker
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(made)
    return made
