"""Make the evidence pack of a window: one ZIP that depends on its contents alone.

    manifest.json        findings and the SHA-256 of every other file
    manifest.sig         Ed25519 signature over manifest.json
    public-key.pem       the public half of the key
    findings/N/…         finding.json, captures.warc.gz, screenshots as PNG

Files are stored, not compressed: what is large is compressed already, and so the archive can be
made again byte for byte by whoever checks it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.store import CaptureMissingError, CaptureStore
from report import zipping
from report.evidence import keys, manifest
from report.evidence.warc import warc_bytes
from review import windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from models import Capture, Finding

MANIFEST, SIGNATURE, PUBLIC = "manifest.json", "manifest.sig", "public-key.pem"


@dataclass(slots=True)
class PackReport:
    """What went into a pack; `missing` names bodies that are not in the store any more."""

    path: Path
    findings: int = 0
    files: int = 0
    bytes: int = 0
    key: str = ""
    missing: list[str] = field(default_factory=list)


def pack(session: Session, *, window: str, store_url: str, home: Path, out: Path) -> PackReport:
    """Write the pack of a window's printed findings. Raises WindowError, EvidenceError."""
    found = windows.named(session, window)
    key = keys.signing_key(home)
    store = CaptureStore(store_url)
    report = PackReport(out, key=keys.fingerprint(key.public_key()))
    listed: dict[str, dict[str, Any]] = {}
    told: list[dict[str, Any]] = []
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise keys.EvidenceError(f"证据包 {out} 无法写入：{error.strerror}") from error
    try:
        with os.fdopen(handle, "w+b") as file, zipfile.ZipFile(file, "w") as archive:
            for finding in manifest.findings_of(session, found):
                folder = f"findings/{finding.id:06d}"
                captures = manifest.captures_of(session, finding)
                plain = manifest.told(session, finding, captures)
                told.append({"id": finding.id, "name": plain["name"], "label": finding.label})
                body = _json(plain)
                for path, content in (
                    (f"{folder}/finding.json", body),
                    *_files(store, finding, captures, folder, report),
                ):
                    archive.writestr(zipping.entry(path, packed=False), content)
                    listed[path] = {"sha256": _hash(content), "bytes": len(content)}
            _sign(archive, key, _summary(found.name, told, listed, report))
        report.findings, report.files = len(told), len(listed)
        report.bytes = Path(name).stat().st_size
        Path(name).replace(out)
    except OSError as error:
        raise keys.EvidenceError(f"证据包 {out} 无法写入：{error.strerror}") from error
    finally:
        Path(name).unlink(missing_ok=True)
    return report


def _sign(archive: zipfile.ZipFile, key: Any, summary: bytes) -> None:
    closing = (
        (MANIFEST, summary),
        (SIGNATURE, key.sign(summary)),
        (PUBLIC, keys.public_pem(key.public_key())),
    )
    for path, content in closing:
        archive.writestr(zipping.entry(path, packed=False), content)


def _summary(
    window: str,
    told: list[dict[str, Any]],
    listed: dict[str, dict[str, Any]],
    report: PackReport,
) -> bytes:
    return _json(
        {
            "schema": manifest.SCHEMA,
            "window": window,
            "signature": {"kind": "Ed25519", "key": report.key},
            "findings": told,
            "missing": report.missing,
            "files": listed,
        }
    )


def _files(
    store: CaptureStore, finding: Finding, captures: list[Capture], folder: str, report: PackReport
) -> Iterator[tuple[str, bytes]]:
    """The WARC of a finding and its screenshots; a body that is gone is named, not passed over."""
    bodies = []
    for capture in captures:
        body = _body(store, capture.sha256, f"{finding.id}: {capture.url}", report)
        if body is not None:
            bodies.append((capture, body))
    if bodies:
        yield f"{folder}/captures.warc.gz", warc_bytes(bodies)
    for picture in dict.fromkeys(one.screenshot for one in captures if one.screenshot):
        body = _body(store, picture, f"{finding.id}: {picture}", report)
        if body is not None:
            yield f"{folder}/screenshot-{picture[:16]}.png", body


def _body(store: CaptureStore, name: str, what: str, report: PackReport) -> bytes | None:
    if not name:
        return b""
    try:
        return store.get(name)
    except CaptureMissingError as error:
        report.missing.append(f"{what}（{error}）")
        return None


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
