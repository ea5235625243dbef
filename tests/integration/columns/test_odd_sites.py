"""Odd sites through the whole pipeline: no false veto by blindness, no false pass by noise."""

from __future__ import annotations

import pytest

from settings import Settings
from tests.integration.columns.odd_sites import ODD_SITES
from tests.integration.columns.odd_world import OddSite, judged

pytestmark = pytest.mark.integration
VETOES = ("W3.1", "W3.2", "W4.1", "W4.2", "W4.3", "W5.1", "W5.2", "W6.1", "W6.2", "W6.3")


@pytest.mark.parametrize("site", ODD_SITES, ids=lambda site: site.name)
def test_an_odd_site_gets_what_it_deserves(site: OddSite, sqlite_settings: Settings) -> None:
    told = judged(sqlite_settings.model_copy(update={"browser": "off"}), site)
    assert {check: told[check] for check in site.wanted} == dict(site.wanted)
    failed = {check for check in VETOES if told[check].startswith("fail")}
    assert failed == {check for check, wanted in site.wanted.items() if wanted.startswith("fail")}
