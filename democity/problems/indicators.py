"""Deductions and other findings: stale classes of columns, boards, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from democity.plans import ColumnPlan, Listing
from democity.problems.base import Draft, Finding, Problem, for_a_person, put, stop
from democity.schedule import ending, running

if TYPE_CHECKING:
    from collections.abc import Iterator


class StaleClass(Problem):
    """One class of columns ends `age` days before the last night; `limit` days are in time."""

    kind: ClassVar[str]
    name: ClassVar[str]
    folder: ClassVar[str]
    limit: ClassVar[int]
    for_a_person: ClassVar[bool] = False
    age: int = Field(ge=0, le=5000)
    found: bool = False

    def plant(self, draft: Draft, last_night: date) -> None:
        """Stop the level-1 column of the class, made where the site has none.

        `found` leaves the registry without it: what the patrol finds by itself is for a person.
        """
        draft.registered = not self.found
        column = next((one for one in draft.columns if self._is_it(one)), None)
        if column is None:
            column = self._made(draft)
            draft.columns.append(column)
        put(draft, stop(column, last_night - timedelta(days=self.age)))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Past the limit."""
        del draft
        if self.age <= self.limit:
            return
        if self.found or self.for_a_person:
            yield for_a_person(self.code)
        else:
            yield Finding(self.code, last_update=last_night - timedelta(days=self.age))

    def _is_it(self, column: ColumnPlan) -> bool:
        return column.kind == self.kind and (column.level == 1 or self.kind not in _LEVEL_ONE)

    def _made(self, draft: Draft) -> ColumnPlan:
        number = max(one.number for one in draft.columns) + 1
        return ColumnPlan(
            number=number,
            name=self.name,
            kind=self.kind,
            level=1 if self.kind in _LEVEL_ONE else 2,
            slug=f"zwgk/{self.folder}",
            group="政务公开",
            schedule=running(draft.key + number, 9, 6),
            listing=Listing.ITEMS,
        )


_LEVEL_ONE = frozenset({"动态要闻", "政策文件"})


class StaleProfile(StaleClass):
    """D-PROFILE: 概况, a year."""

    code: ClassVar[str] = "D-PROFILE"
    kind: ClassVar[str] = "概况"
    name: ClassVar[str] = "单位概况"
    folder: ClassVar[str] = "dwgk"
    limit: ClassVar[int] = 366


class StaleOrgan(StaleClass):
    """D-ORGAN: 机构职能, a year."""

    code: ClassVar[str] = "D-ORGAN"
    kind: ClassVar[str] = "机构职能"
    name: ClassVar[str] = "机构职能"
    folder: ClassVar[str] = "jgzn"
    limit: ClassVar[int] = 366


class StaleLeaders(StaleClass):
    """D-LEADER: 领导信息, a year."""

    code: ClassVar[str] = "D-LEADER"
    kind: ClassVar[str] = "领导信息"
    name: ClassVar[str] = "领导信息"
    folder: ClassVar[str] = "ldxx"
    limit: ClassVar[int] = 366


class StaleNews(StaleClass):
    """D-NEWS: the level-1 news column, two weeks."""

    code: ClassVar[str] = "D-NEWS"
    kind: ClassVar[str] = "动态要闻"
    name: ClassVar[str] = "工作动态"
    folder: ClassVar[str] = "gzdt"
    limit: ClassVar[int] = 13


class StalePolicy(StaleClass):
    """D-POLICY: the level-1 policy column, six months."""

    code: ClassVar[str] = "D-POLICY"
    kind: ClassVar[str] = "政策文件"
    name: ClassVar[str] = "政策文件"
    folder: ClassVar[str] = "zcwj"
    limit: ClassVar[int] = 184


class StaleInterpretation(StaleClass):
    """D-INTERP: 政策解读, six months; a person decides as long as the rule is not confirmed."""

    code: ClassVar[str] = "D-INTERP"
    kind: ClassVar[str] = "政策解读"
    name: ClassVar[str] = "政策解读"
    folder: ClassVar[str] = "zcjd"
    limit: ClassVar[int] = 184
    for_a_person: ClassVar[bool] = True


class StaleStatistics(StaleClass):
    """D-STATS: 办事统计, three months."""

    code: ClassVar[str] = "D-STATS"
    kind: ClassVar[str] = "办事统计"
    name: ClassVar[str] = "办事统计"
    folder: ClassVar[str] = "bstj"
    limit: ClassVar[int] = 92


