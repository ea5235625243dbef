"""The guides are walked: every command in them is given to the product, in their order.

Addresses, codes and numbers of the guides are those of a small city here; moments are stated. A
command that stands in a guide and in no step, and is not said to be run elsewhere, fails.
"""

from __future__ import annotations

import io
import shlex
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import pytest
from sqlalchemy import func, select, update

import cli
from democity import City, load
from models import Account, Run, Visit
from settings import Settings
from tests import postgresql_server
from tests.integration.night.night_world import SMALL, World
from tests.integration.upkeep.guide_walk import SCENARIO, Walk, free_port, lay_out
from tests.unit.upkeep_docs.guides import PRINTED, commands, verb, verbs

pytestmark = pytest.mark.integration

CLUSTER = ("xuncha worker --workers 2", "xuncha nightly --cluster", "xuncha worker")
"""What needs PostgreSQL: walked where there is one, and left out of the count where there is none."""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walk")
    file = folder / "hamlet.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    with City(load(file)) as city:
        lay_out(folder, city)
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


Give = Callable[..., str]


@pytest.fixture
def give(walk: Walk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Give:
    """Give a command of the guides to the product.

    `instead` maps its words to ours, `more` is added (moments, mostly), `code` is how it must end;
    `typed` is what the person types when the command asks.
    """
    monkeypatch.chdir(walk.folder)
    monkeypatch.setenv("COLUMNS", "250")

    def run(
        line: str, *more: str, code: int = 0, home: str = "", typed: str = "", **instead: str
    ) -> str:
        walk.walked.add(line)
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
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
    assert "故障" not in give("xuncha doctor")
    told = give("xuncha registry resolve https://weibo.com/u/1234567890")
    assert "weibo:1234567890" in told
    files = "sites.csv columns.csv accounts.xlsx"
    told = give(f"xuncha registry import {files} --dry-run")
    assert "没有写入" in told
    assert "新增 4" in give(f"xuncha registry import {files}")
    give("xuncha registry check")
    give("xuncha registry export sites --out sites.csv")
    give(
        "xuncha window add 2026Q4 --start 2026-11-20 --end 2026-12-31",
        **QUARTER, begin="2023-02-20", end="2023-03-31",
    )  # fmt: skip
    assert "2023Q1" in give("xuncha window list")
    sites = f"{walk.site(canary=True).code},{walk.site(canary=False).code}"
    give("xuncha nightly --only 4300000001,4300000002", *at(walk, 0), both=sites)
    walk.city.set_clock(walk.city.nights()[1])
    give("xuncha nightly", *at(walk, 1))
    assert "批次 2" in give("xuncha nightly --resume", *at(walk, 1)), "what is whole is told again"
    assert '"state": "done"' in give("xuncha nightly --json", "--resume", *at(walk, 1))
    assert "探测 2 个网站" in give("xuncha probe", "--at", walk.city.nights()[1].isoformat())
    assert "对象 6/6" in give("xuncha runs report")
    assert "M2.1" in give("xuncha findings --state flagged")
    portal = walk.site(canary=True)
    give("xuncha verdicts --target 4300000001", site=portal.code)
    assert "home" in give("xuncha inspect http://www.example.gov.cn/", page=portal.home_url)
    give("xuncha links CODE", CODE=portal.code)
    told = give(
        "xuncha export --window 2026Q4 --layout hunan --format xlsx,docx --draft --out drafts",
        **QUARTER,
    )
    assert "草稿" in told
    assert len(list((walk.folder / "drafts").iterdir())) == 2
    assert "nightly" in give("xuncha schedule --list")


def the_morning(walk: Walk, give: Give) -> None:
    secret = {"typed": "a long enough secret\n"}
    give("xuncha user add 张三 --role admin", "--password-stdin", **secret)
    give("xuncha user add zhang --role operator", "--password-stdin", **secret)
    give("xuncha user password 张三", "--password-stdin", **secret)
    port = free_port()
    with walk.running("xuncha serve", "--port", port, ready="审核台在"):
        _answers(f"http://127.0.0.1:{port}/")
    assert "2023Q1" in give("xuncha runs")
    _hold(walk)
    give("xuncha runs release 12 --by 张三 --why 已核实确为多站停更", run="2")
    first, second, third, *_ = walk.numbers("flagged")
    give("xuncha findings confirm 12 --by 张三 --why 已核实", run=first)
    give("xuncha findings confirm 12 13 --by 张三 --why 已核实", numbers=f"{first} {second}")
    give("xuncha findings dismiss 14 --by 张三 --why 节假日调休，次日已更新", number=third)
    give(
        "xuncha observe add --name 账号名称 --newest 2026-12-01T09:00:00+08:00 --by 张三",
        account="临江教育", moment="2023-03-28T09:00:00+08:00",
    )  # fmt: skip
    give(
        "xuncha findings add --target 4300000001 --check W1.1 --by 张三 --why 首页标题有误"
        " --evidence http://www.example.gov.cn/",
        site=walk.site(canary=False).code,
    )


def _answers(address: str) -> None:
    """The desk is told to be there a moment before it listens."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the desk did not answer")


def _hold(walk: Walk) -> None:
    """The breaker held the last night."""
    from database import session_factory

    with session_factory(walk.settings).begin() as session:
        session.execute(update(Run).where(Run.id == 2).values(state="held", held_reason="试"))


def other_material(walk: Walk, give: Give) -> None:
    told = give("xuncha messages import messages.xlsx --as-of 2026-12-31", end="2023-03-29")
    assert "新增 2" in told
    give("xuncha messages table --window 2026Q4", **QUARTER)
    assert "登记待审核问题 1 个" in give(
        "xuncha messages flag --window 2026Q4 --by 张三", **QUARTER
    )
    give("xuncha statistics --window 2026Q4", **QUARTER)
    year = {"2026-": "2023-"}
    give("xuncha statistics --from 2026-01-01 --to 2026-12-31 --out year.xlsx", **year)
    assert (walk.folder / "year.xlsx").stat().st_size > 0
    give("xuncha relay --window 2026Q4 --matches", **QUARTER)
    told = give("xuncha replies replies --flag --by 张三", "--window", "2023Q1")
    assert "登记待审核问题 1 个" in told


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
    give("xuncha judge --ruleset province.yaml --diff")
    assert "0 项有变化" in give("xuncha judge --diff")
    assert "days 14 → 10" in give("xuncha rules check province.yaml")
    assert "our-province" in give("xuncha rules apply province.yaml --by 张三")
    assert "10" in give("xuncha rules show --check M2.1")
    assert "已启用 national" in give("xuncha rules apply --by 张三")
    assert "our-province" in give("xuncha rules history")


def operations(walk: Walk, give: Give) -> None:
    # Nights have been walked above; the job that takes a second stands for the one that takes hours.
    give("xuncha schedule --once nightly", nightly="check")
    with walk.running("xuncha schedule", ready="schedule_started"):
        pass
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
    key = give("xuncha registry cookies key").strip()
    walk.settings = walk.settings.model_copy(update={"cookie_key": key})
    assert "已加密保存" in give("xuncha registry cookies add weibo.cn", typed="SUB=1\n")


def many_machines(walk: Walk, url: str) -> None:
    """The machine that leads and its worker, each as a process of its own, on PostgreSQL."""
    there = {"home": walk.folder / "leading", "database_url": url, "lease_seconds": 15}
    alone, walk.settings = walk.settings, walk.settings.model_copy(update=there)
    walk.city.set_clock(walk.city.nights()[1])
    leading = World(walk.settings)
    files = [str(walk.folder / name) for name in ("sites.csv", "columns.csv", "accounts.xlsx")]
    assert leading.xuncha("registry", "import", *files).code == 0
    with walk.running("xuncha worker --workers 2", ready="worker_ready"):
        told = leading.xuncha("nightly", "--cluster", *at(walk, 1))
    assert told.code == 0, told.err
    assert leading.count(Visit) == 6
    leading.close()
    walk.walked |= set(CLUSTER)
    walk.settings = alone


def a_look_at_it_first(give: Give) -> None:
    told = give("xuncha demo", "--scenario", "farm.yaml", "--home", "demo", "--workers", "1")
    assert "100%" in told


def adding(give: Give) -> None:
    assert "posts" in give("xuncha inspect payload.json --platform weibo --json")
    give("xuncha inspect page.html --url http://www.example.gov.cn/xwdt/ --as-of 2026-12-01")


def test_every_command_of_the_guides_does_what_they_say(
    walk: Walk, give: Give, request: pytest.FixtureRequest
) -> None:
    a_look_at_it_first(give)
    the_first_night(walk, give)
    the_morning(walk, give)
    other_material(walk, give)
    the_end_of_the_quarter(walk, give)
    operations(walk, give)
    adding(give)
    if postgresql_server.programs() and find_spec("procrastinate"):
        many_machines(walk, request.getfixturevalue("postgresql_url"))
    else:
        walk.walked |= set(CLUSTER)
    assert escaped(walk.walked) == (set(), set())


def escaped(walked: set[str]) -> tuple[set[str], set[tuple[str, ...]]]:
    """Lines that the pages print and nobody typed, and verbs they name that nobody gave."""
    said = {line.replace("zhangsan", "张三") for page in PRINTED for line in commands(page)}
    given = {verb(line.split()[1:]) for line in walked}
    groups = {path[:length] for path in given for length in range(1, len(path))}
    named = {found for page in PRINTED for found in verbs(page)}
    return said - walked, named - given - groups


def test_a_command_that_nobody_walked_would_be_seen() -> None:
    lines = {line.replace("zhangsan", "张三") for page in PRINTED for line in commands(page)}
    assert escaped(lines - {"xuncha db list"})[0] == {"xuncha db list"}
    assert ("db", "list") in escaped(lines - {"xuncha db list"})[1]
