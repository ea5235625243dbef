"""How often Python looks for circles of objects that nothing else holds.

A night makes facts by the hundred thousand: rows, links, dates, in tuples. They hold no circles
and go by themselves, but each few hundred of them made Python walk over all it had, modules
included: a sixth of a first night and a quarter of an unchanged one.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 20


def set_aside() -> None:
    """Leave out of every later look what is loaded by now: it stays as long as the process.

    For the desk: a look at a million objects of modules is a fifth of a second of some page.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def loading() -> Iterator[None]:
    """While modules are loaded nothing is looked for, and they are left out of every later look.

    They hold next to no garbage, and the looks at them were a sixth of a start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def collect_seldom() -> None:
    """Leave aside what is loaded by now, and look at the rest more seldom.

    For processes that end with their night. Circles are left by connections and tasks alone; what
    waits to be found is a few MiB.
    """
    set_aside()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


@contextmanager
def seldom() -> Iterator[None]:
    """The same for a stretch of work in a process that goes on afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
