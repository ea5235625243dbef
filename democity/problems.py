"""Planted problems of sites: what each changes on the site, and whether it must then be found.

A parameter may stay on the right side of a threshold: then the site is a look-alike that must
not fire, and the answer key says nothing about it. Ages are days before the last night.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, ValidationError, model_validator

from democity.catalogue import NEWS, NOTICE, POLICY, item_columns
from democity.language import Block, ScenarioError, path_of
from democity.plans import Listing
from democity.schedule import ending, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from democity.plans import ColumnPlan, Footer, Letters, Look, Probes, State


@dataclass(slots=True)
class Draft:
    """A site while it is being planned."""

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


class _Aged(Problem):
    """A problem with a last day: `age` before the last night, or the day itself."""

    age: int | None = Field(None, ge=0, le=10000)
    last: date | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> _Aged:
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
                draft.columns[place] = _stop(column, last - timedelta(days=behind))
        asked = last - timedelta(days=6)
        draft.letters = replace(
            draft.letters, schedule=ending(draft.key, asked, 9, draft.letters.schedule.depth)
        )


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


class StaleHome(_Aged):
    """W3.1: the home page, and all behind it, ends on a day."""

    code: ClassVar[str] = "W3.1"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Stop every column and the board."""
        self.stop_everything(draft, self.day(last_night))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Fourteen days, that day included."""
        del draft
        if self.old(last_night):
            yield Finding(self.code, self.day(last_night))


class StaleBehindNavigation(_Aged):
    """W3.2: the home page is navigation only, and every second-level page ends on a day."""

    code: ClassVar[str] = "W3.2"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Stop every column and take the lists off the home page."""
        draft.look = replace(draft.look, navigation_only=True)
        self.stop_everything(draft, self.day(last_night))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Fourteen days, that day included."""
        del draft
        if self.old(last_night):
            yield Finding(self.code, self.day(last_night))


class StaleColumns(Problem):
    """W4.1: so many news columns are `news_age` old, so many level-1 notice and policy columns

    `notice_age`.
    """

    code: ClassVar[str] = "W4.1"
    news: int = Field(0, ge=0)
    notices: int = Field(0, ge=0, le=2)
    news_age: int = Field(25, ge=14)
    notice_age: int = Field(200, ge=186)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Stop the columns; the interpretations keep the home page fresh."""
        draft.registered = True
        news = [c for c in draft.columns if c.kind == NEWS][::-1]
        notices = [c for c in draft.columns if c.kind in {NOTICE, POLICY} and c.level == 1][::-1]
        _enough(self.code, news, self.news)
        for column in news[: self.news]:
            _replace(draft, _stop(column, last_night - timedelta(days=self.news_age)))
        for column in notices[: self.notices]:
            _replace(draft, _stop(column, last_night - timedelta(days=self.notice_age)))
        for column in draft.columns:
            if column.name == "政策解读":
                lively = running(column.schedule.key, 4, column.schedule.depth)
                _replace(draft, replace(column, schedule=lively))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Five together, five included."""
        del draft, last_night
        if self.news + self.notices >= 5:
            yield Finding(self.code)


class ManyStaleColumns(Problem):
    """W4.2: so many columns with a deadline of half a year or more are `age` old."""

    code: ClassVar[str] = "W4.2"
    columns: int = Field(ge=0)
    age: int = Field(400, ge=370)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Stop columns that neither the home page shows nor W4.1 counts."""
        draft.registered = True
        quiet = [c for c in item_columns(draft.columns) if c.level == 2 and c.kind != NEWS]
        quiet = [c for c in quiet if not c.blank and not c.home]
        _enough(self.code, quiet, self.columns)
        for place, column in enumerate(quiet[: self.columns]):
            _replace(draft, _stop(column, last_night - timedelta(days=self.age + 11 * place)))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Ten together, ten included."""
        del draft, last_night
        if self.columns >= 10:
            yield Finding(self.code)


class BlankColumns(Problem):
    """W4.3: so many columns never held anything, `allowed` of them by leave of the registry."""

    code: ClassVar[str] = "W4.3"
    columns: int = Field(ge=0)
    allowed: int = Field(0, ge=0)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Empty columns that the home page does not show."""
        del last_night
        draft.registered = True
        quiet = [c for c in item_columns(draft.columns) if c.level == 2 and not c.home]
        quiet = [c for c in quiet if c.kind != NEWS][::-1]
        _enough(self.code, quiet, self.columns)
        for place, column in enumerate(quiet[: self.columns]):
            leave = place < self.allowed
            _replace(draft, replace(column, blank=True, may_be_empty=leave))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Five together, five included."""
        del draft, last_night
        if self.columns - self.allowed >= 5:
            yield Finding(self.code, needs_browser=True)


class NoChannel(Problem):
    """W5.1: no way to consult; only 信访 and, if `discipline`, 纪检举报."""

    code: ClassVar[str] = "W5.1"
    discipline: bool = True
    petition: bool = True

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
        draft.columns = kept

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Always."""
        del draft, last_night
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
    """D-FINDERR: the 找错 entry is missing, in a comment, on a retired host, or another site's."""

    code: ClassVar[str] = "D-FINDERR"
    how: Literal["missing", "comment", "obsolete", "other_code"] = "missing"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Change the entry on every page."""
        del last_night
        draft.footer = replace(draft.footer, jiucuo=self.how)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Always."""
        del draft, last_night
        yield Finding(self.code)


class DeadLinks(Problem):
    """D-LINK.1: links of the home page that lead to nothing, or to a host that is gone."""

    code: ClassVar[str] = "D-LINK.1"
    missing: int = Field(0, ge=0, le=50)
    hosts: int = Field(0, ge=0, le=10)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Add the links."""
        del last_night
        draft.dead_links, draft.dead_hosts = self.missing, self.hosts

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Each one counts."""
        del draft, last_night
        if self.missing or self.hosts:
            yield Finding(self.code)


SITE_PROBLEMS: dict[str, type[Problem]] = {
    one.code: one
    for one in (
        Unreachable,
        StaleHome,
        StaleBehindNavigation,
        StaleColumns,
        ManyStaleColumns,
        BlankColumns,
        NoChannel,
        LateLetters,
        NoServices,
        BareFooter,
        NoFindErrors,
        DeadLinks,
    )
}


def read(raw: Mapping[str, Mapping[str, Any]], where: str) -> tuple[Problem, ...]:
    """The problems of a block in the order of the catalogue; a bad one is named by its path."""
    for code in raw:
        if code not in SITE_PROBLEMS:
            known = ", ".join(SITE_PROBLEMS)
            message = f"{where}.problems.{code}: no such problem of a site; known: {known}"
            raise ScenarioError(message)
    return tuple(_one(code, raw[code], where) for code in SITE_PROBLEMS if code in raw)


def _one(code: str, parameters: Mapping[str, Any], where: str) -> Problem:
    try:
        return SITE_PROBLEMS[code].model_validate(dict(parameters))
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{where}.problems.{code}.{path_of(first['loc'])}: {first['msg']}"
        raise ScenarioError(message) from error


def _stop(column: ColumnPlan, last: date) -> ColumnPlan:
    own = column.schedule
    return replace(column, schedule=ending(own.key, last, own.gap, own.depth))


def _replace(draft: Draft, column: ColumnPlan) -> None:
    draft.columns = [column if one.number == column.number else one for one in draft.columns]


def _enough(code: str, found: list[ColumnPlan], wanted: int) -> None:
    if len(found) < wanted:
        message = (
            f"{code}: only {len(found)} columns to choose from, {wanted} wanted; say columns: full"
        )
        raise ScenarioError(message)
