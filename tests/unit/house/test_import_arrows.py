"""Data flows one way, and imports with it: registry → crawler → checks → review → report."""

from __future__ import annotations

import ast

import pytest

from tests.unit.house.imports import ROOMS, Module, first_party, is_within, modules, reached

# Reading pages and judging must be repeatable years later, from stored captures alone.
PURE = ("checks", "crawler.extract", "crawler.platforms")
WORLD = {
    "aiohttp",
    "alembic",
    "apscheduler",
    "clock",
    "database",
    "httpx",
    "playwright",
    "psycopg",
    "requests",
    "scrapy",
    "scrapy_playwright",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "subprocess",
    "twisted",
    "urllib.request",
}
CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
}
# Words without behaviour that a room to the left may borrow from one to the right.
BORROWED = {
    "registry": {"crawler.platforms"},  # the names of platforms and of their sources
    "crawler": {"checks.facts"},  # the shape in which readings are handed to the checks
}
# What every room may use.
GROUND = {"models", "settings", "database"}


def of(*packages: str) -> list[Module]:
    found = [m for m in modules().values() if any(m.within(package) for package in packages)]
    assert found, f"nothing is left of {packages}: mend this test"
    return sorted(found, key=lambda module: module.name)


def ours(module: Module) -> set[str]:
    """What a module imports of our own code, dotted as precisely as the import says."""
    return {name for name in map(first_party, module.imports) if name and name != module.name}


def named(module: Module) -> str:
    return module.name


@pytest.mark.parametrize("module", of(*PURE), ids=named)
def test_reading_and_judging_touch_neither_network_nor_database(module: Module) -> None:
    touched = {
        f"{' → '.join(way)} → {imported}"
        for name, way in reached(module.name).items()
        for imported in modules()[name].imports
        if any(is_within(imported, library) for library in WORLD)
    }
    assert touched == set()


def clock_reads(tree: ast.Module) -> list[str]:
    """Calls such as `datetime.now()`, `dt.datetime.now(tz)`, `time.time()`."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        ast.unparse(call)
        for call in calls
        if any(f".{ast.unparse(call)}".endswith(f".{read}") for read in CLOCK)
    ]


@pytest.mark.parametrize("module", of(*PURE), ids=named)
def test_reading_and_judging_read_no_clock(module: Module) -> None:
    bare = {name for name in module.imports if name in CLOCK}
    assert bare == set()
    assert clock_reads(module.tree) == []


def test_a_clock_read_would_be_seen() -> None:
    source = "import datetime as dt\nx = dt.datetime.now(dt.UTC)\ny = date.today()\nz = known.now()"
    assert clock_reads(ast.parse(source)) == ["dt.datetime.now", "date.today"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_to_its_left(room: str) -> None:
    left = {*ROOMS[: ROOMS.index(room) + 1], *GROUND, *BORROWED.get(room, ())}
    wrong = {
        f"{module.name} → {imported}"
        for module in of(room)
        for imported in ours(module)
        if not any(is_within(imported, allowed) for allowed in left)
    }
    assert wrong == set()


def test_the_report_fetches_nothing() -> None:
    wrong = {
        f"{' → '.join(way)}"
        for module in of("report")
        for name, way in reached(module.name).items()
        if is_within(name, "crawler.fetch")
        and name not in {"crawler.fetch", "crawler.fetch.access"}
    }
    assert wrong == set()


def test_tables_settings_and_database_know_no_room() -> None:
    allowed = {"models": set(), "settings": set(), "database": {"settings"}}
    assert {name: ours(modules()[name]) for name in allowed} == allowed


def test_the_simulated_city_knows_the_product_by_its_registry_files_alone() -> None:
    wrong = {
        f"{module.name} → {imported}"
        for module in of("democity")
        for imported in ours(module)
        if not is_within(imported, "democity") and not is_within(imported, "registry")
    }
    assert wrong == set()
