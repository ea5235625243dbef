"""One page in, everything that can be read off it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.extract.badges import read_badges, read_footer_sources
from crawler.extract.channels import read_channels
from crawler.extract.columns import read_columns
from crawler.extract.decode import decode
from crawler.extract.document import parse
from crawler.extract.facts import PageFacts
from crawler.extract.guide import read_guide
from crawler.extract.letters import read_letters
from crawler.extract.lists import read_rows
from crawler.extract.meta import read_meta
from crawler.extract.newest import newest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

EXTRACTOR: Final = "1"


def read_page(
    body: bytes,
    *,
    url: str,
    as_of: datetime,
    content_type: str = "",
    status: int | None = 200,
    headers: Sequence[tuple[str, str]] = (),
    parse_cap: int = 5 * 1024 * 1024,
    truncated: bool = False,
) -> PageFacts:
    """The facts of one page as of a stated time; never raises for any body."""
    del status, headers
    decoded = decode(body[:parse_cap], content_type)
    document = parse(
        decoded.text,
        url=url,
        encoding=decoded.encoding,
        truncated=truncated or len(body) > parse_cap,
    )
    rows, anomalies = read_rows(document, as_of)
    newest_date, provenance = newest(rows, as_of)
    return PageFacts(
        url=url,
        rows=rows,
        newest_date=newest_date,
        newest_provenance=provenance,
        anomalies=anomalies,
        encoding=decoded.encoding,
        title=document.title,
        meta=read_meta(document),
        badges=read_badges(document),
        letters=read_letters(document, as_of),
        guide=read_guide(document),
        columns=read_columns(document),
        channels=read_channels(document),
        footer_sources=read_footer_sources(document),
        text_length=len(document.visible_text()),
        truncated=document.truncated,
    )
