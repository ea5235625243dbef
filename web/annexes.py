"""The annexes of a window as data and as files, made by the report and kept while nothing moves."""

from __future__ import annotations

import json
import tempfile
import threading
import zipfile
from collections import OrderedDict
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models import Decision, Finding, Run, Target, Visit
from report.export import export

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from models import Window

KEPT = 12
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Annexes:
    """The annexes of one window under one layout; `problems` are what forbids the real notice."""

    annexes: list[dict[str, Any]]
    problems: list[str]


@dataclass(slots=True)
class AnnexCache:
    """What was made last, under a stamp of everything that can change it."""

    _kept: OrderedDict[tuple[Any, ...], Annexes] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(
        self, session: Session, window: Window, layout: str, *, home: Path, today: date
    ) -> Annexes:
        """The annexes as they would be printed now; a draft while the window is not frozen.

        Raises what report.export raises.
        """
        stamp = (window.id, layout, today, *_stamp(session, window))
        with self._lock:
            if stamp in self._kept:
                self._kept.move_to_end(stamp)
                return self._kept[stamp]
        made = _made(session, window, layout, home, today)
        with self._lock:
            self._kept[stamp] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


def files(
    session: Session,
    window: Window,
    layout: str,
    formats: Sequence[str],
    *,
    home: Path,
    today: date,
) -> tuple[str, bytes]:
    """One file under its own name, or a ZIP of several; a draft says so inside."""
    with tempfile.TemporaryDirectory(prefix="xuncha-annexes-") as folder:
        told = export(
            session,
            window=window.name,
            layout=layout,
            formats=formats,
            out=Path(folder),
            draft=window.frozen_at is None,
            today=today,
            home=home,
        )
        if len(told.paths) == 1:
            return told.paths[0].name, told.paths[0].read_bytes()
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in told.paths:
                archive.writestr(zipfile.ZipInfo(path.name, _EPOCH), path.read_bytes())
    return f"{window.name}-{layout}.zip", packed.getvalue()


def _made(session: Session, window: Window, layout: str, home: Path, today: date) -> Annexes:
    with tempfile.TemporaryDirectory(prefix="xuncha-annexes-") as folder:
        told = export(
            session,
            window=window.name,
            layout=layout,
            formats=["json"],
            out=Path(folder),
            draft=window.frozen_at is None,
            today=today,
            home=home,
        )
        read = [json.loads(path.read_text(encoding="utf-8")) for path in told.paths]
    return Annexes(read, told.problems)


def _stamp(session: Session, window: Window) -> tuple[Any, ...]:
    """Everything that annexes are made from has moved when none of these is as before."""
    newest = [session.scalar(select(func.max(table.id))) for table in (Decision, Finding, Visit)]
    versions = session.scalar(
        select(func.sum(Finding.version)).where(Finding.window_id == window.id)
    )
    states = session.execute(
        select(Run.state, func.count()).where(Run.window_id == window.id).group_by(Run.state)
    ).all()
    registry = session.execute(
        select(func.count(), func.max(Target.id), func.sum(Target.unit_id)).select_from(
            Target.__table__
        )
    ).one()
    return (window.frozen_at, versions, *newest, tuple(map(tuple, states)), tuple(registry))
