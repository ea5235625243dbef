"""Each site check at its limits, and where it must stay undetermined."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from checks.base import Outcome, Scope
from checks.facts import ColumnReading, ProbeDay, SiteFacts
from checks.registry import ALL, of_scope
from crawler.extract.facts import Channel, ColumnLink, Letter, PageLink, Row
from crawler.fetch.access import AccessState
from tests.unit.checks.world import (
    AS_OF,
    BADGES,
    BEIJING,
    HOME,
    column,
    columns,
    days_ago,
    home,
    judged,
    letter,
    link,
    page,
    refused,
    site,
    week,
)

SITE_CODES = [check.code for check in of_scope(Scope.SITE)]
READS_HOME = [code for code in SITE_CODES if code != "W2.1"]


def test_a_healthy_site_fails_nothing() -> None:
    outcomes = {code: judged(code, site()).outcome for code in SITE_CODES}
    assert Outcome.FAIL not in outcomes.values()
    assert outcomes["W3.1"] is Outcome.PASS
    assert outcomes["W5.1"] is Outcome.PASS
    assert outcomes["D-FOOTER"] is Outcome.PASS


@pytest.mark.parametrize("code", READS_HOME)
@pytest.mark.parametrize("state", [one for one in AccessState if one is not AccessState.OK])
def test_a_home_page_that_was_not_read_is_undetermined_with_its_access_state(
    code: str, state: AccessState
) -> None:
    """Traps 1-4, 27: refused is neither a pass nor a veto."""
    verdict = judged(code, site(home=refused(state), newest_home=None))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, state.value)


@pytest.mark.parametrize("code", READS_HOME)
def test_a_home_page_that_was_never_asked_for_is_undetermined(code: str) -> None:
    verdict = judged(code, site(home=None, newest_home=None))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "not_visited")


@pytest.mark.parametrize("code", SITE_CODES)
def test_a_site_that_is_an_exception_is_not_applicable(code: str) -> None:
    verdict = judged(code, site(running_state="例外"))
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, "exempt")


@pytest.mark.parametrize("code", SITE_CODES)
def test_a_closed_site_is_not_applicable(code: str) -> None:
    assert judged(code, site(running_state="关停")).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("age", "outcome", "reason"),
    [
        (0, Outcome.PASS, "fresh"),
        (13, Outcome.PASS, "fresh"),
        (14, Outcome.FAIL, "boundary"),
        (15, Outcome.FAIL, "stale"),
        (400, Outcome.FAIL, "stale"),
    ],
)
def test_a_home_page_is_stale_from_fourteen_whole_days_on(
    age: int, outcome: Outcome, reason: str
) -> None:
    verdict = judged("W3.1", site(newest_home=days_ago(age)))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert verdict.last_update == days_ago(age)


@pytest.mark.parametrize(("age", "warning"), [(9, None), (10, "early"), (13, "early")])
def test_a_home_page_warns_from_ten_days_on(age: int, warning: str | None) -> None:
    assert judged("W3.1", site(newest_home=days_ago(age))).warning == warning


def test_a_headline_outside_the_lists_is_an_item_dated_by_its_link() -> None:
    """Trap 23: what stands alone above the lists was published too."""
    headline = PageLink(HOME + "xw/202303/t20230317_1.html", "全市水利工作会议在例市召开")
    verdict = judged("W3.1", site(home=home(links=(headline,)), newest_home=days_ago(60)))
    assert (verdict.outcome, verdict.last_update) == (Outcome.PASS, date(2023, 3, 17))
    assert verdict.evidence["provenance"] == "url"


@pytest.mark.parametrize(
    "link",
    [
        PageLink(HOME + "xw/202304/t20230417_1.html", "全市水利工作会议将在下月召开"),
        PageLink("http://www.gov.cn/xw/202303/t20230317_1.htm", "国务院召开常务会议研究工作"),
        PageLink(HOME + "css/20230317/style.css", "", "stylesheet"),
        PageLink(HOME + "xw/20230317/", "更多"),
    ],
)
def test_links_of_the_future_of_others_and_of_buttons_are_no_items(link: PageLink) -> None:
    verdict = judged("W3.1", site(home=home(links=(link,)), newest_home=days_ago(60)))
    assert (verdict.outcome, verdict.last_update) == (Outcome.FAIL, days_ago(60))


def test_a_fresh_headline_is_an_update_where_no_list_had_a_day() -> None:
    headline = PageLink(HOME + "xw/202303/t20230317_1.html", "全市水利工作会议在例市召开")
    verdict = judged("W3.1", site(home=home(links=(headline,)), newest_home=None))
    assert (verdict.outcome, verdict.last_update) == (Outcome.PASS, date(2023, 3, 17))


def test_of_a_headline_and_a_row_of_one_day_the_row_is_told() -> None:
    headline = PageLink(HOME + "xw/202303/t20230317_1.html", "全市水利工作会议在例市召开")
    shown = home(links=(headline,))
    row = {"title": "另一条"}
    told = judged("W3.1", site(home=shown, newest_home=date(2023, 3, 17), newest_home_evidence=row))
    assert told.evidence["title"] == "另一条"


def test_the_age_is_counted_in_beijing_days_not_in_hours() -> None:
    late = datetime(2023, 3, 20, 23, 59, 59, tzinfo=BEIJING)
    early = datetime(2023, 3, 20, 0, 0, 1, tzinfo=BEIJING)
    for as_of in (late, early):
        assert judged("W3.1", site(newest_home=date(2023, 3, 7)), as_of).outcome is Outcome.PASS
        assert judged("W3.1", site(newest_home=date(2023, 3, 6)), as_of).reason == "boundary"


def test_stale_lists_beside_an_unread_script_list_prove_nothing() -> None:
    """Trap 22."""
    verdict = judged("W3.1", site(home=home(needs_browser=True), newest_home=days_ago(60)))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "script_lists_unread")
    rendered = replace(home(needs_browser=True), rendered=True)
    assert judged("W3.1", site(home=rendered, newest_home=days_ago(60))).outcome is Outcome.FAIL


def test_undated_items_whose_pages_were_not_read_prove_nothing() -> None:
    """Trap 23."""
    verdict = judged("W3.1", site(newest_home=days_ago(60), undated_unresolved=2))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "undated_unread")
    nothing_dated = judged("W3.1", site(newest_home=None))
    assert (nothing_dated.outcome, nothing_dated.reason) == (Outcome.UNDETERMINED, "no_dated_item")


def test_a_navigation_only_home_page_is_judged_by_its_second_level() -> None:
    fresh = site(
        navigation_only=True, newest_home=None, columns=columns("通知公告", days_ago(3), 3)
    )
    assert judged("W3.1", fresh).outcome is Outcome.NOT_APPLICABLE
    assert judged("W3.2", fresh).outcome is Outcome.PASS
    stale = replace(fresh, columns=columns("通知公告", days_ago(14), 3))
    assert (judged("W3.2", stale).outcome, judged("W3.2", stale).reason) == (
        Outcome.FAIL,
        "boundary",
    )
    refused_one = replace(stale.columns[0], page=refused(AccessState.CHALLENGE), newest=None)
    unproven = replace(stale, columns=(refused_one, *stale.columns[1:]))
    assert judged("W3.2", unproven).outcome is Outcome.UNDETERMINED
    assert judged("W3.2", site()).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("counted", "failed", "outcome"),
    [(20, 1, Outcome.FAIL), (100, 5, Outcome.FAIL), (21, 1, Outcome.PASS), (101, 5, Outcome.PASS)],
)
def test_exactly_five_percent_of_failed_probes_is_a_veto(
    counted: int, failed: int, outcome: Outcome
) -> None:
    assert judged("W2.1", site(probes=week(counted, failed))).outcome is outcome


def test_one_failed_probe_fewer_than_five_percent_passes_with_a_warning() -> None:
    spread = (*week(20, 1, days=6), ProbeDay(days_ago(7), 20, 0))
    verdict = judged("W2.1", site(probes=spread))
    assert (verdict.outcome, verdict.warning) == (Outcome.PASS, "near_limit")


@pytest.mark.parametrize("probes", [week(days=6), week(counted=19), ()])
def test_too_few_probes_are_undetermined(probes: tuple[ProbeDay, ...]) -> None:
    verdict = judged("W2.1", site(probes=probes))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "too_few_probes")


def test_a_full_day_of_the_run_itself_counts_into_the_week() -> None:
    probes = (ProbeDay(AS_OF.date(), 20, 20), *week(20, 0))
    assert judged("W2.1", site(probes=probes)).evidence["failed"] == 20
    thin = (ProbeDay(AS_OF.date(), 19, 19), *week(20, 0))
    assert judged("W2.1", site(probes=thin)).evidence["failed"] == 0


def test_a_vantage_outside_the_mainland_accuses_nobody() -> None:
    """Trap 7."""
    verdict = judged("W2.1", site(vantage="境外 法兰克福", probes=week(20, 20)))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "outside_vantage")


@pytest.mark.parametrize(("count", "outcome"), [(4, Outcome.PASS), (5, Outcome.FAIL)])
def test_five_stale_news_columns_are_a_veto(count: int, outcome: Outcome) -> None:
    assert judged("W4.1", site(columns=columns("动态要闻", days_ago(14), count))).outcome is outcome


def test_level_two_notices_do_not_count_in_w4_1_but_in_w4_2() -> None:
    second = columns("通知公告", days_ago(400), 10, level=2)
    assert judged("W4.1", site(columns=second)).outcome is Outcome.PASS
    assert judged("W4.2", site(columns=second)).outcome is Outcome.FAIL


def test_exactly_six_calendar_months_is_still_in_time() -> None:
    in_time = columns("通知公告", date(2022, 9, 20), 5)
    assert judged("W4.1", site(columns=in_time)).outcome is Outcome.PASS
    late = columns("通知公告", date(2022, 9, 19), 5)
    assert judged("W4.1", site(columns=late)).outcome is Outcome.FAIL


@pytest.mark.parametrize(("count", "outcome"), [(9, Outcome.PASS), (10, Outcome.FAIL)])
def test_ten_columns_not_updated_are_a_veto(count: int, outcome: Outcome) -> None:
    stale = columns("人事", date(2022, 3, 19), count)
    assert judged("W4.2", site(columns=stale)).outcome is outcome


def test_exactly_one_year_is_still_in_time_for_personnel() -> None:
    in_time = columns("人事", date(2022, 3, 20), 10)
    assert judged("W4.2", site(columns=in_time)).outcome is Outcome.PASS


def test_columns_that_were_not_read_may_tip_the_count_and_leave_it_undetermined() -> None:
    """Traps 22, 25, 27."""
    stale = columns("动态要闻", days_ago(30), 3)
    unread = tuple(
        replace(one, page=refused(AccessState.BLOCKED), newest=None, url=f"{one.url}x/")
        for one in columns("动态要闻", None, 2)
    )
    verdict = judged("W4.1", site(columns=(*stale, *unread)))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "columns_unread")


def test_a_waived_or_external_column_counts_nowhere() -> None:
    """Trap 24."""
    stale = columns("人事", date(2020, 1, 1), 10)
    for changed in ({"waived_until": AS_OF.date()}, {"external": True}):
        spared = (replace(stale[0], **changed), *stale[1:])
        assert judged("W4.2", site(columns=spared)).outcome is Outcome.PASS
    expired = (replace(stale[0], waived_until=days_ago(1)), *stale[1:])
    assert judged("W4.2", site(columns=expired)).outcome is Outcome.FAIL


def test_a_registered_deadline_replaces_the_one_of_the_kind() -> None:
    strict = columns("专题", days_ago(7), 10, deadline_days=7)
    assert judged("W4.2", site(columns=strict)).outcome is Outcome.FAIL
    assert judged("W4.2", site(columns=columns("专题", days_ago(700), 10))).outcome is Outcome.PASS


def _blank(name: str, *, rendered: bool = True) -> ColumnReading:
    url = f"{HOME}{name}/"
    seen = replace(page("column", url=url, blank_list=True), rendered=rendered)
    return column(name, None, page=seen, url=url)


@pytest.mark.parametrize(("count", "outcome"), [(4, Outcome.PASS), (5, Outcome.FAIL)])
def test_five_blank_columns_are_a_veto(count: int, outcome: Outcome) -> None:
    blanks = tuple(_blank(f"专栏{n}") for n in range(count))
    assert judged("W4.3", site(columns=blanks)).outcome is outcome


def test_a_blank_that_no_browser_saw_is_not_proven() -> None:
    """Trap 22: an empty list in plain HTML may be filled by a script."""
    blanks = tuple(_blank(f"专栏{n}", rendered=False) for n in range(5))
    verdict = judged("W4.3", site(columns=blanks))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "columns_unread")


def test_a_column_that_once_held_something_is_not_blank() -> None:
    blanks = tuple(replace(_blank(f"专栏{n}"), ever_filled=True) for n in range(6))
    assert judged("W4.3", site(columns=blanks)).outcome is Outcome.PASS


def test_only_petition_and_discipline_channels_are_no_channel() -> None:
    """Trap 35."""
    special = (
        Channel("网上信访", HOME + "xf/", "petition"),
        Channel("纪检举报", HOME + "jj/", "discipline"),
    )
    read = (column("互动交流", None),)
    verdict = judged("W5.1", site(home=home(channels=special), columns=read))
    assert (verdict.outcome, verdict.reason) == (Outcome.FAIL, "only_special")


def test_a_link_called_survey_is_no_interaction_area_that_was_read() -> None:
    """Trap 35: 预期调查 may lead to articles; the mailbox may be a picture."""
    survey = (Channel("预期调查", HOME + "yqdc/", "survey"),)
    verdict = judged("W5.1", site(home=home(channels=survey)))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "no_interaction_area")


def test_no_channel_in_an_interaction_column_fails_and_no_such_column_is_for_a_person() -> None:
    """A picture may be the entry: nothing found anywhere is no proof."""
    empty = site(home=home(channels=()), columns=(column("互动交流", None),))
    assert (judged("W5.1", empty).outcome, judged("W5.1", empty).reason) == (
        Outcome.FAIL,
        "none_offered",
    )
    nothing = judged("W5.1", site(home=home(channels=())))
    assert (nothing.outcome, nothing.reason) == (Outcome.UNDETERMINED, "no_interaction_area")


def test_a_consult_entry_whose_page_was_not_read_is_undetermined() -> None:
    """Trap 35."""
    entry = (Channel("领导信箱", HOME + "xx/", "consult"),)
    verdict = judged(
        "W5.1",
        site(
            home=home(channels=entry),
            channels=(refused(AccessState.LOGIN_WALL, "channel", HOME + "xx/"),),
        ),
    )
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "channel_unread")
    read = site(home=home(channels=entry), channels=(page("channel", url=HOME + "xx/"),))
    assert judged("W5.1", read).outcome is Outcome.PASS


def test_a_board_of_letters_is_a_channel_unless_it_is_one_of_petitions() -> None:
    """Trap 35."""
    told = (letter(days_ago(20), days_ago(15)),)
    board = page("board", url=HOME + "b/", letters=told, title="百姓留言")
    assert judged("W5.1", site(home=home(channels=()), boards=(board,))).outcome is Outcome.PASS
    petitions = page("board", url=HOME + "x/", letters=told, title="网上信访")
    special = (Channel("网上信访", HOME + "x/", "petition"),)
    verdict = judged("W5.1", site(home=home(channels=special), boards=(petitions,)))
    assert (verdict.outcome, verdict.reason) == (Outcome.FAIL, "only_special")


def test_a_body_without_outward_services_is_left_to_a_person() -> None:
    bare = site(home=home(channels=()), columns=(column("互动交流", None),), offers_services=False)
    verdict = judged("W5.1", bare)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "needs_person")


def _board(*letters: Letter) -> SiteFacts:
    return site(boards=(page("board", url=HOME + "b/", letters=letters),))


@pytest.mark.parametrize(
    ("replied", "outcome"), [(date(2023, 2, 28), Outcome.PASS), (date(2023, 3, 1), Outcome.FAIL)]
)
def test_three_calendar_months_are_clipped_at_the_end_of_the_month(
    replied: date, outcome: Outcome
) -> None:
    assert judged("W5.2", _board(letter(date(2022, 11, 30), replied))).outcome is outcome


def test_late_is_late_even_if_answered_and_open_needs_the_word_open() -> None:
    silent = judged("W5.2", _board(letter(date(2022, 10, 1))))
    assert silent.outcome is Outcome.PASS
    waiting = judged("W5.2", _board(letter(date(2022, 10, 1), status="办理中")))
    assert (waiting.outcome, waiting.reason) == (Outcome.FAIL, "unanswered")
    late = judged("W5.2", _board(letter(date(2022, 10, 1), date(2023, 1, 2))))
    assert (late.outcome, late.reason) == (Outcome.FAIL, "answered_late")


def test_letters_older_than_a_year_do_not_count() -> None:
    old = judged("W5.2", _board(letter(date(2022, 3, 19), date(2022, 12, 1))))
    assert (old.outcome, old.reason) == (Outcome.UNDETERMINED, "no_recent_letters")
    edge = judged("W5.2", _board(letter(date(2022, 3, 20), date(2022, 12, 1))))
    assert edge.outcome is Outcome.FAIL


def test_a_site_without_any_service_entry_fails_only_when_it_is_to_offer_services() -> None:
    bare = home(columns=(ColumnLink("新闻动态", HOME + "xw/", "动态要闻"),))
    assert judged("W6.1", site(home=bare)).outcome is Outcome.FAIL
    assert judged("W6.1", site(home=bare, offers_services=None)).reason == "not_registered"
    assert judged("W6.1", site(home=bare, offers_services=False)).outcome is Outcome.NOT_APPLICABLE
    assert judged("W6.1", site()).outcome is Outcome.PASS


@pytest.mark.parametrize("item", ["conac", "site_code", "icp", "police", "sponsor", "contact"])
def test_each_missing_footer_item_is_named(item: str) -> None:
    empty: Any = False if item in {"conac", "contact"} else None
    spoiled = replace(BADGES)
    object.__setattr__(spoiled, item, empty)
    verdict = judged("D-FOOTER", site(home=home(badges=spoiled)))
    assert (verdict.outcome, verdict.reason) == (Outcome.FAIL, "missing")
    assert len(verdict.evidence["missing"]) == 1


def test_a_footer_that_comes_from_an_unread_script_is_undetermined() -> None:
    """Trap 32."""
    unread = replace(BADGES, conac=None, jiucuo=None, icp=None)
    for code in ("D-FOOTER", "D-FINDERR"):
        verdict = judged(code, site(home=home(badges=unread)))
        assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "footer_unread")


def test_a_wrong_mark_an_obsolete_entry_and_a_foreign_code_are_told_apart() -> None:
    """Traps 32, 33."""
    wrong = replace(BADGES, conac_error=True)
    assert judged("D-FOOTER", site(home=home(badges=wrong))).reason == "wrong_mark"
    told = {
        judged("D-FINDERR", site(home=home(badges=replace(BADGES, **change)))).reason
        for change in (
            {"jiucuo": False},
            {"jiucuo_obsolete": True},
            {"jiucuo_code": "4301000009"},
        )
    }
    assert told == {"missing", "obsolete_entry", "wrong_code"}


def test_only_confirmed_dead_links_count() -> None:
    """Trap 30."""
    harmless = (link("ok"), link("suspected"), link("blocked"), link("undetermined"))
    verdict = judged("D-LINK.1", site(links=harmless))
    assert (verdict.outcome, verdict.warning) == (Outcome.PASS, "suspected")
    assert judged("D-LINK.1", site(links=(link("dead"),))).outcome is Outcome.FAIL
    assert judged("D-LINK.1", site(links=None)).outcome is Outcome.UNDETERMINED


def test_hostile_titles_do_not_bloat_the_evidence() -> None:
    rows = (Row("长" * 100_000, HOME, days_ago(20)),)
    verdict = judged(
        "W3.1",
        site(
            home=home(rows=rows),
            newest_home=days_ago(20),
            newest_home_evidence={"title": "长" * 100_000},
        ),
    )
    assert len(str(verdict.evidence)) < 1_000


def test_every_check_of_a_site_declares_the_reasons_it_gives() -> None:
    for check in ALL:
        assert check.reasons
        assert all(sentence for sentence in check.reasons.values())
