"""Where on a site a page is, and what a page under construction knows of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from democity.content import Now
    from democity.plans import SitePlan


class Place(NamedTuple):
    """A page of a site: `kind`, the column it belongs to, its number there (page or item)."""

    kind: str
    column: int = 0
    number: int = 0


HOME = Place("home")


class Page(NamedTuple):
    """A page under construction: whose it is, when, and the way back to the root of the site."""

    site: SitePlan
    now: Now
    root: str
