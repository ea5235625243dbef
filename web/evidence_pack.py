"""The evidence of one finding as a ZIP: a manifest, the captures as WARC, pictures, hashes.

Everything in it is what is stored; whoever gets it can check each file against SHA256SUMS, and
each capture in the WARC against the digest of its body in the manifest.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Any

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from crawler.store import CaptureMissingError
from review.moments import beijing

if TYPE_CHECKING:
    from crawler.store import CaptureStore
    from models import Capture
    from web.reading.evidence import Evidence

BYTES_MOST = 64 * 1024 * 1024
"""Bodies beyond this are named in the manifest and left out."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
# The body is stored decoded: these would be false beside it.
_RENAMED = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def packed(row: Any, case: Evidence, store: CaptureStore) -> bytes:
    """The ZIP of a finding; the same data gives the same bytes."""
    files: dict[str, bytes] = {}
    captures = {one.id: one for one in (*case.seen, *case.before)}
    warc, left_out = _warc(list(captures.values()), store)
    if warc:
        files["captures.warc.gz"] = warc
    picture = str(row.Finding.evidence.get("screenshot") or "")
    for name, sha256 in _pictures(case, picture):
        body = _body(store, sha256)
        if body is not None:
            files[name] = body
    for file in case.files:
        body = _body(store, file.sha256)
        if body is not None:
            files[f"feedback/{file.id}.bin"] = body
    manifest = _manifest(row, case, list(captures.values()), left_out)
    files["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    sums = "".join(
        f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items())
    )
    files["SHA256SUMS"] = sums.encode()
    packed_up = BytesIO()
    with zipfile.ZipFile(packed_up, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), body)
    return packed_up.getvalue()


def _manifest(
    row: Any, case: Evidence, captures: list[Capture], left_out: list[int]
) -> dict[str, Any]:
    finding = row.Finding
    return {
        "finding": finding.id,
        "window": finding.window.name,
        "name": row.name or row.unit,
        "code": row.code or None,
        "unit": row.unit,
        "column": row.column,
        "check": finding.check,
        "label": finding.label,
        "severity": finding.severity,
        "clause": case.check.clause if case.check else None,
        "parameters": dict(case.parameters),
        "state": finding.state,
        "reason": finding.reason,
        "opened": beijing(finding.opened_at),
        "last_update": finding.last_update or None,
        "run": finding.run_id,
        "ruleset": case.run.ruleset if case.run else None,
        "vantage": case.run.vantage if case.run else None,
        "evidence": finding.evidence,
        "second_look": finding.second_look or None,
        "decisions": [
            {
                "at": beijing(one.decided_at),
                "by": one.decided_by,
                "old": one.old or None,
                "new": one.new,
                "reason_code": one.reason_code or None,
                "why": one.why or None,
            }
            for one in case.decisions
        ],
        "feedback": [
            {"file": f"feedback/{one.id}.bin", "name": one.file_name, "sha256": one.sha256}
            for one in case.files
        ],
        "captures": [_capture(one) for one in captures],
        "left_out": left_out,
    }


def _capture(one: Capture) -> dict[str, Any]:
    return {
        "id": one.id,
        "run": one.run_id,
        "url": one.url,
        "final_url": one.final_url,
        "chain": one.chain,
        "status": one.status,
        "headers": one.headers,
        "access": one.access,
        "fetched_at": beijing(one.fetched_at),
        "seconds": one.elapsed,
        "vantage": one.vantage,
        "rendered": one.rendered,
        "truncated": one.truncated,
        "encoding": one.encoding,
        "size": one.size,
        "sha256": one.sha256 or None,
    }


def _pictures(case: Evidence, picture: str) -> list[tuple[str, str]]:
    named = [("screenshot.png", picture)] if picture else []
    named += [(f"look-{look.id}.img", look.screenshot) for look in case.looks if look.screenshot]
    return named


def _body(store: CaptureStore, sha256: str) -> bytes | None:
    try:
        return store.get(sha256)
    except CaptureMissingError:
        return None


def _warc(captures: list[Capture], store: CaptureStore) -> tuple[bytes, list[int]]:
    """The captures as gzipped WARC responses, and the ids of those that are not in it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    left_out: list[int] = []
    total = written = 0
    for one in captures:
        body = _body(store, one.sha256) if one.sha256 else None
        if body is None or total + len(body) > BYTES_MOST:
            left_out.append(one.id)
            continue
        total, written = total + len(body), written + 1
        writer.write_record(_record(writer, one, body))
    return (out.getvalue() if written else b""), left_out


def _record(writer: WARCWriter, one: Capture, body: bytes) -> Any:
    headers = [
        (f"X-Original-{name}" if name.lower() in _RENAMED else name, str(value))
        for name, value in one.headers
    ]
    moment = one.fetched_at.astimezone(UTC)
    return writer.create_warc_record(
        one.final_url or one.url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(f"{one.status or 0} OK", headers, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "WARC-Record-ID": f"<urn:xuncha:capture:{one.id}>",
        },
    )
