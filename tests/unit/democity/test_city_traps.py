"""Each planted trap is really on the page, and the truth is there beside it."""

from __future__ import annotations

import re

import pytest

from tests.unit.democity.town import ask, home, on_night, one_site, words


def test_the_header_clock_says_today() -> None:
    """Trap 15."""
    stale = {"W3.1": {"age": 40}}
    told = home(one_site(problems=stale, look={"clock": "text"}))
    assert "今天是：2023年3月30日 星期四" in told
    assert "getFullYear" in home(one_site(problems=stale, look={"clock": "script"}))
    assert "<span>2023-03-30</span>" in home(one_site(problems=stale, look={"clock": "weather"}))


def test_generation_stamps_are_fresh_on_a_stale_page() -> None:
    """Trap 16."""
    scenario = one_site(problems={"W3.1": {"age": 40}}, look={"stamp": True, "last_modified": True})
    reply = ask(on_night(scenario), scenario.sites[0].home_url)
    assert "页面生成时间 2023-03-30" in words(reply)
    assert ("Last-Modified", "Thu, 30 Mar 2023 16:31:07 GMT") in reply.headers


def test_labels_can_be_those_of_the_template() -> None:
    """Trap 17."""
    assert 'content="政府网站标识码"' in home(one_site(look={"wrong_meta": True}))


def test_future_and_impossible_dates_are_printed() -> None:
    """Trap 19."""
    made = home(one_site(look={"future_row": True, "impossible_row": True}))
    assert "2023-12-31" in made
    assert "2023-06-31" in made


def test_deadlines_stand_in_titles() -> None:
    """Trap 19."""
    assert "（报名截止2023年12月31日）" in home(one_site(look={"title_dates": True}))


def test_pinned_old_rows_come_first() -> None:
    """Trap 20."""
    made = home(one_site(look={"pinned": 2}))
    dates = re.findall(r"<span>(\d{4}-\d\d-\d\d)</span>", made)
    assert "[置顶]" in made
    assert dates[0] < dates[2]
    assert max(dates[:10]) >= "2023-03-24"


def test_relative_dates_are_printed_for_the_newest_rows() -> None:
    """Trap 21."""
    made = home(one_site(look={"home_dates": "relative"}))
    assert re.search(r"<span>(昨天|[2-5]天前)</span>", made)


@pytest.mark.parametrize(
    ("style", "pattern"),
    [
        ("short", r"<span>\d\d-\d\d</span>"),
        ("slash", r"<span>2023/\d\d/\d\d</span>"),
        ("dot", r">2023\.\d\d\.\d\d</span>"),
        ("chinese", r"<span>2023年\d\d月\d\d日</span>"),
        ("bracket", r">\[\d\d-\d\d\]<"),
        ("bracket_iso", r"<em>\[2023-\d\d-\d\d\]</em>"),
        ("split", r"<em>\d\d</em><span>2023-\d\d</span>"),
        ("split_year", r"<div>--2023--</div><p>\d\d-\d\d</p>"),
        ("table", r'<td align="right">2023-\d\d-\d\d</td>'),
    ],
)
def test_dates_come_in_many_shapes(style: str, pattern: str) -> None:
    assert re.search(pattern, home(one_site(look={"home_dates": style})))


def test_undated_rows_have_their_date_on_the_article_page() -> None:
    """Trap 23."""
    scenario = one_site(family="gkmlpt", look={"home_dates": "undated"})
    site, streets = scenario.sites[0], on_night(scenario)
    made = words(ask(streets, site.home_url))
    rows = re.findall(r'<li><a href="/(\w+/\w+/content/post_\d+\.html)"', made)
    assert rows
    assert not re.search(r"2023-\d\d-\d\d", made)
    assert 'name="PubDate" content="2023-03' in words(ask(streets, f"{site.origin}/{rows[0]}"))


