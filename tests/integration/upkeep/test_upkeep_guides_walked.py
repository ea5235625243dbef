"""The guides are walked: every command in them is given to the product, in their order.

Addresses, codes and numbers of the guides are those of a small city here; moments are stated. A
command that stands in a guide and in no step, and is not said to be run elsewhere, fails.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select, update

import cli
from democity import City, load
from models import Account, Finding, Run, Site
from settings import Settings, environment
from tests.integration.night.night_world import SMALL, World, wait_until
from tests.unit.house.imports import ROOT
from tests.unit.upkeep_docs.test_upkeep_guides import DOCS, commands

pytestmark = pytest.mark.integration

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

ELSEWHERE = {
    "xuncha demo": "Makefile",
    "xuncha schedule": "tests/integration/scheduler/test_serving.py",
    "xuncha worker": "tests/integration/night/test_cluster_nights.py",
    "xuncha worker --workers 2": "tests/integration/night/test_cluster_nights.py",
    "xuncha nightly --cluster": "tests/integration/night/test_cluster_nights.py",
}
# Lists, tasks and documents that the city of this test does not have.
ELSEWHERE |= dict.fromkeys(
    (
        "xuncha messages import messages.xlsx --as-of 2026-12-31",
        "xuncha messages table --window 2026Q4",
        "xuncha messages flag --window 2026Q4 --by 张三",
        "xuncha statistics --window 2026Q4",
        "xuncha statistics --from 2026-01-01 --to 2026-12-31 --out year.xlsx",
        "xuncha relay --window 2026Q4 --matches",
        "xuncha replies replies --flag --by 张三",
    ),
    "tests/integration/report/test_report_documents.py",
)
"""Commands that stay running or need more than one process, and the test that runs them."""


@dataclass
class Walk:
    """A person at a machine: a folder to work in, the city as the world outside."""

    city: City
    folder: Path
    settings: Settings
    walked: set[str] = field(default_factory=set)

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.settings)

    def numbers(self, *where: str) -> list[str]:
        """The numbers of findings in these states."""
        world = World(self.settings)
        with world.sessions() as session:
            found = select(Finding.id).where(Finding.state.in_(where)).order_by(Finding.id)
            told = [str(one) for one in session.scalars(found)]
        world.close_sessions()
        return told

    def code(self, *, canary: bool) -> str:
        world = World(self.settings)
        with world.sessions() as session:
            code = session.scalar(select(Site.code).where(Site.canary.is_(canary)))
        world.close_sessions()
        assert code
        return code


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walk")
    file = folder / "hamlet.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    with City(load(file)) as city:
        city.write_registry(folder)
        _as_workbook(folder / "accounts.csv", folder / "accounts.xlsx")
        for name, text in _examples().items():
            (folder / name).write_text(text, encoding="utf-8")
        yield Walk(
            city,
            folder,
            Settings(
                home=folder / "home",
                browser="off",
                contact="office@example.gov.cn",
                origin_map=city.write_origin_map(folder / "origins.json"),
                **SMALL,
            ),
        )


def _as_workbook(source: Path, target: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in source.read_text(encoding="utf-8-sig").splitlines():
        sheet.append(line.split(","))
    book.save(target)


def _examples() -> dict[str, str]:
    """Files that the guides speak of."""
    quarter = (DOCS / "zh" / "quarter.md").read_text(encoding="utf-8")
    ruleset = re.search(r"```yaml\n(.*?)```", quarter, re.DOTALL)
    assert ruleset
    accounts = ROOT / "tests" / "fixtures" / "accounts" / "weibo"
    return {
        "province.yaml": ruleset[1],
        "payload.json": (accounts / "ajax_profile.json").read_text(encoding="utf-8"),
        "page.html": "<html><title>新闻动态</title><ul><li>甲</li></ul></html>",
    }


Give = Callable[..., str]


@pytest.fixture
def give(walk: Walk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Give:
    """Give a command of the guides to the product.

    `instead` maps its words to ours, `more` is added (moments, mostly), `code` is how it must end.
    """
    monkeypatch.chdir(walk.folder)

    def run(line: str, *more: str, code: int = 0, home: str = "", **instead: str) -> str:
        walk.walked.add(line)
        for name, value in walk.environment.items():
            monkeypatch.setenv(name, value)
        if home:
            monkeypatch.setenv("XUNCHA_HOME", str(walk.folder / home))
        for word, ours in instead.items():
            line = line.replace(_WORDS.get(word, word), ours)
        monkeypatch.setattr(sys, "argv", ["xuncha", *shlex.split(line)[1:], *more])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capfd.readouterr()
        assert int(ended.value.code or 0) == code, (line, told.out[-600:], told.err[-900:])
        return told.out + told.err

    return run


_WORDS = {
    "both": "4300000001,4300000002", "site": "4300000001", "window": "2026Q4",
    "begin": "2026-11-20", "end": "2026-12-31", "page": "http://www.example.gov.cn/",
    "numbers": "12 13", "number": "14", "run": "12", "account": "账号名称", "backup": "/srv/backup/20261201T120000",
    "move": "/srv/xuncha/move", "moment": "2026-12-01T09:00:00+08:00",
}  # fmt: skip
QUARTER = {"window": "2023Q1"}


def at(walk: Walk, night: int) -> tuple[str, str]:
    return "--as-of", walk.city.nights()[night].isoformat()


def the_first_night(walk: Walk, give: Give) -> None:
    assert "good" in give("xuncha doctor")
    files = "sites.csv columns.csv accounts.xlsx"
    told = give(f"xuncha registry import {files} --dry-run")
    assert "没有写入" in told
    assert "新增 4" in give(f"xuncha registry import {files}")
    give("xuncha registry check")
    give(
        "xuncha window add 2026Q4 --start 2026-11-20 --end 2026-12-31",
        **QUARTER, begin="2023-02-20", end="2023-03-31",
    )  # fmt: skip
    assert "2023Q1" in give("xuncha window list")
    sites = f"{walk.code(canary=True)},{walk.code(canary=False)}"
    give("xuncha nightly --only 4300000001,4300000002", *at(walk, 0), both=sites)
    walk.city.set_clock(walk.city.nights()[1])
    give("xuncha nightly", *at(walk, 1))
    assert "批次 2" in give("xuncha nightly --resume", *at(walk, 1)), "what is whole is told again"
    assert "对象 6/6" in give("xuncha runs report")
    assert "M2.1" in give("xuncha findings --state flagged")
    give("xuncha verdicts --target 4300000001", site=walk.code(canary=True))
    home = _home(walk)
    assert "home" in give("xuncha inspect http://www.example.gov.cn/", page=home)
    told = give(
        "xuncha export --window 2026Q4 --layout hunan --format xlsx,docx --draft --out drafts",
        **QUARTER,
    )
    assert "草稿" in told
    assert len(list((walk.folder / "drafts").iterdir())) == 2
    assert "nightly" in give("xuncha schedule --list")


def _home(walk: Walk) -> str:
    world = World(walk.settings)
    with world.sessions() as session:
        home = session.scalar(select(Site.home_url).where(Site.canary))
    world.close_sessions()
    assert home
    return home


def the_morning(walk: Walk, give: Give) -> None:
    give("xuncha user add 张三 --role admin", "--password-stdin")
    with _served(walk) as address, urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.status == 200
    walk.walked.add("xuncha serve")
    assert "2023Q1" in give("xuncha runs")
    _hold(walk)
    give("xuncha runs release 12 --by 张三 --why 已核实确为多站停更", run="2")
    first, second, third, *_ = walk.numbers("flagged")
    give("xuncha findings confirm 12 13 --by 张三 --why 已核实", numbers=f"{first} {second}")
    give("xuncha findings dismiss 14 --by 张三 --why 节假日调休，次日已更新", number=third)
    give(
        "xuncha observe add --name 账号名称 --newest 2026-12-01T09:00:00+08:00 --by 张三",
        account="临江教育", moment="2023-03-28T09:00:00+08:00",
    )  # fmt: skip
    give(
        "xuncha findings add --target 4300000001 --check W1.1 --by 张三 --why 首页标题有误"
        " --evidence http://www.example.gov.cn/",
        site=walk.code(canary=False),
    )


class _served:  # noqa: N801 -- a context, used like a function
    """The desk as its own process, as the guide starts it."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from cli import main; main()", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **self.walk.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        address = f"http://127.0.0.1:{port}/"

        def answers() -> bool:
            with socket.socket() as tried:
                return tried.connect_ex(("127.0.0.1", port)) == 0

        assert wait_until(answers, self.process), "the desk did not begin to listen"
        return address

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def _hold(walk: Walk) -> None:
    """The breaker held the last night."""
    from database import session_factory

    with session_factory(walk.settings).begin() as session:
        session.execute(update(Run).where(Run.id == 2).values(state="held", held_reason="试"))


