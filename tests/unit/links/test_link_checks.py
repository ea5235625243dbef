"""What the checks make of links, certificates and what was slipped into a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.facts import LinkReading
from crawler.extract.facts import PageLink
from tests.unit.checks.world import HOME, home, judged, site

INNER = "http://www.example.gov.cn/a/b.html"


def reading(url: str = HOME + "x", state: str = "dead", **changed: object) -> LinkReading:
    whole = LinkReading(url, HOME, "附件", state, 404, "", "站内")
    return replace(whole, **changed)  # type: ignore[arg-type]


def test_links_below_one_dead_host_are_one_problem_trap_30() -> None:
    below = tuple(
        reading(f"http://down.test/{n}", host_down=True, status=None, detail="refused")
        for n in range(5)
    )
    verdict = judged("D-LINK.1", site(links=below), dead_links=2)
    assert (verdict.outcome, verdict.evidence["problems"]) == ("pass", 1)
    assert verdict.evidence["dead_hosts"] == ["down.test 下 5 条"]
    assert judged("D-LINK.1", site(links=(*below, reading())), dead_links=2).outcome == "fail"


@pytest.mark.parametrize("kind", ["间接引用", "内网地址"])
def test_what_no_visitor_follows_is_no_dead_link(kind: str) -> None:
    assert judged("D-LINK.1", site(links=(reading(link_class=kind),))).outcome == "pass"


def test_links_of_other_pages_are_judged_apart() -> None:
    links = (reading(state="ok"), reading(home=False, parent=INNER))
    assert judged("D-LINK.1", site(links=links)).outcome == "pass"
    verdict = judged("D-LINK.2", site(links=links))
    assert verdict.outcome == "fail"
    assert INNER in verdict.evidence["links"][0]
    assert judged("D-LINK.2", site(links=(reading(),))).reason == "links_unchecked"
    assert judged("D-LINK.2", site(links=None)).reason == "links_unchecked"


@pytest.mark.parametrize("state", ["suspected", "blocked", "undetermined"])
def test_nothing_but_a_confirmed_failure_is_dead_traps_4_30(state: str) -> None:
    doubtful = reading(state=state, home=False)
    answered = reading(state="ok", home=False)
    assert judged("D-LINK.2", site(links=(doubtful, answered))).outcome == "pass"
    # Where nothing at all answered, nothing is known.
    alone = judged("D-LINK.2", site(links=(doubtful,)))
    assert alone.outcome == ("pass" if state == "suspected" else "undetermined")


@pytest.mark.parametrize(
    ("detail", "outcome"),
    [("private_address literal", "fail"), ("private_address", "undetermined")],
)
def test_an_inner_address_is_a_finding_of_its_own(detail: str, outcome: str) -> None:
    inner = reading("http://10.1.2.3/oa/", state="suspected", link_class="内网地址", detail=detail)
    assert judged("F-INTRANET", site(links=(inner,))).outcome == outcome
    assert judged("F-INTRANET", site(links=(reading(),))).outcome == "pass"
    assert judged("F-INTRANET", site(links=None)).outcome == "undetermined"


@pytest.mark.parametrize(
    ("found", "outcome", "reason"),
    [
        ((), "pass", "none"),
        (("hidden",), "fail", "slipped_in"),
        (("title",), "fail", "slipped_in"),
        (("gambling", "gambling"), "fail", "slipped_in"),
        (("gambling",), "undetermined", "needs_person"),
        (("farm",), "undetermined", "needs_person"),
    ],
)
def test_dark_links_are_told_by_what_they_prove(
    found: tuple[str, ...], outcome: str, reason: str
) -> None:
    slipped = tuple(PageLink(f"http://x{n}.test/", "站", role) for n, role in enumerate(found))
    verdict = judged("F-DARKLINK", site(home=home(dark_links=slipped)))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_linked_site_that_changed_hands_is_a_danger_trap_31() -> None:
    gone = reading("http://old.test/", state="ok", danger="百家乐、真人视讯")
    assert judged("F-DARKLINK", site(links=(gone,))).reason == "changed_hands"
    renamed = reading("http://old.test/", state="ok", title="乙公司", title_before="甲协会")
    verdict = judged("F-DARKLINK", site(links=(renamed,)))
    assert (verdict.outcome, verdict.warning) == ("pass", "renamed")


@pytest.mark.parametrize(
    ("detail", "outcome", "reason"),
    [
        ("", "pass", "sound"),
        ("tls_certificate: certificate has expired", "fail", "expired"),
        (
            "tls_certificate: Hostname mismatch, certificate is not valid for 'x'",
            "fail",
            "wrong_name",
        ),
        ("tls_certificate: unable to get local issuer certificate", "undetermined", "untrusted"),
        ("tls_legacy: UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "pass", "legacy"),
        ("tls_protocol: TLSv1", "pass", "legacy"),
        ("tls_expires: 2023-04-01", "pass", "expiring"),
    ],
)
def test_certificates_are_findings_and_never_outages_trap_5(
    detail: str, outcome: str, reason: str
) -> None:
    page = replace(home(), detail=detail)
    verdict = judged("R-SECURITY", site(home=page))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert judged("W2.1", site(home=page)).outcome == "pass"


@pytest.mark.parametrize(
    ("jump", "outcome"),
    [("", "undetermined"), ("http://www.new.test/", "pass"), ("http://b.test/", "undetermined")],
)
def test_a_site_that_moved_where_the_register_says_agrees_with_it(jump: str, outcome: str) -> None:
    page = home()
    assert page.facts is not None
    moved = replace(page, facts=replace(page.facts, url="http://new.test/index.html"))
    assert judged("R-ADDRESS", site(home=moved, jump_url=jump)).outcome == outcome
