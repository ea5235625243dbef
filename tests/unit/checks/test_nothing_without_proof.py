"""Losing sight never proves anything: a verdict may become undetermined, never another verdict.

Sites and accounts of the other tests are spoiled at random: pages refused, challenged, cut off or
left to a script, links and texts not looked at. What was a pass must not become an accusation, what
was an accusation no pass, and what was open must stay open (traps 1-4, 9, 22, 27, 37).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from checks.base import Outcome, Scope
from checks.facts import AccountFacts, ColumnReading, PageReading, SiteFacts
from checks.registry import BY_CODE, of_scope
from crawler.fetch.access import AccessState
from crawler.platforms.observation import Observation, SourceReading
from tests.unit.checks.site_cases_pages import ALL_CASES as CASES
from tests.unit.checks.world import AS_OF, account, judged, post, site, source, stated

REFUSALS = [state for state in AccessState if state is not AccessState.OK]
SITE_CODES = [check.code for check in of_scope(Scope.SITE)]
ACCOUNT_CODES = [check.code for check in of_scope(Scope.ACCOUNT)]
SETTLED = {Outcome.PASS, Outcome.FAIL}
# What a check read of the register alone is true whatever the night saw.
FROM_THE_REGISTER = {"R-ACCTCODE", "R-DUPLICATE", "R-SAMENAME"}
# These speak of what was read and of nothing else: fewer pages are a smaller sample of the same.
OF_WHAT_WAS_READ = {"F-DUP", "D-FOOTER", "D-META"}
# One whole guide settles the clause, however many others were lost.
SETTLED_BY_ONE = {("W6.3", "in_order")}
NATIONAL = stated()


def refuse(page: PageReading, chance: Random) -> PageReading:
    """Refused: with the error page's own readings, as they are stored, or without any."""
    kept = page.facts if chance.random() < 0.5 else None
    return replace(page, access=chance.choice(REFUSALS), facts=kept)


def script(page: PageReading) -> PageReading:
    """Parts of the page come from a script that no browser ran."""
    assert page.facts is not None
    return replace(page, rendered=False, facts=replace(page.facts, needs_browser=True))


def cut(page: PageReading) -> PageReading:
    """The page was larger than what is parsed."""
    assert page.facts is not None
    return replace(page, facts=replace(page.facts, truncated=True))


def spoiled(page: PageReading, chance: Random) -> PageReading:
    if page.facts is None:
        return page
    way = chance.randrange(6)
    if way == 0:
        return refuse(page, chance)
    if way == 1:
        return script(page)
    return cut(page) if way == 2 else page


def spoiled_column(column: ColumnReading, chance: Random) -> ColumnReading:
    if column.page is None:
        return column
    page = spoiled(column.page, chance)
    # The newest day is read off the page: without the page there is none.
    return replace(column, page=page, newest=column.newest if page.good else None)


def spoiled_site(whole: SiteFacts, chance: Random) -> SiteFacts:
    """The same site, seen worse."""
    home = spoiled(whole.home, chance) if whole.home else None
    seen = home is not None and home.good
    return replace(
        whole,
        home=home,
        newest_home=whole.newest_home if seen else None,
        columns=tuple(spoiled_column(one, chance) for one in whole.columns),
        articles=tuple(spoiled(one, chance) for one in whole.articles),
        boards=tuple(spoiled(one, chance) for one in whole.boards),
        channels=tuple(spoiled(one, chance) for one in whole.channels),
        guides=tuple(spoiled(one, chance) for one in whole.guides),
        links=None if chance.random() < 0.2 else whole.links,
        wording=None if chance.random() < 0.2 else whole.wording,
        personal=None if chance.random() < 0.2 else whole.personal,
        probes=whole.probes[: chance.randrange(8)] if chance.random() < 0.2 else whole.probes,
    )


def told(code: str, facts: SiteFacts | AccountFacts) -> tuple[Outcome, str]:
    # A rule that is not confirmed yet accuses nobody: here it must accuse only with proof.
    sure = {"rule_confirmed": True} if "rule_confirmed" in NATIONAL[code] else {}
    verdict = BY_CODE[code].judge(facts, {**NATIONAL[code], **sure}, AS_OF)
    assert verdict.reason in BY_CODE[code].reasons
    return verdict.outcome, verdict.reason


