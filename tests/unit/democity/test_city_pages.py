"""Sites are whole: every link answers, nothing is out before its day, the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from democity.families import FAMILIES
from democity.families.place import Place
from democity.plans import Listing
from democity.scenario import Scenario, plan
from tests.unit.democity.town import ask, document, home, on_night, one_site, walk, words

EVERY = sorted(FAMILIES)
# The hostile family is never healthy: some of its addresses are no addresses at all.
HEALTHY = [name for name in EVERY if name != "hostile"]


@pytest.mark.parametrize("family", HEALTHY)
def test_every_link_of_a_healthy_site_answers(family: str) -> None:
    scenario = one_site(family=family, columns="full", pages=60)
    found = walk(on_night(scenario), scenario.sites[0])
    assert set(found.values()) == {200}
    assert len(found) > 40


@pytest.mark.parametrize("family", EVERY)
def test_a_random_path_is_not_found(family: str) -> None:
    scenario = one_site(family=family)
    streets, site = on_night(scenario), scenario.sites[0]
    for path in ("/q8f3k2/", "/q8f3k2.html", "/zwgk/none/index.html", "/art/2023/3/1/x.html"):
        assert ask(streets, site.origin + path).status == 404, path


def _digest(scenario: Scenario, night: int) -> str:
    streets = on_night(scenario, night)
    told = hashlib.sha256()
    for site in scenario.sites:
        for url in sorted(walk(streets, site)):
            told.update(ask(streets, url).body)
    return told.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    families = ("epoint", "gkmlpt", "frames")
    said = {"sites": [{"unit": "临江市", "family": family} for family in families]}
    assert _digest(plan(document(**said)), 2) == _digest(plan(document(**said)), 2)
    assert _digest(plan(document(**said)), 2) != _digest(plan(document(**said)), 3)
    assert _digest(plan(document(**said)), 2) != _digest(plan(document(**said, seed=6)), 2)


def test_an_article_is_not_there_before_its_day() -> None:
    scenario = one_site(family="trs", problems={"W3.1": {"last": "2023-03-28"}})
    site = scenario.sites[0]
    there = FAMILIES["trs"].address(site, Place("article", 1, 0), site.columns[0].schedule.day(0))
    assert ask(on_night(scenario, 1), f"{site.origin}/{there}").status == 404
    assert ask(on_night(scenario, 2), f"{site.origin}/{there}").status == 200
    assert "20230328" in there


def test_lists_go_over_several_pages_and_end() -> None:
    scenario = one_site(family="trs", pages=300)
    streets, site = on_night(scenario), scenario.sites[0]
    base = f"{site.origin}/{site.columns[0].slug}"
    first = words(ask(streets, f"{base}/index.html"))
    assert 'index_1.html"' in first
    assert ask(streets, f"{base}/index_1.html").status == 200
    assert ask(streets, f"{base}/index_40.html").status == 404


@pytest.mark.parametrize("family", ["trs", "epoint", "hanweb"])
def test_pages_that_say_gb2312_hold_gb18030(family: str) -> None:
    """Trap 11."""
    scenario = one_site(family=family, encoding="gb2312")
    site = scenario.sites[0]
    reply = ask(on_night(scenario), site.home_url)
    assert b"charset=gb2312" in reply.body
    assert site.name in reply.body.decode("gb18030")
    assert reply.content_type == "text/html"


def test_epoint_lists_print_month_and_day_and_the_year_stands_in_the_link() -> None:
    """Trap 18."""
    made = home(one_site(family="epoint"))
    rows = re.findall(r'href="(/\d{3}/\d{6}/(\d{4})(\d\d)(\d\d)/[^"]+)".*?\[(\d\d)-(\d\d)\]', made)
    assert len(rows) > 10
    assert all((month, day) == (m, d) for _, _, month, day, m, d in rows)
    assert not re.search(r"\[\d{4}-", made)


def test_trs_links_are_relative_to_their_page() -> None:
    scenario = one_site(family="trs")
    site = scenario.sites[0]
    assert 'href="./zwgk/tzgg/' in home(scenario)
    listed = words(ask(on_night(scenario), f"{site.origin}/zwgk/tzgg/index.html"))
    assert 'href="../../zwgk/tzgg/' in listed


def test_hanweb_columns_load_records_in_cdata_from_the_proxy() -> None:
    """Trap 22."""
    scenario = plan(document(sites=[{"unit": "临江市", "family": "hanweb", "count": 6}]))
    streets = on_night(scenario)
    empty = 0
    for site in scenario.sites:
        made = words(ask(streets, f"{site.origin}/col/col1203/index.html"))
        empty += "<record>" not in made
        proxy = re.search(r"'(/module/web/jpage/dataproxy\.jsp\?[^']+)'", made)
        assert proxy is not None
        store = words(ask(streets, site.origin + proxy[1]))
        records = re.findall(r"<record><!\[CDATA\[<li.*?href=\"/art/2023/\d", store)
        assert records
    assert 0 < empty < 6


def test_gkmlpt_lists_are_json_under_one_address() -> None:
    """Trap 22."""
    scenario = one_site(family="gkmlpt")
    streets, site = on_night(scenario), scenario.sites[0]
    column = next(c for c in site.columns if c.name == "通知公告")
    address = FAMILIES["gkmlpt"].address(site, Place("column", column.number))
    assert address == f"gkmlpt/index#{1200 + column.number}"
    told = json.loads(
        ask(streets, f"{site.origin}/gkmlpt/api/all/{1200 + column.number}?page=1&sid=1").body
    )
    assert told["articles"][0]["url"].startswith(f"{site.origin}/gkmlpt/content/")
    assert told["articles"][0]["created_at"].startswith("2023-03")
    assert column.name not in re.findall(
        r"<li>.*?</li>", words(ask(streets, f"{site.origin}/gkmlpt/index"))
    )


def test_the_script_family_shows_no_row_and_no_data_address_without_a_browser() -> None:
    """Trap 22."""
    scenario = one_site(family="script")
    streets, site = on_night(scenario), scenario.sites[0]
    made = words(ask(streets, site.home_url))
    assert "data-c=" in made
    assert "/r/q" not in made
    assert not re.search(r"2023-\d\d-\d\d", made)
    rows = json.loads(ask(streets, f"{site.origin}/r/q1?n=8&s=0").body)["d"]
    assert len(rows) == 5
    assert ask(streets, site.origin + rows[0]["b"]).status == 200


def test_the_home_page_of_a_framed_site_is_a_frameset() -> None:
    """Trap 12."""
    scenario = one_site(family="frames")
    streets, site = on_night(scenario), scenario.sites[0]
    made = words(ask(streets, site.home_url))
    assert "<frameset" in made
    assert "2023" not in made
    assert "2023-03" in words(ask(streets, f"{site.origin}/main.html"))
    assert "网站标识码" in words(ask(streets, f"{site.origin}/bottom.html"))


def test_guides_carry_all_elements() -> None:
    scenario = plan(document(sites=[{"unit": "临江市", "family": "trs", "count": 4}]))
    streets = on_night(scenario)
    for site in scenario.sites:
        column = next(c for c in site.columns if c.listing is Listing.GUIDES)
        made = words(ask(streets, f"{site.origin}/{column.slug}/bsxx_1.html"))
        for name in (
            "事项名称",
            "设定依据",
            "申请条件",
            "办理材料",
            "办理地点",
            "办理时间",
            "联系电话",
            "办理流程",
        ):
            assert name in made


def test_the_board_goes_over_several_pages_and_offers_a_form() -> None:
    scenario = one_site(family="trs", pages=60)
    streets, site = on_night(scenario), scenario.sites[0]
    column = next(c for c in site.columns if c.listing is Listing.BOARD)
    base = f"{site.origin}/{column.slug}"
    assert "已回复" in words(ask(streets, f"{base}/index.html"))
    assert ask(streets, f"{base}/index_1.html").status == 200
    assert "<textarea" in words(ask(streets, f"{base}/wyxx.html"))


def test_memory_does_not_grow_with_the_pages_that_were_read() -> None:
    """Nothing is kept of a page: what is kept is bounded by the sizes of three small caches."""
    scenario = one_site(family="trs", pages=200)
    streets = on_night(scenario)
    before = set(vars(streets))
    walk(streets, scenario.sites[0])
    assert set(vars(streets)) == before
    assert len(streets.counts) < 30
