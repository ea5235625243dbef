"""One TLS policy for every fetcher (trap 5): strict first, then what the server needs, never silent.

A site that a browser still shows is not an outage. A server that only renegotiates the old way is
asked again with that one demand dropped and its certificate still verified; short chains, expired
certificates, old protocols and weak ciphers are let through on the last try. What the strict
context objected to is recorded with the capture.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

# ssl.OP_LEGACY_SERVER_CONNECT has a name only from Python 3.12 on.
_LEGACY_SERVER_CONNECT = 0x4
_OLD_RENEGOTIATION = "UNSAFE_LEGACY_RENEGOTIATION"
_DEPTH = 4
SOON = timedelta(days=30)
_OLD = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})


@cache
def strict() -> ssl.SSLContext:
    """Verifies the certificate and demands secure renegotiation (RFC 5746)."""
    context = ssl.create_default_context()
    context.options &= ~_LEGACY_SERVER_CONNECT
    context.sslobject_class = _Witnessed
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def renegotiating() -> ssl.SSLContext:
    """As strict, but connects to servers that know no secure renegotiation, and nothing weaker."""
    context = ssl.create_default_context()
    context.options |= _LEGACY_SERVER_CONNECT
    context.sslobject_class = _Witnessed
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def lenient() -> ssl.SSLContext:
    """Verifies nothing and speaks with servers that only know old protocols and ciphers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.options |= _LEGACY_SERVER_CONNECT
    context.sslobject_class = _Witnessed
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:!aNULL:!eNULL:@SECLEVEL=0")
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(frozen=True, slots=True)
class Session:
    """What one handshake showed: the protocol, and the day the certificate ends, if it was verified."""

    protocol: str = ""
    ends_on: date | None = None

    @property
    def is_old(self) -> bool:
        """Whether the server spoke no protocol that is still thought safe."""
        return self.protocol in _OLD

    def notes(self, as_of: datetime) -> tuple[str, ...]:
        """Technical words about what is not an error yet: an old protocol, an end within 30 days."""
        told = [f"tls_protocol: {self.protocol}"] if self.is_old else []
        if self.ends_on is not None and self.ends_on - as_of.date() <= SOON:
            told.append(f"tls_expires: {self.ends_on}")
        return tuple(told)


_SESSIONS: dict[str, Session] = {}
_MOST_SESSIONS = 50_000


class _Witnessed(ssl.SSLObject):
    """A connection that remembers what its handshake showed: once answered, it may be gone."""

    def do_handshake(self) -> None:
        """As ever; raises what it raises."""
        super().do_handshake()
        host = self.server_hostname
        if host and len(_SESSIONS) < _MOST_SESSIONS:
            _SESSIONS[host] = _session_of(self)


def session(host: str) -> Session | None:
    """What the newest handshake of this process with a host showed."""
    return _SESSIONS.get(host)


def _session_of(connection: ssl.SSLObject) -> Session:
    ends = (connection.getpeercert() or {}).get("notAfter")
    moment = ssl.cert_time_to_seconds(ends) if isinstance(ends, str) else None
    return Session(
        connection.version() or "",
        datetime.fromtimestamp(moment, UTC).date() if moment is not None else None,
    )


def fallbacks(objection: str) -> tuple[ssl.SSLContext, ...]:
    """The contexts to try after the strict one objected, the least lenient first."""
    if _OLD_RENEGOTIATION in objection:
        return renegotiating(), lenient()
    return (lenient(),)


def issue(error: BaseException) -> str:
    """A short name for what the strict context objected to."""
    found: BaseException | None = error
    for _ in range(_DEPTH):
        # aiohttp's own class is a certificate error, too, and hides the one that knows why.
        inner = getattr(found, "certificate_error", None) or getattr(found, "os_error", None)
        if inner is None or inner is found:
            break
        found = inner
    if isinstance(found, ssl.SSLCertVerificationError):
        return f"tls_certificate: {getattr(found, 'verify_message', '')}"[:120]
    if isinstance(found, ssl.SSLError):
        return f"tls_legacy: {getattr(found, 'reason', '') or 'handshake'}"[:120]
    return "tls_handshake"
