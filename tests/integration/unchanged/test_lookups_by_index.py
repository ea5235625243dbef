"""Nights go on for years: no statement of one may read through what all nights before have left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from crawler import history, links_memory, site_memory
from crawler.recording_tables import first_failures
from models import Fact
from report.links import dead_links
from tests.integration.unchanged.unchanged_world import FIRST, Nights

pytestmark = pytest.mark.integration

GROWING = frozenset({"captures", "facts", "items", "links", "probe_days", "verdicts", "visits"})
"""Tables that every night adds to."""


@contextmanager
def heard(engine: Engine) -> Iterator[dict[str, Any]]:
    """Every statement that is executed meanwhile, with the values of one execution."""
    said: dict[str, Any] = {}

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            said.setdefault(statement, values[0] if isinstance(values, list) else values)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def read_through(engine: Engine, said: dict[str, Any]) -> list[str]:
    """Those statements for which SQLite goes through a whole table that grows."""
    found = []
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        for statement, values in said.items():
            for *_, step in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall():
                words = step.split()
                if words[0] == "SCAN" and words[1] in GROWING:
                    found.append(f"{step}: {statement}")
    return found


def test_a_night_finds_everything_by_an_index(nights: Nights) -> None:
    engine = nights.sessions.kw["bind"]
    with heard(engine) as said:
        for night in range(3):
            nights.play(night)
        later = FIRST + timedelta(days=3)
        with nights.sessions() as session:
            links_memory.newest_links(session.connection(), [nights.target, -1], later)
            site_memory.kept_of(session.connection(), [nights.target], later)
            history.last_counted(session, [nights.target], later)
            history.last_seen(session, [nights.target], later)
            history.names_before(session, nights.target, "weibo", later)
            history.closed_since(session, nights.target, later)
            first_failures(session.connection(), ["http://a.test/"])
            dead_links(session, nights.target)
    assert len(said) > 20
    assert read_through(engine, said) == []


def test_a_statement_that_reads_all_facts_would_be_seen(nights: Nights) -> None:
    engine = nights.sessions.kw["bind"]
    nights.play(0)
    with heard(engine) as said, nights.sessions() as session:
        session.scalars(select(Fact.id).where(Fact.target_id == nights.target)).all()
    assert len(read_through(engine, said)) == 1
