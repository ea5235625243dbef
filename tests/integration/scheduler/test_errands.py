"""What the jobs do: whom a second look visits again, and what operators are told of windows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from errands import ERRANDS, Done, Occasion, notices_file
from settings import Settings
from tests.integration.scheduler.scheduler_world import Counted, Sessions, World, beijing

pytestmark = pytest.mark.integration

AFTERNOON = beijing("2026-12-20T14:00")
MORNING = beijing("2026-12-20T08:00")


@pytest.fixture
def world(session_factory: Sessions) -> World:
    return World(session_factory)


class Desk:
    """Runs an errand as the runner would, and reads the notices."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self.settings, self.sessions, self.counted = settings, sessions, Counted()

    def run(self, name: str, due: datetime, *, previous: datetime | None = None) -> Done:
        occasion = Occasion(self.settings, self.sessions, due, previous, due, lambda: None)
        return ERRANDS[name](self.counted.calls, occasion)

    @property
    def notices(self) -> list[str]:
        file = notices_file(self.settings)
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.fixture
def desk(database_settings: Settings, session_factory: Sessions) -> Desk:
    return Desk(database_settings, session_factory)


def test_a_second_look_visits_each_target_that_is_due_once(desk: Desk, world: World) -> None:
    window = world.window("2026Q4", "2026-11-20", "2026-12-31")
    first, second, rest = (world.site(f"430100000{number}") for number in range(3))
    world.finding(window, first, second_look_due=AFTERNOON)
    world.finding(window, first, check="W5.1", second_look_due=AFTERNOON)
    world.finding(window, second, state="confirmed", second_look_due=MORNING)
    world.finding(window, rest, second_look_due=AFTERNOON + timedelta(seconds=1))
    desk.run("second-look", AFTERNOON)
    assert desk.counted.looks == [(AFTERNOON, (str(first), str(second)))]


@pytest.mark.parametrize(
    "given",
    [
        {"second_look_at": MORNING},
        {"state": "dismissed"},
        {"state": "withdrawn"},
        {"state": "rectified"},
        {"second_look_due": None},
    ],
    ids=["was looked at", "dismissed", "withdrawn", "rectified", "no look is due"],
)
def test_what_needs_no_second_look_is_left_alone(
    desk: Desk, world: World, given: dict[str, object]
) -> None:
    window = world.window("2026Q4", "2026-11-20", "2026-12-31")
    world.finding(window, world.site("4301000001"), **({"second_look_due": MORNING} | given))
    assert desk.run("second-look", AFTERNOON) == Done("没有到期的第二次查看")
    assert desk.counted.looks == []


def test_a_frozen_window_and_a_target_that_left_are_not_looked_at(desk: Desk, world: World) -> None:
    frozen = world.window("2026Q3", "2026-08-20", "2026-09-30", frozen_at=MORNING)
    window = world.window("2026Q4", "2026-11-20", "2026-12-31")
    world.finding(frozen, world.site("4301000001"), second_look_due=MORNING)
    world.finding(window, world.site("4301000002", retired=True), second_look_due=MORNING)
    desk.run("second-look", AFTERNOON)
    assert desk.counted.looks == []


def test_a_window_that_opens_today_is_told_in_one_line(desk: Desk, world: World) -> None:
    world.window("2027Q1", "2026-12-20", "2027-01-31", confirm="auto")
    desk.run("window-open", MORNING)
    assert desk.notices == [
        (
            "2026-12-20T08:00:00+08:00 采样窗口 2027Q1 今天（2026-12-20）开始，"
            "至 2027-01-31 截止，问题自动确认"
        )
    ]


def test_a_window_that_opened_during_an_outage_is_told_afterwards(desk: Desk, world: World) -> None:
    world.window("2027Q1", "2026-12-18", "2027-01-31")
    desk.run("window-open", MORNING, previous=MORNING - timedelta(days=3))
    desk.run("window-open", MORNING + timedelta(days=1), previous=MORNING)
    assert [line[26:] for line in desk.notices] == [
        "采样窗口 2027Q1 已于 2026-12-18 开始，至 2027-01-31 截止，问题由检查员逐条审核"
    ]


def test_a_window_that_ends_today_is_told_with_what_is_left(desk: Desk, world: World) -> None:
    window = world.window("2026Q4", "2026-11-20", "2026-12-20")
    world.finding(window, world.site("4301000001"))
    world.finding(window, world.site("4301000002"), state="confirmed")
    told = desk.run("window-close", MORNING).sentence
    assert told == "采样窗口 2026Q4 今天（2026-12-20）截止，还有 1 条问题未审核"
    assert desk.run("window-reminder", MORNING).sentence == "没有临近截止而未审核完的采样窗口"


@pytest.mark.parametrize(("ends", "reminded"), [(1, True), (7, True), (8, False)])
def test_a_reminder_comes_in_the_last_week(
    desk: Desk, world: World, ends: int, reminded: bool
) -> None:
    last = (MORNING + timedelta(days=ends)).date()
    window = world.window("2026Q4", "2026-11-20", last.isoformat())
    world.finding(window, world.site("4301000001"))
    desk.run("window-reminder", MORNING)
    told = [f"采样窗口 2026Q4 将于 {last} 截止（还有 {ends} 天），还有 1 条问题未审核"]
    assert [line[26:] for line in desk.notices] == (told if reminded else [])


@pytest.mark.parametrize(
    ("window", "finding"),
    [
        ({}, {"state": "dismissed"}),
        ({"confirm": "auto"}, {}),
        ({"frozen_at": MORNING}, {}),
    ],
    ids=["all reviewed", "confirms by itself", "frozen"],
)
def test_nobody_is_reminded_of_what_is_settled(
    desk: Desk, world: World, window: dict[str, object], finding: dict[str, object]
) -> None:
    identity = world.window("2026Q4", "2026-11-20", "2026-12-22", **window)
    world.finding(identity, world.site("4301000001"), **finding)
    desk.run("window-reminder", MORNING)
    assert desk.notices == []


def test_a_name_with_a_line_break_stays_one_notice(desk: Desk, world: World) -> None:
    world.window("2027Q1\n2030-01-01 假的", "2026-12-20", "2027-01-31")
    desk.run("window-open", MORNING)
    assert len(desk.notices) == 1


def test_a_round_is_made_and_entered_at_the_moment_it_is_made(desk: Desk) -> None:
    told = desk.run("probe", MORNING).sentence
    assert desk.counted.probes == [MORNING]
    assert told == "探测网站 3 个：正常 2，失败 1，不计 0"


def test_a_night_tells_its_figures_and_its_exit_code(desk: Desk) -> None:
    done = desk.run("nightly", beijing("2026-12-20T01:00"))
    assert done == Done("夜间巡查完成：批次 1，目标 3 个，有效访问 2 个，标记问题 1 条", 4)
