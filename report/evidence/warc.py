"""Captures as WARC records, which archivists' tools read; the same captures give the same bytes."""

from __future__ import annotations

import io
import uuid
from datetime import UTC
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import Capture

# Bodies are stored decoded: these would be untrue beside them.
_UNTRUE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_REASONS = {200: "OK", 404: "Not Found", 500: "Internal Server Error"}


def warc_bytes(captures: Sequence[tuple[Capture, bytes]]) -> bytes:
    """One compressed file; a `response` record for each capture, its redirects beside it."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for capture, body in captures:
        record = writer.create_warc_record(
            capture.final_url or capture.url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=_headers(capture, body),
            warc_headers_dict={
                "WARC-Record-ID": record_id(capture),
                "WARC-Date": capture.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )
        writer.write_record(record)
    return out.getvalue()


def record_id(capture: Capture) -> str:
    """The name of a capture's record: from what it is, not from chance."""
    told = f"{capture.id}:{capture.url}:{capture.sha256}:{capture.fetched_at.isoformat()}"
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, told)}>"


def _headers(capture: Capture, body: bytes) -> StatusAndHeaders:
    """The answer's own headers; those that its decoding made untrue are kept under another name."""
    headers = []
    for name, value in capture.headers:
        shown = f"X-Archive-Orig-{name}" if str(name).lower() in _UNTRUE else str(name)
        headers.append((_line(shown), _line(str(value))))
    headers.append(("Content-Length", str(len(body))))
    status = capture.status or 0
    line = f"{status:03d} {_REASONS.get(status, '')}".strip()
    return StatusAndHeaders(line, headers, protocol="HTTP/1.1")


def _line(text: str) -> str:
    """One line of ASCII: a header must not begin another."""
    plain = text.replace("\r", " ").replace("\n", " ")
    return plain.encode("ascii", "backslashreplace").decode("ascii")
