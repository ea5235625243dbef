"""APP stores, owners' interfaces, shares of 视频号, and relative times around New Year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.executable import find_browser
from democity import City
from democity.scenario import plan
from settings import Settings
from tests.integration.accounts.account_nights import Played, open_home, play

pytestmark = pytest.mark.integration

REFUSING = ("S6", "S7", "S8", "S10", "S12", "S18")
NEW_YEAR = ["2023-01-01T01:00:00+08:00", "2023-01-02T00:05:00+08:00"]


def city_of(accounts: list[dict[str, Any]], nights: list[str]) -> City:
    return City(
        plan(
            {
                "name": "other-platforms",
                "seed": 11,
                "window": {"name": "2023Q1", "start": "2023-01-01", "end": "2023-01-31"},
                "nights": nights,
                "units": [{"name": "临江市", "domain": "linjiang"}],
                "accounts": [{"unit": "临江市"} | one for one in accounts],
            }
        )
    )


def plain() -> list[dict[str, Any]]:
    """What needs no browser: each scene that applies, healthy and old."""
    weibo = {"platform": "weibo", "way": "list"}
    app = {"platform": "app", "way": "lookup"}
    owner = {"platform": "weixin", "way": "api"}
    ages = ({"problems": {"M2.1": {"age": age}}} for age in (0, 1, 2, 13, 14, 20, 370))
    return [
        weibo | {"name": "微博哨兵", "canary": True, "gap": 1},
        owner | {"name": "公众号哨兵", "canary": True, "gap": 1},
        *(weibo | {"scene": "S13", "gap": 1} | one for one in ages),
        weibo | {"scene": "S13", "gap": 1, "name": "跨年照常更新"},
        *(app | {"scene": scene} for scene in ("S1", "S9", "S15", "S17", *REFUSING)),
        *(owner | {"scene": scene} for scene in ("S1", "S4", "expires", *REFUSING)),
        owner | {"problems": {"M2.1": {"age": 40}}},
        owner | {"scene": "expires", "problems": {"M2.1": {"age": 40}}, "name": "凭证中途失效"},
        owner | {"problems": {"M3.1": {}}, "name": "没有菜单"},
    ]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[Played]:
    home = tmp_path_factory.mktemp("others")
    with city_of(plain(), NEW_YEAR) as city:
        settings = open_home(city, home / "home", browser="off")
        return list(play(city, settings, browser=False, workers=1))


def said(played: Played, check: str) -> dict[str, tuple[str, str]]:
    return {
        row["name"]: (row["outcome"], row["reason"]) for row in played.rows if row["check"] == check
    }


@pytest.mark.timeout(120)
def test_times_around_new_year_belong_to_the_year_they_were_written_in(
    nights: list[Played],
) -> None:
    """S13: 刚刚, 昨天, 12-31 and 2022-12-18 read on 1 and 2 January; traps 20 and 21."""
    for played in nights:
        assert not played.wrong, "\n".join(played.wrong)
        assert said(played, "M2.1")["跨年照常更新"] == ("pass", "fresh")
        assert played.right >= 2
        assert (played.precision, played.recall) == (1.0, 1.0)


def test_a_store_names_its_seller_and_proves_neither_updates_nor_silence(
    nights: list[Played],
) -> None:
    apps = [row for row in nights[0].rows if row["platform"] == "app" and row["check"] == "M2.1"]
    assert len(apps) == 10
    assert {row["outcome"] for row in apps} == {"undetermined"}
    reasons = {row["reason"] for row in apps}
    assert {"empty_unproven", "challenge", "login_wall", "blocked", "parse_drift"} <= reasons


def test_an_owners_interface_is_read_with_the_secret_of_the_settings(
    nights: list[Played],
) -> None:
    """发布 only: it proves updates, and old entries alone prove no silence."""
    first = said(nights[0], "M2.1")
    assert first["凭证中途失效"] == ("undetermined", "stale_by_one_source")
    owners = [row for row in nights[0].rows if row["platform"] == "weixin"]
    told = {row["reason"] for row in owners if row["check"] == "M2.1"}
    assert {"fresh", "login_wall", "rate_limited", "challenge", "empty_unproven"} <= told
    assert not [row for row in owners if row["outcome"] == "fail" and row["check"] == "M2.1"]
    assert said(nights[0], "M3.1")["没有菜单"] == ("undetermined", "needs_person")


@pytest.mark.timeout(120)
def test_without_secrets_an_owners_interface_stays_unread(tmp_path: Path) -> None:
    accounts = [{"platform": "weixin", "way": "api", "name": "未授权"}]
    with city_of(accounts, NEW_YEAR[:1]) as city:
        settings = open_home(city, tmp_path, browser="off", weixin_secrets=None)
        (played,) = play(city, settings, browser=False, workers=1)
    assert said(played, "M2.1")["未授权"] == ("undetermined", "login_wall")


@pytest.mark.timeout(240)
def test_shares_of_channels_prove_updates_and_a_vanished_profile_proves_nothing(
    tmp_path: Path,
) -> None:
    if find_browser(Settings(home=tmp_path)) is None:
        pytest.skip("no browser here: pages that a script fills cannot be read")
    share = {"platform": "weixin-channels", "way": "share"}
    vanished = {"platform": "xiaohongshu", "way": "profile", "scene": "S17"}
    accounts: list[dict[str, Any]] = [
        *(share | {"scene": scene} for scene in ("S1", "S7", "S8", "S12", "S17")),
        share | {"problems": {"M2.1": {"age": 40}}},
        vanished,
        vanished | {"problems": {"M2.1": {"age": 40}}},
    ]
    with city_of(accounts, NEW_YEAR[:1]) as city:
        settings = open_home(city, tmp_path / "home")
        (played,) = play(city, settings, workers=1)
    assert not played.wrong, "\n".join(played.wrong)
    assert played.outcomes["pass"] == 1
    assert played.outcomes["fail"] == 0
