"""Sites that do not simply answer: each wall carries the marks by which it is known."""

from __future__ import annotations

import pytest

from tests.unit.democity.town import ask, on_night, one_site, words


@pytest.mark.parametrize(
    ("state", "status", "mark"),
    [
        ("challenge_rs", 412, "$_ts"),
        ("challenge_jsl", 521, "jsl_clearance"),
        ("challenge_wzws", 200, "/wzws-waf-cgi/"),
        ("waf_403", 403, "拦截"),
        ("rate_limited", 429, ""),
        ("parked", 200, "域名正在出售"),
        ("closed_notice", 200, "关停公告"),
        ("empty", 200, ""),
        ("soft_404", 200, "不存在"),
        ("error_500", 500, "Internal Server Error"),
        ("error_502", 502, "Bad Gateway"),
        ("error_503", 503, "Unavailable"),
    ],
)
def test_a_wall_answers_every_page_with_its_status_and_marks(
    state: str, status: int, mark: str
) -> None:
    """Traps 1, 2, 3, 4 and 28."""
    scenario = one_site(state=state)
    streets, site = on_night(scenario), scenario.sites[0]
    for path in ("/", "/zwgk/tzgg/index.html", "/q8f3k2"):
        reply = ask(streets, site.origin + path)
        assert reply.status == status
        assert mark in words(reply)


def test_cookies_and_headers_name_the_product_behind_a_challenge() -> None:
    """Traps 1 and 2."""
    river = one_site(state="challenge_rs")
    headers = ask(on_night(river), river.sites[0].home_url).headers
    assert any(name == "Set-Cookie" and "FSSBBIl1UgzbN7N80S=" in value for name, value in headers)
    jsl = one_site(state="challenge_jsl")
    assert "X-Via-JSL" in dict(ask(on_night(jsl), jsl.sites[0].home_url).headers)


def test_a_challenge_with_a_plain_cookie_lets_a_browser_through() -> None:
    """Trap 2."""
    scenario = one_site(state="challenge_plain")
    streets, url = on_night(scenario), scenario.sites[0].home_url
    first = ask(streets, url)
    assert first.status == 521
    assert 'document.cookie="jscheck=passed' in words(first)
    assert ask(streets, url, cookies="a=b; jscheck=passed").status == 200


def test_a_challenge_that_is_not_plain_is_not_passed_by_any_cookie() -> None:
    scenario = one_site(state="challenge_rs")
    streets, url = on_night(scenario), scenario.sites[0].home_url
    assert ask(streets, url, cookies="jscheck=passed; FSSBBIl1UgzbN7N80T=1").status == 412


def test_a_login_wall_leads_to_a_password() -> None:
    scenario = one_site(state="login_wall")
    streets, site = on_night(scenario), scenario.sites[0]
    reply = ask(streets, site.home_url)
    assert reply.status == 302
    there = dict(reply.headers)["Location"]
    assert 'type="password"' in words(ask(streets, site.origin + there))


def test_a_loop_never_ends() -> None:
    """Trap 6."""
    scenario = one_site(state="loop")
    streets, url = on_night(scenario), scenario.sites[0].home_url
    for _ in range(12):
        reply = ask(streets, url)
        assert reply.status == 302
        url = scenario.sites[0].origin + dict(reply.headers)["Location"]


def test_garbage_is_no_text_in_any_encoding() -> None:
    """Trap 11."""
    scenario = one_site(state="undecodable")
    body = ask(on_night(scenario), scenario.sites[0].home_url).body
    for codec in ("utf-8", "gb18030"):
        told = body.decode(codec, "replace")
        assert told.count("\ufffd") / len(told) > 0.005


def test_a_dead_name_is_registered_under_a_name_that_nobody_can_hold() -> None:
    scenario = one_site(state="dns")
    assert scenario.sites[0].host.endswith(".invalid")


def test_a_reset_answers_nothing() -> None:
    scenario = one_site(state="reset")
    assert ask(on_night(scenario), scenario.sites[0].home_url).drop
