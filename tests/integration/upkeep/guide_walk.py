"""A person at a machine with nothing but the guides: a folder, a city as the world, the command."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from sqlalchemy import select

from democity import City
from models import Finding, Site
from settings import Settings, environment
from tests.integration.night.night_world import XUNCHA, World, wait_until
from tests.unit.house.imports import ROOT
from tests.unit.report import reply_files
from tests.unit.upkeep_docs.guides import DOCS

SCENARIO = """
name: hamlet
title: 小镇
seed: 43
window: {name: 2023Q1, start: 2023-02-20, end: 2023-03-31}
nights: [2023-03-29T01:00:00+08:00, 2023-03-29T02:00:00+08:00, 2023-03-29T03:00:00+08:00]
units:
  - {name: 临江市, domain: linjiang}
defaults:
  site: {family: trs, pages: 6}
sites:
  - {unit: 临江市, name: 临江市人民政府, kind: 门户, canary: true}
  - {unit: 临江市, problems: {W3.1: {age: 24}}}
accounts:
  - {unit: 临江市, platform: weibo, name: 临江发布, canary: true}
  - {unit: 临江市, platform: weibo, name: 临江公安, problems: {M2.1: {age: 30}}}
  - {unit: 临江市, platform: weibo, name: 临江交通, problems: {M2.1: {age: 40}}}
  - {unit: 临江市, platform: weixin, name: 临江教育, problems: {M2.1: {age: 20}}}
"""
DEMONSTRATION = """
name: farm
title: 一户
seed: 3
window: {name: 2023Q1, start: 2023-02-20, end: 2023-03-31}
nights: [2023-03-29T01:00:00+08:00]
units:
  - {name: 临江市, domain: linjiang}
sites:
  - {unit: 临江市, family: trs, pages: 3, registered: true, problems: {W3.1: {age: 24}}}
"""


@dataclass
class Walk:
    """Where the person works, and what has been typed so far."""

    city: City
    folder: Path
    settings: Settings
    walked: set[str] = field(default_factory=set)

    @property
    def environment(self) -> dict[str, str]:
        """The settings as the command reads them."""
        return environment(self.settings)

    def numbers(self, *where: str) -> list[str]:
        """The numbers of findings in these states."""
        world = World(self.settings)
        with world.sessions() as session:
            found = select(Finding.id).where(Finding.state.in_(where)).order_by(Finding.id)
            told = [str(one) for one in session.scalars(found)]
        world.close_sessions()
        return told

    def site(self, *, canary: bool) -> Site:
        """The one site that is a canary, or the one that is none."""
        world = World(self.settings)
        with world.sessions() as session:
            found = session.scalars(select(Site).where(Site.canary.is_(canary))).one()
        world.close_sessions()
        return found

    @contextmanager
    def running(
        self, line: str, *more: str, ready: str, **settings: str
    ) -> Iterator[subprocess.Popen[str]]:
        """A command that stays: started, seen to say that it is ready, ended by SIGTERM with 0."""
        self.walked.add(line)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            process = subprocess.Popen(
                [sys.executable, "-c", XUNCHA, *line.split()[1:], *more],
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                text=True,
            )
            try:
                assert wait_until(lambda: ready in _all_of(said.fileno()), process), (
                    line,
                    _all_of(said.fileno()),
                )
                yield process
                process.send_signal(signal.SIGTERM)
                assert process.wait(60) == 0, (line, _all_of(said.fileno()))
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()


def _all_of(file: int) -> str:
    return os.pread(file, 1_000_000, 0).decode(errors="replace")


def free_port() -> str:
    """A port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def lay_out(folder: Path, city: City) -> None:
    """The files that the guides speak of, as an office would have them."""
    city.write_registry(folder)
    _as_workbook(folder / "accounts.csv", folder / "accounts.xlsx")
    codes = re.findall(
        r"^(\d{10}),([^,]+)", (folder / "sites.csv").read_text("utf-8-sig"), re.MULTILINE
    )
    _messages(folder / "messages.xlsx", *codes[-1])
    (folder / "replies" / "临江市").mkdir(parents=True)
    lacking = [one for one in reply_files.GOOD if "复议" not in one]
    (folder / "replies" / "临江市" / "一.docx").write_bytes(reply_files.docx(lacking))
    quarter = (DOCS / "zh" / "quarter.md").read_text(encoding="utf-8")
    ruleset = re.search(r"```yaml\n(.*?)```", quarter, re.DOTALL)
    assert ruleset
    accounts = ROOT / "tests" / "fixtures" / "accounts" / "weibo"
    for name, text in {
        "province.yaml": ruleset[1],
        "payload.json": (accounts / "ajax_profile.json").read_text(encoding="utf-8"),
        "page.html": "<html><title>新闻动态</title><ul><li>甲</li></ul></html>",
        "farm.yaml": DEMONSTRATION,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")


def _as_workbook(source: Path, target: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in source.read_text(encoding="utf-8-sig").splitlines():
        sheet.append(line.split(","))
    book.save(target)


def _messages(target: Path, code: str, name: str) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(
        ["留言编号", "网站名称", "网站标识码", "问题类型", "接收时间", "办理状态", "办结时间"]
    )
    sheet.append(["A1", name, code, "错别字", "2023-03-01", "已办结", "2023-03-02"])
    sheet.append(["A2", name, code, "信息不更新", "2023-03-03", "办理中", None])
    book.save(target)
