"""Questions that several wait for: asked once, answered to all who still want to know.

shared       begin one; wait for it behind `asyncio.shield`
is_broken    whether it ended without an answer, so that it must be begun anew
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

_Answer = TypeVar("_Answer")


def shared(asking: Coroutine[Any, Any, _Answer]) -> asyncio.Task[_Answer]:
    """A task whose error is news to those who wait for it, and to nobody else.

    Where all of them are gone (the night broke off), it would be told as one of our own.
    """
    asked = asyncio.ensure_future(asking)
    asked.add_done_callback(is_broken)
    return asked


def is_broken(asked: asyncio.Future[Any]) -> bool:
    """Whether a shared question ended without an answer; whoever asks next must not get its error."""
    return asked.done() and (asked.cancelled() or asked.exception() is not None)
