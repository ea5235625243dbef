"""Logging in: throttled, never telling who exists; sessions that end; CSRF; users shut out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import AuditEntry, DeskSession, DeskUser, SignInFailure
from tests.integration.web.conftest import PASSWORD
from tests.integration.web.desk_world import DeskWorld, bearer
from web.identity import COOKIE

pytestmark = pytest.mark.integration


def test_the_right_password_begins_a_session_that_scripts_cannot_read(world: DeskWorld) -> None:
    answer = world.stranger().post("/login", data={"name": "operator", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    token = cookie.split("=", 1)[1].split(";")[0]
    with world.sessions() as session:
        assert session.scalar(select(DeskSession).where(DeskSession.token_hash == token)) is None
        assert "session.begin" in session.scalars(select(AuditEntry.action)).all()


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(world: DeskWorld) -> None:
    answers = [
        world.stranger().post("/login", data={"name": name, "password": "wrong password"})
        for name in ("operator", "nobody")
    ]
    assert [one.status_code for one in answers] == [403, 403]
    assert "用户名或密码不正确" in answers[0].text
    assert answers[0].text.replace("operator", "") == answers[1].text.replace("nobody", "")


def test_after_five_failures_even_the_right_password_has_to_wait(world: DeskWorld) -> None:
    client = world.stranger()
    for _ in range(5):
        client.post("/login", data={"name": "operator", "password": "wrong password"})
    answer = client.post("/login", data={"name": "operator", "password": PASSWORD})
    assert answer.status_code == 403
    assert "尝试次数过多" in answer.text
    other = client.post("/login", data={"name": "viewer", "password": PASSWORD})
    assert other.status_code == 303


def test_failures_are_forgotten_after_a_success(world: DeskWorld) -> None:
    client = world.stranger()
    client.post("/login", data={"name": "operator", "password": "wrong password"})
    client.post("/login", data={"name": "operator", "password": PASSWORD})
    with world.sessions() as session:
        kept = session.scalars(select(SignInFailure.key)).all()
    assert "name:operator" not in kept


@pytest.mark.parametrize(
    "following", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/a\nb"]
)
def test_logging_in_leads_to_no_other_site(world: DeskWorld, following: str) -> None:
    form = {"name": "operator", "password": PASSWORD, "next": following}
    assert world.stranger().post("/login", data=form).headers["location"] == "/"


def test_another_site_cannot_log_a_browser_in(world: DeskWorld) -> None:
    answer = world.stranger().post(
        "/login",
        data={"name": "operator", "password": PASSWORD},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403


def test_a_page_sends_a_stranger_to_the_log_in_and_back(world: DeskWorld) -> None:
    answer = world.stranger().get("/queue")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fqueue")


def test_a_change_without_the_token_of_the_session_is_refused(world: DeskWorld) -> None:
    client = world.browser("operator")
    del client.headers["x-csrf"]
    finding = world.findings["东"]
    form = {"state": "confirmed", "version": "1", "csrf": "0" * 64}
    assert client.post(f"/findings/{finding}/decision", data=form).status_code == 403
    assert world.finding(finding).state == "flagged"


def test_the_token_of_another_session_is_refused(world: DeskWorld) -> None:
    client = world.browser("operator")
    client.headers["x-csrf"] = world.browser("admin").headers["x-csrf"]
    assert client.post("/logout").status_code == 403


def test_logging_out_ends_the_session_on_the_server(world: DeskWorld) -> None:
    client = world.browser("operator")
    client.post("/logout")
    assert world.browser("operator").get("/").status_code == 303


def test_a_disabled_user_is_out_at_once_with_browsers_and_keys(world: DeskWorld) -> None:
    header = bearer(world, "operator")
    admin = world.browser("admin")
    admin.post(f"/users/{world.users['operator']}/disabled", data={"disabled": "yes"})
    assert world.browser("operator").get("/").status_code == 303
    assert world.stranger().get("/api/v1/runs", headers=header).status_code == 401


def test_a_new_password_ends_the_sessions_of_its_user(world: DeskWorld) -> None:
    client = world.browser("viewer")
    form = {"old": PASSWORD, "new": "another long one 9", "again": "another long one 9"}
    assert client.post("/password", data=form).status_code == 303
    assert world.browser("viewer").get("/").status_code == 303
    with world.sessions() as session:
        user = session.scalars(select(DeskUser).where(DeskUser.name == "viewer")).one()
    assert "another" not in user.password
    assert user.password.startswith("$argon2id$")


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaa", "my-viewer-password"])
def test_a_weak_password_is_refused(world: DeskWorld, weak: str) -> None:
    form = {"old": PASSWORD, "new": weak, "again": weak}
    assert world.browser("viewer").post("/password", data=form).status_code == 409


def test_the_only_admin_of_everything_cannot_be_shut_out(world: DeskWorld) -> None:
    admin = world.browser("admin")
    answer = admin.post(f"/users/{world.users['admin']}/disabled", data={"disabled": "yes"})
    assert answer.status_code == 409
    assert admin.get("/").status_code == 200


def test_a_cookie_that_nobody_gave_logs_nobody_in(world: DeskWorld) -> None:
    client = world.stranger()
    client.cookies.set(COOKIE, "made-up")
    assert client.get("/").status_code == 303
