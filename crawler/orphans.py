"""A child that never outlives its parent, however the parent ended.

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
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    watch = threading.Thread(target=_watch, args=(parent,), name="parent watch", daemon=True)
    watch.start()


def _watch(parent: int) -> None:
    # An orphan belongs to process 1; a parent that is process 1 itself ends with everything.
    while parent == 1 or os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)
