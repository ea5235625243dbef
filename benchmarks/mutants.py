"""Mutants of the rules: every comparison, number and parameter spoiled in turn; which tests notice?

    python -m benchmarks.mutants [--only w5_2,columns] [--kind operators|numbers|parameters|overlays]

Each mutant changes one thing in `checks/`: `>=` to `>`, `and` to `or`, a number by one, an outcome to
another, a parameter of the national rules or of an overlay by one. The unit tests of the checks run
against it in a child process until the first one fails. What none of them notices is printed; ends
with 1 when something is.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.mutants_made import Mutant, mutants
from checks.registry import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Sequence

TESTS = (
    "tests/unit/checks",
    "tests/unit/checks_accounts",
    "tests/unit/links/test_dark_links.py",
    "tests/unit/links/test_link_checks.py",
)
# What only compares the files of rules with themselves would notice everything and prove nothing.
BLIND = (
    "test_the_national_file_is_what_the_checks_declare",
    "test_the_page_of_indicators_is_current",
)
SLOW = "test_nothing_without_proof"
SECONDS = 120
KILLED, SURVIVED = 1, 0


class Loop:
    """A pytest plugin that runs the collected tests against one mutant after another."""

    def __init__(self, made: Sequence[Mutant]) -> None:
        self.made = made
        self.survivors: list[Mutant] = []
        self.sound = True
        self._child = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The first failure ends the child."""
        if self._child and report.failed:
            os._exit(KILLED)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests once."""
        items = [
            item for item in session.items if not item.nodeid.rpartition("::")[2].startswith(BLIND)
        ]
        if not self._survives(items, Mutant("nothing changed", _nothing)):
            print("\nthe tests fail as they are: nothing can be said of mutants", flush=True)
            self.sound = False
            return True
        for number, mutant in enumerate(self.made, 1):
            if self._survives(items, mutant):
                self.survivors.append(mutant)
                print(f"\n{number}/{len(self.made)} survives: {mutant.told}", flush=True)
        return True

    def _survives(self, items: Sequence[pytest.Item], mutant: Mutant) -> bool:
        child = os.fork()
        if child == 0:
            self._child = True
            self._die_quietly(items, mutant)
        return _ended(child) == SURVIVED

    def _die_quietly(self, items: Sequence[pytest.Item], mutant: Mutant) -> None:
        session = items[0].session
        session.config.pluginmanager.unregister(name="terminalreporter")
        try:
            mutant.apply()
            for item in _nearest_first(items, mutant.words):
                _run(item)
        except BaseException:  # noqa: BLE001 -- a mutant that cannot even be applied is noticed
            os._exit(KILLED)
        os._exit(SURVIVED)


def _nothing() -> None:
    """The rules as they are."""


def _run(item: pytest.Item) -> None:
    """A test that asks for no fixture is a plain call, a hundred times as quick."""
    given = (
        item.callspec.params
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else {}
    )
    if isinstance(item, pytest.Function) and set(item.fixturenames) <= {*given, "request"}:
        with suppress(pytest.skip.Exception):
            item.obj(**{name: given[name] for name in item.fixturenames if name in given})
        return
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _nearest_first(items: Sequence[pytest.Item], words: Sequence[str]) -> list[pytest.Item]:
    """The tests that name the check, then those that name none; not those of other checks.

    What every check depends on is tested by all of them.
    """
    if not words:
        return list(items)
    near = [item for item in items if any(word in item.nodeid for word in words)]
    rest = [item for item in items if not any(code in item.nodeid for code in BY_CODE)]
    return [*near, *sorted(rest, key=lambda item: SLOW in item.nodeid)]


def _ended(child: int) -> int:
    """How a child ended; one that hangs was noticed as well."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return KILLED


def main() -> int:
    """Make the mutants, run the tests against each, print the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="modules of checks/, comma between them")
    parser.add_argument(
        "--kind", default="", help="operators, numbers, parameters or overlays; all by default"
    )
    asked = parser.parse_args()
    made = list(mutants({one for one in asked.only.split(",") if one}, asked.kind))
    loop = Loop(made)
    arguments: list[Any] = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", *TESTS]
    pytest.main(arguments, plugins=[loop])
    print(f"{len(made)} mutants, {len(loop.survivors)} unnoticed", flush=True)
    for one in loop.survivors:
        print(f"  {one.told}")
    return 1 if loop.survivors or not loop.sound else 0


if __name__ == "__main__":
    sys.exit(main())
