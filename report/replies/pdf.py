"""PDF into a reading, in a process that may fail without us."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from report.replies.document import (
    MOST_LINES,
    Doubt,
    Picture,
    Reading,
    UnjudgedError,
    lines_of,
)

SECONDS = 40
"""Wall time: more than the processor time that the process itself is bound to."""
SCANNED_CHARACTERS = 30
_ROOT = Path(__file__).resolve().parents[2]


def read(body: bytes, seconds: float = SECONDS) -> Reading:
    """The lines of the pages with the pictures beside them. Raises UnjudgedError."""
    if b"%PDF" not in body[:1024]:
        raise UnjudgedError(Doubt.BROKEN)
    told = _told(body, seconds)
    if fault := told.get("fault"):
        raise UnjudgedError(Doubt(fault))
    return _reading(told["pages"], int(told["count"]), signed=bool(told["signed"]))


def _told(body: bytes, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "report.replies.pdf_child"]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module, no shell
            command, input=body, capture_output=True, timeout=seconds, check=True, cwd=_ROOT
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise UnjudgedError(Doubt.TOO_SLOW) from error
    except subprocess.CalledProcessError as error:
        # Ended by the system: out of processor time, or of memory.
        raise UnjudgedError(Doubt.TOO_SLOW if error.returncode < 0 else Doubt.BROKEN) from error
    except ValueError as error:
        raise UnjudgedError(Doubt.BROKEN) from error
    return told


def _reading(pages: list[dict[str, Any]], count: int, *, signed: bool) -> Reading:
    lines: list[str] = []
    pictures: list[Picture] = []
    covered = 0
    for page in pages:
        mine = lines_of(page["text"])
        covered += any(picture[3] for picture in page["pictures"])
        for top, width, height, covers in page["pictures"]:
            if not covers:
                place = len(lines) + round(top * max(0, len(mine) - 1))
                pictures.append(Picture(place, width, height))
        lines += mine
    if sum(map(len, lines)) < SCANNED_CHARACTERS:
        drawn = covered or pictures
        raise UnjudgedError(Doubt.SCANNED if drawn or count else Doubt.EMPTY)
    notes = (f"共 {count} 页，只读了前 {len(pages)} 页",) if count > len(pages) else ()
    return Reading(
        tuple(lines[:MOST_LINES]),
        tuple(pictures),
        signed=signed,
        recognised=2 * covered >= len(pages),
        notes=notes,
    )
