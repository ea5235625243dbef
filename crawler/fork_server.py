"""A process that has loaded what a crawl process needs, and forks one whenever it is asked to.

    serve      the work of that process, to its end
    send       the other side: what a child is given
    Order      its arguments, its environment, its folder

It is asked through a socket and stays small: no thread, no event loop, no database connection,
nothing but modules. It ends when the process that asks is gone, or asked for nothing for long, and
the kernel ends its children with it. The birth and the end of each child are told through a pipe:
two numbers (`NUMBER`), its process id and its exit code. The child holds the pipe, too, so that it
is closed only when both are gone. Linux alone (see `crawler.nursery`).
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import select
import signal
import socket
import struct
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NoReturn

from crawler.orphans import end_at_once_with

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NUMBER = struct.Struct("<q")

LOOK_SECONDS = 0.1
"""Between two looks for children that have ended."""
IDLE_SECONDS = 600.0
"""So long it waits for an order: jobs of a cluster follow one another, nights do not."""
IDLE_LOOK_SECONDS = 5.0

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Order:
    """What a child begins with; an empty `folder` stands for the one in which the server runs."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str = ""


def send(asking: socket.socket, order: Order, status: int, errors: int) -> None:
    """Ask for a child that is told of on `status` and writes to `errors`."""
    told = json.dumps(asdict(order)).encode("ascii")
    socket.send_fds(asking, [NUMBER.pack(len(told))], [status, errors])
    asking.sendall(told)


def serve(asked: socket.socket, module: str) -> NoReturn:
    """Load `module` and fork children that call its `main`, until nobody asks any more.

    Never returns, whatever happens: this may be the fork of a process with other work to do.
    """
    code = 1
    try:
        _set_apart()
        importlib.import_module(module)
        # What is loaded stays: children need not walk over it, and its memory stays shared.
        gc.freeze()
        gc.enable()
        _Server(asked, module).work()
        code = 0
    except BaseException:  # noqa: BLE001 -- the end of a process: told as Python itself would
        sys.excepthook(*sys.exc_info())
    finally:
        _end(code)


def _set_apart() -> None:
    """Nothing of the process that asks is touched, and what is meant for a crew ends no server."""
    gc.disable()
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)  # the output of the process that asks may be one JSON object


def _end(code: int) -> NoReturn:
    """End without taking apart what was loaded: that would copy all the memory that is shared."""
    with suppress(OSError, ValueError):
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


class _Server:
    def __init__(self, asked: socket.socket, module: str) -> None:
        self._asked = asked
        self._module = module
        self._above, self._here = os.getppid(), os.getpid()
        self._born: dict[int, int] = {}

    def work(self) -> None:
        """Returns when whoever asks is gone, or has asked for nothing for long."""
        asked = select.poll()
        asked.register(self._asked, select.POLLIN)
        ordered = time.monotonic()
        while os.getppid() == self._above:
            wait = LOOK_SECONDS if self._born else IDLE_LOOK_SECONDS
            if asked.poll(wait * 1000):
                if not self._answer():
                    return
                ordered = time.monotonic()
            self._bury()
            if self._born:
                ordered = time.monotonic()
            if time.monotonic() - ordered > IDLE_SECONDS:
                return

    def _answer(self) -> bool:
        """One child for one order; False when no order will come any more."""
        head, handed, _, _ = socket.recv_fds(self._asked, NUMBER.size, 2)
        if len(head) < NUMBER.size:
            return False
        for one in handed:
            os.set_inheritable(one, False)  # no browser holds the pipe
        status, errors = handed
        told = json.loads(_exactly(self._asked, NUMBER.unpack(head)[0]))
        number = os.fork()
        if number == 0:
            self._live(Order(**told), errors)
        os.close(errors)
        self._born[number] = status
        _tell(status, number)
        return True

    def _bury(self) -> None:
        for number, status in list(self._born.items()):
            ended, how = os.waitpid(number, os.WNOHANG)
            if ended:
                del self._born[number]
                _tell(status, os.waitstatus_to_exitcode(how))
                os.close(status)

    def _live(self, order: Order, errors: int) -> NoReturn:
        """The child's whole life: as if it had been started with that environment."""
        code = 1
        try:
            self._leave(order, errors)
            code = importlib.import_module(self._module).main(order.arguments)
        except BaseException:  # noqa: BLE001 -- the end of a process: told as Python itself would
            sys.excepthook(*sys.exc_info())
        finally:
            _end(code)

    def _leave(self, order: Order, errors: int) -> None:
        self._asked.close()
        for other in self._born.values():
            os.close(other)
        end_at_once_with(self._here)
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        os.close(errors)
        if order.folder:
            os.chdir(order.folder)
        os.environ.clear()
        os.environ.update(order.environment)
        time.tzset()
        tempfile.tempdir = None  # it may have been asked for under another environment
        for one in _ENDING:
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


def _tell(status: int, number: int) -> None:
    with suppress(BrokenPipeError):  # nobody waits for it any more
        os.write(status, NUMBER.pack(number))


def _exactly(asked: socket.socket, size: int) -> bytes:
    told = bytearray()
    while len(told) < size:
        part = asked.recv(size - len(told))
        if not part:
            raise EOFError
        told += part
    return bytes(told)


if __name__ == "__main__":
    # Standard input is the socket: whoever starts us needs to hand over nothing else.
    serve(socket.socket(fileno=os.dup(0)), sys.argv[1])
