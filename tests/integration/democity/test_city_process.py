"""The city as a process of its own: one port, many hosts, a clock that can be set."""

from __future__ import annotations

import csv
import http.client
import io
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from democity import City, load, plan
from democity.city import CLOSED
from democity.server import CONTROL
from tests.unit.democity.town import document

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with City(load("tiny")) as started:
        yield started


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def get(city: City, host: str, path: str = "/", timeout: float = 5) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", city.port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_sites_are_told_apart_by_their_host(city: City) -> None:
    bodies = {get(city, site.host)[1] for site in city.scenario.sites}
    assert len(bodies) == len(city.scenario.sites)
    assert get(city, "www.nobody.gov.cn")[0] == 404


def test_a_host_may_carry_a_port_and_capitals(city: City) -> None:
    site = city.scenario.sites[0]
    assert get(city, f"{site.host.upper()}:80")[0] == 200


def test_the_clock_can_be_set(city: City) -> None:
    site = city.scenario.sites[0]
    city.set_clock(datetime.fromisoformat("2023-03-29T01:00:00+08:00"))
    before = get(city, site.host)[1]
    city.set_clock(datetime.fromisoformat("2023-03-30T01:00:00+08:00"))
    after = get(city, site.host)[1]
    assert b"2023-03-29" not in before
    assert before != after
    city.set_clock(city.nights()[0])
    assert get(city, site.host)[1] == before


def test_the_network_can_be_cut_and_mended(city: City) -> None:
    site = city.scenario.sites[0]
    city.cut_network()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        get(city, site.host)
    city.mend_network()
    assert get(city, site.host)[0] == 200


def test_one_host_can_be_cut_alone(city: City) -> None:
    first, second = city.scenario.sites
    city.cut_network(first.host)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        get(city, first.host)
    assert get(city, second.host)[0] == 200
    city.mend_network(first.host)
    assert get(city, first.host)[0] == 200


def test_requests_are_counted_by_host(city: City) -> None:
    site = city.scenario.sites[0]
    before = city.requests().get(site.host, 0)
    get(city, site.host)
    assert city.requests()[site.host] == before + 1


def test_every_origin_leads_to_the_city_and_no_unknown_one_does(city: City, tmp_path: Path) -> None:
    mapped = json.loads(city.write_origin_map(tmp_path / "origins.json").read_text("utf-8"))
    here = f"http://127.0.0.1:{city.port}"
    assert set(mapped.values()) == {here}
    assert {"http://www.linjiangmc.gov.cn", "https://dcs.conac.cn", "https://m.weibo.cn"} <= set(
        mapped
    )
    assert "*" not in mapped


def test_dead_names_are_unmapped_and_refusing_hosts_lead_to_a_closed_port() -> None:
    sites = [{"unit": "临江市", "state": "dns"}, {"unit": "临江市", "state": "connect"}]
    city = City(plan(document(sites=sites, catch_all=True)))
    mapped = city.origin_map()
    dead, refusing = city.scenario.sites
    assert f"http://{dead.host}" not in mapped
    assert mapped[f"http://{refusing.host}"] == CLOSED
    assert "*" in mapped


def test_the_registry_is_written_with_its_headers(city: City, tmp_path: Path) -> None:
    paths = city.write_registry(tmp_path)
    assert [path.name for path in paths] == ["sites.csv", "columns.csv", "accounts.csv"]
    sites, columns, accounts = map(rows_of, paths)
    assert [row["网站标识码"] for row in sites] == ["9701000001", "9701000002"]
    assert {row["网站标识码"] for row in columns} <= {row["网站标识码"] for row in sites}
    assert {row["级别"] for row in columns} == {"一级", "二级"}
    assert [row["账号类型"] for row in accounts][1].startswith("微信")
    assert ";" in accounts[1]["信息源"]


def test_every_registered_column_answers(tmp_path: Path) -> None:
    families = ("trs", "epoint", "hanweb", "gkmlpt", "script", "frames")
    sites = [{"unit": "临江市", "family": name, "registered": True} for name in families]
    with City(plan(document(sites=sites))) as city:
        rows = rows_of(city.write_registry(tmp_path)[1])
        for row in rows:
            host, _, path = row["栏目网址"].removeprefix("http://").partition("/")
            assert get(city, host, "/" + path.partition("#")[0])[0] == 200, row["栏目网址"]


def test_a_hanging_site_does_not_keep_others_waiting() -> None:
    sites = [
        {"unit": "临江市", "state": {"kind": "hang", "seconds": 30}},
        {"unit": "临江市"},
    ]
    with City(plan(document(sites=sites))) as city:
        hanging, well = city.scenario.sites
        with pytest.raises(TimeoutError):
            get(city, hanging.host, timeout=0.3)
        begun = time.monotonic()
        assert get(city, well.host)[0] == 200
        assert time.monotonic() - begun < 3
        assert city.requests()[hanging.host] == 1


def test_the_city_ends_with_the_process_that_started_it() -> None:
    city = City(load("tiny"))
    city.start()
    process = city._process
    city.stop()
    assert process is not None
    assert process.returncode is not None
    city.stop()


def test_people_can_ask_what_is_planted() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "democity", "key", "tiny"],
        capture_output=True,
        check=True,
        text=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["check"], one["last_update"]) for one in told] == [
        ("W3.1", "2023-03-06"),
        ("M2.1", "2023-03-10"),
    ]


def test_a_clock_that_is_none_is_refused_and_changes_nothing(city: City) -> None:
    site = city.scenario.sites[0]
    before = get(city, site.host)[1]
    for told in ("tomorrow", "2023-03-28T01:00:00"):
        assert get(city, CONTROL, f"/clock?at={told}")[0] == 400
    assert get(city, site.host)[1] == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "no such scenario"),
        (["tiny", "--clock", "2023-03-28"], "an offset is missing"),
    ],
)
def test_what_cannot_be_served_ends_with_one_sentence(arguments: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "democity", "serve", *arguments],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_ends_with_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "democity", "serve", "tiny", "--port", port],
            capture_output=True,
            check=False,
            text=True,
        )
    assert done.returncode == 2
    assert port in done.stderr
    assert done.stderr.count("\n") == 1
