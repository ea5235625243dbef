"""D-FOOTER, D-FINDERR, D-LINK.1: what is wrong at the bottom of pages, and where links lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from democity.problems.base import Draft, Finding, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


_FOOTER_ITEMS = Literal["conac", "site_code", "icp", "police", "sponsor", "contact"]


class BareFooter(Problem):
    """D-FOOTER: items that are missing, only inside a comment, or show an error mark."""

    code: ClassVar[str] = "D-FOOTER"
    missing: list[_FOOTER_ITEMS] = Field(default_factory=list)
    comment: list[_FOOTER_ITEMS] = Field(default_factory=list)
    error_mark: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """Change the footer of every page."""
        del last_night
        changes = dict.fromkeys(self.missing, "missing") | dict.fromkeys(self.comment, "comment")
        if self.error_mark:
            changes["conac"] = "error"
        draft.footer = replace(draft.footer, **changes)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Any one item."""
        del draft, last_night
        if self.missing or self.comment or self.error_mark:
            yield Finding(self.code)


class NoFindErrors(Problem):
    """D-FINDERR: the 找错 entry is missing, in a comment, on a retired host, or another site's.

    `link` is an entry without any script.
    """

    code: ClassVar[str] = "D-FINDERR"
    how: Literal["missing", "comment", "obsolete", "other_code", "link"] = "missing"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Change the entry on every page."""
        del last_night
        draft.footer = replace(draft.footer, jiucuo=self.how)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """An image with the right link is an entry."""
        del draft, last_night
        if self.how != "link":
            yield Finding(self.code)


class DeadLinks(Problem):
    """D-LINK.1: links of the home page that lead to nothing, or to a host that is gone.

    Beside them, or instead: neighbours that refuse machines, links that fail on one night.
    """

    code: ClassVar[str] = "D-LINK.1"
    missing: int = Field(0, ge=0, le=50)
    hosts: int = Field(0, ge=0, le=10)
    refused: int = Field(0, ge=0, le=10)
    flaky: int = Field(0, ge=0, le=10)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Add the links."""
        del last_night
        draft.look = replace(
            draft.look,
            refused_links=draft.look.refused_links + self.refused,
            flaky_links=draft.look.flaky_links + self.flaky,
        )
        draft.dead_links, draft.dead_hosts = self.missing, self.hosts

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Each one counts."""
        del draft, last_night
        if self.missing or self.hosts:
            yield Finding(self.code)
