"""Rows of a list that lead to other sites: whether they keep it from being called stale.

What stands in a column with its day was published there for everybody who looks at it, wherever the
link leads: a notice on the department's own site, an article on the unit's account, a paper's
report. The machine cannot tell whose work it is, so such a row is no update that clears, and a list
that shows one inside its deadline is no proof of silence either: a person decides.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.extract.addresses import registrable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from crawler.extract.facts import Row

FEWEST: Final = 3
"""Columns among which a row has to stand to be told from what is published in one of them."""
_FRONT: Final = re.compile(r"/?|/(?:index|default|home|main)\.[a-z]{2,5}", re.IGNORECASE)


def newest_elsewhere(rows: Iterable[Row], today: date, common: frozenset[str]) -> Row | None:
    """The newest row that leaves the site, of a day that has come; of one day the first.

    A link to the front page of another site is a signpost and no item; `common` are addresses that
    belong to the template (`in_template`).
    """
    newest: Row | None = None
    for row in rows:
        if row.own or row.date is None or row.date > today or row.url in common:
            continue
        if (newest is None or newest.date is None or row.date > newest.date) and is_item(row.url):
            newest = row
    return newest


def is_item(url: str) -> bool:
    """Whether an address of another site names more than its front page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.query) or not _FRONT.fullmatch(parts.path)


def in_template(pages: Sequence[Iterable[Row]]) -> frozenset[str]:
    """Addresses of other sites that stand on more than half of a site's columns, `FEWEST` at least.

    A block beside every list (国务院要闻 and the like) says nothing of any of them.
    """
    counts = Counter(
        url for rows in pages for url in {row.url for row in rows if not row.own and row.url}
    )
    most = max(FEWEST, len(pages) // 2 + 1)
    return frozenset(url for url, count in counts.items() if count >= most)


def left_for(asked: str, reached: str, homes: Iterable[str]) -> str:
    """The address that a column sends its visitors to, when it lies on none of the site's domains."""
    own = {registrable(url) for url in (asked, *homes) if url}
    there = registrable(reached)
    return reached if there and there not in own else ""
