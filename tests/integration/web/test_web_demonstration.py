"""The desk of the demonstration: a copy at work, while what the demonstration told stays as it was."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from database import session_factory
from models import Decision, DeskUser, Finding, Window
from review.moves import AUTO
from settings import Settings
from tests.integration.web.desk_world import NOW, DeskWorld
from verbs.serve import _in_its_city
from web import demonstration, passwords

pytestmark = pytest.mark.integration


@pytest.fixture
def played(world: DeskWorld) -> Settings:
    """The world as a demonstration leaves it: confirmed by itself."""
    with world.sessions.begin() as session:
        session.scalars(select(Window)).one().confirm = "auto"
        for finding in session.scalars(select(Finding)):
            finding.state, finding.version = "confirmed", 2
            session.add(
                Decision(
                    finding_id=finding.id,
                    old="flagged",
                    new="confirmed",
                    decided_by=AUTO,
                    decided_at=finding.opened_at,
                )
            )
    return world.settings


def states(settings: Settings, window: str) -> Counter[str]:
    with session_factory(settings)() as session:
        query = select(Finding.state).join(Window).where(Window.name == window)
        return Counter(session.scalars(query))


def test_the_copy_has_a_queue_and_a_frozen_window_and_the_original_is_untouched(
    played: Settings,
) -> None:
    desk = demonstration.prepare(played, NOW)
    assert states(played, "2023Q1") == {"confirmed": 3}
    assert states(desk, "2023Q1")["flagged"] > 0
    assert states(desk, "2023Q1")["rectified"] + states(desk, "2023Q1")["confirmed"] > 0
    assert desk.capture_store == played.capture_store
    with session_factory(desk)() as session:
        earlier = session.scalars(select(Window).where(Window.name == "2022Q4")).one()
        now = session.scalars(select(Window).where(Window.name == "2023Q1")).one()
        assert earlier.frozen_at is not None
        assert now.confirm == "operator"
        names = set(session.scalars(select(DeskUser.name)))
    assert {demonstration.FIRST, demonstration.SECOND, demonstration.CHIEF} <= names


def test_what_a_visitor_decided_is_there_the_next_time(played: Settings) -> None:
    desk = demonstration.prepare(played, NOW)
    with session_factory(desk).begin() as session:
        session.add(DeskUser(name="visitor", role="viewer", password="x", made_at=NOW))
    demonstration.prepare(played, datetime.fromisoformat("2023-03-30T10:00:00+08:00"))
    with session_factory(desk)() as session:
        assert session.scalar(select(DeskUser.id).where(DeskUser.name == "visitor")) is not None


def test_nobody_logs_in_as_one_of_the_invented_people(played: Settings) -> None:
    desk = demonstration.prepare(played, NOW)
    with session_factory(desk)() as session:
        kept = session.scalars(
            select(DeskUser.password).where(DeskUser.name == demonstration.FIRST)
        ).one()
    assert not passwords.fits(kept, "")
    assert not passwords.fits(kept, kept)
    assert not passwords.fits(kept, "nobody's password")


def test_the_desk_of_the_demonstration_looks_for_nothing_outside(played: Settings) -> None:
    with ExitStack() as closing:
        desk = _in_its_city(demonstration.prepare(played, NOW), NOW, closing)
        targets = {urlsplit(one).hostname for one in desk.origins().values()}
    assert targets == {"127.0.0.1"}
    assert "*" in desk.origins()
