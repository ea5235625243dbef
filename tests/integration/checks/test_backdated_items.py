"""An item that appears under a day long past in a list that was watched: W1.5, for a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from database import session_factory
from democity import City
from democity.scenario import plan
from nightly import run_night
from review import listing
from settings import Settings
from tests.integration.night.night_world import register

pytestmark = pytest.mark.integration

SITE = {"unit": "临江市", "registered": True}
SCENARIO = {
    "name": "backdated",
    "seed": 7,
    "window": {"name": "2023Q1", "start": "2023-02-20", "end": "2023-03-31"},
    "nights": ["2023-03-28T01:00:00+08:00", "2023-03-29T01:00:00+08:00"],
    "units": [{"name": "临江市", "domain": "linjiang"}],
    "sites": [
        {**SITE, "family": "trs", "look": {"backdated_row": True}},
        {**SITE, "family": "epoint", "look": {"backdated_row": True}},
        {**SITE, "family": "trs"},
        {**SITE, "family": "epoint", "look": {"pinned": 3}},
    ],
}


def test_forged_days_are_for_a_person_and_new_or_pinned_items_are_not(tmp_path: Path) -> None:
    """Trap 26: the ledger of first sights against the days that items claim."""
    with City(plan(SCENARIO)) as city:
        origins = tmp_path / "origins.json"
        city.write_origin_map(origins)
        settings = Settings(home=tmp_path, origin_map=origins, browser="off", vantage="演示")
        register(settings, city)
        sessions = session_factory(settings)
        told = []
        for as_of in city.nights():
            city.set_clock(as_of)
            run = run_night(settings, sessions, as_of=as_of, workers=1).run
            with sessions() as session:
                rows = [
                    row
                    for row in listing.verdict_rows(session, run_ids=[run])
                    if row["check"] == "W1.5"
                ]
            told.append({row["code"]: row["reason"] for row in rows})
        codes = [site.code for site in city.scenario.sites]
    quiet = "nothing_found"
    assert told[0] == dict.fromkeys(codes, quiet)
    assert told[1] == dict(zip(codes, ["needs_person", "needs_person", quiet, quiet], strict=True))
