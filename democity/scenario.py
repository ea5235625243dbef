"""A scenario made concrete: every site and account planned, and the answer key with them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from democity import access, accounts, catalogue, problems
from democity.language import Document, ScenarioError, SiteBlock, parse
from democity.plans import Footer, Letters, Look, Probes, SitePlan, State
from democity.schedule import running
from democity.seed import draw, weighted, word
from democity.words import DEPARTMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from democity.language import Choice, Range, UnitBlock
    from democity.plans import AccountPlan
    from democity.problems import Draft, Expected

BUILT_IN = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the tree with its own domain and number."""

    number: int
    name: str
    parent: str
    called: str
    domain: str
    sites: int | None
    accounts: int | None


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
        """Which site answers for a host."""
        return {site.host: site for site in self.sites}

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
    planner = _Planner(document, {unit.name: unit for unit in units}, source)
    planner.named_sites()
    planner.healthy_sites()
    planned, expected = accounts.plan_all(document, units, source)
    return Scenario(document, units, tuple(planner.sites), planned, (*planner.expected, *expected))


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


@dataclass
class _Planner:
    """Numbers the sites as it goes: per unit for codes and hosts, over all for seeds."""

    document: Document
    units: dict[str, Unit]
    source: str
    sites: list[SitePlan] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    serials: dict[str, int] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)

    def named_sites(self) -> None:
        """The blocks of `sites`, in order."""
        for place, block in enumerate(self.document.sites):
            where = f"{self.source}: sites[{place}]"
            if block.unit not in self.units:
                message = f"{where}.unit: {block.unit} is not among the units"
                raise ScenarioError(message)
            merged = _with_defaults(block, self.document)
            for _ in range(block.count):
                self._add(merged, where)

    def healthy_sites(self) -> None:
        """As many more in each unit as its total asks for."""
        for unit in self.units.values():
            there = sum(site.unit == unit.name and not site.canary for site in self.sites)
            if unit.sites is not None and there > unit.sites:
                message = (
                    f"{self.source}: units: {unit.name} has {there} named sites, not {unit.sites}"
                )
                raise ScenarioError(message)
            block = _with_defaults(SiteBlock(unit=unit.name), self.document)
            for _ in range((unit.sites or there) - there):
                self._add(block, f"{self.source}: units: {unit.name}")

    def _add(self, block: SiteBlock, where: str) -> None:
        unit = self.units[block.unit]
        number = len(self.sites) + 1
        serial = self.serials[unit.name] = self.serials.get(unit.name, 0) + 1
        key = draw(self.document.seed, 11, number)
        code = f"{self.document.code_prefix}{unit.number:02d}00{serial:04d}"
        name, host = self._name_and_host(block, unit, serial)
        draft = _draft(block, key, where)
        planted = problems.read(block.problems, where)
        for problem in planted:
            problem.plant(draft, self.document.nights[-1].date())
        site = _site(block, draft, unit, number, key)
        site = replace(site, code=code, name=name, host=host, sponsor=_sponsor(name))
        self.sites.append(site)
        self._expect(site, planted, draft)

    def _expect(self, site: SitePlan, planted: tuple[problems.Problem, ...], draft: Draft) -> None:
        hidden = access.STATES[site.state.kind].hides and not site.state.nights
        for problem in planted:
            for found in problem.findings(draft, self.document.nights[-1].date()):
                if site.canary or (hidden and found.check != "W2.1"):
                    continue
                self.expected.append(
                    problems.Expected(
                        site.code,
                        "site",
                        found.check,
                        last_update=found.last_update,
                        name=site.name,
                        unit=site.unit,
                        needs_browser=found.needs_browser
                        or access.STATES[site.state.kind].needs_browser
                        or site.family in access.BROWSER_FAMILIES,
                    )
                )

    def _name_and_host(self, block: SiteBlock, unit: Unit, serial: int) -> tuple[str, str]:
        if block.kind == "门户":
            name, label = f"{unit.called}人民政府", "www"
        elif serial - 1 < len(DEPARTMENTS):
            name, label = DEPARTMENTS[serial - 1]
            name = f"{unit.called}{name}"
        else:
            name, label = f"{unit.called}直属单位{serial}", f"s{serial:03d}"
        domain = unit.domain
        if access.STATES[_state(block).kind].host == "invalid":
            domain = unit.domain.replace(".gov.cn", ".invalid")
        host = f"{label}.{domain}"
        if host in self.hosts:
            host = f"{label}{serial}.{domain}"
        self.hosts.add(host)
        return block.name or name, host


