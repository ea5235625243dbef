"""Where links lead beside the home page's dead ones: to strangers, to the inside, to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from democity.problems.base import Draft, Finding, Problem, for_a_person

if TYPE_CHECKING:
    from collections.abc import Iterator


class SoldLinks(Problem):
    """W1.3: a partner's domain that became a gambling site, or adverts for such sites."""

    code: ClassVar[str] = "W1.3"
    what: Literal["hijacked", "advert", "warning"] = "hijacked"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Put them on the home page."""
        del last_night
        draft.flaws = replace(draft.flaws, slipped=self.what)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """A link to a page that warns of gambling is what an office should have."""
        del draft, last_night
        if self.what != "warning":
            yield for_a_person(self.code)
            yield Finding("F-DARKLINK")


class DarkLinks(Problem):
    """F-DARKLINK: a hidden block of links to strangers; `menu` is a hidden menu of counties."""

    code: ClassVar[str] = "F-DARKLINK"
    what: Literal["hidden", "menu"] = "hidden"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Put the block on the home page."""
        del last_night
        draft.flaws = replace(draft.flaws, slipped=self.what)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Menus that open on a click are hidden, too."""
        del draft, last_night
        if self.what == "hidden":
            yield Finding(self.code)


class InnerNetwork(Problem):
    """F-INTRANET: a link to an address of the office's own network; `text` only names one."""

    code: ClassVar[str] = "F-INTRANET"
    how: Literal["link", "text"] = "link"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Put it on the home page."""
        del last_night
        draft.flaws = replace(draft.flaws, intranet=self.how)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """A number in a sentence or in a comment is no link."""
        del draft, last_night
        if self.how == "link":
            yield Finding(self.code)


class DeadInnerLinks(Problem):
    """D-LINK.2: a link of column pages that leads to nothing, is refused, or failed one night."""

    code: ClassVar[str] = "D-LINK.2"
    how: Literal["missing", "refused", "flaky"] = "missing"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Put it on every column page; a neighbour that refuses machines must exist."""
        del last_night
        draft.flaws = replace(draft.flaws, inner=self.how)
        if self.how == "refused":
            draft.look = replace(draft.look, refused_links=max(draft.look.refused_links, 1))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Confirmed on a second night."""
        del draft, last_night
        if self.how == "missing":
            yield Finding(self.code)


LINKS: tuple[type[Problem], ...] = (SoldLinks, DeadInnerLinks, DarkLinks, InnerNetwork)
"""The problems of this file, in the order of the indicators."""
