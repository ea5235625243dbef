"""A scenario that cannot be used is refused in one sentence that names the key by its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from democity import ScenarioError, load, plan
from tests.unit.democity.town import document

UNIT = {"unit": "临江市"}


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"seed": "x"}, "seed"),
        ({"window": {"name": "2023Q1", "start": "2023-02-20"}}, "window.end"),
        ({"nights": []}, "nights"),
        ({"nights": ["2023-03-28T01:00:00"]}, "nights"),
        ({"nights": ["2023-03-29T01:00:00+08:00", "2023-03-28T01:00:00+08:00"]}, "nights"),
        ({"colour": "blue"}, "colour"),
        ({"sites": [UNIT | {"pages": "many"}]}, "sites[0].pages"),
        ({"sites": [UNIT, UNIT | {"familly": "trs"}]}, "sites[1].familly"),
        ({"sites": [UNIT | {"family": "wordpress"}]}, "sites[0].family"),
        ({"sites": [UNIT | {"encoding": "latin-1"}]}, "sites[0].encoding"),
        ({"sites": [{"unit": "别处"}]}, "sites[0].unit"),
        ({"sites": [UNIT | {"traps": [49]}]}, "sites[0].traps"),
        ({"sites": [UNIT | {"state": "asleep"}]}, "sites[0].state"),
        ({"sites": [UNIT | {"look": {"glow": True}}]}, "sites[0].look"),
        ({"sites": [UNIT | {"look": {"pinned": True}}]}, "sites[0].look.pinned"),
        ({"sites": [UNIT | {"look": {"dates": "runes"}}]}, "sites[0].look.dates"),
        ({"sites": [UNIT | {"look": {"clock": "sun"}}]}, "sites[0].look.clock"),
        ({"sites": [UNIT | {"look": {"robots": "maybe"}}]}, "sites[0].look.robots"),
        ({"sites": [UNIT | {"footer": {"conac": "painted"}}]}, "sites[0].footer.conac"),
        ({"sites": [UNIT | {"problems": {"W9.9": {}}}]}, "sites[0].problems"),
        ({"sites": [UNIT | {"problems": {"W3.1": {"age": -1}}}]}, "sites[0].problems.W3.1.age"),
        ({"sites": [UNIT | {"problems": {"W3.1": {}}}]}, "sites[0].problems.W3.1"),
        ({"accounts": [UNIT | {"platform": "myspace"}]}, "accounts[0].platform"),
        ({"accounts": [UNIT | {"scene": "S99"}]}, "accounts[0].scene"),
        ({"accounts": [UNIT | {"problems": {"M9": {}}}]}, "accounts[0].problems"),
        (
            {"accounts": [UNIT | {"problems": {"M2.1": {"age": 3, "never": True}}}]},
            "accounts[0].problems.M2.1",
        ),
        ({"units": [{"name": "临江市", "sites": 0}], "sites": [UNIT]}, "units.sites"),
    ],
)
def test_a_bad_key_is_named_by_its_path(said: dict[str, Any], path: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        plan(document(**said), "town")
    assert str(caught.value).startswith(f"town: {path}")
    assert "\n" not in str(caught.value)


def test_a_problem_that_a_site_is_too_small_for_says_what_would_help() -> None:
    small = document(sites=[UNIT | {"columns": "small", "problems": {"W4.2": {"columns": 10}}}])
    with pytest.raises(ScenarioError, match="columns: full"):
        plan(small)


def test_an_unknown_name_tells_the_scenarios_that_are_built_in() -> None:
    with pytest.raises(ScenarioError, match=r"accounts, demo, .*indicators, .*tiny"):
        load("nowhere")


def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text("name: [", encoding="utf-8")
    with pytest.raises(ScenarioError, match="not readable as YAML"):
        load(path)


def test_a_scenario_that_is_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="a mapping of keys"):
        load(path)


def test_a_whole_province_takes_a_few_lines() -> None:
    units = [{"name": f"第{n}市", "sites": 42, "accounts": 124} for n in range(14)]
    defaults = {
        "site": {"family": {"trs": 3, "epoint": 2, "hanweb": 1}, "pages": [40, 300]},
        "account": {"platform": ["weixin", "weibo"], "gap": [1, 4]},
    }
    province = plan(document(units=units, defaults=defaults))
    assert (len(province.sites), len(province.accounts)) == (588, 1736)
    assert {one.outcome for one in province.expected} == {"pass"}, "names that differ are a warning"
    assert len({site.host for site in province.sites}) == 588
    assert len({site.code for site in province.sites}) == 588
    assert len({one.name for one in province.accounts}) == 1736
    assert {site.family for site in province.sites} == {"trs", "epoint", "hanweb"}


def test_named_targets_count_towards_the_total_of_their_unit_and_canaries_do_not() -> None:
    city = plan(
        document(
            units=[{"name": "临江市", "sites": 3, "accounts": 2}],
            sites=[UNIT, UNIT | {"canary": True}],
            accounts=[UNIT | {"canary": True, "count": 2}],
        )
    )
    assert sum(not site.canary for site in city.sites) == 3
    assert sum(not one.canary for one in city.accounts) == 2


def test_units_form_a_tree_below_the_province() -> None:
    units = [{"name": "临江市", "children": [{"name": "青石县"}]}]
    city = plan(document(units=units, sites=[UNIT, {"unit": "青石县"}]))
    assert [(site.unit, site.parent) for site in city.sites] == [
        ("临江市", "明川省"),
        ("青石县", "临江市"),
    ]


@pytest.mark.parametrize("name", ["demo", "tiny"])
def test_the_built_in_scenarios_load(name: str) -> None:
    assert load(name).name == name


def test_the_demonstration_is_as_large_as_promised_and_names_its_traps() -> None:
    demo = load("demo")
    assert len(demo.sites) >= 30
    assert len(demo.accounts) >= 60
    traps = {trap for site in demo.sites for trap in site.traps}
    traps |= {trap for account in demo.accounts for trap in account.traps}
    assert len(traps) >= 20
    families = {site.family for site in demo.sites}
    assert families == {"trs", "epoint", "hanweb", "gkmlpt", "script", "frames"}
