"""Files of replies: single ones, folders, ZIPs, all bounded; a name says what is inside."""

from __future__ import annotations

import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from report.replies.document import FILE_BYTES, Doubt, UnjudgedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_FILES = 2000
ARCHIVE_BYTES = 512 * 1024 * 1024
UNPACKED_BYTES = 1024 * 1024 * 1024
KNOWN = frozenset({".docx", ".docm", ".pdf", ".html", ".htm", ".doc", ".wps", ".ofd", ".rtf"})
"""What is looked at in folders and ZIPs; other files there are no replies."""
_UTF8_NAME = 0x800


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name as told, the folders it lies in, and its bytes or why there are none."""

    name: str
    folders: tuple[str, ...]
    body: bytes = b""
    doubt: Doubt | None = None


def sources(paths: Sequence[Path]) -> Iterator[Source]:
    """Every document of the files, folders and ZIPs, in the order of their names.

    Raises OSError for a path that is not there.
    """
    left = MOST_FILES
    for path in paths:
        for one in _of(path):
            if not left:
                yield Source(f"{path.name}（只看前 {MOST_FILES} 份）", (), doubt=Doubt.TOO_LARGE)
                return
            left -= 1
            yield one


def _of(path: Path) -> Iterator[Source]:
    if path.is_dir():
        for found in _below(path):
            inside = found.relative_to(path)
            folders = (path.name, *inside.parts[:-1])
            if found.suffix.lower() == ".zip":
                yield from _archive(found, folders)
            else:
                yield _file(found, str(inside), folders)
    elif path.suffix.lower() == ".zip":
        yield from _archive(path, ())
    else:
        yield _file(path, path.name, (path.resolve().parent.name,))


def _below(folder: Path) -> Iterator[Path]:
    """Documents below a folder; links are not followed, Word's lock files and hidden ones left."""
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            found = Path(place) / name
            wanted = found.suffix.lower() in KNOWN | {".zip"}
            if wanted and not name.startswith(("~$", ".")) and not found.is_symlink():
                yield found


def _file(path: Path, name: str, folders: tuple[str, ...]) -> Source:
    with path.open("rb") as file:
        body = file.read(FILE_BYTES + 1)
    if len(body) > FILE_BYTES:
        return Source(name, folders, doubt=Doubt.TOO_LARGE)
    return Source(name, folders, body)


def _archive(path: Path, folders: tuple[str, ...]) -> Iterator[Source]:
    """The documents in a ZIP; a ZIP inside it is not opened."""
    if path.stat().st_size > ARCHIVE_BYTES:
        yield Source(path.name, folders, doubt=Doubt.TOO_LARGE)
        return
    left = UNPACKED_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in sorted(archive.infolist()[: 5 * MOST_FILES], key=_name):
                name = PurePosixPath(_name(entry).replace("\\", "/"))
                if entry.is_dir() or name.suffix.lower() not in KNOWN or name.name.startswith("."):
                    continue
                inside = tuple(one for one in name.parts[:-1] if one not in {"/", ".", ".."})
                told = Source(f"{path.name}/{name}", (*folders, path.stem, *inside))
                source = _entry(archive, entry, told, left)
                left -= len(source.body)
                yield source
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError):
        yield Source(path.name, folders, doubt=Doubt.BROKEN)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, told: Source, left: int) -> Source:
    """One file of an archive, never more of it than the bound whatever its header says."""
    most = min(FILE_BYTES, left)
    try:
        with archive.open(entry) as part:
            body = part.read(most + 1)
    except RuntimeError:  # what zipfile raises for an encrypted entry
        return Source(told.name, told.folders, doubt=Doubt.ENCRYPTED)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        return Source(told.name, told.folders, doubt=Doubt.BROKEN)
    if len(body) > most:
        return Source(told.name, told.folders, doubt=Doubt.TOO_LARGE)
    return Source(told.name, told.folders, body)


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as meant: Chinese Windows writes GB18030 and does not say so."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def kind_of(body: bytes) -> str:
    """`docx`, `pdf` or `html` by the bytes, whatever the file is called. Raises UnjudgedError."""
    if body.startswith(b"PK\x03\x04"):
        return "docx"
    if b"%PDF" in body[:1024]:
        return "pdf"
    if body.startswith(bytes.fromhex("d0cf11e0a1b11ae1")):
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise UnjudgedError(Doubt.ENCRYPTED)
        raise UnjudgedError(Doubt.UNSUPPORTED, "旧版 DOC 或 WPS")
    if body.startswith(b"{\\rtf"):
        raise UnjudgedError(Doubt.UNSUPPORTED, "RTF")
    start = body[:4096].lower()
    if b"<" in start and any(
        mark in start for mark in (b"<html", b"<!doctype html", b"<body", b"<div", b"<p")
    ):
        return "html"
    if not body.strip():
        raise UnjudgedError(Doubt.EMPTY)
    raise UnjudgedError(Doubt.BROKEN)
