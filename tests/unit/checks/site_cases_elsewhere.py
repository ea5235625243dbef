"""Columns whose newest items lead to other sites: no pass, and no silence either (trap 25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from checks.facts import ColumnReading, PersonLook
from crawler.extract.facts import Row
from tests.unit.checks.site_cases import CLASS_LIMITS
from tests.unit.checks.site_parts import FAIL, ONE, PASS, SIX_MONTHS, UNKNOWN, YEAR, Case
from tests.unit.checks.world import AS_OF, column, columns, days_ago, site

FOREIGN = "foreign_items"
AWAY = "http://www.moved.gov.cn/tzgg/"


def _led(day: date) -> Row:
    return Row("关于工作的通知", "http://www.portal.gov.cn/a/1.html", day, own=False)


def _counts() -> Iterator[Case]:
    old = columns("动态要闻", days_ago(60), 5)
    for shows, day, outcome, reason in (
        ("inside the deadline", days_ago(13), UNKNOWN, FOREIGN),
        ("past it as well", days_ago(14), FAIL, "too_many"),
    ):
        led = (*old[:4], replace(old[4], elsewhere=_led(day)))
        yield Case("W4.1", f"an item elsewhere {shows}", site(columns=led), outcome, reason)
    moved = (*old[:4], replace(old[4], moved_to=AWAY))
    yield Case("W4.1", "a fifth column that moved", site(columns=moved), UNKNOWN, FOREIGN)
    six = (*columns("动态要闻", days_ago(60), 6)[:5], replace(old[4], elsewhere=_led(days_ago(1))))
    yield Case("W4.1", "five without it", site(columns=six), FAIL, "too_many")
    four = (*old[:3], replace(old[3], elsewhere=_led(days_ago(1))))
    yield Case("W4.1", "four with it", site(columns=four), PASS, "in_order")
    looked = PersonLook(AS_OF, "张三", newest=days_ago(60), holds=True)
    seen = (*old[:4], replace(old[4], elsewhere=_led(days_ago(1)), look=looked))
    yield Case("W4.1", "a person has seen it", site(columns=seen), FAIL, "too_many")
    known = (*old[:4], replace(old[4], newest_known=days_ago(13)))
    yield Case("W4.1", "an item of the night before", site(columns=known), PASS, "in_order")
    long = columns("人事", YEAR - ONE, 10)
    for shows, day, outcome, reason in (
        ("inside the year", YEAR, UNKNOWN, FOREIGN),
        ("past the year", YEAR - ONE, FAIL, "too_many"),
    ):
        led = (*long[:9], replace(long[9], elsewhere=_led(day)))
        yield Case("W4.2", f"an item elsewhere {shows}", site(columns=led), outcome, reason)
    alone = tuple(replace(one, newest=None, elsewhere=_led(days_ago(1))) for one in long)
    yield Case("W4.2", "columns of links alone", site(columns=alone), UNKNOWN, FOREIGN)


def _navigation() -> Iterator[Case]:
    old = columns("通知公告", days_ago(60), 3)

    def led(last: ColumnReading) -> Case:
        whole = site(navigation_only=True, newest_home=None, columns=(*old[:2], last))
        return Case("W3.2", f"{last.elsewhere} {last.moved_to}", whole, UNKNOWN, FOREIGN)

    yield led(replace(old[2], elsewhere=_led(days_ago(13))))
    yield led(replace(old[2], moved_to=AWAY))
    yield led(replace(old[2], elsewhere=_led(days_ago(14))))._replace(outcome=FAIL, reason="stale")
    known = replace(old[2], newest_known=days_ago(13))
    yield led(known)._replace(shows="known of before", outcome=PASS, reason="fresh")


def _classes() -> Iterator[Case]:
    for code, (kind, limit, _) in CLASS_LIMITS.items():
        old = column(kind, limit - ONE)
        led = site(columns=(replace(old, elsewhere=_led(limit)),))
        yield Case(code, "an item elsewhere in time", led, UNKNOWN, FOREIGN)
        both = (replace(old, elsewhere=_led(limit)), replace(old, url=old.url + "b/"))
        sure = {"rule_confirmed": True}
        yield Case(code, "a stale one beside it", site(columns=both), FAIL, "stale", sure)
    survey = column("网上调查", YEAR - ONE)
    for shows, one, reason in (
        ("on a platform", replace(survey, elsewhere=_led(YEAR)), FOREIGN),
        ("on a platform of old", replace(survey, elsewhere=_led(YEAR - ONE)), "needs_person"),
        ("moved to a platform", replace(survey, moved_to=AWAY), FOREIGN),
    ):
        yield Case("F-SURVEY", shows, site(columns=(one,)), UNKNOWN, reason)
    policy = replace(column("政策文件", SIX_MONTHS - ONE), newest_known=SIX_MONTHS)
    yield Case("D-POLICY", "an item of an earlier night", site(columns=(policy,)), PASS, "updated")


ELSEWHERE_CASES: tuple[Case, ...] = (*_counts(), *_navigation(), *_classes())
