"""What a planted problem is: it changes the draft of a site and says what must be found.

A parameter may stay on the right side of a threshold: then the site is a look-alike that must
not fire, and the answer key says nothing about it. Ages are days before the last night.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from democity.language import Block, ScenarioError
from democity.plans import ColumnPlan, Flaws, Footer, Letters, Listing, Look, Probes, State
from democity.schedule import ending

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Draft:
    """A site while it is being planned.

    `host` and `moved_to` are templates of the problem's own: `{label}` is the first label of the
    unit's domain, `{domain}` the domain itself, `{unit}` the unit's name.
    """

    key: int
    columns: list[ColumnPlan]
    letters: Letters
    guides: int
    footer: Footer
    look: Look
    state: State
    probes: Probes
    dead_links: int = 0
    dead_hosts: int = 0
    registered: bool | None = None
    services: str = "是"
    kind: str = "部门"
    poor_guides: int = 0
    guide_gaps: int = 0
    sentences: tuple[str, ...] = ()
    flaws: Flaws = field(default_factory=Flaws)
    host: str = ""
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """One verdict of the answer key. `code_or_name`: a site's code, an account's name.

    `reason` and `outcome` other than `fail` stand for what only a person can settle.
    `needs_browser` marks what nobody can prove without one.
    """

    code_or_name: str
    kind: Literal["site", "account"]
    check: str
    outcome: str = "fail"
    last_update: date | None = None
    column: str | None = None
    name: str = ""
    unit: str = ""
    platform: str = ""
    reason: str = ""
    needs_browser: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a planted problem must lead to on its site."""

    check: str
    outcome: str = "fail"
    reason: str = ""
    last_update: date | None = None
    needs_browser: bool = False


class Problem(Block):
    """One planted problem with its parameters."""

    code: ClassVar[str]

    def plant(self, draft: Draft, last_night: date) -> None:
        """Change the site so that the problem is there."""
        raise NotImplementedError

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """What must be found because of it; nothing when it is only a look-alike."""
        raise NotImplementedError


class Aged(Problem):
    """A problem with a last day: `age` before the last night, or the day itself."""

    age: int | None = Field(None, ge=0, le=10000)
    last: date | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Aged:
        if (self.age is None) == (self.last is None):
            message = "say either age or last"
            raise ValueError(message)
        return self

    def day(self, last_night: date) -> date:
        """The last day on which anything appeared."""
        if self.last is not None:
            return self.last
        return last_night - timedelta(days=self.age or 0)

    def old(self, last_night: date) -> bool:
        """True at 14 days and above."""
        return (last_night - self.day(last_night)).days >= 14

    def stop_everything(self, draft: Draft, last: date) -> None:
        """Nothing on the site is newer than `last`; one home column ends exactly there."""
        for place, column in enumerate(draft.columns):
            if column.listing is Listing.ITEMS:
                behind = 0 if place == 0 else min(place, 4)
                draft.columns[place] = stop(column, last - timedelta(days=behind))
        asked = last - timedelta(days=6)
        draft.letters = replace(
            draft.letters, schedule=ending(draft.key, asked, 9, draft.letters.schedule.depth)
        )


PERSON = "needs_person"


def for_a_person(check: str, reason: str = PERSON) -> Finding:
    """What only a person can settle."""
    return Finding(check, outcome="undetermined", reason=reason)


def stop(column: ColumnPlan, last: date) -> ColumnPlan:
    """The column with its last item on that day."""
    own = column.schedule
    return replace(column, schedule=ending(own.key, last, own.gap, own.depth))


def put(draft: Draft, column: ColumnPlan) -> None:
    """The column in the place of the one with its number."""
    draft.columns = [column if one.number == column.number else one for one in draft.columns]


def enough(code: str, found: list[ColumnPlan], wanted: int) -> None:
    """A site too small for its problem is a mistake of the scenario."""
    if len(found) < wanted:
        message = (
            f"{code}: only {len(found)} columns to choose from, {wanted} wanted; say columns: full"
        )
        raise ScenarioError(message)
