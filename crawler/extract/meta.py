"""The official meta labels of a page (政府网站发展指引, 页面标签; indicators 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.document import Document

LABELS = (
    "SiteName",
    "SiteDomain",
    "SiteIDCode",
    "ColumnName",
    "ColumnDescription",
    "ColumnKeywords",
    "ColumnType",
    "ArticleTitle",
    "PubDate",
    "ContentSource",
    "Keywords",
    "Author",
    "Description",
    "Image",
    "Url",
)
_CANONICAL = {label.lower(): label for label in LABELS}
_VALUE_LIMIT = 1000  # characters: a description is a sentence, not a document


def read_meta(document: Document) -> dict[str, str]:
    """Official labels with canonical spelling; names are matched without regard to case.

    A label that stands on the page without a value is kept with an empty string; of several
    with one name the first that has a value counts.
    """
    found: dict[str, str] = {}
    attributes_of = document.outline.attributes
    for index in document.outline.places.get("meta", ()):
        attributes = attributes_of(index)
        label = _CANONICAL.get((attributes.get("name") or "").strip().lower())
        if label is not None and not found.get(label):
            found[label] = " ".join((attributes.get("content") or "").split())[:_VALUE_LIMIT]
    return found
