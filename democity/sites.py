"""Sites planned from the scenario, with what must be found of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from democity import access, catalogue, furniture, problems, wishes
from democity.families import FAMILIES, extras
from democity.families.rows import STYLES
from democity.language import Document, ScenarioError, SiteBlock
from democity.plans import Footer, Letters, Look, Probes, SitePlan, State, Unit
from democity.problems.base import Draft, Expected
from democity.schedule import running
from democity.seed import draw
from democity.words import DEPARTMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from democity.problems.base import Problem

ENCODINGS = {"utf-8": "", "gb2312": "", "gbk": ""}


def plan_all(
    document: Document, units: Iterable[Unit], source: str
) -> tuple[tuple[SitePlan, ...], list[Expected]]:
    """Every site of the scenario: the named ones, then the healthy rest of each unit."""
    planner = _Planner(document, {unit.name: unit for unit in units})
    default = document.defaults.site
    blocks = wishes.named(document.sites, default, planner.units, f"{source}: sites")
    for block, where in blocks:
        planner.add(block, where)
    for unit in planner.units.values():
        where = f"{source}: units.sites"
        there = sum(site.unit == unit.name and not site.canary for site in planner.sites)
        healthy = wishes.with_defaults(SiteBlock(unit=unit.name), default)
        for _ in range(wishes.remaining(unit, unit.sites, there, where)):
            planner.add(healthy, where)
    return tuple(planner.sites), planner.expected


@dataclass
class _Planner:
    """Numbers the sites as it goes: per unit for codes and hosts, over all for seeds."""

    document: Document
    units: dict[str, Unit]
    sites: list[SitePlan] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    serials: dict[str, int] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)

    def add(self, block: SiteBlock, where: str) -> None:
        """Plan one site and note what must be found of it."""
        unit = self.units[block.unit]
        number = len(self.sites) + 1
        serial = self.serials[unit.name] = self.serials.get(unit.name, 0) + 1
        key = draw(self.document.seed, 11, number)
        draft = _draft(block, key, where)
        planted = problems.read(block.problems, where)
        for problem in planted:
            problem.plant(draft, self.document.nights[-1].date())
        name, host = self._name_and_host(block, unit, serial)
        host = _filled(draft.host, unit) or host
        self.hosts.add(host)
        code = block.code or self._code(unit, serial)
        site = _site(block, draft, number, key, where=where, unit=unit, named=(code, name, host))
        self.sites.append(site)
        self.expected += self._expected(site, planted, draft)

    def _code(self, unit: Unit, serial: int) -> str:
        """A code of the unit that no site of the scenario has for its own."""
        prefix = f"{self.document.code_prefix}{unit.number:02d}"
        code = f"{prefix}00{serial:04d}"
        taken = any(block.code == code for block in self.document.sites)
        return f"{prefix}90{serial:04d}" if taken else code

    def _expected(
        self, site: SitePlan, planted: tuple[Problem, ...], draft: Draft
    ) -> Iterator[Expected]:
        rule = access.STATES[site.state.kind]
        hidden = rule.hides and not site.state.nights
        for problem in planted:
            for found in problem.findings(draft, self.document.nights[-1].date()):
                if site.canary or site.running != "正常" or (hidden and found.check != "W2.1"):
                    continue
                yield Expected(
                    site.code,
                    "site",
                    found.check,
                    outcome=found.outcome,
                    reason=found.reason,
                    last_update=found.last_update,
                    name=site.name,
                    unit=site.unit,
                    needs_browser=found.check != "W2.1" and _by_browser(site, found.needs_browser),
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
        host = block.host or f"{label}.{domain}"
        if host in self.hosts:
            host = f"{label}{serial}.{domain}"
        return block.name or name, host


def _filled(template: str, unit: Unit) -> str:
    """A host made from a template, in the letters of the wire."""
    label = unit.domain.partition(".")[0]
    told = template.format(label=label, domain=unit.domain, unit=unit.name)
    return told.encode("idna").decode() if told else ""


def _by_browser(site: SitePlan, by_nature: bool) -> bool:
    """Whether nobody can prove anything of the site without a browser."""
    rule = access.STATES[site.state.kind]
    return by_nature or rule.needs_browser or site.family in access.BROWSER_FAMILIES


def _draft(block: SiteBlock, key: int, where: str) -> Draft:
    plans = catalogue.columns(block.columns, key, 1)
    pages = wishes.ranged(block.pages, key, "pages")
    letters = min(44, max(10, pages // 4))
    guides = 20 if block.columns == "vast" else min(14, max(6, pages // 10)) + key % 3
    # Home, channels, columns, letters and guides take their share; the rest are articles.
    others = len(plans) + letters + guides + 8
    depth = min(80, max(5, (pages - others) // len(catalogue.item_columns(plans))))
    return Draft(
        key=key,
        columns=catalogue.columns(block.columns, key, depth),
        letters=Letters(running(draw(key, 5), 9, letters), page_size=8),
        guides=guides,
        footer=_footer(block, where),
        look=_look(block, where),
        state=_checked_state(block, where),
        probes=Probes(),
        registered=block.registered,
        services=block.services,
        kind=block.kind,
    )


def _site(
    block: SiteBlock,
    draft: Draft,
    number: int,
    key: int,
    *,
    where: str,
    unit: Unit,
    named: tuple[str, str, str],
) -> SitePlan:
    code, name, host = named
    registered = draft.registered if draft.registered is not None else key % 3 != 0
    family = wishes.chosen(block.family, key, "family")
    encoding = wishes.chosen(block.encoding, key, "encoding")
    return SitePlan(
        number=number,
        key=key,
        code=code,
        name=name,
        unit=unit.name,
        parent=unit.parent,
        sponsor=block.sponsor or name.removesuffix("网"),
        host=host,
        scheme=block.scheme,
        family=wishes.known(family, FAMILIES, f"{where}.family"),
        encoding=wishes.known(encoding, ENCODINGS, f"{where}.encoding"),
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
        poor_guides=draft.poor_guides,
        guide_gaps=draft.guide_gaps,
        sentences=draft.sentences,
        flaws=draft.flaws,
        moved_to=_filled(draft.moved_to, unit),
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
    wishes.known(state.kind, access.STATES, f"{where}.state")
    return state


def _look(block: SiteBlock, where: str) -> Look:
    look: Look = _traits(Look, block.look, f"{where}.look")
    for name in ("dates", "home_dates"):
        wishes.known(getattr(look, name), dict.fromkeys(sorted(STYLES)), f"{where}.look.{name}")
    wishes.known(look.clock, dict.fromkeys(furniture.CLOCKS), f"{where}.look.clock")
    wishes.known(look.robots, extras.ROBOTS, f"{where}.look.robots")
    return look


def _footer(block: SiteBlock, where: str) -> Footer:
    footer: Footer = _traits(Footer, block.footer, f"{where}.footer")
    for name, told in asdict(footer).items():
        forms = dict.fromkeys(furniture.FORMS.get(name, furniture.PLAIN))
        wishes.known(told, forms, f"{where}.footer.{name}")
    return footer


def _traits(kind: type[Any], said: dict[str, Any], where: str) -> Any:
    """A `Look` or `Footer` with what the block says; an unknown trait is named."""
    known = {one.name: one for one in fields(kind)}
    for name, value in said.items():
        wishes.known(name, known, where)
        wanted = type(known[name].default)
        if type(value) is not wanted:
            message = f"{where}.{name}: {value!r} is not a {wanted.__name__}"
            raise ScenarioError(message)
    return kind(**said)
