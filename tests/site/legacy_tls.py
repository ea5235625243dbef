"""A server that cannot renegotiate securely (RFC 5746): what modern libraries refuse by default.

No TLS library at hand can be told to be so old, so the handshake is spoken by hand: TLS 1.2,
ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, a ServerHello without any extension, one request, one answer.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import struct
import threading
from contextlib import suppress
from typing import Final, Self

import trustme
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION: Final = b"\x03\x03"
SUITE: Final = b"\xc0\x2b"
CHANGE, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
PAGE: Final = b"<html><title>x</title><body>" + "这是一个页面。".encode() * 40 + b"</body></html>"
ANSWER: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
    + f"Content-Length: {len(PAGE)}\r\n\r\n".encode()
    + PAGE
)


class LegacyTlsServer:
    """Listens on loopback in a thread of its own; `authority` issued its certificate."""

    def __init__(self) -> None:
        self.authority = trustme.CA()
        leaf = self.authority.issue_cert("127.0.0.1")
        key = serialization.load_pem_private_key(leaf.private_key_pem.bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key
        self.certificates = [
            x509.load_pem_x509_certificate(one.bytes()).public_bytes(serialization.Encoding.DER)
            for one in leaf.cert_chain_pems
        ]
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *told: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            connection.settimeout(5)
            with connection, suppress(OSError, EOFError, InvalidTag, AssertionError):
                _Conversation(self, connection).hold()


class _Conversation:
    """One connection: the handshake, a request, the answer."""

    def __init__(self, server: LegacyTlsServer, connection: socket.socket) -> None:
        self._server = server
        self._stream = connection.makefile("rb")
        self._connection = connection
        self._transcript = b""
        self._sent = 0

    def hold(self) -> None:
        hello = self._handshake()
        theirs, ours = hello[6:38], os.urandom(32)
        secret = x25519.X25519PrivateKey.generate()
        self._send_hello(ours, theirs, secret)
        point = self._handshake()[5:37]
        shared = secret.exchange(x25519.X25519PublicKey.from_public_bytes(point))
        master = _expanded(shared, b"master secret" + theirs + ours, 48)
        block = _expanded(master, b"key expansion" + ours + theirs, 40)
        self._their_key, self._our_key = AESGCM(block[:16]), AESGCM(block[16:32])
        self._their_salt, self._our_salt = block[32:36], block[36:40]
        assert self._record()[0] == CHANGE
        self._transcript += self._opened(*self._record(), number=0)
        digest = hashlib.sha256(self._transcript).digest()
        proof = _expanded(master, b"server finished" + digest, 12)
        self._send(CHANGE, b"\x01")
        self._seal(HANDSHAKE, b"\x14\x00\x00\x0c" + proof)
        self._opened(*self._record(), number=1)
        self._seal(DATA, ANSWER)
        self._seal(ALERT, b"\x01\x00")

    def _send_hello(self, ours: bytes, theirs: bytes, secret: x25519.X25519PrivateKey) -> None:
        """ServerHello without extensions, certificate, key exchange, done."""
        chain = b"".join(_long(one) for one in self._server.certificates)
        point = secret.public_key().public_bytes_raw()
        exchange = b"\x03\x00\x1d" + bytes([len(point)]) + point
        signed = self._server.key.sign(theirs + ours + exchange, ec.ECDSA(hashes.SHA256()))
        signature = b"\x04\x03" + struct.pack(">H", len(signed)) + signed
        for kind, body in (
            (2, VERSION + ours + b"\x00" + SUITE + b"\x00"),
            (11, _long(chain)),
            (12, exchange + signature),
            (14, b""),
        ):
            message = bytes([kind]) + _long(body)
            self._transcript += message
            self._send(HANDSHAKE, message)

    def _handshake(self) -> bytes:
        kind, body = self._record()
        assert kind == HANDSHAKE
        self._transcript += body
        return body

    def _record(self) -> tuple[int, bytes]:
        head = self._stream.read(5)
        if len(head) < 5:
            raise EOFError
        return head[0], self._stream.read(int.from_bytes(head[3:5], "big"))

    def _opened(self, kind: int, body: bytes, *, number: int) -> bytes:
        about = struct.pack(">QB", number, kind) + VERSION + struct.pack(">H", len(body) - 24)
        return self._their_key.decrypt(self._their_salt + body[:8], body[8:], about)

    def _seal(self, kind: int, body: bytes) -> None:
        count = struct.pack(">Q", self._sent)
        about = count + bytes([kind]) + VERSION + struct.pack(">H", len(body))
        self._sent += 1
        self._send(kind, count + self._our_key.encrypt(self._our_salt + count, body, about))

    def _send(self, kind: int, body: bytes) -> None:
        self._connection.sendall(bytes([kind]) + VERSION + struct.pack(">H", len(body)) + body)


def _long(body: bytes) -> bytes:
    """A body with its length in three bytes before it."""
    return len(body).to_bytes(3, "big") + body


def _expanded(secret: bytes, seed: bytes, length: int) -> bytes:
    """The pseudo-random function of TLS 1.2 with SHA-256; the label is part of `seed`."""
    made, block = b"", seed
    while len(made) < length:
        block = hmac.digest(secret, block, "sha256")
        made += hmac.digest(secret, block + seed, "sha256")
    return made[:length]
