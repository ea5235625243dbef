"""The capture store: bodies by their content, compressed, on any fsspec store.

The same bytes are written once, however many nights see them. A body that is named by a row is
in the store: bodies are written before the row is committed.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import fsspec
import zstandard

LEVEL = 3
LARGEST = 64 * 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{64}")


class CaptureMissingError(Exception):
    """A body that a row names is not in the store, or cannot be read back."""


class CaptureStore:
    """Bodies under `url`, in two levels of folders by the first four digits of their SHA-256."""

    def __init__(self, url: str) -> None:
        self._files, root = fsspec.core.url_to_fs(url)
        self._root = str(root).rstrip("/")
        protocol = self._files.protocol
        self._local = "file" in ((protocol,) if isinstance(protocol, str) else protocol)

    def put(self, body: bytes) -> str:
        """Keep `body`; its SHA-256. Nothing is written when it is there already."""
        name = hashlib.sha256(body).hexdigest()
        path = self._path(name)
        if not self._there(path):
            self._write(path, pack(body))
        return name

    def get(self, name: str) -> bytes:
        """The body under that SHA-256; raises CaptureMissingError."""
        try:
            with self._files.open(self._path(name), "rb") as file:
                packed = file.read()
            body = unpack(packed)
        except (OSError, zstandard.ZstdError) as error:
            message = f"快照 {name} 不在快照库中或已损坏"
            raise CaptureMissingError(message) from error
        if hashlib.sha256(body).hexdigest() != name:
            message = f"快照 {name} 的内容与其编号不符"
            raise CaptureMissingError(message)
        return body

    def exists(self, name: str) -> bool:
        """Whether a body with that SHA-256 is kept."""
        return self._there(self._path(name))

    def size(self, name: str) -> int:
        """Bytes that a body takes in the store; 0 when it is not there."""
        try:
            return int(self._files.size(self._path(name)) or 0)
        except FileNotFoundError:
            return 0

    def remove(self, name: str) -> None:
        """Forget a body; one that is not there is forgotten already."""
        with suppress(FileNotFoundError):
            self._files.rm_file(self._path(name))

    def _there(self, path: str) -> bool:
        return os.access(path, os.F_OK) if self._local else bool(self._files.exists(path))

    def _path(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            message = "快照编号应为 64 位十六进制数"
            raise CaptureMissingError(message)
        return f"{self._root}/{name[:2]}/{name[2:4]}/{name}.zst"

    def _write(self, path: str, packed: bytes) -> None:
        """Readers see a whole file or none: written aside, then renamed."""
        if not self._local:
            self._files.pipe_file(path, packed)
            return
        # Plain calls: this is done for every page, and path objects would double its cost.
        folder, _, name = path.rpartition("/")
        aside = f"{folder}/.{name}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            try:
                _fill(aside, packed)
            except FileNotFoundError:
                _make_folder(folder)
                _fill(aside, packed)
            os.replace(aside, path)  # noqa: PTH105 -- a plain call
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise


def _make_folder(path: str) -> None:
    """The folder of a body: most of a store's bodies are the first in theirs."""
    try:
        os.mkdir(path)  # noqa: PTH102 -- a plain call
    except FileExistsError:
        return
    except FileNotFoundError:
        Path(path).mkdir(parents=True, exist_ok=True)


def _fill(path: str, packed: bytes) -> None:
    """A new file with these bytes, all of them."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        left = memoryview(packed)
        while left:
            left = left[os.write(number, left) :]
    finally:
        os.close(number)


class _Compressors(threading.local):
    """One for each thread: made anew it costs as much as a page, shared it is not safe."""

    def __init__(self) -> None:
        self.one = zstandard.ZstdCompressor(level=LEVEL)
        self.back = zstandard.ZstdDecompressor()


_compressors = _Compressors()


def pack(body: bytes) -> bytes:
    """Compressed; `unpack` undoes it."""
    return _compressors.one.compress(body)


def is_name(text: str) -> bool:
    """Whether a text is the name of a body: a SHA-256 in lower case."""
    return bool(_NAME.fullmatch(text))


def unpack(packed: bytes, largest: int = LARGEST) -> bytes:
    """Undo the compression, never beyond `largest` bytes; raises zstandard.ZstdError."""
    # What says its size is unpacked at once; what does not is read no further than allowed.
    told = zstandard.frame_content_size(packed)
    if 0 <= told <= largest:
        body: bytes = _compressors.back.decompress(packed, max_output_size=told)
    else:
        stream: Any = zstandard.ZstdDecompressor().stream_reader(packed)
        with stream:
            body = stream.read(largest + 1)
    if len(body) > largest:
        message = "larger than any capture"
        raise zstandard.ZstdError(message)
    return body
