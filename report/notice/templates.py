"""Which template fills the notice: an office's own in the home, else the product's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from report.layout import OWN, LayoutError
from report.notice import template

if TYPE_CHECKING:
    from pathlib import Path

FILE = "notice.docx"
LARGEST = 8 * 1024 * 1024


def own_template(home: Path | None) -> bytes | None:
    """`layouts/notice.docx` in the home, if an office has put one there. Raises LayoutError."""
    path = home / OWN / FILE if home is not None else None
    if path is None or not path.is_file():
        return None
    if path.stat().st_size > LARGEST:
        raise LayoutError(f"通报模板 {path.name} 超过 {LARGEST // 2**20} MiB")
    try:
        return path.read_bytes()
    except OSError as error:
        raise LayoutError(f"通报模板 {path} 无法读取：{error.strerror}") from error


def shipped_template() -> bytes:
    """The product's own."""
    return template.build()
