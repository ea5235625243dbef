"""One TLS policy for every fetcher (trap 5): strict first, lenient once, never silent.

A site that a browser still shows is not an outage: old servers that renegotiate the old way, short
chains, expired certificates and weak ciphers are let through on the second try, and the issue
is recorded with the capture.
"""

from __future__ import annotations

import ssl
from functools import cache

# ssl.OP_LEGACY_SERVER_CONNECT has a name only from Python 3.12 on.
_LEGACY_SERVER_CONNECT = 0x4
_DEPTH = 4


@cache
def strict() -> ssl.SSLContext:
    """Verifies the certificate; permits legacy server connect and nothing weaker."""
    context = ssl.create_default_context()
    context.options |= _LEGACY_SERVER_CONNECT
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def lenient() -> ssl.SSLContext:
    """Verifies nothing and speaks with servers that only know old protocols and ciphers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.options |= _LEGACY_SERVER_CONNECT
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:!aNULL:!eNULL:@SECLEVEL=0")
    context.set_alpn_protocols(["http/1.1"])
    return context


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
