"""What an operator reads when a command is mistyped or a disk is full: Chinese, never English."""

from __future__ import annotations

import errno
import os
import re
import sys
from typing import TYPE_CHECKING

import pytest

import cli
from verbs import wording

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nightley", "没有命令“nightley”（是不是 nightly？）"),
        ("findings confrim 1", "没有命令“confrim”（是不是 confirm？）"),
        ("findings dismiss 3 --by 张三", "缺少选项 --why"),
        ("window freeze", "缺少参数 NAME"),
        ("nightly --only", "选项 --only 后面要写它的值"),
        ("runs --json=3", "选项 --json 后面不写值"),
        ("nightly --workers 两个", "--workers 的值不对：应是整数"),
        ("nightly --workers -1", "--workers 的值不对：不能小于 0"),
        ("serve --port 99999", "--port 的值不对：不能大于 65535"),
        ("serve --prot 9", "没有选项 --prot"),
        ("nightly 今晚", "多出了“今晚”"),
        ("judge --ruleset none.yaml --diff", "规则文件 none.yaml 无法读取：没有这个文件或文件夹"),
        ("nightly --only 9999", "--only 里的 9999 不在名录中"),
        ("findings --state flaged", "没有状态“flaged”；可以是：待审核（flagged）"),
        ("registry import none.csv", "none.csv：文件无法读取（没有这个文件或文件夹）"),
    ],
)
def test_what_is_wrong_with_a_command_is_said_in_chinese(
    line: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "argv", ["xuncha", *line.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capfd.readouterr().err
    assert told in said
    assert ended.value.code == 2
    ours = re.sub(r"--[\w-]+|xuncha[ \w-]*|[\w.]*(?:none|json)[\w.]*", "", said)
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", ours), "an English sentence"


def test_a_misspelt_setting_value_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path))
    monkeypatch.setenv("XUNCHA_SITE_PAGES", "很多")
    monkeypatch.setattr(sys, "argv", ["xuncha", "runs"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "设置项 XUNCHA_SITE_PAGES 无效：应是整数" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "磁盘已满"),
        (errno.EROFS, "只读"),
        (errno.EACCES, "没有权限"),
        (errno.EADDRINUSE, "端口已被占用"),
    ],
)
def test_what_the_system_says_is_put_into_chinese(number: int, told: str) -> None:
    said = wording.chinese(f"文件 a.csv 无法读写：[Errno {number}] {os.strerror(number)}")
    assert told in said
    assert os.strerror(number) not in said
    assert "Errno" not in said


def test_help_still_ends_well_and_nothing_given_shows_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for words, code in (["--help"], 0), ([], 2):
        monkeypatch.setattr(sys, "argv", ["xuncha", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == code
        said = capfd.readouterr()
        assert "nightly" in said.out + said.err
