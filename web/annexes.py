"""The annexes of a window as data and as files, made by the report and kept while nothing moves.

Making them takes a second for a province. Programs wait for what holds now; a page shows what was
made last, says when, and has it made anew in the background.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
import zipfile
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report.export import export
from report.stamp import window_stamp
from review import windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from datetime import date

    from sqlalchemy.orm import Session, sessionmaker

    from models import Window

KEPT = 12
PATIENCE = 0.15
"""Seconds that a page waits for annexes when there are no older ones to show."""
PAUSE = 0.5
"""Seconds before older ones are made anew: the page that shows them goes out first, and what an
operator decides in quick succession is made once."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_Stamp = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Annexes:
    """The annexes of one window under one layout; `problems` are what forbids the real notice."""

    annexes: list[dict[str, Any]]
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: `made` is None while nothing was ever made, `current` what holds now."""

    made: Annexes | None
    current: bool


@dataclass(slots=True)
class AnnexCache:
    """What was made last, under a stamp of everything that can change it."""

    _kept: OrderedDict[_Stamp, Annexes] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _making: dict[tuple[str, str], Future[Annexes]] = field(default_factory=dict)
    _maker: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="annexes")
    )

    def of(
        self, session: Session, window: Window, layout: str, *, home: Path, today: date
    ) -> Annexes:
        """The annexes as they would be printed now; a draft while the window is not frozen.

        Raises what report.export raises.
        """
        stamp = _stamp(session, window, layout, today)
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

    def shown(
        self, readers: sessionmaker[Session], window: str, layout: str, *, home: Path, today: date
    ) -> Shown:
        """What a page shows at once; what is missing or old is made in the background."""
        with readers() as session:
            stamp = _stamp(session, windows.named(session, window), layout, today)
        with self._lock:
            found = self._kept.get(stamp)
        if found is not None:
            return Shown(found, current=True)
        older = self._latest(stamp)
        pause = PAUSE if older is not None else 0.0
        future = self._begin(readers, window, layout, home, today, pause)
        try:
            return Shown(future.result(0 if older is not None else PATIENCE), current=True)
        except TimeoutError:
            return Shown(older, current=False)

    def _begin(
        self,
        readers: sessionmaker[Session],
        window: str,
        layout: str,
        home: Path,
        today: date,
        pause: float = 0.0,
    ) -> Future[Annexes]:
        """Have them made after a pause, once at a time for each window and layout."""

        def make() -> Annexes:
            time.sleep(pause)
            with readers() as session:
                found = windows.named(session, window)
                return self.of(session, found, layout, home=home, today=today)

        with self._lock:
            running = self._making.get((window, layout))
            failed = running.exception() if running is not None and running.done() else None
            if failed is not None:
                del self._making[window, layout]
                raise failed
            if running is None or running.done():
                running = self._making[window, layout] = self._maker.submit(make)
            return running

    def _latest(self, stamp: _Stamp) -> Annexes | None:
        with self._lock:
            same = [made for key, made in self._kept.items() if key[:3] == stamp[:3]]
        return same[-1] if same else None


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


def _stamp(session: Session, window: Window, layout: str, today: date) -> _Stamp:
    return (window.id, layout, today, *window_stamp(session, window))
