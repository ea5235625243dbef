"""The evidence of one finding as a pack of the report's form, so that the same command checks it.

manifest.json, manifest.sig, public-key.pem     as in report.evidence.pack
findings/N/finding.json, captures.warc.gz       the case and the captures its verdict names
findings/N/screenshot-….png, look-….img         pictures of the page, of operators' looks
findings/N/feedback-….bin                       what the unit sent back
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crawler.store import CaptureMissingError
from report import zipping
from report.evidence import keys, manifest
from report.evidence.pack import MANIFEST, PUBLIC, SIGNATURE
from report.evidence.warc import warc_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from models import Capture, Finding
    from web.desk import Desk
    from web.reading.evidence import Evidence

BYTES_MOST = 64 * 1024 * 1024
"""Bodies beyond this are named as missing and left out."""


def packed(session: Session, desk: Desk, finding: Finding, case: Evidence) -> bytes:
    """The signed ZIP of a finding; the same data gives the same bytes. Raises EvidenceError."""
    key = keys.signing_key(desk.settings.home)
    folder = f"findings/{finding.id:06d}"
    captures = manifest.captures_of(session, finding)
    told = manifest.told(session, finding, captures)
    missing: list[str] = []
    files = {f"{folder}/finding.json": _json(told)}
    files |= {
        f"{folder}/{name}": body for name, body in _files(desk, finding, case, captures, missing)
    }
    summary = _json(
        {
            "schema": manifest.SCHEMA,
            "window": finding.window.name,
            "signature": {"kind": "Ed25519", "key": keys.fingerprint(key.public_key())},
            "findings": [{"id": finding.id, "name": told["name"], "label": finding.label}],
            "missing": missing,
            "files": {
                name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
                for name, body in files.items()
            },
        }
    )
    files |= {
        MANIFEST: summary,
        SIGNATURE: key.sign(summary),
        PUBLIC: keys.public_pem(key.public_key()),
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in files.items():
            archive.writestr(zipping.entry(name, packed=False), body)
    return out.getvalue()


def _files(
    desk: Desk,
    finding: Finding,
    case: Evidence,
    captures: Sequence[Capture],
    missing: list[str],
) -> Iterator[tuple[str, bytes]]:
    bodies, total = [], 0
    for capture in captures:
        body = _body(desk, capture.sha256, capture.url, missing)
        if body is not None and total + len(body) <= BYTES_MOST:
            bodies.append((capture, body))
            total += len(body)
        elif body is not None:
            missing.append(f"{capture.url}（超过证据包的大小）")
    if bodies:
        yield "captures.warc.gz", warc_bytes(bodies)
    pictures = [str(finding.evidence.get("screenshot") or ""), *(c.screenshot for c in captures)]
    named = {one: f"screenshot-{one[:16]}.png" for one in pictures if one}
    named |= {look.screenshot: f"look-{look.id}.img" for look in case.looks if look.screenshot}
    named |= {file.sha256: f"feedback-{file.id}.bin" for file in case.files}
    for sha256, name in named.items():
        body = _body(desk, sha256, name, missing)
        if body is not None:
            yield name, body


def _body(desk: Desk, sha256: str, what: str, missing: list[str]) -> bytes | None:
    if not sha256:
        return b""
    try:
        return desk.store.get(sha256)
    except CaptureMissingError as error:
        missing.append(f"{what}（{error}）")
        return None


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()
