"""What is planted must be found, what stops short of the threshold must not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from democity import City, plan
from democity.access import STATES
from democity.plans import Listing
from tests.unit.democity.town import ask, document, home, on_night, one_site, walk, words


@pytest.mark.parametrize(
    ("code", "parameters", "found"),
    [
        ("W2.1", {"failed": 9}, True),
        ("W2.1", {"failed": 8}, False),
        ("W2.1", {"failed": 7, "counted": 20}, True),
        ("W3.1", {"age": 14}, True),
        ("W3.1", {"age": 13}, False),
        ("W3.2", {"age": 14}, True),
        ("W3.2", {"age": 13}, False),
        ("W4.1", {"news": 3, "notices": 2}, True),
        ("W4.1", {"news": 4, "notices": 0}, False),
        ("W4.2", {"columns": 10}, True),
        ("W4.2", {"columns": 9}, False),
        ("W4.3", {"columns": 5}, True),
        ("W4.3", {"columns": 6, "allowed": 2}, False),
        ("W5.1", {}, True),
        ("W5.2", {"age": 130}, True),
        ("W5.2", {"age": 130, "answered": 100}, True),
        ("W5.2", {"age": 130, "answered": 80}, False),
        ("W5.2", {"age": 60}, False),
        ("W5.2", {"age": 420}, False),
        ("W6.1", {}, True),
        ("W6.1", {"services": ""}, False),
        ("D-FOOTER", {"missing": ["icp"]}, True),
        ("D-FOOTER", {}, False),
        ("D-FINDERR", {"how": "obsolete"}, True),
        ("D-LINK.1", {"missing": 1}, True),
        ("D-LINK.1", {}, False),
        ("W1.3", {"what": "warning"}, False),
        ("W1.5", {"days": 4}, True),
        ("W1.5", {"days": 3}, False),
        ("W5.1", {"mailbox": True}, False),
        ("W6.3", {"items": 4, "gaps": 4}, True),
        ("W6.3", {"items": 4, "gaps": 3}, False),
        ("D-LINKED", {"tie": "sideways"}, True),
        ("D-LINKED", {"tie": "named"}, False),
        ("D-GUIDE", {"gaps": 1}, True),
        ("D-GUIDE", {"synonyms": True}, False),
        ("D-MSG.1", {}, True),
        ("D-MSG.1", {"other_board": True}, False),
        ("D-MSG.3", {"called": "other"}, False),
        ("D-MSG.4", {"replied": "letter"}, False),
        ("D-DOMAIN", {"suffix": "gov.cn.com"}, True),
        ("D-DOMAIN", {"suffix": "政务"}, False),
        ("D-LINK.2", {"how": "flaky"}, False),
        ("F-DARKLINK", {"what": "hidden"}, True),
        ("F-DARKLINK", {"what": "menu"}, False),
        ("F-INTRANET", {"how": "text"}, False),
        ("F-SOURCE", {"articles": "news"}, False),
        ("F-DUP", {"columns": 10}, True),
        ("F-DUP", {"columns": 9, "side_bar": True}, False),
        ("F-XXGK", {"receiver": True}, False),
        ("F-SURVEY", {"age": 400}, True),
        ("F-SURVEY", {"age": 400, "called": "调查研究"}, False),
        ("R-SITECODE", {"where": "label"}, False),
        ("R-ADDRESS", {"to": "domain"}, True),
        ("R-ADDRESS", {"to": "host"}, False),
        ("R-EMBLEM", {"shown": "style"}, False),
        ("R-YEARREPORT", {}, True),
        ("R-YEARREPORT", {"behind": 0, "bracketed": True}, False),
    ],
)
def test_the_answer_key_follows_the_thresholds(
    code: str, parameters: dict[str, Any], found: bool
) -> None:
    scenario = one_site(columns="full", problems={code: parameters})
    assert [one.check for one in scenario.expected] == ([code] if found else [])


def test_a_stale_home_page_ends_on_its_day_on_every_page() -> None:
    scenario = one_site(problems={"W3.1": {"age": 24}})
    (expected,) = scenario.expected
    assert str(expected.last_update) == "2023-03-06"
    site, streets = scenario.sites[0], on_night(scenario)
    dates: set[str] = set()
    for url in walk(streets, site):
        reply = ask(streets, url)
        if site.host in url and "html" in reply.content_type:
            dates |= set(re.findall(r"20\d\d-\d\d-\d\d", words(reply)))
    assert max(dates) == "2023-03-06"
    assert max(re.findall(r"20\d\d-\d\d-\d\d", home(scenario))) == "2023-03-06"


def test_a_site_behind_a_wall_is_in_the_key_for_its_probes_alone() -> None:
    problems = {"W3.1": {"age": 30}, "W2.1": {"failed": 100}}
    walled = one_site(state="challenge_rs", problems=problems)
    assert [one.check for one in walled.expected] == ["W2.1"]


def test_a_closed_site_and_a_canary_are_in_no_key() -> None:
    problems = {"W3.1": {"age": 30}}
    assert not one_site(running="关停", problems=problems).expected
    assert not one_site(canary=True, problems=problems).expected


def test_what_only_a_browser_proves_is_out_of_the_key_without_one() -> None:
    stale = {"W3.1": {"age": 30}}
    for said in ({"family": "script"}, {"state": "challenge_plain"}):
        city = City(one_site(problems=stale, **said))
        assert len(city.answer_key()) == 1
        assert city.answer_key(browser=False) == []
        assert city.undetermined() == {}
        assert list(city.undetermined(browser=False)) == [city.scenario.sites[0].code]


def test_no_channel_leaves_petition_and_discipline_alone() -> None:
    """Trap 35."""
    scenario = one_site(family="trs", problems={"W5.1": {}})
    site = scenario.sites[0]
    assert {c.name for c in site.columns if c.group == "互动交流"} == {"网上信访", "纪检举报"}
    pages = walk(on_night(scenario), site)
    assert not any("wyxx" in url for url in pages)


def test_a_late_letter_stands_on_a_further_page_of_the_board() -> None:
    scenario = one_site(family="trs", pages=60, problems={"W5.2": {"age": 130}})
    site, streets = scenario.sites[0], on_night(scenario)
    column = next(c for c in site.columns if c.listing is Listing.BOARD)
    first = words(ask(streets, f"{site.origin}/{column.slug}/index.html"))
    second = words(ask(streets, f"{site.origin}/{column.slug}/index_1.html"))
    assert "办理中" not in first
    assert "办理中" in second
    assert "2022-11-20" in second


def test_blank_columns_are_empty_and_kept_out_of_the_home_page() -> None:
    scenario = one_site(family="trs", columns="full", problems={"W4.3": {"columns": 5}})
    site, streets = scenario.sites[0], on_night(scenario)
    blank = [c for c in site.columns if c.blank]
    assert len(blank) == 5
    for column in blank:
        made = words(ask(streets, f"{site.origin}/{column.slug}/index.html"))
        assert re.search(r'<ul class="newslist">\s*</ul>', made)
        assert not column.home


@pytest.mark.parametrize(
    ("parameters", "gone"),
    [
        ({"missing": ["site_code"]}, "网站标识码"),
        ({"missing": ["icp"]}, "ICP备"),
        ({"missing": ["police"]}, "公网安备"),
        ({"missing": ["sponsor"]}, "主办单位"),
        ({"missing": ["contact"]}, "联系电话"),
        ({"missing": ["conac"]}, "conac.cn"),
    ],
)
def test_a_missing_footer_item_is_gone(parameters: dict[str, Any], gone: str) -> None:
    assert gone in home(one_site())
    assert gone not in home(one_site(problems={"D-FOOTER": parameters}))


def test_a_badge_in_a_comment_or_in_error_is_there_only_in_looks() -> None:
    """Trap 33."""
    hidden = home(one_site(problems={"D-FOOTER": {"comment": ["conac"]}}))
    assert re.search(r"<!-- <script[^>]*>document\.write\(unescape.*_ideConac.*-->", hidden)
    assert "red_error.png" in home(one_site(problems={"D-FOOTER": {"error_mark": True}}))


@pytest.mark.parametrize(
    ("how", "mark"),
    [
        ("obsolete", "pucha.kaipuyun.cn"),
        ("other_code", "sitecode='9701000008'"),
        ("comment", '<!-- <script id="_jiucuo_"'),
    ],
)
def test_the_entry_for_errors_can_be_wrong_in_several_ways(how: str, mark: str) -> None:
    assert mark in home(one_site(problems={"D-FINDERR": {"how": how}}))


def test_dead_links_are_dead_and_no_others() -> None:
    scenario = one_site(problems={"D-LINK.1": {"missing": 2, "hosts": 1}})
    found = walk(on_night(scenario), scenario.sites[0])
    dead = {url for url, status in found.items() if status != 200}
    assert len(dead) == 3
    assert sum(".invalid/" in url for url in dead) == 1
    assert not any(".invalid" in host for host in City(scenario).hosts())


def test_the_probe_plan_covers_a_week_before_every_night_with_the_planned_share() -> None:
    city = City(one_site(problems={"W2.1": {"failed": 9}}))
    rows = list(city.probe_plan())
    days = [day for _, day, _, _ in rows]
    assert (str(days[0]), str(days[-1])) == ("2023-03-21", "2023-03-29")
    for start in range(len(rows) - 6):
        week = rows[start : start + 7]
        assert sum(failed for _, _, _, failed in week) == 9
        assert sum(counted for _, _, counted, _ in week) == 168


def test_a_state_can_hold_on_some_nights_only() -> None:
    city = City(one_site(state={"kind": "hang", "seconds": 2, "nights": [2]}))
    code = city.scenario.sites[0].code
    assert city.undetermined(1) == {}
    assert city.undetermined(2) == {code: frozenset({"timeout"})}
    url = city.scenario.sites[0].home_url
    assert ask(on_night(city.scenario, 1), url).delay == 0
    assert ask(on_night(city.scenario, 2), url).delay == 2


@pytest.mark.parametrize("kind", sorted(STATES))
def test_every_state_has_reasons_unless_it_can_be_read(kind: str) -> None:
    rule = STATES[kind]
    assert bool(rule.reasons) == (kind != "ok")
    assert rule.hides or kind in {"ok", "challenge_plain"}


def test_ages_count_back_from_the_last_night() -> None:
    scenario = plan(
        document(
            nights=["2023-03-10T01:00:00+08:00", "2023-03-20T01:00:00+08:00"],
            sites=[{"unit": "临江市", "problems": {"W3.1": {"age": 14}}}],
        )
    )
    assert str(scenario.expected[0].last_update) == "2023-03-06"


PORTAL = {"kind": "门户", "columns": "full"}


@pytest.mark.parametrize(
    ("problems", "there", "gone"),
    [
        ({"R-EMBLEM": {}}, "", "guohui"),
        ({"R-EMBLEM": {"shown": "style"}}, "background:url(./images/guohui.png)", 'alt="国徽"'),
        ({"W1.3": {"what": "hijacked"}}, "http://hezuo.example/", ""),
        ({"F-DARKLINK": {}}, 'display:none"><a href="http://tejia1.example/"', ""),
        ({"F-INTRANET": {}}, '<a class="oa" href="http://192.168.1.20:8080', ""),
        ({"F-INTRANET": {"how": "text"}}, "192.168.1.20 仅限内网使用", '<p><a class="oa"'),
        ({"R-YEARREPORT": {}}, ">2021年政府网站工作年度报表<", ">2022年政府网站"),
        ({"R-YEARREPORT": {"behind": 0, "bracketed": True}}, "工作年度报表（2022年度）", ""),
        ({"D-META": {"how": "shouted"}}, "NAME='SiteIDCode'/>", '<meta name="SiteIDCode"'),
        ({"D-SEARCH": {"how": "link"}}, ">站内检索</a>", "<form"),
    ],
)
def test_a_problem_of_the_home_page_is_there_to_be_seen(
    problems: dict[str, Any], there: str, gone: str
) -> None:
    made = home(one_site(**PORTAL, problems=problems))
    assert there in made
    assert not gone or gone not in made


def test_an_interpretation_leads_to_its_document_unless_it_is_loose() -> None:
    """Every tie that is printed answers."""
    for tie, shown in (("document", "解读的文件：<a"), ("sideways", "相关解读：<a"), ("none", "")):
        scenario = one_site(**PORTAL, family="trs", problems={"D-LINKED": {"tie": tie}})
        site, streets = scenario.sites[0], on_night(scenario)
        column = next(one for one in site.columns if one.kind == "政策解读")
        listed = words(ask(streets, f"{site.origin}/{column.slug}/index.html"))
        row = re.search(r'href="../../(zwgk/zcjd/\d{6}/t[\d_]+\.html)"', listed)
        assert row is not None
        article = words(ask(streets, f"{site.origin}/{row[1]}"))
        assert (shown in article) if shown else ("解读的文件" not in article)
        for there in re.findall(r'class="xgwj">[^<]+<a href="../../../([^"]+)"', article):
            assert ask(streets, f"{site.origin}/{there}").status == 200


def test_one_item_stands_in_many_columns_under_an_address_of_each() -> None:
    scenario = one_site(**PORTAL, family="trs", problems={"F-DUP": {"columns": 11}})
    site, streets = scenario.sites[0], on_night(scenario)
    pages = [words(ask(streets, f"{site.origin}/{one.slug}/index.html")) for one in site.columns]
    rows = [re.search(r'href="../../([^"]+)"[^>]*>[^<]+（图文）<', made) for made in pages]
    found = {row[1] for row in rows if row is not None}
    assert len(found) == 11
    assert all(ask(streets, f"{site.origin}/{one}").status == 200 for one in found)


def test_who_has_moved_sends_visitors_on_and_is_whole_there() -> None:
    scenario = one_site(problems={"R-ADDRESS": {"to": "domain"}})
    site, streets = scenario.sites[0], on_night(scenario)
    reply = ask(streets, site.home_url)
    assert (reply.status, reply.headers) == (302, (("Location", f"http://{site.moved_to}/"),))
    assert site.name in words(ask(streets, f"http://{site.moved_to}/"))
    assert site.moved_to in City(scenario).hosts()


def test_a_chinese_domain_is_written_in_the_letters_of_the_wire() -> None:
    scenario = one_site(**PORTAL, problems={"D-DOMAIN": {"suffix": "政务"}})
    assert scenario.sites[0].host.endswith(".xn--zfr164b")
    assert ask(on_night(scenario), scenario.sites[0].home_url).status == 200
