"""ZIP files that depend on nothing but what is in them: no clock, no order of the day."""

from __future__ import annotations

import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def entry(name: str, *, packed: bool = True) -> zipfile.ZipInfo:
    """The header of one file, with the oldest day that the format knows."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.external_attr = _READABLE
    # The same on every system: the format keeps who made the file.
    info.create_system = 3
    return info


def stable(packed: bytes) -> bytes:
    """The same archive without the moments at which its files were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(entry(info.filename), old.read(info))
    return out.getvalue()
