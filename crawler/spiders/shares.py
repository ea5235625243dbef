"""The pages of a site's night, shared out: what columns leave to the rest. Pure."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from crawler.spiders import plan

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.extract.facts import PageFacts

INTERACTION = 6
"""An entry, a channel behind it, two further pages of a board, two letters; columns are boards, too."""
KEPT_SHARE = 31
"""Percent of a site's pages that columns leave to others at the most.

Forty plain columns, as many as a night opens, have room beside it.
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Pages that are kept back for what is opened after the columns."""

    interaction: int = 0
    services: int = 0
    articles: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.interaction + self.services + self.articles


def kept_back(home: PageFacts | None, as_of: datetime, left: int, *, services: bool) -> Kept:
    """What columns may not spend of the `left` pages; with few pages a third of them.

    A site may have columns without end, yet each night tells of its ways to ask, its guides and its
    articles.
    """
    if home is None:
        return Kept()
    asks = bool(plan.interaction_columns(home) or plan.consult_channels([home]))
    entries = len(plan.service_columns(home)) if services else 0
    wanted = Kept(
        interaction=INTERACTION if asks else 0,
        services=entries + plan.GUIDES if entries else 0,
        articles=plan.SAMPLES + len(plan.undated_home_rows(home, as_of)),
    )
    most = left * KEPT_SHARE // 100
    rest = most - wanted.services - wanted.articles
    if rest >= 0:  # guides and articles are samples of a stated size; of letters some will do
        return replace(wanted, interaction=min(wanted.interaction, rest))
    return Kept(*(most * part // wanted.all for part in astuple(wanted)))