def the_end_of_the_quarter(walk: Walk, give: Give) -> None:
    assert "M2.1" in give("xuncha findings --window 2026Q4 --state flagged", **QUARTER)
    give(
        "xuncha export --window 2026Q4 --layout hunan --format xlsx,docx --draft",
        **QUARTER,
    )
    give(
        "xuncha findings confirm 12 13 --by 张三 --why 已核实",
        numbers=" ".join(walk.numbers("flagged")),
    )
    give("xuncha window freeze 2026Q4", **QUARTER)
    give(
        "xuncha export --window 2026Q4 --layout hunan --format xlsx,docx,csv,json --out annexes",
        **QUARTER,
    )
    assert any((walk.folder / "annexes").iterdir())
    first, second = walk.numbers("confirmed")[:2]
    walk.city.set_clock(walk.city.nights()[2])
    told = give("xuncha findings recheck 12 13", *at(walk, 2), code=2, numbers=f"{first} {second}")
    assert "复核仍不合格" in told
    give("xuncha findings rectify 14 --by 张三 --why 已现场核实", number=first)
    told = give("xuncha judge --window 2026Q4 --ruleset province.yaml --diff", **QUARTER)
    assert "our-province" in told
    assert "0 项有变化" in give("xuncha judge --diff")


def operations(walk: Walk, give: Give) -> None:
    # Nights have been walked above; the job that takes a second stands for the one that takes hours.
    give("xuncha schedule --once nightly", nightly="check")
    assert "完整" in give("xuncha db check")
    assert "都能读回" in give("xuncha db check --thorough")
    give("xuncha db backup")
    kept = sorted((walk.folder / "home" / "backups").iterdir())
    assert kept[0].name in give("xuncha db list")
    give("xuncha db restore /srv/backup/20261201T120000 --replace", backup=str(kept[0]))
    give("xuncha db backup --portable --to /srv/xuncha/move", move=str(walk.folder / "move"))
    moved = next(
        one for one in (walk.folder / "move").iterdir() if (one / "manifest.json").exists()
    )
    give("xuncha db restore /srv/xuncha/move/20261201T120000", home="other", **{
        "/srv/xuncha/move/20261201T120000": str(moved)
    })  # fmt: skip
    other = World(walk.settings.model_copy(update={"home": walk.folder / "other"}))
    with other.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 4
    other.close_sessions()
    give("xuncha db thin --dry-run")
    give("xuncha db thin")
    give("xuncha notify")


def adding(give: Give) -> None:
    assert "posts" in give("xuncha inspect payload.json --platform weibo --json")
    give("xuncha inspect page.html --url http://www.example.gov.cn/xwdt/ --as-of 2026-12-01")


def test_every_command_of_the_guides_does_what_they_say(
    walk: Walk, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_first_night(walk, give)
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long enough secret\n"))
    the_morning(walk, give)
    the_end_of_the_quarter(walk, give)
    operations(walk, give)
    adding(give)
    pages = [*DOCS.glob("zh/*.md"), DOCS / "scale.md"]
    said = {line for page in pages for line in commands(page)}
    assert said - walk.walked - ELSEWHERE.keys() == set()


@pytest.mark.parametrize(("line", "file"), ELSEWHERE.items())
def test_a_command_that_is_run_elsewhere_is_run_there(line: str, file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    word = "--cluster" if "--cluster" in line else line.split()[1]
    assert word in text
