"""Playwright's driver: a program of its own (Node), which may lack a library on this machine.

DriverError    the driver does not run; no page can be shown by a browser here
started        awaits what starts a driver, and tells its failure as DriverError
trouble        what keeps the driver from running, for `doctor`; empty when it runs
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, TypeVar

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from collections.abc import Awaitable

_Started = TypeVar("_Started")
SECONDS = 20


class DriverError(PlaywrightError):
    """The driver does not run on this machine."""


async def started(starting: Awaitable[_Started]) -> _Started:
    """What `starting` gives. Raises DriverError when the driver ends instead, PlaywrightError else."""
    try:
        return await starting
    except PlaywrightError:
        raise
    except Exception as error:
        # A driver that ends at once is told by playwright as a bare Exception, and by nothing finer.
        raise DriverError(f"driver: {type(error).__name__}: {error}") from error


def trouble() -> str:
    """The first line of what the driver says when it does not run; empty when it does."""
    from playwright._impl._driver import (  # noqa: PLC0415 -- the only place that knows it
        compute_driver_executable,
    )

    try:
        told = subprocess.run(  # noqa: S603 -- the program that playwright brought
            [*compute_driver_executable(), "--version"],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)[:200]
    if told.returncode == 0:
        return ""
    return next(iter(told.stderr.strip().splitlines()), f"exit {told.returncode}")[-200:]