def _with_defaults(block: SiteBlock, document: Document) -> SiteBlock:
    """What the block says, and the scenario's defaults where it says nothing."""
    said = block.model_fields_set
    wishes = document.defaults.site
    missing = {
        name: getattr(wishes, name) for name in type(wishes).model_fields if name not in said
    }
    return block.model_copy(update=missing)


def _draft(block: SiteBlock, key: int, where: str) -> Draft:
    plans = catalogue.columns(block.columns, key, 1)
    pages = ranged(block.pages, key)
    letters = min(44, max(10, pages // 4))
    guides = min(14, max(6, pages // 10)) + key % 3
    # Home, channels, columns, letters and guides take their share; the rest are articles.
    others = len(plans) + letters + guides + 8
    depth = min(80, max(5, (pages - others) // len(catalogue.item_columns(plans))))
    return problems.Draft(
        key=key,
        columns=catalogue.columns(block.columns, key, depth),
        letters=Letters(running(draw(key, 5), 9, letters), page_size=8),
        guides=guides,
        footer=_traits(Footer, block.footer, f"{where}.footer"),
        look=_traits(Look, block.look, f"{where}.look"),
        state=_checked_state(block, where),
        probes=Probes(),
        registered=block.registered,
        services=block.services,
    )


def _site(block: SiteBlock, draft: Draft, unit: Unit, number: int, key: int) -> SitePlan:
    registered = draft.registered if draft.registered is not None else key % 3 != 0
    return SitePlan(
        number=number,
        key=key,
        code="",
        name="",
        unit=unit.name,
        parent=unit.parent,
        sponsor="",
        host="",
        scheme=block.scheme,
        family=chosen(block.family, key, 21),
        encoding=chosen(block.encoding, key, 22),
        kind=block.kind,
        services=draft.services,
        canary=block.canary,
        running=block.running,
        registered=registered,
        columns=tuple(draft.columns),
        letters=draft.letters,
        guides=draft.guides,
        footer=draft.footer,
        look=draft.look,
        state=draft.state,
        probes=draft.probes,
        dead_links=draft.dead_links,
        dead_hosts=draft.dead_hosts,
        problems=block.problems,
        traps=tuple(block.traps),
        note=block.note,
    )


def _state(block: SiteBlock) -> State:
    if isinstance(block.state, str):
        return State(block.state)
    return State(block.state.kind, block.state.seconds, tuple(block.state.nights))


def _checked_state(block: SiteBlock, where: str) -> State:
    state = _state(block)
    if state.kind not in access.STATES:
        known = ", ".join(access.STATES)
        message = f"{where}.state: {state.kind} is not a state; known: {known}"
        raise ScenarioError(message)
    return state


def _traits(kind: type[Any], said: dict[str, Any], where: str) -> Any:
    """A `Look` or `Footer` with what the block says; an unknown trait is named."""
    known = {one.name: one for one in fields(kind)}
    for name, value in said.items():
        if name not in known:
            message = f"{where}.{name}: no such trait; known: {', '.join(known)}"
            raise ScenarioError(message)
        if type(value) is not type(known[name].default):
            message = f"{where}.{name}: {value!r} is not a {type(known[name].default).__name__}"
            raise ScenarioError(message)
    return kind(**said)


def _sponsor(name: str) -> str:
    return name.removesuffix("网").removesuffix("网站")


def chosen(choice: Choice, key: int, salt: int) -> str:
    """A word, one of several, or one of several by weight."""
    if isinstance(choice, str):
        return choice
    options = dict.fromkeys(choice, 1) if isinstance(choice, list) else choice
    return weighted(options, key, salt, word("choice"))


def ranged(wish: Range, key: int) -> int:
    """A number, or one between two, both included."""
    if isinstance(wish, int):
        return wish
    low, high = wish
    return low + draw(key, word("range")) % (high - low + 1)
