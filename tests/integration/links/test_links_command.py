"""`xuncha links` and `xuncha availability` as their users call them."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

import cli
from checks.facts import LinkReading
from crawler import factcodec
from crawler.extract.page import EXTRACTOR
from crawler.probes_kept import Round, packed
from crawler.recording_tables import link_hash
from database import session_factory, upgrade
from models import Fact, Link, ProbeDay, Run, Site, Unit, Visit
from settings import Settings
from tests.site.trap_server import TrapServer

pytestmark = pytest.mark.integration

AS_OF = datetime.fromisoformat("2023-03-20T01:00:00+08:00")
HOME = "http://www.example.gov.cn/"
LINKS = [
    LinkReading(HOME + "ok", HOME, "好", "ok", 200, "", "站内"),
    LinkReading("http://t.test/", HOME, "协会", "ok", 200, "", "站外", danger="百家乐"),
    LinkReading("http://b.test/2", HOME, "<script>\x1b[31m\u202e乙", "suspected", None, "timeout", "站外"),
    LinkReading(HOME + "gone", HOME, "[red]旧[/red]", "dead", 404, "http_404", "站内", first_failed=AS_OF),
]  # fmt: skip

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "json.md"
Told = tuple[int, str, str]


@pytest.fixture(scope="module")
def server() -> Iterator[TrapServer]:
    with TrapServer() as running:
        yield running


@pytest.fixture
def xuncha(
    server: TrapServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., Told]:
    """Run the command over a small register: exit code, standard output, standard error."""
    home, file = tmp_path / "home", tmp_path / "origins.json"
    file.write_text(json.dumps(server.origins() | {"*": "http://127.0.0.1:9"}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNCHA_HOME", str(home))
    monkeypatch.setenv("XUNCHA_BROWSER", "off")
    monkeypatch.setenv("XUNCHA_ORIGIN_MAP", str(file))
    monkeypatch.setenv("XUNCHA_PAGE_TIMEOUT", "2")
    monkeypatch.setenv("COLUMNS", "200")
    _seed(Settings(home=home))

    def run(*arguments: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["xuncha", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capfd.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def _seed(settings: Settings) -> None:
    upgrade(settings)
    sessions = session_factory(settings)
    with sessions.begin() as session:
        unit = Unit(name="某市")
        run = Run(as_of=AS_OF, state="done", ruleset="", targets=[])
        session.add_all([unit, run])
        session.flush()
        for code, name in (("4301000001", "某市政府"), ("4301000002", "某局")):
            named = {"identity": code, "code": code, "name": name, "unit_id": unit.id}
            session.add(Site(kind="site", home_url=HOME, **named))
        session.flush()
        payload = factcodec.encode_links(LINKS)
        session.add(
            Fact(run_id=run.id, target_id=1, kind="links", extractor=EXTRACTOR, payload=payload)
        )
        session.add(Visit(run_id=run.id, target_id=1, fresh=True, access="ok"))
        rounds = packed(
            [Round(60 * hour, "timeout" if hour == 3 else "ok", 900, "") for hour in range(20)]
        )
        for back in range(7):
            day = date(2023, 3, 19) - timedelta(days=back)
            session.add(ProbeDay(site_id=1, day=day, counted=20, failed=1, rounds=rounds))
        url = "http://trap30.test/dead.html"
        session.add(
            Link(
                url_hash=link_hash(url),
                url=url,
                state="suspected",
                failures=1,
                first_failed_at=AS_OF - timedelta(days=1),
                last_checked_at=AS_OF,
            )
        )
    sessions.kw["bind"].dispose()


def test_the_dead_links_of_a_registered_site_are_listed(xuncha: Callable[..., Told]) -> None:
    code, out, _ = xuncha("links", "4301000001")
    assert code == 0
    assert "[red]旧[/red]" in out, "a title cannot colour the terminal"
    assert "\x1b" not in out, "nor command it"
    assert "\u202e" not in out
    assert "HTTP 404 页面不存在" in out
    assert "检查链接 4 条，失效 1 条，疑似失效 1 条，指向不良网站 1 条" in out
    code, out, _ = xuncha("links", "某市政府", "--json")
    told = json.loads(out)
    assert [one["state"] for one in told["links"]] == ["ok", "dead", "suspected"]
    assert told["links"][1]["parents"] == [HOME]
    assert (told["run"], told["checked"], told["as_of"]) == (1, 4, "2023-03-20T01:00:00+08:00")


def test_the_lists_are_written_as_files(xuncha: Callable[..., Told], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    code, out, _ = xuncha("links", "4301000001", "--format", "html,csv,json", "--out", str(folder))
    assert code == 0
    assert [Path(line).name for line in out.split()] == [
        f"links-4301000001.{one}" for one in ("html", "csv", "json")
    ]
    page = (folder / "links-4301000001.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    with (folder / "links-4301000001.csv").open(encoding="utf-8-sig") as file:
        assert [row["状态"] for row in csv.DictReader(file)] == ["不良网站", "失效", "疑似失效"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("links", "4301000009"), "名录中没有“4301000009”"),
        (("links", "4301000001", "--format", "pdf"), "没有这种格式：pdf"),
        (("links", "http://plain.test/", "--run", "1"), "--run 只用于名录中的网站"),
        (("availability", "4301000001", "--last", "昨天"), "无法识别"),
    ],
)
def test_bad_input_is_one_sentence(
    xuncha: Callable[..., Told], arguments: tuple[str, ...], sentence: str
) -> None:
    code, out, err = xuncha(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err


def test_a_site_without_a_look_says_so(xuncha: Callable[..., Told]) -> None:
    assert xuncha("links", "4301000002")[0] == 1
    code, _, err = xuncha("links", "4301000001", "--run", "7")
    assert code == 1
    assert "批次 7 中还没有检查过链接" in err


def test_any_address_is_checked_at_once(xuncha: Callable[..., Told]) -> None:
    code, out, _ = xuncha("links", "trap30.test", "--as-of", "2023-03-21", "--json")
    assert code == 0
    told = json.loads(out)
    states = {one["url"]: one["state"] for one in told["links"]}
    assert states["http://trap30.test/dead.html"] == "dead", "the ledger knows its first failure"
    assert (told["run"], told["site"]) == (None, "trap30.test")
    code, out, _ = xuncha("links", "http://plain.test/")
    assert code == 0
    assert "没有发现失效链接" in out


@pytest.mark.parametrize(
    ("url", "word"), [("http://trap01.test/", "质询"), ("http://nowhere.test/", "无法建立连接")]
)
def test_an_address_that_cannot_be_read_is_no_site_without_dead_links(
    xuncha: Callable[..., Told], url: str, word: str
) -> None:
    code, out, err = xuncha("links", url)
    assert (code, out) == (1, "")
    assert word in err


def test_the_chart_is_printed_for_people_and_for_programs(xuncha: Callable[..., Told]) -> None:
    code, out, _ = xuncha("availability", "4301000001", "--last", "2023-03-20", "--json")
    told = json.loads(out)
    assert (code, told["name"], len(told["days"])) == (0, "某市政府", 7)
    assert (told["counted"], told["failed"], told["excluded"], told["ratio"]) == (140, 7, 0, 0.95)
    assert told["week"]["days"] == 6, "the day of the look has no rounds"
    low, high = told["days"][0]["confidence"]
    assert low < 0.05 < high
    assert told["days"][0]["failures"] == [[180, "timeout"]]
    _, out, _ = xuncha("availability", "4301000001", "--last", "2023-03-19")
    assert "95.00%" in out
    assert "最近七天计入 140 次，打不开 7 次（5.00%），不计 0 次" in out
    assert "不足七天" not in out
    assert "没有探测记录" in xuncha("availability", "某局")[1]


@pytest.mark.parametrize("verb", ["links", "availability"])
def test_the_documented_json_has_the_shape_of_what_is_printed(
    xuncha: Callable[..., Told], verb: str
) -> None:
    text = DOCUMENT.read_text(encoding="utf-8").split(f"## `xuncha {verb} CODE --json`", 1)[1]
    shown = json.loads(text.split("```json\n", 1)[1].split("```", 1)[0])
    options = ("--last", "2023-03-19") if verb == "availability" else ()
    printed = json.loads(xuncha(verb, "4301000001", *options, "--json")[1])
    assert shown.keys() == printed.keys()
    for name in ("links", "days", "week"):
        of_shown, of_printed = shown.get(name), printed.get(name)
        if isinstance(of_shown, list):
            of_shown, of_printed = of_shown[0], of_printed[0]
        assert (of_shown and of_shown.keys()) == (of_printed and of_printed.keys())
