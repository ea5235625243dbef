"""W3 and W4: home pages and columns that are not updated, and columns that never held anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from democity.catalogue import NEWS, NOTICE, POLICY, item_columns
from democity.problems.base import (
    Aged,
    Draft,
    Finding,
    Problem,
    enough,
    for_a_person,
    put,
    stop,
)
from democity.schedule import running

if TYPE_CHECKING:
    from collections.abc import Iterator


class StaleHome(Aged):
    """W3.1: the home page, and all behind it, ends on a day."""

    code: ClassVar[str] = "W3.1"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Stop every column and the board."""
        self.stop_everything(draft, self.day(last_night))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Fourteen days, that day included."""
        del draft
        if self.old(last_night):
            yield Finding(self.code, last_update=self.day(last_night))


class StaleBehindNavigation(Aged):
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
            yield Finding(self.code, last_update=self.day(last_night))


class StaleColumns(Problem):
    """W4.1: so many news columns are `news_age` old, so many level-1 notice and policy columns

    `notice_age`. The newest row of `elsewhere` of the news leads to another site (trap 25), of one
    that nobody else links to; with `banner` the first row of every list leads to one topic.
    """

    code: ClassVar[str] = "W4.1"
    news: int = Field(0, ge=0)
    notices: int = Field(0, ge=0, le=2)
    news_age: int = Field(25, ge=14)
    notice_age: int = Field(200, ge=186)
    elsewhere: int = Field(0, ge=0)
    banner: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """Stop the columns; the interpretations keep the home page fresh."""
        draft.registered = True
        news = [c for c in draft.columns if c.kind == NEWS][::-1]
        notices = [c for c in draft.columns if c.kind in {NOTICE, POLICY} and c.level == 1][::-1]
        enough(self.code, news, self.news)
        for place, column in enumerate(news[: self.news]):
            led = replace(column, elsewhere="item" if place < self.elsewhere else "")
            put(draft, stop(led, last_night - timedelta(days=self.news_age)))
        for column in notices[: self.notices]:
            put(draft, stop(column, last_night - timedelta(days=self.notice_age)))
        for column in draft.columns:
            if column.name == "政策解读":
                lively = running(column.schedule.key, 4, column.schedule.depth)
                put(draft, replace(column, schedule=lively))
        if self.banner:
            draft.columns = [replace(column, elsewhere="banner") for column in draft.columns]

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Five together, five included; where it takes those that lead elsewhere, a person decides."""
        del draft, last_night
        stale = self.news + self.notices
        if stale - self.elsewhere >= 5:
            yield Finding(self.code)
        elif stale >= 5:
            yield for_a_person(self.code, "foreign_items")


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
        enough(self.code, quiet, self.columns)
        for place, column in enumerate(quiet[: self.columns]):
            put(draft, stop(column, last_night - timedelta(days=self.age + 11 * place)))

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
        enough(self.code, quiet, self.columns)
        for place, column in enumerate(quiet[: self.columns]):
            leave = place < self.allowed
            put(draft, replace(column, blank=True, may_be_empty=leave))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Five together, five included."""
        del draft, last_night
        if self.columns - self.allowed >= 5:
            yield Finding(self.code, needs_browser=True)
