"""A scenario made concrete: every site and account planned, and the answer key with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from democity import accounts, sites
from democity.language import Document, ScenarioError, parse
from democity.plans import AccountPlan, SitePlan, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from democity.language import UnitBlock
    from democity.problems.base import Expected

BUILT_IN = Path(__file__).parent / "scenarios"


@dataclass(frozen=True)
class Scenario:
    """Everything the city serves, as planned from the document and its seed."""

    document: Document
    units: tuple[Unit, ...]
    sites: tuple[SitePlan, ...]
    accounts: tuple[AccountPlan, ...]
    expected: tuple[Expected, ...]

    @property
    def name(self) -> str:
        """The name of the scenario, which is also how it is loaded when built in."""
        return self.document.name

    @property
    def last_night(self) -> date:
        """The Beijing day of the last night: ages count back from it."""
        return self.document.nights[-1].date()

    @cached_property
    def by_host(self) -> dict[str, SitePlan]:
        """Which site answers for a host; one that moved answers for two."""
        moved = {site.moved_to: site for site in self.sites if site.moved_to}
        return {**moved, **{site.host: site for site in self.sites}}

    @cached_property
    def by_code(self) -> dict[str, SitePlan]:
        """A site by its 网站标识码."""
        return {site.code: site for site in self.sites}

    def night_number(self, clock: datetime) -> int:
        """Which night it is, from 1; moments between two nights belong to the earlier one."""
        passed = sum(night <= clock for night in self.document.nights)
        return max(passed, 1)

    def state(self, site: SitePlan, clock: datetime) -> str:
        """How the site answers at that moment."""
        nights = site.state.nights
        return site.state.kind if not nights or self.night_number(clock) in nights else "ok"


def load(name_or_path: str | Path) -> Scenario:
    """A built-in scenario by name, or one from a file.

    Raises ScenarioError with one sentence that names the offending key by its path.
    """
    path = Path(name_or_path)
    if path.suffix not in {".yaml", ".yml", ".json"}:
        path = BUILT_IN / f"{name_or_path}.yaml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(found.stem for found in BUILT_IN.glob("*.yaml")))
        message = f"{name_or_path}: no such scenario ({error.strerror}); built in: {known}"
        raise ScenarioError(message) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"{name_or_path}: not readable as YAML: {error}"
        raise ScenarioError(message) from error
    return plan(raw, str(name_or_path))


def plan(raw: object, source: str = "scenario") -> Scenario:
    """The scenario that a document states."""
    document = parse(raw, source)
    units = tuple(_units(document))
    planned, expected = sites.plan_all(document, units, source)
    posting, silent = accounts.plan_all(document, units, source)
    return Scenario(document, units, planned, posting, (*expected, *silent))


def _units(document: Document) -> Iterator[Unit]:
    number = 0

    def walk(blocks: list[UnitBlock], parent: str) -> Iterator[Unit]:
        nonlocal number
        for block in blocks:
            number += 1
            domain = f"{block.domain or f'd{number:02d}'}{document.domain_tag}.gov.cn"
            called = block.called or block.name
            yield Unit(number, block.name, parent, called, domain, block.sites, block.accounts)
            yield from walk(block.children, block.name)

    yield from walk(document.units, document.province)
