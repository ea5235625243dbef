"""One of several processes that are asked for the same night at once: it says what came of it."""

from __future__ import annotations

import sys
import time

import scheduler
import settings
from tests.integration.scheduler.scheduler_world import Counted, beijing

if __name__ == "__main__":
    counted = Counted(in_the_night=lambda _progress: time.sleep(0.2))
    now = beijing("2026-12-31T01:00:00")
    done = scheduler.run_once(settings.load(), "nightly", now, counted.calls)
    sys.stdout.write(f"{done.outcome.value} {len(counted.nights)}\n")
