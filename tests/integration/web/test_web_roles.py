"""Roles × endpoints: nobody reads or changes what is outside the role or the unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import APIRoute

from tests.integration.web.desk_world import DeskWorld, bearer
from web.application import application_of

pytestmark = pytest.mark.integration

READ, DECIDE, REGISTER, ADMIN = "read", "decide", "register", "administer"
WHO = ("stranger", "viewer", "viewer-东岭", "operator", "operator-东岭", "admin", "admin-东岭")
Form = dict[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: who may use it. `place` is the key of a thing in the world it is about."""

    method: str
    path: str
    right: str
    whole: bool = False
    form: tuple[tuple[str, str], ...] = ()

    def allows(self, who: str) -> bool:
        role = who.split("-", maxsplit=1)[0]
        holds = {
            "viewer": {READ},
            "operator": {READ, DECIDE, REGISTER},
            "admin": {READ, DECIDE, REGISTER, ADMIN},
        }.get(role, set())
        return self.right in holds and not (self.whole and "-" in who)


def get(path: str, right: str = READ, *, whole: bool = False) -> Endpoint:
    return Endpoint("GET", path, right, whole)


def post(path: str, right: str, *, whole: bool = False, **form: str) -> Endpoint:
    return Endpoint("POST", path, right, whole, tuple(form.items()))


TABLE = (
    get("/"), get("/queue"), get("/undetermined"), get("/sites"), get("/accounts"),
    get("/rectification"), get("/windows"), get("/registry"), get("/rules"), get("/rules/lexicon"),
    get("/precision"), get("/notifications"), get("/tokens"), get("/password"),
    get("/findings/{finding_id}"), get("/findings/{finding_id}/screenshot"),
    get("/findings/{finding_id}/pack.zip"),
    get("/captures/{capture_id}"), get("/captures/{capture_id}/page"),
    get("/captures/{capture_id}/body"), get("/targets/{target_id}"),
    get("/targets/{target_id}/links.csv"), get("/looks/{look_id}/screenshot"),
    get("/feedback/{file_id}"), get("/errands/{key}"),
    get("/windows/{name}", whole=True), get("/windows/{name}/preview", whole=True),
    get("/windows/{name}/annexes", whole=True), get("/registry/issues", whole=True),
    get("/registry/{kind}.csv", whole=True), get("/rules/try", DECIDE),
    get("/rules/overlay", ADMIN, whole=True), get("/rules/overlay/diff", ADMIN, whole=True),
    get("/users", ADMIN), get("/audit", ADMIN),
    post("/logout", READ), post("/password", READ, old="x", new="y", again="z"),
    post("/queue/preview", DECIDE, state="confirmed"), post("/queue/decide", DECIDE, ticket="x"),
    post("/findings/{finding_id}/decision", DECIDE, state="confirmed", version="1"),
    post("/findings/{finding_id}/undo", DECIDE, version="1"),
    post("/findings/{finding_id}/note", DECIDE, text="x"),
    post("/findings/{finding_id}/rectified", DECIDE),
    post("/findings/{finding_id}/recheck", DECIDE),
    post("/findings/{finding_id}/feedback", DECIDE),
    post("/rectification/terms", DECIDE, due="2023-04-01"),
    post("/targets/{target_id}/look", DECIDE),
    post("/targets/{target_id}/seen", DECIDE, text="x"),
    post("/targets/{target_id}/waivers", DECIDE, check="W3.1", until="2023-12-31", why="x"),
    post("/targets/{target_id}/edit", REGISTER),
    post("/registry/preview", REGISTER, whole=True),
    post("/registry/import", REGISTER, whole=True, ticket="x"),
    post("/rules/try", DECIDE, url="x"), post("/rules/overlay", ADMIN, whole=True, overlay="x"),
    post("/rules/apply", ADMIN, whole=True, ticket="x"), post("/rules/retire", ADMIN, whole=True),
    post("/runs/{run_id}/release", ADMIN, whole=True, why="x"),
    post("/windows", ADMIN, whole=True, name="n", start="2024-01-01", end="2024-01-02"),
    post("/windows/{name}/freeze", ADMIN, whole=True, again="x"),
    post("/notifications", DECIDE, address="x"),
    post("/notifications/{rule_id}/test", DECIDE),
    post("/notifications/{rule_id}/delete", DECIDE),
    post("/tokens", READ, name=""), post("/tokens/{token_id}/revoke", READ),
    post("/users", ADMIN, name="n", password="p", role="viewer"),
    post("/users/{user_id}/role", ADMIN, role="viewer", unit="东岭市"),
    post("/users/{user_id}/password", ADMIN, password="x"),
    post("/users/{user_id}/disabled", ADMIN),
    get("/api/v1/openapi.json"), get("/api/v1/targets"), get("/api/v1/targets/{target_id}"),
    get("/api/v1/runs"), get("/api/v1/runs/{run_id}"), get("/api/v1/verdicts"),
    get("/api/v1/findings"), get("/api/v1/findings/{finding_id}"), get("/api/v1/decisions"),
    get("/api/v1/windows"), get("/api/v1/windows/{name}/annexes", whole=True),
    get("/api/v1/stats"), post("/api/v1/findings/{finding_id}/decisions", DECIDE),
)  # fmt: skip
OPEN = {"GET /login", "POST /login", "GET /language/{code}"}


