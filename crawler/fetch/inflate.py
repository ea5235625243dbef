"""Content encodings undone piece by piece, so that a bomb never grows beyond the cap."""

from __future__ import annotations

import zlib
from typing import Protocol

_GZIP_MAGIC = b"\x1f\x8b"
ACCEPTED = "gzip, deflate"
_CODINGS = frozenset(
    {"gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi"}
)


class Unsupported(Exception):  # noqa: N818 -- a word of the domain: the encoding is unsupported
    """The server used a content encoding that was not offered."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class Inflater:
    """Collects a body of at most `cap` bytes after decoding.

    `full` turns true when the cap is met; `broken` when the stream could not be decoded to
    its end. What was decoded until then stays.
    """

    def __init__(self, encoding: str, cap: int) -> None:
        self._encoding = _single(encoding)
        self._cap = cap
        self._body = bytearray()
        self._stream: _Decompressor | None = None
        self._started = False
        self.full = False
        self.broken = False

    @property
    def body(self) -> bytes:
        """What has been decoded so far."""
        return bytes(self._body)

    def feed(self, chunk: bytes) -> None:
        """Take one piece off the wire."""
        if not self._started and chunk:
            self._started = True
            self._stream = _stream_for(self._encoding, chunk)
        if self._stream is None:
            self._take(chunk)
            return
        try:
            self._inflate(self._stream, chunk)
        except zlib.error:
            self.broken = True

    def _inflate(self, stream: _Decompressor, chunk: bytes) -> None:
        while chunk and not stream.eof and not self.full:
            # One byte more than fits: only so is a body of exactly the cap told from a longer one.
            room = self._cap - len(self._body) + 1
            self._take(stream.decompress(chunk, room))
            chunk = stream.unconsumed_tail

    def _take(self, data: bytes) -> None:
        room = self._cap - len(self._body)
        self._body += data[:room]
        if len(data) > room:
            self.full = True


def _single(encoding: str) -> str:
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    # Words that are no coding at all (`UTF-8`, `none`) are common mistakes; browsers pass them over.
    names = [name for name in names if name in _CODINGS]
    if not names:
        return ""
    if len(names) == 1 and names[0] in {"gzip", "x-gzip", "deflate"}:
        return names[0].removeprefix("x-")
    raise Unsupported(",".join(names)[:40])


def _stream_for(encoding: str, first: bytes) -> _Decompressor | None:
    """Servers label plain bytes as gzip, and raw deflate as zlib; the first bytes decide."""
    if encoding == "gzip":
        plain = len(first) >= len(_GZIP_MAGIC) and not first.startswith(_GZIP_MAGIC)
        return None if plain else zlib.decompressobj(16 + zlib.MAX_WBITS)
    if encoding == "deflate":
        wrapped = first[0] & 0x0F == zlib.DEFLATED and first[0] >> 4 <= 7
        return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    return None
