"""Hosts of one address go to one shard: an address has one budget, whoever asks it (trap 14)."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.addresses import by_address, looked_up
from cluster.engine import ClusterError, Pulse, make_app, version
from crawler.roster import Group, plan_shards
from tests.conftest import SettingsFor

HOSTS = [f"host:s{n}.gov.cn" for n in range(8)]


def group(key: str, *targets: int, weight: int = 40) -> Group:
    return Group(key, targets, weight)


def keys(groups: list[Group]) -> set[tuple[int, ...]]:
    return {tuple(sorted(one.targets)) for one in groups}


def test_hosts_of_one_address_become_one_group() -> None:
    found = [group("host:a.cn", 1), group("host:b.cn", 2), group("host:c.cn", 3)]
    told = by_address(found, {"a.cn": ["1.1.1.1"], "b.cn": ["2.2.2.2"], "c.cn": ["1.1.1.1"]})
    assert keys(told) == {(1, 3), (2,)}
    assert sum(one.weight for one in told) == 120


def test_hosts_that_share_any_address_are_joined_through_each_other() -> None:
    found = [group("host:a.cn", 1), group("host:b.cn", 2), group("host:c.cn", 3)]
    shared = {"a.cn": ["1.1.1.1"], "b.cn": ["1.1.1.1", "2.2.2.2"], "c.cn": ["2.2.2.2"]}
    assert keys(by_address(found, shared)) == {(1, 2, 3)}


def test_platforms_and_hosts_without_an_address_stay_alone() -> None:
    found = [group("platform:weibo", 1), group("host:gone.cn", 2), group("feed:gone.cn", 3)]
    assert keys(by_address(found, {})) == {(1,), (2,), (3,)}


@given(st.lists(st.lists(st.integers(0, 5), max_size=3), min_size=8, max_size=8), st.randoms())
def test_no_address_is_split_and_no_target_lost_in_any_order(
    answers: list[list[int]], chance: Any
) -> None:
    found = [group(key, number) for number, key in enumerate(HOSTS)]
    addresses = {
        key.partition(":")[2]: [f"10.0.0.{n}" for n in numbers]
        for key, numbers in zip(HOSTS, answers, strict=True)
    }
    told = by_address(found, addresses)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert keys(by_address(shuffled, addresses)) == keys(told)
    shards = plan_shards(told, 3)
    assert sorted(target for shard in shards for target in shard) == list(range(8))
    homes: dict[str, int] = {}
    for place, shard in enumerate(shards):
        for target in shard:
            for address in addresses[HOSTS[target].partition(":")[2]]:
                assert homes.setdefault(address, place) == place


def test_names_are_asked_once_and_mapped_hosts_never(
    settings_for: SettingsFor, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        if host == "gone.cn":
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    file = tmp_path / "origins.json"
    file.write_text(json.dumps({"http://mapped.cn": "http://127.0.0.1:1"}), encoding="utf-8")
    found = [group(f"host:{name}.cn", 1) for name in ("mapped", "live", "gone")]
    found.append(group("platform:weibo", 2))
    told = looked_up(settings_for(origin_map=file), found)
    assert told == {"live.cn": ("93.184.216.34",)}
    assert sorted(asked) == ["gone.cn", "live.cn"]


def test_a_cluster_on_sqlite_is_refused_in_chinese(settings_for: SettingsFor) -> None:
    with pytest.raises(ClusterError, match="PostgreSQL"):
        make_app(settings_for())


def test_what_is_missing_is_said_with_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import importlib.metadata

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(ClusterError, match=r"pip install 'xuncha\[cluster\]'"):
        version()


def test_a_worker_is_given_up_before_the_lease_of_its_run_ends(settings_for: SettingsFor) -> None:
    settings = settings_for(lease_seconds=120)
    pulse = Pulse.of(settings)
    assert pulse.beat * 3 <= pulse.silent <= settings.lease_seconds / 2
