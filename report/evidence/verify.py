"""Check an evidence pack: its signature, the hash of every file, and the archive itself.

Any changed byte is found: files by their hashes, the manifest by its signature, and everything
else (names, order, headers, what is put before or behind) by making the archive again.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from report import zipping
from report.evidence import keys
from report.evidence.manifest import SCHEMA
from report.evidence.pack import MANIFEST, PUBLIC, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_FILES = 100_000
LARGEST_FILE = 256 * 1024 * 1024
LARGEST_MANIFEST = 64 * 1024 * 1024
_BLOCK = 1024 * 1024


@dataclass(slots=True)
class VerifyReport:
    """`faults` none: unchanged since it was signed with the key of that fingerprint.

    `trusted` None: there was no key of an office to compare with.
    """

    key: str = ""
    trusted: bool | None = None
    window: str = ""
    findings: int = 0
    files: int = 0
    faults: list[str] = field(default_factory=list)


def verify(path: Path, known: bytes | None = None) -> VerifyReport:
    """Check a pack, against the public key (PEM) of the office where that is at hand.

    Raises EvidenceError for a file that is no pack at all.
    """
    report = VerifyReport()
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            _checked(archive, file, known, report)
    except OSError as error:
        raise keys.EvidenceError(f"文件 {path} 无法读取：{error.strerror}") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        report.faults.append(f"压缩包已损坏：{error}")
    return report


def _checked(
    archive: zipfile.ZipFile, file: BinaryIO, known: bytes | None, report: VerifyReport
) -> None:
    report.faults.extend(_shape(archive))
    if report.faults:
        return
    body = archive.read(MANIFEST)
    _signature(archive, body, known, report)
    try:
        told: dict[str, Any] = json.loads(body)
        listed = {str(name): str(one["sha256"]) for name, one in told["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        report.faults.append("清单 manifest.json 无法识别")
        return
    if told.get("schema") != SCHEMA:
        report.faults.append(f"清单版本 {str(told.get('schema'))[:40]} 不是 {SCHEMA}")
    report.window, report.findings = str(told.get("window", "")), len(told.get("findings", ()))
    report.files = len(listed)
    report.faults.extend(_files(archive, listed))
    if not report.faults and not _same_archive(archive, file):
        report.faults.append("压缩包的结构被改动过（文件头、顺序或附加内容）")


def _shape(archive: zipfile.ZipFile) -> Iterator[str]:
    infos = archive.infolist()
    names = [one.filename for one in infos]
    if len(infos) > MOST_FILES:
        yield f"文件数超过 {MOST_FILES}"
    for name in (MANIFEST, SIGNATURE, PUBLIC):
        if name not in names:
            yield f"缺少 {name}"
    if len(set(names)) != len(names):
        yield "有重名的文件"
    for one in infos:
        largest = LARGEST_MANIFEST if one.filename == MANIFEST else LARGEST_FILE
        if one.file_size > largest or one.compress_type != zipfile.ZIP_STORED:
            yield f"文件 {one.filename} 过大或被重新压缩"


def _signature(
    archive: zipfile.ZipFile, body: bytes, known: bytes | None, report: VerifyReport
) -> None:
    try:
        key = keys.read_public(archive.read(PUBLIC))
    except keys.EvidenceError as error:
        report.faults.append(str(error))
        return
    report.key = keys.fingerprint(key)
    if not keys.signed_by(key, archive.read(SIGNATURE), body):
        report.faults.append("清单的签名不符：清单、签名或公钥被改动过")
    if known is not None:
        report.trusted = keys.fingerprint(keys.read_public(known)) == report.key
        if not report.trusted:
            report.faults.append(f"签名密钥 {report.key} 不是本单位的密钥")


def _files(archive: zipfile.ZipFile, listed: dict[str, str]) -> Iterator[str]:
    there = {one.filename for one in archive.infolist()} - {MANIFEST, SIGNATURE, PUBLIC}
    for name in sorted(listed.keys() - there):
        yield f"缺少文件 {name}"
    for name in sorted(there - listed.keys()):
        yield f"多出文件 {name}"
    for name in sorted(there & listed.keys()):
        digest = hashlib.sha256()
        with archive.open(name) as body:
            while block := body.read(_BLOCK):
                digest.update(block)
        if digest.hexdigest() != listed[name]:
            yield f"文件 {name} 被改动过"


def _same_archive(archive: zipfile.ZipFile, file: BinaryIO) -> bool:
    """Whether the archive made again from its files is the same, byte for byte."""
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(made, "w") as again:
            for info in archive.infolist():
                again.writestr(zipping.entry(info.filename, packed=False), archive.read(info))
        made.seek(0)
        file.seek(0)
        while True:
            ours, theirs = made.read(_BLOCK), file.read(_BLOCK)
            if ours != theirs:
                return False
            if not ours:
                return True
