"""How things are published: ties, sources, repeated and backdated items, reports, disclosure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from democity.plans import ColumnPlan, Listing
from democity.problems.base import Draft, Finding, Problem, for_a_person, put, stop
from democity.schedule import running

if TYPE_CHECKING:
    from collections.abc import Iterator


class ForgedDay(Problem):
    """W1.5: from the second night on a row that claims to be `days` older than it is.

    Without `days` it stands in every list, some days before the oldest but one of it.
    """

    code: ClassVar[str] = "W1.5"
    days: int | None = Field(None, ge=1, le=200)

    def plant(self, draft: Draft, last_night: date) -> None:
        """The row stands in the lists of registered columns; with `days` in the news alone."""
        del last_night
        draft.registered = True
        draft.look = replace(draft.look, backdated_row=True, backdated_days=self.days or 0)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """More than three days; slow editors are no forgers."""
        del draft, last_night
        if self.days is None or self.days > 3:
            yield for_a_person(self.code)


class LooseReading(Problem):
    """D-LINKED: interpretations that lead to no document, or to another interpretation alone."""

    code: ClassVar[str] = "D-LINKED"
    tie: Literal["none", "sideways", "named", "document"] = "none"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Change what the articles of 政策解读 lead to; let some be new enough to be seen."""
        del last_night
        draft.flaws = replace(draft.flaws, tie=self.tie)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """A link called 相关文件 is a tie as well."""
        del draft, last_night
        if self.tie in {"none", "sideways"}:
            yield for_a_person(self.code)


class NoSource(Problem):
    """F-SOURCE: articles without a source; `articles: news` have one in the news alone."""

    code: ClassVar[str] = "F-SOURCE"
    articles: Literal["none", "news"] = "none"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Leave the source out."""
        del last_night
        draft.flaws = replace(draft.flaws, source=self.articles)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Documents and notices of the body itself often name none."""
        del last_night
        if self.articles == "none":
            yield for_a_person(self.code)
        if draft.kind == "门户":
            yield for_a_person("D-META")


class Repeated(Problem):
    """F-DUP: one item in so many `columns`, or one address in the `side_bar` of all pages."""

    code: ClassVar[str] = "F-DUP"
    columns: int = Field(0, ge=0, le=22)
    side_bar: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """The item has an address of its own in each of the first columns."""
        draft.registered = True
        day = last_night - timedelta(days=6)
        draft.flaws = replace(
            draft.flaws,
            repeated=self.columns,
            repeated_on=day.toordinal(),
            side_bar=self.side_bar,
        )

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Ten columns, ten included."""
        del draft, last_night
        if self.columns >= 10:
            yield Finding(self.code)


class OldSurveys(Problem):
    """F-SURVEY: a column of surveys that ends `age` days before the last night.

    `called` may name a column that has only the word in common (调查研究).
    """

    code: ClassVar[str] = "F-SURVEY"
    age: int = Field(ge=0, le=5000)
    called: Literal["意见征集", "网上调查", "调查研究"] = "意见征集"

    def plant(self, draft: Draft, last_night: date) -> None:
        """Add the column."""
        draft.registered = True
        column = _column(draft, self.called, "互动交流", "zjdc")
        draft.columns.append(column)
        put(draft, stop(column, last_night - timedelta(days=self.age)))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Over a year; what officials go and study is no survey."""
        del draft, last_night
        if self.age > 366 and self.called != "调查研究":
            yield for_a_person(self.code)


class NoReceiver(Problem):
    """F-XXGK: the page on disclosure by request does not say who takes the requests."""

    code: ClassVar[str] = "F-XXGK"
    receiver: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """Add the page to the columns."""
        del last_night
        draft.registered = True
        column = _column(draft, "依申请公开", "其他", "ysqgk")
        draft.columns.append(replace(column, listing=Listing.REQUESTS, group="政务公开"))
        draft.flaws = replace(draft.flaws, receiver=self.receiver)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """For a person."""
        del draft, last_night
        if not self.receiver:
            yield for_a_person(self.code, "receiver_not_read")


class NoYearReport(Problem):
    """R-YEARREPORT: the newest report of the site's work is `behind` years too old.

    `bracketed`: its title ends with the year, （2022年度）.
    """

    code: ClassVar[str] = "R-YEARREPORT"
    behind: int = Field(1, ge=0, le=5)
    bracketed: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """Three reports on the home page, the newest so many years behind."""
        newest = last_night.year - 1 - self.behind
        draft.flaws = replace(draft.flaws, reports=-newest if self.bracketed else newest)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Exactly one year behind is told; what ended earlier may be published elsewhere now."""
        del draft, last_night
        if self.behind == 1:
            yield for_a_person(self.code)


def _column(draft: Draft, name: str, kind: str, folder: str) -> ColumnPlan:
    """One more column of level 2 in the interaction part."""
    number = max(one.number for one in draft.columns) + 1
    return ColumnPlan(
        number=number,
        name=name,
        kind=kind,
        level=2,
        slug=f"hdjl/{folder}",
        group="互动交流",
        schedule=running(draft.key + number, 20, 6),
    )


PUBLISHING: tuple[type[Problem], ...] = (
    ForgedDay,
    LooseReading,
    NoYearReport,
    NoSource,
    Repeated,
    NoReceiver,
    OldSurveys,
)
"""The problems of this file, in the order of the indicators."""
