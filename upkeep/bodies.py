"""Bodies of captures in bulk: copied to a backup, put back, counted, removed.

A body is named by its content, so a name that is there needs no comparison.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import fsspec

from crawler.store import is_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from settings import Settings

SUFFIX = ".zst"


def copy_new(settings: Settings, to: Path) -> int:
    """Copy the bodies that `to` does not have; how many."""
    files, root = fsspec.core.url_to_fs(settings.capture_store)
    new = 0
    for path, name in _names(files, str(root).rstrip("/")):
        target = to / name[:2] / name[2:4] / f"{name}{SUFFIX}"
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}")
        files.get_file(path, str(aside))
        aside.replace(target)
        new += 1
    return new


def put_back(settings: Settings, stored: Path) -> int:
    """Copy the bodies of a backup that the capture store does not have; how many."""
    files, root = fsspec.core.url_to_fs(settings.capture_store)
    base = str(root).rstrip("/")
    new = 0
    for file in sorted(stored.glob(f"*/*/*{SUFFIX}")):
        name = file.name.removesuffix(SUFFIX)
        if not is_name(name):
            continue
        path = f"{base}/{name[:2]}/{name[2:4]}/{file.name}"
        if files.exists(path):
            continue
        files.makedirs(f"{base}/{name[:2]}/{name[2:4]}", exist_ok=True)
        files.put_file(str(file), path)
        new += 1
    return new


def _names(files: fsspec.AbstractFileSystem, root: str) -> Iterator[tuple[str, str]]:
    """(path, SHA-256) of every body; files that are being written have other names."""
    if not files.exists(root):
        return
    for path in files.find(root):
        name = str(path).rpartition("/")[2].removesuffix(SUFFIX)
        if is_name(name):
            yield str(path), name
