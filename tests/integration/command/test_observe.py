"""Operator looks from the command: dated, linked to one account, kept once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.integration

ACCOUNTS = "账号名称,账号类型,开设主体,地区\n例市发布,微信公众号,例市政府,例市\n"


@pytest.fixture
def xuncha(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["xuncha", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capfd.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    assert run("registry", "import", "accounts.csv")[0] == 0
    return run


def test_a_look_is_added_once(xuncha: Callable[..., tuple[int, str, str]]) -> None:
    look = (
        "observe", "add", "--by", "甲", "--name", "例市发布", "--platform", "微信公众号",
        "--seen", "2023-03-01 10:00", "--newest", "2023-02-28 09:00",
    )  # fmt: skip
    assert xuncha(*look)[:2] == (0, "已登记\n")
    assert xuncha(*look)[:2] == (0, "这次查看已经登记过\n")


def test_a_look_at_an_unknown_account_is_wrong_input(
    xuncha: Callable[..., tuple[int, str, str]],
) -> None:
    code, _, err = xuncha("observe", "add", "--by", "甲", "--name", "没有的账号", "--never")
    assert code == 2
    assert err.strip()
    assert "Traceback" not in err


def test_looks_come_from_a_table_and_a_bad_row_is_named(
    xuncha: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "looks.csv").write_text(
        "账号名称,账号类型,查看时间,最新发布时间,查看人\n"
        "例市发布,微信公众号,2023-03-01 10:00,2023-02-28,甲\n"
        "例市发布,微信公众号,明天,2023-02-28,甲\n",
        encoding="utf-8",
    )
    code, out, err = xuncha("observe", "import", "looks.csv")
    assert code == 2
    assert "新增 1 条" in out
    assert "第 3 行" in err
