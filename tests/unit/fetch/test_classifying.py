"""Status, headers and errors to access states."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import aiohttp
import pytest

from crawler.fetch.access import AccessState
from crawler.fetch.classify import read_error, read_status

RIVER = b"<html><script>$_ts=window['$_ts']</script></html>"


@pytest.mark.parametrize(
    ("status", "headers", "body", "access"),
    [
        (200, (), b"", AccessState.OK),
        (202, (), b"accepted", AccessState.OK),
        (202, (("Set-Cookie", "FSSBBIl1UgzbN7NS=1"),), b"", AccessState.CHALLENGE),
        (412, (), RIVER, AccessState.CHALLENGE),
        (412, (), b"", AccessState.BLOCKED),
        (521, (("X-Via-JSL", "a"),), b"", AccessState.CHALLENGE),
        (521, (("Set-Cookie", "__jsluid_s=1"),), b"", AccessState.CHALLENGE),
        (521, (), b"web server is down", AccessState.SERVER_ERROR),
        (403, (("cf-mitigated", "challenge"),), b"", AccessState.CHALLENGE),
        (403, (), b"<h1>Forbidden</h1>", AccessState.BLOCKED),
        (493, (), b"waf_slider_verify.html", AccessState.CHALLENGE),
        (493, (), b"", AccessState.BLOCKED),
        (405, (), b"", AccessState.BLOCKED),
        (418, (), b"", AccessState.BLOCKED),
        (401, (), b"", AccessState.LOGIN_WALL),
        (404, (), b"document.cookie = 1", AccessState.NOT_FOUND),
        (410, (), b"", AccessState.NOT_FOUND),
        (429, (), b"", AccessState.RATE_LIMITED),
        (500, (), b"", AccessState.SERVER_ERROR),
        (503, (), b"__jsl_clearance", AccessState.CHALLENGE),
        (503, (), b"", AccessState.SERVER_ERROR),
        (304, (), b"", AccessState.SERVER_ERROR),
        (999, (), b"", AccessState.SERVER_ERROR),
    ],
)
def test_a_refusal_is_told_from_a_challenge_and_from_an_outage_traps_1_to_4(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes, access: AccessState
) -> None:
    assert read_status(status, headers, body).access is access


def connector_error(error: OSError) -> aiohttp.ClientConnectorError:
    key: Any = type("Key", (), {"host": "a.cn", "port": 80, "ssl": True, "is_ssl": True})()
    return aiohttp.ClientConnectorError(key, error)


@pytest.mark.parametrize(
    ("error", "access", "detail"),
    [
        (TimeoutError(), AccessState.TIMEOUT, "timeout"),
        (aiohttp.ConnectionTimeoutError(), AccessState.TIMEOUT, "connect_timeout"),
        (aiohttp.ServerDisconnectedError(), AccessState.CONNECT, "disconnected"),
        (aiohttp.InvalidURL("x"), AccessState.OUR_FAULT, "invalid_url"),
        (connector_error(ConnectionRefusedError(111, "x")), AccessState.CONNECT, "refused"),
        (ConnectionResetError(104, "x"), AccessState.CONNECT, "reset"),
        (connector_error(socket.herror(1, "No route")), AccessState.CONNECT, "No route"),
        (ssl.SSLError(1, "handshake failure"), AccessState.TLS_ERROR, "tls_legacy: handshake"),
        (connector_error(ssl.SSLError(1, "x")), AccessState.TLS_ERROR, "tls_legacy: handshake"),
    ],
)
def test_every_error_of_the_network_has_its_state(
    error: BaseException, access: AccessState, detail: str
) -> None:
    told = read_error(error)
    assert (told.access, told.detail) == (access, detail)
