"""What a person saw in a column counts where the patrol could not read it, for as long as it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks.columns import blank, dated, sort_columns
from checks.facts import ColumnReading, PersonLook
from crawler.extract.facts import Row
from crawler.fetch.access import AccessState
from tests.unit.checks.world import AS_OF, HOME, column, days_ago, page, refused, site


def seen(**told: Any) -> PersonLook:
    return PersonLook(AS_OF, "张三", **{"holds": True, **told})


def shut(**changed: Any) -> ColumnReading:
    return column("通知公告", None, page=refused(AccessState.CHALLENGE, "column"), **changed)


def test_a_column_that_a_person_saw_empty_is_blank_although_the_patrol_was_refused() -> None:
    assert blank(shut(look=seen(empty=True)))
    assert not blank(shut())
    assert not blank(shut(look=seen(empty=True, holds=False)))
    assert not blank(shut(look=seen(newest=days_ago(3))))


def test_what_once_held_something_or_shows_rows_tonight_is_not_blank() -> None:
    assert not blank(shut(look=seen(empty=True), ever_filled=True))
    rows = (Row("关于工作的通知", HOME + "a.html", days_ago(1)),)
    full = page("column", rows=rows)
    assert not blank(column("通知公告", days_ago(1), page=full, look=seen(empty=True)))
    empty = page("column")
    assert blank(column("通知公告", None, page=empty, look=seen(empty=True)))
    assert blank(column("通知公告", None, page=None, look=seen(empty=True)))


@pytest.mark.parametrize(("age", "state"), [(13, "fresh"), (14, "stale")])
def test_a_lasting_look_proves_silence_and_an_old_one_only_an_update(age: int, state: str) -> None:
    def states(look: PersonLook) -> str:
        one = replace(shut(look=look), newest=look.newest)
        told = sort_columns(site(columns=(replace(one, kind="动态要闻"),)), AS_OF)
        return next(name for name in ("fresh", "stale", "unread") if getattr(told, name))

    assert states(seen(newest=days_ago(age))) == state
    old = seen(newest=days_ago(age), holds=False)
    assert states(old) == ("fresh" if state == "fresh" else "unread")


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (column("通知公告", days_ago(1)), "2023-03-19"),
        (column("通知公告", None), "空白"),
        (column("通知公告", days_ago(1), look=seen(newest=days_ago(1))), "2023-03-19，人工查看"),
        (column("通知公告", days_ago(1), look=seen(newest=days_ago(9))), "2023-03-19"),
        (column("通知公告", None, look=seen(empty=True)), "空白，人工查看"),
        (column("通知公告", days_ago(1), look=seen(empty=True)), "2023-03-19"),
    ],
)
def test_the_evidence_says_who_read_the_day(one: ColumnReading, shown: str) -> None:
    assert dated(one) == shown
