"""Headlines that stand in no list: dated by their links alone (design.md section 4, rule 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.extract.addresses import host_of
from crawler.extract.column_names import is_article_address
from crawler.extract.facts import Provenance, Row
from crawler.extract.url_dates import date_in_url

if TYPE_CHECKING:
    import datetime as dt

    from crawler.extract.facts import PageFacts, PageLink

_HEADLINE: Final = 8
"""Characters; shorter texts are names of columns and of buttons."""


def newest_headline(facts: PageFacts, day: dt.date) -> Row | None:
    """The own link with the newest date in its address that is not after `day`.

    A headline above the lists or a picture beside them is no row of a list, yet it is an item of
    the site. Of two of one day the first on the page.
    """
    host = host_of(facts.url)
    newest: Row | None = None
    for link in facts.links:
        if link.role != "a" or host_of(link.url) != host or not _is_headline(link):
            continue
        found = date_in_url(link.url)
        if found is None or found > day or (newest and newest.date and found <= newest.date):
            continue
        newest = Row(link.text, link.url, found, Provenance.URL)
    return newest


def _is_headline(link: PageLink) -> bool:
    """A text as long as titles are, or a picture alone (a slide) that leads to an article."""
    return len(link.text) >= _HEADLINE or (not link.text and is_article_address(link.url))