def test_the_table_names_every_endpoint(world: DeskWorld) -> None:
    served = {
        f"{method} {path}"
        for path, methods in _routes(application_of(world.app).router)
        for method in methods
    }
    assert {f"{one.method} {one.path}" for one in TABLE} | OPEN == served


def _routes(router: Any, prefix: str = "") -> list[tuple[str, set[str]]]:
    found: list[tuple[str, set[str]]] = []
    for route in router.routes:
        if isinstance(route, APIRoute):
            found.append((prefix + route.path, set(route.methods or ())))
        elif hasattr(route, "effective_route_contexts"):
            found.extend((one.path, set(one.methods)) for one in route.effective_route_contexts())
    return found


def ids_of(world: DeskWorld) -> dict[str, str]:
    """Things within 东岭市; what is not there gives 404 to those who are allowed."""
    return {
        "{finding_id}": str(world.findings["东"]),
        "{capture_id}": str(world.captures["东"]),
        "{target_id}": str(world.sites["东"]),
        "{run_id}": "1",
        "{name}": "2023Q1",
        "{kind}": "sites",
        "{key}": "look:1",
        "{look_id}": "1",
        "{file_id}": "1",
        "{rule_id}": "1",
        "{token_id}": "1",
        "{user_id}": str(world.users["viewer-东岭"]),
    }


def call(world: DeskWorld, endpoint: Endpoint, who: str, ids: dict[str, str]) -> Any:
    client = world.stranger() if who == "stranger" else world.browser(who)
    path = endpoint.path
    for name, value in ids.items():
        path = path.replace(name, value)
    if endpoint.method == "GET":
        return client.get(path)
    return client.post(path, data=dict(endpoint.form))


def refuse_errands(world: DeskWorld) -> None:
    world.desk.errands.run = lambda _settings, _arguments: (0, "", "")


@pytest.mark.parametrize("who", WHO)
def test_an_endpoint_lets_in_whom_the_table_allows_and_nobody_else(
    world: DeskWorld, who: str
) -> None:
    refuse_errands(world)
    ids = ids_of(world)
    # Leaving ends the session, so it comes last.
    ordered = sorted(TABLE, key=lambda one: one.path in {"/logout", "/password"})
    wrong = []
    for endpoint in ordered:
        status = call(world, endpoint, who, ids).status_code
        refused = status in {401, 403} or (who == "stranger" and status == 303)
        # A wrong old password is refused with 403 as well.
        known = endpoint.path == "/password" and endpoint.method == "POST"
        if status >= 500 or (refused == endpoint.allows(who) and not known):
            wrong.append((endpoint.method, endpoint.path, status))
    assert wrong == []