def worse(code: str, before: tuple[Outcome, str], after: tuple[Outcome, str]) -> str:
    """How a verdict turned that sight was lost for; empty where it did not, or only opened."""
    if after[0] not in SETTLED or after[0] is before[0]:
        return ""
    if after[0] is Outcome.PASS and (
        code in OF_WHAT_WAS_READ or (code, after[1]) in SETTLED_BY_ONE
    ):
        return ""
    return f"{code}: {before[0].value} ({before[1]}) → {after[0].value} ({after[1]})"


@pytest.mark.parametrize("seed", range(12))
def test_a_site_seen_worse_is_judged_no_otherwise(seed: int) -> None:
    chance = Random(seed)
    found: set[str] = set()
    for case in chance.sample(CASES, 60):
        before = {code: told(code, case.site) for code in SITE_CODES}
        for _ in range(3):
            seen = spoiled_site(case.site, chance)
            found |= {worse(code, before[code], told(code, seen)) for code in SITE_CODES}
    assert not sorted(found - {""})


@pytest.mark.parametrize("kept", [True, False], ids=["with readings", "without"])
@pytest.mark.parametrize("state", REFUSALS)
def test_a_site_of_which_nothing_was_read_is_settled_by_nothing(
    state: AccessState, kept: bool
) -> None:
    def shut(page: PageReading) -> PageReading:
        return replace(page, access=state, facts=page.facts if kept else None)

    for case in CASES[::5]:
        whole = case.site
        seen = replace(
            whole,
            home=shut(whole.home) if whole.home else None,
            newest_home=None,
            columns=tuple(
                replace(one, page=shut(one.page) if one.page else None, newest=None)
                for one in whole.columns
            ),
            articles=tuple(map(shut, whole.articles)),
            boards=tuple(map(shut, whole.boards)),
            channels=tuple(map(shut, whole.channels)),
            guides=tuple(map(shut, whole.guides)),
            links=None,
            wording=None,
            personal=None,
            probes=(),
        )
        settled = [code for code in SITE_CODES if told(code, seen)[0] in SETTLED]
        assert not settled, case.shows


def refused_source(one: SourceReading, chance: Random) -> SourceReading:
    if chance.random() < 0.5:
        return one
    state = chance.choice(REFUSALS)
    return replace(one, reading=replace(one.reading, access=state, posts=()))


@pytest.mark.parametrize("seed", range(6))
def test_an_account_seen_worse_is_judged_no_otherwise(seed: int) -> None:
    chance = Random(seed)
    found: set[str] = set()
    for age in (1, 13, 14, 40):
        for proves in (True, False):
            whole = account(
                source(post(age), proves=proves, account_name="例市发布"),
                source(post(age), route="b.example", proves=False),
            )
            before = {code: told(code, whole) for code in ACCOUNT_CODES}
            assert whole.observation is not None
            sources = tuple(refused_source(one, chance) for one in whole.observation.sources)
            seen = replace(whole, observation=Observation("weibo", sources))
            found |= {worse(code, before[code], told(code, seen)) for code in ACCOUNT_CODES}
    assert not sorted(found - {""})


@pytest.mark.parametrize("state", REFUSALS)
def test_an_account_of_which_nothing_was_read_is_settled_by_its_register_alone(
    state: AccessState,
) -> None:
    shut = account(source(access=state))
    unseen = (account(observation=None), account(), shut)
    for facts in unseen:
        settled = {code for code in ACCOUNT_CODES if told(code, facts)[0] in SETTLED}
        assert settled <= FROM_THE_REGISTER


def test_the_worlds_above_hold_what_they_spoil() -> None:
    """The spoiling is not idle: sites with pages of every role, and both settled outcomes."""
    assert {judged(case.code, case.site).outcome for case in CASES} >= SETTLED
    assert any(case.site.guides for case in CASES)
    assert any(case.site.boards for case in CASES)
    assert judged("W3.1", site()).outcome is Outcome.PASS