def test_articles_can_hide_their_date_altogether() -> None:
    """Trap 23."""
    scenario = one_site(family="gkmlpt", look={"home_dates": "undated", "bare_articles": True})
    site, streets = scenario.sites[0], on_night(scenario)
    row = re.search(r'<li><a href="/(\w+/\w+/content/post_\d+\.html)"', home(scenario))
    assert row is not None
    assert not re.search(r"202[0-9]-", words(ask(streets, f"{site.origin}/{row[1]}")))


def test_fresh_rows_in_comments_and_of_other_sites_stand_on_a_stale_page() -> None:
    """Traps 31 and 33."""
    look = {"commented_rows": True, "foreign_rows": True}
    made = home(one_site(problems={"W3.1": {"age": 40}}, look=look))
    commented = re.search(r"<!--.*?-->", made, re.DOTALL)
    assert commented is not None
    assert "2023-03-29" in commented[0]
    assert '<a href="http://www.gov.cn/">上级政务信息转载</a><span>2023-03-29' in made


def test_a_cached_site_is_old_on_the_first_night_alone() -> None:
    """Trap 30: what a second look settles."""
    scenario = one_site(look={"cached_days": 20})
    assert max(re.findall(r"2023-\d\d-\d\d", home(scenario, 1))) <= "2023-03-08"
    assert max(re.findall(r"2023-\d\d-\d\d", home(scenario, 2))) >= "2023-03-22"


def test_links_can_be_dead_for_one_night() -> None:
    """Trap 30."""
    scenario = one_site(look={"flaky_links": 1})
    url = f"{scenario.sites[0].origin}/hd/0.html"
    assert 'href="./hd/0.html"' in home(scenario)
    assert [ask(on_night(scenario, night), url).status for night in (1, 2, 3)] == [404, 200, 200]


def test_neighbours_refuse_machines_and_head_is_refused_by_the_site() -> None:
    """Traps 4 and 29."""
    scenario = one_site(look={"refused_links": 1, "no_head": True})
    site, streets = scenario.sites[0], on_night(scenario)
    assert ask(streets, f"http://refuses1.{site.domain}/").status == 403
    assert ask(streets, site.home_url, method="HEAD").status == 405
    assert ask(streets, site.home_url).status == 200


def test_lost_visitors_can_be_told_with_200() -> None:
    """Trap 28."""
    scenario = one_site(look={"soft_404": True})
    reply = ask(on_night(scenario), f"{scenario.sites[0].origin}/q8f3k2.html")
    assert reply.status == 200
    assert "您访问的页面不存在" in words(reply)


def test_robots_can_forbid_everything_or_be_a_challenge() -> None:
    """Trap 13."""
    for kind, told in (("deny", "Disallow: /"), ("challenge", "请开启JavaScript")):
        scenario = one_site(look={"robots": kind})
        assert told in words(ask(on_night(scenario), f"{scenario.sites[0].origin}/robots.txt"))


def test_menu_and_footer_can_be_written_by_script_or_stand_in_a_frame() -> None:
    """Traps 12 and 32."""
    scenario = one_site(look={"menu_script": True}, footer={"where": "script"})
    site, streets = scenario.sites[0], on_night(scenario)
    made = words(ask(streets, site.home_url))
    assert "网站标识码" not in made
    assert site.code in words(ask(streets, f"{site.origin}/js/footer.js"))
    assert "document.writeln" in words(ask(streets, f"{site.origin}/js/menu.js"))
    framed = one_site(footer={"where": "frame"})
    assert '<iframe src="/footer.html"' in home(framed)
    frame = ask(on_night(framed), f"{framed.sites[0].origin}/footer.html")
    assert framed.sites[0].code in words(frame)


def test_the_footer_can_stand_on_the_home_page_alone() -> None:
    """Trap 34."""
    scenario = one_site(family="trs", footer={"where": "home"})
    site = scenario.sites[0]
    assert f"网站标识码：{site.code}" in home(scenario)
    inner = ask(on_night(scenario), f"{site.origin}/{site.columns[0].slug}/")
    assert inner.status == 200
    assert "网站标识码" not in words(inner)
