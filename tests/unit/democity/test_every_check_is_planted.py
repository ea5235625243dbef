"""Every check of the registry has its problem in a city, twice, beside a look-alike; so has a trap."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import pytest

from checks.base import Scope
from checks.registry import ALL, BY_CODE
from democity import load
from democity.plans import AccountPlan, SitePlan
from democity.scenario import Scenario

SCENARIOS = ("demo", "indicators", "accounts")
NOT_PLANTED = {
    "R-SECURITY": "a certificate is judged against the machine's own store of roots, and the city "
    "would have to add one of its own to it; real handshakes are played in "
    "tests/integration/crawl/test_fetching_traps.py and tests/integration/links",
}
"""Checks whose problem no city on loopback can have, and where they are played instead."""
ONE_PLATFORM = {
    "F-OFFTOPIC": "only weibo shows likes to visitors without an account",
    "R-UNREPORTED": "only articles of weixin show the 视频号 of their account",
}
"""Checks that one platform alone can show anything to: planted twice there."""
NOT_ON_PAGES = {
    8: "our own network goes: tests/integration/night/test_cut_network.py",
    10: "our own browser grows: tests/integration/patrol",
}
"""Traps of rows 8 to 37 that no page can hold."""


@dataclass
class Planted:
    """Targets of which a check must tell, by family, and look-alikes of which it must not."""

    families: dict[str, int] = field(default_factory=dict)
    lookalikes: list[str] = field(default_factory=list)


def family_of(target: SitePlan | AccountPlan) -> str:
    """The CMS of a site; the platform of an account and the way in which it is read."""
    if isinstance(target, SitePlan):
        return target.family
    return f"{target.platform} {target.way}"


@cache
def scenario(name: str) -> Scenario:
    return load(name)


@cache
def planted() -> dict[str, Planted]:
    """What the built-in scenarios hold of each check."""
    told = {check.code: Planted() for check in ALL}
    for name in SCENARIOS:
        city = scenario(name)
        key = {(one.code_or_name, one.check) for one in city.expected}
        everybody: list[tuple[str, SitePlan | AccountPlan]] = [
            *((site.code, site) for site in city.sites if site.state.kind == "ok"),
            *((one.name, one) for one in city.accounts),
        ]
        named = {identity: target for identity, target in everybody if not target.canary}
        for identity, code in key:
            if identity in named:
                family = family_of(named[identity])
                told[code].families[family] = told[code].families.get(family, 0) + 1
        for identity, target in named.items():
            codes = [code for code in target.problems if (identity, code) not in key]
            for code in codes:
                told[code].lookalikes.append(identity)
    return told


@pytest.mark.parametrize("code", [one.code for one in ALL if one.code not in NOT_PLANTED])
def test_every_check_is_planted_twice_in_different_families_beside_a_lookalike(code: str) -> None:
    found = planted()[code]
    wanted = 1 if code in ONE_PLATFORM else 2
    assert sum(found.families.values()) >= 2, "planted less than twice"
    assert len(found.families) >= wanted, f"only in {sorted(found.families)}"
    assert found.lookalikes, "nothing beside it that must not fire"


def test_what_is_not_planted_is_still_a_check_and_is_indeed_not_planted() -> None:
    for code in (*NOT_PLANTED, *ONE_PLATFORM):
        assert code in BY_CODE
    assert not any(planted()[code].families for code in NOT_PLANTED)
    assert all(BY_CODE[code].scope is Scope.ACCOUNT for code in ONE_PLATFORM)


def test_every_trap_of_pages_is_met_in_a_city() -> None:
    cities = [scenario(name) for name in SCENARIOS]
    met = {trap for city in cities for site in city.sites for trap in site.traps}
    met |= {trap for city in cities for account in city.accounts for trap in account.traps}
    assert set(range(8, 38)) - met == set(NOT_ON_PAGES)
