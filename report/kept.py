"""What a freeze keeps beside the annexes: the plain data, the figures, the pictures, the template."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import select

from models import Notice
from report.figures import Figures
from report.plain import WindowData

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models import Window

PLAIN = "*"
"""The notice row with the plain data, for layouts that are added after the freeze."""
BESIDE = "*beside"
"""The notice row with figures, pictures and an office's own template."""
IMPORTED = "*imported"
"""The notice row with the annexes of a window that came from a printed notice."""
_PLAIN_DATA = TypeAdapter(WindowData)
_FIGURES = TypeAdapter(Figures)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the document needs beside the annexes; `template` None: the product's own."""

    figures: Figures
    pictures: tuple[bytes, ...] = ()
    template: bytes | None = None

    def to_payload(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "figures": _FIGURES.dump_python(self.figures, mode="json"),
            "pictures": [_text(one) for one in self.pictures],
            "template": _text(self.template) if self.template is not None else None,
        }


def dumped(data: WindowData) -> dict[str, Any]:
    """The plain data as a freeze keeps it."""
    told: dict[str, Any] = _PLAIN_DATA.dump_python(data, mode="json")
    return told


def kept(session: Session, window: Window, name: str) -> dict[str, Any] | None:
    """The payload of a window's notice row, if there is one."""
    return session.scalar(
        select(Notice.payload).where(Notice.window_id == window.id, Notice.layout == name)
    )


def kept_data(session: Session, window: Window) -> WindowData | None:
    """The plain data that a freeze kept of a window."""
    payload = kept(session, window, PLAIN)
    return _PLAIN_DATA.validate_python(payload) if payload is not None else None


def kept_beside(session: Session, window: Window) -> Beside | None:
    """What a freeze kept beside the annexes."""
    payload = kept(session, window, BESIDE)
    if payload is None:
        return None
    template = payload["template"]
    return Beside(
        _FIGURES.validate_python(payload["figures"]),
        tuple(base64.b64decode(one) for one in payload["pictures"]),
        base64.b64decode(template) if template is not None else None,
    )


def _text(body: bytes) -> str:
    return base64.b64encode(body).decode("ascii")
