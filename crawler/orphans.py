"""A child that never outlives its parent, however the parent ended.

    end_with_parent     whoever the parent is
    end_at_once_with    only the part of it that the kernel sees to, without a thread

On Linux the kernel sends the signal; everywhere a thread sees that the process has another parent.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

LOOK_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """From now on this process is killed when its parent ends. Call it first thing.

    Nothing is tidied: what a target has not stored yet is fetched again by whoever resumes.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        _ask_the_kernel()
    watch = threading.Thread(target=_watch, args=(parent,), name="parent watch", daemon=True)
    watch.start()


def end_at_once_with(parent: int) -> None:
    """The kernel kills this process when `parent` ends; does not return if that has happened.

    For Linux. The thread that has made this process must be one that lasts as long as the parent.
    """
    _ask_the_kernel()
    if os.getppid() != parent:
        os._exit(1)


def _ask_the_kernel() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _watch(parent: int) -> None:
    # An orphan belongs to process 1; a parent that is process 1 itself ends with everything.
    while parent == 1 or os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)
