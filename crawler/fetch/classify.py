"""What an exchange says before its body is read: exceptions, status codes and headers.

The body is read by `crawler.extract`; here only the marks of the challenge families are
looked for, and only in answers whose status is suspect already (traps 1 to 4).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from typing import TYPE_CHECKING, NamedTuple

import aiohttp

from crawler.fetch import tls
from crawler.fetch.access import AccessState
from crawler.fetch.failure import ExchangeError

if TYPE_CHECKING:
    from collections.abc import Iterable

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEAD = 16_384

# Header marks of systems that decline programs while they serve people.
_CHALLENGE_HEADERS = ("cf-mitigated", "x-via-jsl", "x-wzws-requested-method", "x-safe-firewall")
_CHALLENGE_COOKIES = re.compile(
    r"__jsluid|__jsl_clearance|wzws_|wzwsconfirm|acw_sc__|cf_chl|[A-Za-z0-9]{8,24}[ST]=", re.ASCII
)
_CHALLENGE_BODY = re.compile(
    rb"\$_ts\b|__jsl_clearance|wzws-waf-cgi|waf_slider|/cdn-cgi/challenge-platform"
    rb"|acw_sc__v2|window\.onload=setTimeout|_0x[0-9a-f]{4,6}=|document\.cookie\s{0,4}="
)
_CHALLENGE_STATUSES = frozenset({202, 412, 521})
# Every other 4xx is a refusal: 403, 405, 412, 418, 451, 493 and what else firewalls invent.
_STATUSES = {
    202: AccessState.OK,
    401: AccessState.LOGIN_WALL,
    404: AccessState.NOT_FOUND,
    408: AccessState.TIMEOUT,
    410: AccessState.NOT_FOUND,
    429: AccessState.RATE_LIMITED,
}


class Reading(NamedTuple):
    """An access state with a short technical word."""

    access: AccessState
    detail: str = ""


def read_status(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Reading:
    """The access state that status, headers and marks give; `ok` leaves it to the body."""
    if 200 <= status < 300 and status not in _CHALLENGE_STATUSES:
        return Reading(AccessState.OK)
    pairs = [(name.lower(), value) for name, value in headers]
    if status == 404 and not _announced(pairs):
        return Reading(AccessState.NOT_FOUND, "http_404")
    mark = _announced(pairs) or _marked(status, pairs, body)
    if mark:
        return Reading(AccessState.CHALLENGE, f"http_{status} {mark}")
    return Reading(_plain(status), f"http_{status}" if status != 202 else "")


def _plain(status: int) -> AccessState:
    special = _STATUSES.get(status)
    if special is not None:
        return special
    return AccessState.BLOCKED if 400 <= status < 500 else AccessState.SERVER_ERROR


def _announced(pairs: list[tuple[str, str]]) -> str:
    """A header by which the system itself says that it declines programs."""
    return next((name for name, _ in pairs if name in _CHALLENGE_HEADERS[:1]), "")


def _marked(status: int, pairs: list[tuple[str, str]], body: bytes) -> str:
    """The mark of a challenge family. 202, 412 and 521 need one mark, other refusals a body."""
    in_body = _CHALLENGE_BODY.search(body[:_HEAD])
    if in_body:
        return in_body.group().decode("ascii", "replace")
    if status not in _CHALLENGE_STATUSES:
        return ""
    for name, value in pairs:
        if name in _CHALLENGE_HEADERS:
            return name
        if name == "set-cookie" and (found := _CHALLENGE_COOKIES.match(value)):
            return found.group()
    return ""


def read_error(error: BaseException) -> ExchangeError:
    """The exchange error for what aiohttp, ssl or the socket raised."""
    if isinstance(error, ExchangeError):
        return error
    # First: a certificate error is a ValueError, too.
    if _is_tls(error):
        return ExchangeError(AccessState.TLS_ERROR, tls.issue(error))
    for kinds, access, detail in _ERRORS:
        if isinstance(error, kinds):
            return ExchangeError(access, detail)
    if isinstance(error, aiohttp.ClientConnectorError):
        return ExchangeError(AccessState.CONNECT, _socket_detail(error.os_error))
    if isinstance(error, OSError) and not isinstance(error, aiohttp.ClientError):
        return ExchangeError(AccessState.CONNECT, _socket_detail(error))
    return ExchangeError(AccessState.CONNECT, type(error).__name__)


_ERRORS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], AccessState, str], ...]
_ERRORS = (
    (aiohttp.ConnectionTimeoutError, AccessState.TIMEOUT, "connect_timeout"),
    ((TimeoutError, asyncio.TimeoutError), AccessState.TIMEOUT, "timeout"),
    ((aiohttp.InvalidURL, ValueError), AccessState.OUR_FAULT, "invalid_url"),
    (aiohttp.ClientConnectorDNSError, AccessState.DNS, "name_not_found"),
    (aiohttp.ServerDisconnectedError, AccessState.CONNECT, "disconnected"),
    (aiohttp.ClientResponseError, AccessState.SERVER_ERROR, "malformed_response"),
    (aiohttp.ClientPayloadError, AccessState.SERVER_ERROR, "incomplete_body"),
)


def _is_tls(error: BaseException) -> bool:
    return isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)) or isinstance(
        getattr(error, "os_error", None), ssl.SSLError
    )


def _socket_detail(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionResetError):
        return "reset"
    return (error.strerror or type(error).__name__)[:80]
