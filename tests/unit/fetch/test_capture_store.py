"""Bodies by their content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
import zstandard

from crawler.store import CaptureMissingError, CaptureStore, unpack


def test_a_body_comes_back_under_its_sha256(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path / "captures"))
    name = store.put("通知公告".encode())
    assert name == hashlib.sha256("通知公告".encode()).hexdigest()
    assert store.get(name) == "通知公告".encode()
    assert store.exists(name)
    assert (tmp_path / "captures" / name[:2] / name[2:4] / f"{name}.zst").is_file()


def test_the_same_body_is_written_once(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path))
    name = store.put(b"x")
    (file,) = tmp_path.rglob("*.zst")
    before = file.stat().st_mtime_ns
    os.utime(file, ns=(1, 1))
    assert store.put(b"x") == name
    assert file.stat().st_mtime_ns == 1 != before
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1


def test_any_fsspec_address_will_do() -> None:
    store = CaptureStore("memory://captures")
    assert store.get(store.put(b"body")) == b"body"


def test_what_is_missing_broken_or_misnamed_is_one_clear_error(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path))
    name = store.put(b"body")
    (file,) = tmp_path.rglob("*.zst")
    file.write_bytes(zstandard.compress(b"other"))
    with pytest.raises(CaptureMissingError, match="不符"):
        store.get(name)
    file.write_bytes(b"no zstd")
    with pytest.raises(CaptureMissingError, match="损坏"):
        store.get(name)
    for bad in ("0" * 64, "../../etc/passwd", ""):
        with pytest.raises(CaptureMissingError):
            store.get(bad)


def test_unpacking_is_bounded() -> None:
    bomb = zstandard.compress(b" " * 10_000_000)
    with pytest.raises(zstandard.ZstdError):
        unpack(bomb, largest=1_000_000)
