"""Long work that a page asks for — a look now, a re-check, a comparison — in a process of its own.

One at a time: a night takes one lease anyway, and two cores belong to the patrol first. What was
asked stays listed until the desk ends; the work itself is kept by the command that does it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from settings import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from settings import Settings

KEPT = 50
SECONDS = 1800
OUTPUT_MOST = 64 * 1024 * 1024
"""Characters of a command's answer: a comparison of rules tells every verdict that turns."""
ERRORS_MOST = 20_000
WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"
WORDS = {WAITING: "等待中", WORKING: "进行中", DONE: "已完成", FAILED: "未完成"}
# 3 and 4 are ends of a night that was made: held, or with targets that gave no fresh visit.
_MADE = frozenset({0, 3, 4})


@dataclass(slots=True)
class Errand:
    """One piece of work. `state` is one of the words above; `output` is what the command said."""

    key: str
    what: str
    by: str
    asked_at: datetime
    state: str = WAITING
    output: str = ""
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.state in {DONE, FAILED}


def run_command(settings: Settings, arguments: Sequence[str]) -> tuple[int, str, str]:
    """`xuncha ARGUMENTS` under the same settings: exit code, output, errors."""
    told = subprocess.run(  # noqa: S603 -- our own command; arguments are never read by a shell
        [sys.executable, "-c", "from cli import main; main()", *arguments],
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return told.returncode, told.stdout[-OUTPUT_MOST:], told.stderr[-ERRORS_MOST:]


@dataclass(slots=True)
class Errands:
    """All errands of this desk. `run` is replaced in tests."""

    settings: Settings
    now: Callable[[], datetime]
    run: Callable[[Settings, Sequence[str]], tuple[int, str, str]] = run_command
    _known: OrderedDict[str, Errand] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _worker: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="errand")
    )

    def ask(
        self,
        key: str,
        what: str,
        arguments: Sequence[str],
        *,
        by: str,
        at: datetime,
        dated: bool = False,
    ) -> Errand:
        """Have it done; one that waits or works under the same key is not asked twice.

        `dated`: the command is told the desk's clock, as it stands when the work begins.
        """
        with self._lock:
            known = self._known.get(key)
            if known is not None and not known.ended:
                return known
            errand = Errand(key, what, by, at)
            self._known[key] = errand
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        self._worker.submit(self._do, errand, arguments, dated)
        return errand

    def of(self, key: str) -> Errand | None:
        """The errand of that key, if one was asked for."""
        return self._known.get(key)

    def _do(self, errand: Errand, arguments: Sequence[str], dated: bool) -> None:
        errand.state = WORKING
        moment = ["--as-of", self.now().isoformat()] if dated else []
        try:
            code, errand.output, told = self.run(self.settings, [*arguments, *moment])
        except (OSError, subprocess.SubprocessError) as error:
            errand.error, errand.state = f"命令没有完成：{type(error).__name__}", FAILED
            return
        lines = [line for line in told.strip().splitlines() if line]
        errand.error = lines[-1][:500] if lines else ""
        errand.state = DONE if code in _MADE else FAILED
