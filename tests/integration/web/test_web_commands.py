"""xuncha user, serve and notify: the first admin, refusals in one sentence, nothing sent twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from tests.integration.web.desk_world import DeskWorld

pytestmark = pytest.mark.integration
SECRET = "a long first password\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path / "home"


def run(*arguments: str, given: str = "") -> tuple[int, str]:
    told = CliRunner().invoke(cli.app, list(arguments), input=given)
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        sentence = cli._sentence(told.exception)  # type: ignore[arg-type]
        assert sentence is not None, told.exception
        return sentence[1], sentence[0]
    return told.exit_code, told.output


def test_the_first_admin_is_made_listed_and_shut_out(home: Path) -> None:
    added = run("user", "add", "chief", "--role", "admin", "--password-stdin", given=SECRET)
    twice = run("user", "add", "CHIEF", "--password-stdin", given=SECRET)
    run("user", "add", "second", "--role", "admin", "--password-stdin", given=SECRET)
    listed = run("user", "list", "--json")
    disabled = run("user", "disable", "chief")
    changed = run("user", "password", "second", "--password-stdin", given="another long one 9\n")
    assert added == (0, "已添加用户 chief\n")
    assert twice[0] == 2
    assert "已经存在" in twice[1]
    assert '"role": "admin"' in listed[1]
    assert "argon2" not in listed[1]
    assert (disabled[0], changed[0]) == (0, 0)
    assert run("user", "disable", "second")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--role", "king"), "角色“king”应是"),
        (("--unit", "没有的单位"), "名录中没有单位"),
        ((), "密码至少 10 个字符"),
    ],
)
def test_a_user_that_cannot_be_made_is_refused_in_one_sentence(
    home: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    secret = SECRET if arguments else "short\n"
    code, told = run("user", "add", "x", *arguments, "--password-stdin", given=secret)
    assert code == 2
    assert sentence in told


def test_serving_a_demonstration_that_never_ran_says_so(home: Path) -> None:
    code, told = run("serve", "--demo")
    assert code == 1
    assert "演示还没有运行过" in told


def test_notify_sends_nothing_where_nobody_asked(home: Path) -> None:
    assert run("notify") == (0, "已发出 0 条通知\n")


def test_the_unit_of_a_user_bounds_what_the_desk_shows(world: DeskWorld) -> None:
    assert world.browser("viewer-东岭").get("/api/v1/findings").json()["total"] == 2