class StaleOther(StaleClass):
    """D-COLUMN: 财政信息, a year; charged by no other indicator."""

    code: ClassVar[str] = "D-COLUMN"
    kind: ClassVar[str] = "财政"
    name: ClassVar[str] = "财政信息"
    folder: ClassVar[str] = "czxx"
    limit: ClassVar[int] = 366


class StaleBoard(Problem):
    """D-MSG.2: the newest published letter is `age` days old."""

    code: ClassVar[str] = "D-MSG.2"
    age: int = Field(ge=0, le=300)

    def plant(self, draft: Draft, last_night: date) -> None:
        """End the letters; answers follow within `late_days`."""
        asked = last_night - timedelta(days=self.age)
        depth = draft.letters.schedule.depth
        draft.letters = replace(draft.letters, schedule=ending(draft.key, asked, 9, depth))

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Over two months, whatever day the last one was answered."""
        del last_night
        if self.age - draft.letters.late_days > 62:
            yield Finding(self.code)


class SlowAnswers(Problem):
    """D-REPLY.1: a letter of a month ago, answered after `answered` days."""

    code: ClassVar[str] = "D-REPLY.1"
    answered: int = Field(ge=0, le=60)

    def plant(self, draft: Draft, last_night: date) -> None:
        """Put the letter on the board."""
        asked = last_night - timedelta(days=25)
        told = asked + timedelta(days=self.answered)
        planted = (*draft.letters.planted, (asked, told))
        draft.letters = replace(draft.letters, planted=planted)

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """Ten days hold at least six working days; five hold at most five."""
        del draft, last_night
        if self.answered >= 10:
            yield for_a_person(self.code)


class PlantedWords(Problem):
    """Words in every article: F-TYPO, W1.1 and F-PRIVACY read them."""

    texts: ClassVar[dict[str, str]]
    quiet: ClassVar[frozenset[str]] = frozenset()
    what: str

    def plant(self, draft: Draft, last_night: date) -> None:
        """One more paragraph."""
        del last_night
        draft.sentences = (*draft.sentences, self.texts[self.what])

    def findings(self, draft: Draft, last_night: date) -> Iterator[Finding]:
        """A person looks at what was found; what stands in its right place is quiet."""
        del draft, last_night
        if self.what not in self.quiet:
            yield for_a_person(self.code)


class Misspelt(PlantedWords):
    """F-TYPO: a misspelling of the built-in lexicon, or a look-alike."""

    code: ClassVar[str] = "F-TYPO"
    texts: ClassVar[dict[str, str]] = {
        "typo": "会议对下一步工作进行了布署。",
        "lookalike": "有关部门将依法公布署名文章，行政许可发放情况同时公开。",
    }
    quiet: ClassVar[frozenset[str]] = frozenset({"lookalike"})
    what: Literal["typo", "lookalike"]


class SeriousWords(PlantedWords):
    """W1.1: a word that the lexicon calls serious, or a look-alike."""

    code: ClassVar[str] = "W1.1"
    texts: ClassVar[dict[str, str]] = {
        "serious": "坚持中国特色社会主意道路，深入推进各项工作。",
        "lookalike": "走进社会主意见箱旁，群众踊跃投稿。",
    }
    quiet: ClassVar[frozenset[str]] = frozenset({"lookalike"})
    what: Literal["serious", "lookalike"]


class PersonalData(PlantedWords):
    """F-PRIVACY: an identity number with a true check digit, one with a false one, a telephone."""

    code: ClassVar[str] = "F-PRIVACY"
    texts: ClassVar[dict[str, str]] = {
        "identity": "公示对象：张某某，身份证号11010519491231002X，期限七天。",
        "false_digit": "项目编号110105194912310021，公示期限七天。",
        "telephone": "联系人：李同志，联系电话：13800000001。",
    }
    quiet: ClassVar[frozenset[str]] = frozenset({"false_digit", "telephone"})
    what: Literal["identity", "false_digit", "telephone"]


INDICATORS: tuple[type[Problem], ...] = (
    SeriousWords,
    StaleProfile,
    StaleOrgan,
    StaleLeaders,
    StaleNews,
    StalePolicy,
    StaleInterpretation,
    StaleOther,
    StaleStatistics,
    StaleBoard,
    SlowAnswers,
    Misspelt,
    PersonalData,
)
"""The problems of this file, in the order of the indicators."""
