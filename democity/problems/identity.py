"""Whose site it is and where it lives: codes, domains, addresses, the emblem, labels, search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from democity.problems.base import Draft, Finding, Problem, for_a_person

if TYPE_CHECKING:
    from collections.abc import Iterator


class OtherCode(Problem):
    """R-SITECODE: the footer prints another site's code; `label`: only a copied label does."""

    code: ClassVar[str] = "R-SITECODE"
    where: Literal["footer", "label"] = "footer"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Change what the footer or the labels say."""
        del last_night
        if self.where == "footer":
            draft.footer = replace(draft.footer, site_code="other_code")
        else:
            draft.look = replace(draft.look, wrong_meta=True)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Labels are often a copied template."""
        del draft, last_night
        if self.where == "footer":
            yield Finding(self.code)


class OtherDomain(Problem):
    """D-DOMAIN: a portal under another suffix than .gov.cn and .政务."""

    code: ClassVar[str] = "D-DOMAIN"
    suffix: Literal["com.cn", "gov.cn.com", "政务"] = "com.cn"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Give it the host."""
        del last_night
        name = "{unit}" if self.suffix == "政务" else "www.{label}"
        draft.host = f"{name}.{self.suffix}"

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """A Chinese domain is as good as an English one."""
        del draft, last_night
        if self.suffix != "政务":
            yield Finding(self.code)


class OtherAddress(Problem):
    """R-ADDRESS: the registered address leads to another domain, or to another host of its own."""

    code: ClassVar[str] = "R-ADDRESS"
    to: Literal["domain", "host"] = "domain"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Send visitors there."""
        del last_night
        draft.moved_to = "www.new{domain}" if self.to == "domain" else "portal.{domain}"

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Within one domain a host may move lawfully."""
        del draft, last_night
        if self.to == "domain":
            yield for_a_person(self.code)


class NoEmblem(Problem):
    """R-EMBLEM: a portal without the national emblem; `style`: it is the background of a box."""

    code: ClassVar[str] = "R-EMBLEM"
    shown: Literal["none", "style"] = "none"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Take it off the banner, or paint it otherwise."""
        del last_night
        draft.flaws = replace(draft.flaws, emblem=self.shown)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """For a person: it may be drawn into the banner."""
        del draft, last_night
        if self.shown == "none":
            yield for_a_person(self.code, "none_seen")


class NoSearch(Problem):
    """D-SEARCH: no search box anywhere; `link`: a link leads to the page of one."""

    code: ClassVar[str] = "D-SEARCH"
    how: Literal["none", "link"] = "none"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Leave it out, or put it on its own page."""
        del last_night
        if self.how == "none":
            draft.look = replace(draft.look, no_search=True)
        else:
            draft.flaws = replace(draft.flaws, search="link")

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """For a person."""
        del draft, last_night
        if self.how == "none":
            yield for_a_person(self.code)


class NoLabels(Problem):
    """D-META: pages without the official labels; `shouted`: in capitals, content first."""

    code: ClassVar[str] = "D-META"
    how: Literal["none", "shouted"] = "none"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Leave them out, or write them as old editors do."""
        del last_night
        if self.how == "none":
            draft.look = replace(draft.look, no_labels=True)
        else:
            draft.flaws = replace(draft.flaws, labels="shouted")

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """For a person, as long as the duty is not confirmed."""
        del draft, last_night
        if self.how == "none":
            yield for_a_person(self.code)


IDENTITY: tuple[type[Problem], ...] = (
    OtherDomain,
    NoSearch,
    NoLabels,
    OtherCode,
    OtherAddress,
    NoEmblem,
)
"""The problems of this file, in the order of the indicators."""
