"""The JSON API: pages, filters, ETags, the contract of each answer; and no 5xx, whatever is asked."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok

from tests.integration.web.desk_world import DeskWorld, bearer
from web.application import application_of

pytestmark = pytest.mark.integration


def test_an_etag_spares_the_second_answer_until_something_changes(world: DeskWorld) -> None:
    browser = world.browser()
    first = browser.get("/api/v1/findings")
    tag = {"if-none-match": first.headers["etag"]}
    assert browser.get("/api/v1/findings", headers=tag).status_code == 304
    body = {"state": "confirmed", "version": 1}
    browser.post(f"/api/v1/findings/{world.findings['东']}/decisions", json=body)
    assert browser.get("/api/v1/findings", headers=tag).status_code == 200


def test_a_stream_is_read_to_its_end_without_gaps_or_repeats(world: DeskWorld) -> None:
    browser = world.browser()
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        answer = browser.get(f"/api/v1/verdicts?run=3&size=2&after={after}").json()
        seen += [one["id"] for one in answer["items"]]
        after = answer["next"]
    assert len(seen) == len(set(seen)) == 4
    assert seen == sorted(seen)


def test_findings_are_filtered_and_carry_what_a_decision_needs(world: DeskWorld) -> None:
    answer = world.browser().get("/api/v1/findings?check=W3.1&kind=site&state=flagged").json()
    assert answer["total"] == 3
    assert {one["version"] for one in answer["items"]} == {1}
    assert world.browser().get("/api/v1/findings?window=nothing").json()["total"] == 0


def test_a_decision_over_the_api_meets_the_other_hand(world: DeskWorld) -> None:
    path = f"/api/v1/findings/{world.findings['东']}/decisions"
    key = bearer(world, "operator", "write")
    made = world.stranger().post(path, json={"state": "confirmed", "version": 1}, headers=key)
    late = world.stranger().post(
        path,
        json={"state": "dismissed", "version": 1, "reason_code": "misread"},
        headers=key,
    )
    assert (made.status_code, made.json()["decided_by"]) == (201, "operator")
    assert late.status_code == 409
    assert "已由 operator 处理为" in late.json()["error"]["message"]


def test_annexes_are_those_of_the_report(world: DeskWorld) -> None:
    answer = world.browser().get("/api/v1/windows/2023Q1/annexes?layout=hunan").json()
    assert answer["draft"] is True
    assert any("3 个问题待审核" in line for line in answer["problems"])
    assert [one["number"] for one in answer["annexes"]] == sorted(
        one["number"] for one in answer["annexes"]
    )


def test_figures_are_of_the_unit_of_whoever_asks(world: DeskWorld) -> None:
    whole = world.browser("viewer").get("/api/v1/stats").json()
    part = world.browser("viewer-东岭").get("/api/v1/stats").json()
    assert (whole["findings"]["flagged"], part["findings"]["flagged"]) == (3, 2)
    assert whole["fresh"] == 3
    assert part["fresh"] == 2


def test_whatever_is_asked_the_answer_is_no_5xx_and_fits_its_description(
    world: DeskWorld,
) -> None:
    schema = schemathesis.openapi.from_dict(application_of(world.app).openapi())
    key = bearer(world, "admin", "write")
    client = world.stranger()
    for operation in schema.get_all_operations():
        assert isinstance(operation, Ok)
        _hold(operation.ok(), client, key)


def _hold(operation: Any, client: Any, key: dict[str, str]) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        kwargs = case.as_transport_kwargs(headers=key, base_url="http://desk.test")
        kwargs.pop("cookies", None)
        answer = client.request(**kwargs)
        assert answer.status_code < 500, (kwargs, answer.text[:300])
        documented = set(operation.definition.raw["responses"])
        assert str(answer.status_code) in documented | {"304", "405"}, (kwargs, answer.status_code)

    answers()
