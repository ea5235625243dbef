"""Crawl processes are forked from one that has loaded all they need: a start costs little.

    open_by_fork    make that process out of this one, while this one has opened nothing yet
    begin           one more crawl process: forked, or, where that cannot be, started anew
    close           end that process, if there is one
    Process         what is known of a crawl process, however it was begun

There is one nursery in a process, for all its threads. It is opened when first needed, ends by
itself when nobody needs it for long, and one that died is replaced. `crawler.fork_server` is its
other side.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog

from crawler import fork_server
from crawler.orphans import end_at_once_with

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

log = structlog.get_logger()

MODULE = "crawler.shard"
"""What a crawl process is: its `main` takes the arguments and gives the exit code."""
FORKS = sys.platform == "linux"
"""Elsewhere a fork without a start breaks the system's libraries, and no child ends with us."""
START_SECONDS = 60.0
"""A server that has not answered by then, with all its modules to compile, hangs."""


class Process(Protocol):
    """A crawl process; as `subprocess.Popen`."""

    @property
    def pid(self) -> int:
        """Its number in the system."""

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has one; raises subprocess.TimeoutExpired."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""


class GoneError(Exception):
    """The server does not answer."""


def open_by_fork() -> None:
    """Open the nursery with what this process has loaded: half of what a crawl process needs.

    Only for a process that has opened nothing yet, no database above all: SQLite must not be
    carried through a fork. Does nothing where there are other threads.
    """
    global _open  # noqa: PLW0603 -- one for all threads of the process
    with _lock:
        if not FORKS or _open is not None or threading.active_count() > 1:
            return
        sys.stdout.flush()
        sys.stderr.flush()
        ours, theirs = socket.socketpair()
        above, number = os.getpid(), os.fork()
        if number == 0:
            ours.close()
            end_at_once_with(above)
            fork_server.serve(theirs, MODULE)
        theirs.close()
        _open = _Nursery(number, ours)


def begin(arguments: Sequence[str], environment: Mapping[str, str]) -> Process:
    """A crawl process with exactly this environment; what it prints goes to our stderr."""
    if FORKS:
        with suppress(GoneError):
            return _forked(fork_server.Order(arguments, environment, _folder()))
        log.warning("crawl_process_not_forked")
    return subprocess.Popen(  # noqa: S603 -- our own module, arguments we made
        [sys.executable, "-m", MODULE, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=2,  # our own output may be one JSON object
    )


def close() -> None:
    """End the server, and with it whatever it has forked."""
    with _lock:
        _end_open()


def _forked(order: fork_server.Order) -> Process:
    """A child of the nursery; raises GoneError, and the next one has a new nursery."""
    global _open  # noqa: PLW0603 -- one for all threads of the process
    with _lock:
        try:
            if _open is None or _open.has_ended():
                _end_open()
                _open = _started()
            return _open.child(order)
        except (OSError, GoneError) as error:
            _end_open()
            raise GoneError from error


def _end_open() -> None:
    """Whoever calls this holds the lock."""
    global _open  # noqa: PLW0603 -- one for all threads of the process
    if _open is not None:
        _open.end()
    _open = None


def _folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # it was removed: that of the server will do
        return ""


class _Child:
    """A process that the server has forked."""

    def __init__(self, number: int, status: int) -> None:
        self.pid = number
        self._status = status
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None and _is_told(self._status, 0):
            # Closed without a word: the kernel has ended it together with the server.
            told = _number(self._status)
            self._code = -signal.SIGKILL if told is None else told
            os.close(self._status)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        if self._code is None:
            _is_told(self._status, timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(MODULE, timeout or 0.0)
        return code

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, what: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, what)


class _Nursery:
    """The side that asks. `number` is the server, a child of this process."""

    def __init__(self, number: int, asking: socket.socket) -> None:
        asking.settimeout(START_SECONDS)
        self._number = number
        self._asking = asking
        self._above = os.getpid()
        self._ended = False

    def child(self, order: fork_server.Order) -> _Child:
        """Raises OSError or GoneError when the server is gone or hangs."""
        status, theirs = os.pipe()
        try:
            fork_server.send(self._asking, order, theirs, 2)
        except OSError:
            os.close(status)
            raise
        finally:
            os.close(theirs)
        number = _number(status) if _is_told(status, START_SECONDS) else None
        if number is None:
            os.close(status)
            raise GoneError
        return _Child(number, status)

    def has_ended(self) -> bool:
        if not self._ended:
            try:
                self._ended = os.waitpid(self._number, os.WNOHANG)[0] != 0
            except ChildProcessError:  # somebody else has asked for all our children
                self._ended = True
        return self._ended

    def end(self) -> None:
        self._asking.close()
        if os.getpid() == self._above and not self.has_ended():
            os.kill(self._number, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._number, 0)
            self._ended = True


def _started() -> _Nursery:
    """A nursery that loads everything itself."""
    ours, theirs = socket.socketpair()
    with theirs:
        number = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", fork_server.__name__, MODULE],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                (os.POSIX_SPAWN_DUP2, 2, 1),
            ],
        )
    return _Nursery(number, ours)


def _is_told(status: int, timeout: float | None) -> bool:
    """Whether there is something to read within so many seconds; the end counts."""
    asked = select.poll()
    asked.register(status, select.POLLIN)
    return bool(asked.poll(None if timeout is None else timeout * 1000))


def _number(status: int) -> int | None:
    """The next number that the server tells of a child; None at the end."""
    told = os.read(status, fork_server.NUMBER.size)
    return int(fork_server.NUMBER.unpack(told)[0]) if told else None


_lock = threading.Lock()
_open: _Nursery | None = None
atexit.register(close)
