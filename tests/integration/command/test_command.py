"""The command as its users call it: one clear sentence for bad input, the right exit code."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

import cli
import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.integration

Told = tuple[int, str, str]

SITES = (
    "网站标识码,网站名称,首页网址,地区\n4301000001,例市人民政府,http://www.example.gov.cn/,例市\n"
)
ACCOUNTS = "账号名称,账号类型,开设主体,地区,信息源\n"
LIST = """<html><head><title>通知公告</title></head><body><ul class="list">
<li><span>2023-03-01</span><a href="/tzgg/202303/t20230301_1.html">关于开展春季检查工作的通知</a></li>
<li><span>2023-02-20</span><a href="/tzgg/202302/t20230220_2.html">关于报送年度工作总结的通知</a></li>
<li><span>2023-02-11</span><a href="/tzgg/202302/t20230211_3.html">关于召开全市工作会议的通知</a></li>
</ul></body></html>"""
PAGE_KEYS = {
    "url", "encoding", "access", "page_kind", "title", "meta", "rows", "newest_date",
    "newest_provenance", "published_on", "badges", "letters", "guide",
}  # fmt: skip
BADGE_KEYS = {"conac", "jiucuo", "site_code", "icp", "police", "sponsor", "contact"}


@pytest.fixture
def xuncha(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Told]:
    """Run the command in a scratch home: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XUNCHA_BROWSER", "off")

    def run(*arguments: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["xuncha", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capfd.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def _file(folder: Path, text: str | bytes, name: str = "registry.csv") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_a_good_registry_is_imported_once_and_then_unchanged(
    xuncha: Callable[..., Told], tmp_path: Path
) -> None:
    file = _file(tmp_path, SITES)
    first = json.loads(xuncha("registry", "import", file, "--json")[1])
    again = json.loads(xuncha("registry", "import", file, "--json")[1])
    assert (first["added"], again["added"], again["unchanged"]) == (1, 0, 1)


def test_a_dry_run_writes_nothing(xuncha: Callable[..., Told], tmp_path: Path) -> None:
    file = _file(tmp_path, SITES)
    assert xuncha("registry", "import", file, "--dry-run")[0] == 0
    code, out, _ = xuncha("registry", "export", "sites")
    assert code == 0
    assert "4301000001" not in out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("网站标识码,网站名称,首页网址\n4301000001,例市,http://a.gov.cn/\n", "地区"),
        (b"\xff\xfe\x00\xd8\x00\xd8" * 40, "未导入任何内容"),
        ("", "未导入任何内容"),
    ],
)
def test_a_file_that_cannot_be_read_imports_nothing_and_says_why(
    xuncha: Callable[..., Told], tmp_path: Path, text: str | bytes, said: str
) -> None:
    code, _, err = xuncha("registry", "import", _file(tmp_path, text))
    assert code == 2
    assert said in err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("发布,飞信,例市政府,例市,", "飞信"),
        ("=cmd|' /C calc'!A0,新浪微博,例市政府,例市,weibo:1", "公式"),
        (f"{'长' * 30_000},新浪微博,例市政府,例市,weibo:1", ""),
        ("发布,新浪微博,例市政府,例市,telnet:1", "telnet"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_loses_nothing_else(
    xuncha: Callable[..., Told], tmp_path: Path, row: str, said: str
) -> None:
    good = "例市发布,新浪微博,例市政府,例市,weibo:1234567890\n"
    code, _, err = xuncha("registry", "import", _file(tmp_path, f"{ACCOUNTS}{row}\n{good}"))
    assert code == 2
    assert "第 2 行" in err
    assert said in err
    assert "例市发布" in xuncha("registry", "export", "accounts")[1]


def test_a_cell_of_fifty_megabytes_is_refused_in_one_sentence(
    xuncha: Callable[..., Told], tmp_path: Path
) -> None:
    code, _, err = xuncha("registry", "import", _file(tmp_path, SITES + "长" * 17_000_000))
    assert code == 2
    assert len(err) < 500


@pytest.mark.parametrize("stated", ["yesterday", "2023-13-01", "2023-03-01T01:00:00", "1e9"])
def test_a_time_that_cannot_be_read_is_wrong_input(
    xuncha: Callable[..., Told], stated: str
) -> None:
    code, _, err = xuncha("nightly", "--as-of", stated)
    assert code == 2
    assert "时间" in err


def test_a_bare_date_is_its_last_second_in_beijing() -> None:
    assert clock.stated("2023-03-31").isoformat() == "2023-03-31T23:59:59+08:00"
    assert clock.stated("2023-03-31T16:00:00+00:00").isoformat() == "2023-04-01T00:00:00+08:00"


def test_a_night_without_a_registry_says_what_to_do(xuncha: Callable[..., Told]) -> None:
    code, _, err = xuncha("nightly", "--as-of", "2023-03-01")
    assert code == 1
    assert "registry import" in err


def test_an_unknown_window_run_target_and_platform_are_wrong_input(
    xuncha: Callable[..., Told], tmp_path: Path
) -> None:
    page = _file(tmp_path, "{}", "payload.json")
    for arguments in (
        ("findings", "--window", "2099Q9"),
        ("verdicts", "--run", "99"),
        ("inspect", page, "--platform", "icq"),
        ("inspect", str(tmp_path / "nowhere.html")),
        ("window", "add", "2023Q1", "--start", "soon", "--end", "2023-03-31"),
        ("findings", "confirm", "--by", "甲", "--why", "属实"),
    ):
        code, out, err = xuncha(*arguments)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
        assert err.strip()


def test_windows_do_not_overlap(xuncha: Callable[..., Told]) -> None:
    dates = ("--start", "2023-02-20", "--end", "2023-03-31")
    assert xuncha("window", "add", "2023Q1", *dates)[0] == 0
    code, _, err = xuncha("window", "add", "other", "--start", "2023-03-31", "--end", "2023-04-30")
    assert code == 2
    assert "重叠" in err
    rows = [json.loads(line) for line in xuncha("window", "list", "--json")[1].splitlines()]
    assert [(row["name"], row["end"]) for row in rows] == [("2023Q1", "2023-03-31")]


def test_inspect_prints_the_keys_of_the_contract(
    xuncha: Callable[..., Told], tmp_path: Path
) -> None:
    page = _file(tmp_path, LIST, "page.html")
    arguments = ("--url", "http://www.example.gov.cn/tzgg/", "--as-of", "2023-03-10", "--json")
    code, out, _ = xuncha("inspect", page, *arguments)
    told = json.loads(out)
    assert code == 0
    assert set(told) >= PAGE_KEYS
    assert set(told["badges"]) >= BADGE_KEYS
    assert (told["page_kind"], told["newest_date"]) == ("column_list", "2023-03-01")
    assert {"title", "url", "date", "provenance", "pinned"} <= set(told["rows"][0])


def test_inspect_is_readable_on_a_terminal(xuncha: Callable[..., Told], tmp_path: Path) -> None:
    code, out, _ = xuncha("inspect", _file(tmp_path, LIST, "page.html"), "--as-of", "2023-03-10")
    assert code == 0
    assert "最新日期" in out
    assert "2023-03-01" in out


@pytest.mark.parametrize(("rows", "told"), [(3, "共 3 条）"), (31, "共 31 条，显示前 30 条）")])
def test_inspect_says_that_a_list_is_cut_only_where_it_is(
    xuncha: Callable[..., Told], tmp_path: Path, rows: int, told: str
) -> None:
    lines = (
        f'<li><a href="/tzgg/{n}.html">关于第 {n} 件事的通知</a><span>2023-03-01</span></li>'
        for n in range(rows)
    )
    page = _file(tmp_path, f"<html><body><ul>{''.join(lines)}</ul></body></html>", "page.html")
    assert told in xuncha("inspect", page, "--as-of", "2023-03-10")[1]


def test_an_unreachable_database_is_one_sentence_without_credentials(
    xuncha: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "XUNCHA_DATABASE_URL", "postgresql+psycopg://someone:secret@127.0.0.1:1/nothing"
    )
    code, _, err = xuncha("runs")
    assert code == 1
    assert "secret" not in err
    assert len(err.strip().splitlines()) == 1


def test_a_home_that_cannot_be_made_is_one_sentence(
    xuncha: Callable[..., Told], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    monkeypatch.setenv("XUNCHA_HOME", str(blocked / "home"))
    code, _, err = xuncha("runs")
    assert code == 1
    assert len(err.strip().splitlines()) == 1


def test_a_bad_setting_is_named(
    xuncha: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUNCHA_HOST_CONCURRENCY", "many")
    code, _, err = xuncha("runs")
    assert code == 2
    assert "XUNCHA_HOST_CONCURRENCY" in err


def test_empty_states_are_said_in_words(xuncha: Callable[..., Told]) -> None:
    for arguments in (("runs",), ("findings",), ("verdicts",), ("window", "list")):
        code, out, _ = xuncha(*arguments)
        assert code == 0
        assert out.strip()
