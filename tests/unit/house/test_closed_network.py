"""No test reaches beyond this machine, whatever it tries."""

from __future__ import annotations

import asyncio
import socket
import threading
import warnings
from contextlib import closing

import pytest
from pytest_socket import SocketConnectBlockedError


def test_a_connection_to_the_world_is_refused_before_it_leaves() -> None:
    with closing(socket.socket()) as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(SocketConnectBlockedError):
            out.connect(("192.0.2.1", 80))


def test_an_asynchronous_connection_to_the_world_is_refused_too() -> None:
    async def connect() -> None:
        await asyncio.open_connection("192.0.2.1", 80)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(SocketConnectBlockedError):
            asyncio.run(connect())


def test_loopback_stays_open() -> None:
    with closing(socket.create_server(("127.0.0.3", 0))) as server:

        def hang_up() -> None:
            server.accept()[0].close()

        answered = threading.Thread(target=hang_up)
        answered.start()
        with closing(socket.create_connection(server.getsockname(), timeout=5)) as client:
            assert client.recv(1) == b""
        answered.join()
