"""W2, W5, W6: sites that cannot be reached, do not answer, or offer nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from democity.plans import Listing
from democity.problems.base import Draft, Finding, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


class Unreachable(Problem):
    """W2.1: so many of the week's probes failed; `down` makes the server answer 503 as well."""

    code: ClassVar[str] = "W2.1"
    failed: int = Field(ge=0)
    counted: int = Field(24, ge=1, le=288)
    down: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """The probes are seeded by whoever plays the scenario."""
        del last_night
        draft.probes = replace(draft.probes, counted=self.counted, failed=self.failed)
        if self.down:
            draft.state = replace(draft.state, kind="error_503", nights=())

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Five in a hundred, that many included."""
        del draft, last_night
        if self.failed * 20 >= self.counted * 7:
            yield Finding(self.code)


class NoChannel(Problem):
    """W5.1: no way to consult; only 信访 and, if `discipline`, 纪检举报. `mailbox` leaves one."""

    code: ClassVar[str] = "W5.1"
    discipline: bool = True
    petition: bool = True
    mailbox: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """Take the board away and leave the special channels."""
        del last_night
        kept = [c for c in draft.columns if c.group != "互动交流"]
        special = [c for c in draft.columns if c.listing in {Listing.PETITION, Listing.DISCIPLINE}]
        petition = next(c for c in special if c.listing is Listing.PETITION)
        if self.petition:
            kept.append(replace(petition, level=1))
        if self.discipline:
            kept.append(
                replace(
                    petition,
                    name="纪检举报",
                    number=max(c.number for c in draft.columns) + 1,
                    slug="hdjl/jjjb",
                    listing=Listing.DISCIPLINE,
                )
            )
        if self.mailbox:
            board = next(c for c in draft.columns if c.listing is Listing.BOARD)
            kept.append(replace(board, name="建言献策"))
        draft.columns = kept

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Unless there is a mailbox; a body that offers no services is left to a person."""
        del last_night
        if self.mailbox:
            return
        if draft.services == "否":
            yield Finding(self.code, outcome="undetermined", reason="needs_person")
        else:
            yield Finding(self.code)


class LateLetters(Problem):
    """W5.2: letters asked `age` days ago, answered after `answered` days or never."""

    code: ClassVar[str] = "W5.2"
    age: int = Field(ge=0)
    answered: int | None = Field(None, ge=0)
    count: int = Field(1, ge=1, le=5)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Put the letters on the board."""
        for place in range(self.count):
            asked = last_night - timedelta(days=self.age + place)
            told = None if self.answered is None else asked + timedelta(days=self.answered)
            planted = (*draft.letters.planted, (asked, told))
            draft.letters = replace(draft.letters, planted=planted)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Within a year, and later than three calendar months."""
        del draft, last_night
        waited = self.age if self.answered is None else self.answered
        if self.age <= 360 and waited > 92:
            yield Finding(self.code)


class NoServices(Problem):
    """W6.1: nothing to be done online. `registered` is 提供办事服务 in the registry."""

    code: ClassVar[str] = "W6.1"
    services: Literal["是", "否", ""] = "是"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Take the services away."""
        del last_night
        draft.columns = [c for c in draft.columns if c.group != "办事服务"]
        draft.guides = 0
        draft.services = self.services

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Only where the registry says that services are offered."""
        del draft, last_night
        if self.services == "是":
            yield Finding(self.code)
