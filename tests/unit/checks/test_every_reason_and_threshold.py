"""Every reason of the checks of sites is reached, and no threshold may move by one unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from checks.base import Outcome, Verdict
from checks.common import SITE_STATES, UNREAD_REASONS
from checks.registry import ALL, BY_CODE
from checks.ruleset import national
from tests.unit.checks.site_cases_pages import ALL_CASES as CASES
from tests.unit.checks.site_parts import Case
from tests.unit.checks.world import AS_OF, judged, site

COVERED = sorted({case.code for case in CASES})
# Numbers that only decide when to warn early, tested beside their checks.
WARNINGS = {"warning_share", "warning_days", "warning_columns"}
# What moves nothing by one: the share is a hundredth of a percent, the burst only a remark.
STEPS = {("W2.1", "share"): 0.0072}
REMARKS = {("W1.5", "burst")}


def named(case: Case) -> str:
    return f"{case.code}: {case.shows} → {case.reason}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_site_gets_the_outcome_and_the_reason(case: Case) -> None:
    verdict = judged(case.code, case.site, **case.parameters)
    assert (verdict.outcome, verdict.reason) == (case.outcome, case.reason)
    if case.warning is not None:
        assert verdict.warning == case.warning
    assert verdict.reason in BY_CODE[case.code].reasons


@pytest.mark.parametrize("code", COVERED)
def test_every_reason_of_a_check_has_a_site_that_gives_it(code: str) -> None:
    shared = {*SITE_STATES, *UNREAD_REASONS}
    warnings = {judged(case.code, case.site).warning for case in CASES if case.code == code}
    given = {case.reason for case in CASES if case.code == code}
    if code == "R-YEARREPORT":
        given.add(judged(code, site(), AS_OF.replace(month=1, day=31)).reason)
    if code in {"R-SITECODE", "R-ADDRESS", "D-DOMAIN"}:
        warnings |= {"label_differs", "without_www"}  # told in test_warnings below
    portal = {"not_portal"} if BY_CODE[code].parameters.get("portals_only") else set()
    assert set(BY_CODE[code].reasons) - shared - portal <= given | {one or "" for one in warnings}


@pytest.mark.parametrize("code", [one.code for one in ALL if one.parameters.get("portals_only")])
def test_deductions_are_for_portals_alone_unless_a_ruleset_says_otherwise(code: str) -> None:
    verdict = judged(code, site(site_kind="部门"))
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, "not_portal")
    everywhere = judged(code, site(site_kind="部门"), portals_only=False)
    assert everywhere.reason != "not_portal"


def numbers() -> Iterator[tuple[str, str, float]]:
    for code in sorted({case.code for case in CASES}):
        for key, value in national(ALL).parameters[code].items():
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                continue
            if key not in WARNINGS and (code, key) not in REMARKS:
                step = STEPS.get((code, key), 1)
                yield code, key, value + step
                yield code, key, value - step


@pytest.mark.parametrize(("code", "key", "value"), list(numbers()))
def test_a_threshold_moved_by_one_turns_a_case(code: str, key: str, value: float) -> None:
    """≥ against >, 14 against 13 days, 5 against 4 columns, 5.0 %, exactly three months."""
    turned = [
        case for case in CASES if case.code == code and _told(case, {key: value}) != _told(case, {})
    ]
    if not turned and code == "R-YEARREPORT":
        last = AS_OF.replace(month=1, day=31)
        first = AS_OF.replace(month=2, day=1)
        assert judged(code, site(), last).reason == "not_due"
        assert judged(code, site(), first).reason != "not_due"
        return
    assert turned, f"{code}.{key} = {value} turns nothing"


def _told(case: Case, changed: dict[str, Any]) -> tuple[Outcome, str, str | None]:
    verdict: Verdict = judged(case.code, case.site, **{**case.parameters, **changed})
    return verdict.outcome, verdict.reason, verdict.warning


def test_warnings_name_what_is_only_noted() -> None:
    from dataclasses import replace

    from tests.unit.checks.world import home

    copied = site(home=home(meta={"SiteIDCode": "4301000009"}))
    assert judged("R-SITECODE", copied).warning == "label_differs"
    template = site(home=home(meta={"SiteIDCode": "28"}))
    assert judged("R-SITECODE", template).warning is None
    seen = home()
    bare = replace(seen, facts=replace(seen.facts, url="http://example.gov.cn/"))  # type: ignore[type-var]
    assert judged("D-DOMAIN", site(home=bare)).warning == "without_www"
    assert judged("R-ADDRESS", site(home=bare)).warning is None