OUTSIDE: tuple[tuple[str, Callable[[DeskWorld], dict[str, str]]], ...] = (
    ("{finding_id}", lambda world: {"{finding_id}": str(world.findings["西"])}),
    ("{capture_id}", lambda world: {"{capture_id}": str(world.captures["西"])}),
    ("{target_id}", lambda world: {"{target_id}": str(world.sites["西"])}),
    ("{user_id}", lambda world: {"{user_id}": str(world.users["viewer"])}),
)


@pytest.mark.parametrize("who", ["viewer-东岭", "operator-东岭", "admin-东岭"])
@pytest.mark.parametrize("place", [name for name, _ in OUTSIDE])
def test_nothing_outside_the_unit_is_read_or_changed(
    world: DeskWorld, who: str, place: str
) -> None:
    refuse_errands(world)
    ids = ids_of(world) | dict(OUTSIDE)[place](world)
    json_body = {"state": "confirmed", "version": 1}
    let_in = []
    for endpoint in (one for one in TABLE if place in one.path):
        if endpoint.path.endswith("/decisions"):
            path = endpoint.path.replace(place, ids[place])
            status = world.browser(who).post(path, json=json_body).status_code
        else:
            status = call(world, endpoint, who, ids).status_code
        # 422: the form is refused before anything is looked up.
        if status not in {403, 404, 422}:
            let_in.append((endpoint.method, endpoint.path, status))
    assert let_in == []
    assert world.finding(world.findings["西"]).version == 1


@pytest.mark.parametrize("who", ["viewer-东岭", "operator-东岭", "admin-东岭"])
def test_lists_of_one_bounded_to_a_unit_hold_it_and_all_below_and_nothing_else(
    world: DeskWorld, who: str
) -> None:
    browser = world.browser(who)
    pages = ["/", "/queue", "/queue?state=all", "/undetermined?every=1", "/sites", "/accounts"]
    pages += ["/rectification?shown=all", "/precision", "/windows", "/registry"]
    shown = "".join(browser.get(path).text for path in pages)
    listed = ["targets?size=200", "findings?size=200", "verdicts", "decisions", "stats", "runs"]
    told = "".join(browser.get(f"/api/v1/{path}").text for path in listed)
    assert "西湖" not in shown + told
    assert "9706000001" not in shown + told
    assert "青石县教育局" in shown
    assert browser.get("/api/v1/findings").json()["total"] == 2


def test_a_bounded_operator_can_bulk_decide_nothing_outside(world: DeskWorld) -> None:
    ids = [str(world.findings["西"])]
    form = {"state": "confirmed", "ids": ids}
    assert world.browser("operator-东岭").post("/queue/preview", data=form).status_code == 422


def test_a_bounded_operator_cannot_move_a_target_out_of_the_unit(world: DeskWorld) -> None:
    path = f"/targets/{world.sites['东']}/edit"
    form = {"地区": "西湖市", "网站名称": "东岭市教育局", "首页网址": "http://a.gov.cn/"}
    assert world.browser("operator-东岭").post(path, data=form).status_code == 403
    assert world.browser("operator-东岭").get(f"/targets/{world.sites['东']}").status_code == 200


def test_a_bounded_admin_makes_no_user_above(world: DeskWorld) -> None:
    browser = world.browser("admin-东岭")
    form = {"name": "neu", "password": "long enough 12", "role": "admin", "unit": ""}
    assert browser.post("/users", data=form).status_code == 403
    assert browser.post("/users", data=form | {"unit": "西湖市"}).status_code == 403
    assert browser.post("/users", data=form | {"unit": "青石县"}).status_code == 303


def test_a_reading_key_decides_nothing_and_a_writing_key_does(world: DeskWorld) -> None:
    path = f"/api/v1/findings/{world.findings['东']}/decisions"
    body = {"state": "confirmed", "version": 1}
    reading, writing = bearer(world, "operator"), bearer(world, "operator", "write")
    assert world.stranger().post(path, json=body, headers=reading).status_code == 403
    assert world.stranger().post(path, json=body, headers=writing).status_code == 201


def test_a_key_opens_the_api_and_no_page(world: DeskWorld) -> None:
    key = bearer(world, "admin", "write")
    assert world.stranger().get("/api/v1/runs", headers=key).status_code == 200
    assert world.stranger().get("/queue", headers=key).status_code == 303
