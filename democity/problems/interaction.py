"""What the public board and the guides of a portal lack."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from democity.plans import Listing
from democity.problems.base import Draft, Finding, Problem, for_a_person, put

if TYPE_CHECKING:
    from collections.abc import Iterator


class PoorGuides(Problem):
    """W6.2: so many guides lack so many classes of elements."""

    code: ClassVar[str] = "W6.2"
    poor: int = Field(ge=0, le=14)
    gaps: int = Field(ge=0, le=6)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Take the elements out of the first guides."""
        del last_night
        draft.poor_guides, draft.guide_gaps = self.poor, self.gaps

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Five of them, four classes each; both numbers are for a person to confirm."""
        del last_night
        if self.poor >= 5 and self.gaps >= 4:
            yield for_a_person(self.code)
        if self.poor and self.gaps and draft.kind == "门户":
            yield for_a_person("D-GUIDE")


class FewPoorGuides(Problem):
    """W6.3: there are `items` services in all, and the guide of each lacks so many classes."""

    code: ClassVar[str] = "W6.3"
    items: int = Field(ge=1, le=14)
    gaps: int = Field(ge=0, le=6)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Leave so many services, and take the elements out of all."""
        del last_night
        draft.guides = draft.poor_guides = self.items
        draft.guide_gaps = self.gaps

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Fewer than five, four classes each; five and more are W6.2's."""
        del last_night
        if self.gaps >= 4:
            yield for_a_person(self.code if self.items < 5 else PoorGuides.code)
        if self.gaps and draft.kind == "门户":
            yield for_a_person("D-GUIDE")


class GapsInGuides(Problem):
    """D-GUIDE: every guide lacks `gaps` classes; `synonyms`: all there, under other headings."""

    code: ClassVar[str] = "D-GUIDE"
    gaps: int = Field(0, ge=0, le=3)
    synonyms: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """Take elements out of all guides, or call them otherwise."""
        del last_night
        draft.poor_guides, draft.guide_gaps = draft.guides, self.gaps
        draft.flaws = replace(draft.flaws, synonyms=self.synonyms)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """For a person."""
        del draft, last_night
        if self.gaps:
            yield for_a_person(self.code)


class UnpublishedLetters(Problem):
    """D-MSG.1: the board is there and shows no letter; `other_board` shows them all."""

    code: ClassVar[str] = "D-MSG.1"
    other_board: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """Empty the board, or add an empty one beside it."""
        del last_night
        board = next(one for one in draft.columns if one.listing is Listing.BOARD)
        if self.other_board:
            number = max(one.number for one in draft.columns) + 1
            draft.columns.append(
                replace(board, number=number, name="书记信箱", slug="hdjl/sjxx", blank=True)
            )
        else:
            put(draft, replace(board, blank=True))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """One published letter is enough; that a board is empty only a browser proves."""
        del draft, last_night
        if not self.other_board:
            yield replace(for_a_person(self.code), needs_browser=True)


class NoStatistics(Problem):
    """D-MSG.3: no statistics of letters; `called: other` has them as 信件统计, `long` under a name

    as long as a title.
    """

    code: ClassVar[str] = "D-MSG.3"
    called: Literal["none", "other", "long"] = "none"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Take the link off the board, or give it another name."""
        del last_night
        draft.flaws = replace(draft.flaws, statistics=self.called)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """For a person: they may be drawn into a picture."""
        del draft, last_night
        if self.called == "none":
            yield for_a_person(self.code, "none_seen")


class UndatedAnswers(Problem):
    """D-MSG.4: letters that were answered, nobody says when; `letter`: their own pages do."""

    code: ClassVar[str] = "D-MSG.4"
    replied: Literal["nowhere", "letter"] = "nowhere"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Take the day of the answer out of the list, or out of the letters as well."""
        del last_night
        draft.flaws = replace(draft.flaws, replied=self.replied)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """For a person."""
        del draft, last_night
        if self.replied == "nowhere":
            yield for_a_person(self.code)


INTERACTION: tuple[type[Problem], ...] = (
    PoorGuides,
    FewPoorGuides,
    GapsInGuides,
    UnpublishedLetters,
    NoStatistics,
    UndatedAnswers,
)
"""The problems of this file, in the order of the indicators."""
