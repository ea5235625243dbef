"""A night of bad input: each fault has its typed reason, and the batch goes on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import pytest

from database import session_factory
from democity import City
from democity.scenario import plan
from registry.importing import import_files
from settings import Settings
from tests.integration.accounts.account_nights import Played, open_home, play

pytestmark = pytest.mark.integration

NIGHTS = ["2023-03-28T01:00:00+08:00", "2023-03-29T01:00:00+08:00"]
FAULTS = {
    "huge": {"too_large"},
    "page": {"parse_drift"},
    "bomb": {"parse_drift"},
    "deep": {"parse_drift"},
    "skew": {"parse_drift"},
}
WRONG_FEED = "别人的信息源"
WRONG_UID = "写错的微博"
NO_SUCH_FEED = "不存在的信息源"
EXPIRED = [f"凭证过期{number}" for number in range(12)]


def scenario() -> dict[str, Any]:
    accounts: list[dict[str, Any]] = [
        {"name": f"坏输入{scene}", "scene": scene} for scene in FAULTS
    ]
    accounts += [{"name": name} for name in (WRONG_FEED, NO_SUCH_FEED)]
    accounts += [{"name": WRONG_UID, "platform": "weibo"}]
    accounts += [{"name": "好账号", "count": 10}]
    accounts += [{"name": "停更的好账号", "problems": {"M2.1": {"age": 30}}}]
    # The same bridge, a credential of which runs out in the middle of the second night's batch.
    accounts += [
        {"name": name, "scene": "S7", "nights": [2], "problems": {"M2.1": {"age": 50}}}
        for name in EXPIRED
    ]
    canaries = [
        {"name": "哨兵", "canary": True, "gap": 1},
        {"name": "微博哨兵", "platform": "weibo", "canary": True, "gap": 1},
    ]
    return {
        "name": "bad-input",
        "seed": 8,
        "window": {"name": "2023Q1", "start": "2023-02-20", "end": "2023-03-31"},
        "nights": NIGHTS,
        "units": [{"name": "临江市", "domain": "linjiang"}],
        "accounts": [{"unit": "临江市"} | one for one in (*canaries, *accounts)],
    }


def spoil(city: City, settings: Settings) -> None:
    """Enter ids that are wrong: a feed of another account, one that is not there, a false uid."""
    path = settings.home / "registry" / "accounts.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["账号名称"]: row for row in csv.DictReader(file)}
    other = rows["停更的好账号"]["信息源"]
    told = {
        WRONG_FEED: other,
        NO_SUCH_FEED: other.replace("gh_", "gh_0"),
        WRONG_UID: "weibo:1234567890",
    }
    spoiled = [rows[name] | {"信息源": sources} for name, sources in told.items()]
    spoiled.append(rows["好账号"] | {"账号名称": "写错的来源", "信息源": "weibo:不是数字"})
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(spoiled[0]))
        writer.writeheader()
        writer.writerows(spoiled)
    sessions = session_factory(settings)
    with sessions() as session:
        report = import_files(session, [path])
    sessions.kw["bind"].dispose()
    assert len(report.rejected) == 1
    assert "应为微博数字 UID" in str(report.rejected[0])


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Played]]:
    home = tmp_path_factory.mktemp("bad")
    with City(plan(scenario())) as city:
        settings = open_home(city, home, browser="off")
        spoil(city, settings)
        yield list(play(city, settings, browser=False, workers=1))


def said(played: Played, name: str) -> dict[str, Any]:
    (row,) = [one for one in played.rows if (one["name"], one["check"]) == (name, "M2.1")]
    return row


@pytest.mark.timeout(180)
@pytest.mark.parametrize("scene", sorted(FAULTS))
def test_a_feed_that_is_no_feed_has_its_typed_reason(nights: list[Played], scene: str) -> None:
    """50 MB, a web page, an XML bomb, JSON nested 10,000 deep, a clock 24 hours ahead."""
    row = said(nights[0], f"坏输入{scene}")
    assert row["outcome"] == "undetermined"
    assert row["reason"] in FAULTS[scene]
    assert row["evidence"]["next_try"] == "2023-03-29"


@pytest.mark.parametrize(
    ("name", "reason"),
    [(WRONG_FEED, "empty_unproven"), (NO_SUCH_FEED, "not_found"), (WRONG_UID, "empty_unproven")],
)
def test_a_wrong_id_never_makes_an_account_silent(
    nights: list[Played], name: str, reason: str
) -> None:
    for played in nights:
        row = said(played, name)
        assert (row["outcome"], row["reason"]) == ("undetermined", reason)


def test_a_credential_that_expires_between_two_accounts_leaves_the_rest_of_them_open(
    nights: list[Played],
) -> None:
    before = {said(nights[0], name)["outcome"] for name in EXPIRED}
    after = {
        (said(nights[1], name)["outcome"], said(nights[1], name)["reason"]) for name in EXPIRED
    }
    assert before == {"fail"}
    assert after == {("undetermined", "blocked")}


def test_the_batch_goes_on(nights: list[Played]) -> None:
    for played in nights:
        healthy = [one for one in played.rows if one["check"] == "M2.1" and "好账号" in one["name"]]
        outcomes = [one["outcome"] for one in healthy]
        assert (outcomes.count("pass"), outcomes.count("fail")) == (10, 1)
        assert played.report.state == "done"
