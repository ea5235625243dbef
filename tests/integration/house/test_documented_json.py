"""The JSON that docs/json.md shows has the shape of what the commands print."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

import cli
import database
import models
from crawler.platforms.inspect import to_contract
from crawler.platforms.observation import AccountReading, Post
from nightly import NightReport
from settings import Settings

pytestmark = pytest.mark.integration

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "json.md"
NIGHT = datetime.fromisoformat("2023-03-31T23:59:59+08:00")
PAGE = """<html><head><meta charset="utf-8"><title>某某市人民政府</title>
<meta name="SiteName" content="某某市人民政府"></head><body><ul>
<li><a href="/art/1.html">市政府召开常务会议部署防汛工作</a><span>2023-03-20</span></li>
<li><a href="/art/2.html">市政府常务会议纪要今日对外公布</a><span>2023-03-18</span></li>
<li><a href="/art/3.html">关于清明节放假期间值班的通知</a><span>2023-03-17</span></li>
</ul><div class="footer">主办：某某市人民政府办公室 网站标识码：4300000001</div></body></html>"""


def documented(heading: str) -> dict[str, Any]:
    text = DOCUMENT.read_text(encoding="utf-8")
    section = text.split(f"## `{heading}`", 1)[1]
    found = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert found
    shown = json.loads(found.group(1))
    assert isinstance(shown, dict)
    return shown


@pytest.fixture
def printed(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command on a home with one site, one night, one verdict and one finding."""
    monkeypatch.setenv("XUNCHA_HOME", str(sqlite_settings.home))
    factory = database.session_factory(sqlite_settings)
    with factory.begin() as session:
        fill(session)
    factory.kw["bind"].dispose()

    def run(*words: str) -> dict[str, Any]:
        result = CliRunner().invoke(cli.app, [*words, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        text = result.stdout.strip()
        first = json.loads(text if text.startswith("{\n") else text.splitlines()[0])
        assert isinstance(first, dict)
        return first

    return run


def fill(session: Session) -> None:
    unit = models.Unit(name="某某市")
    window = models.Window(name="2023Q1", starts_on=date(2023, 2, 20), ends_on=date(2023, 3, 31))
    session.add_all([unit, window])
    session.flush()
    site = models.Site(
        identity="4300000001",
        code="4300000001",
        name="某某市人民政府",
        unit_id=unit.id,
        home_url="http://www.example.gov.cn/",
    )
    run = models.Run(window_id=window.id, as_of=NIGHT, state="done", ruleset="r")
    session.add_all([site, run])
    session.flush()
    judgement = models.Judgement(run_id=run.id, ruleset="r", digest="d")
    session.add(judgement)
    session.flush()
    failing = {"target_id": site.id, "check": "W3.1", "reason": "stale", "run_id": run.id}
    session.add(
        models.Verdict(judgement_id=judgement.id, outcome="fail", ruleset="r", **failing),
    )
    session.add(
        models.Finding(
            window_id=window.id,
            subject=f"target:{site.id}",
            unit_id=unit.id,
            label="首页面长时间未更新",
            severity="veto",
            state="flagged",
            opened_at=NIGHT,
            **failing,
        )
    )


@pytest.mark.parametrize("verb", ["verdicts", "findings", "runs", "doctor"])
def test_a_listing_prints_the_documented_keys(printed: Any, verb: str) -> None:
    assert list(printed(verb)) == list(documented(f"xuncha {verb} --json"))


def test_a_night_ends_with_the_documented_keys() -> None:
    counts = ("run", "targets", "fresh", "closed", "pages", "requests", "bytes")
    numbers: dict[str, Any] = dict.fromkeys(counts, 1)
    told: dict[str, Any] = {"state": "done", "undetermined": {}, "flagged": {}, "seconds": 1.0}
    report = NightReport(window=None, as_of=NIGHT, **numbers, **told)
    shown = documented("xuncha nightly --json")
    assert set(report.to_json()) == set(shown)
    assert {field.name for field in dataclasses.fields(NightReport)} == set(shown)


def test_a_page_is_inspected_into_the_documented_keys(printed: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    found = printed("inspect", str(page), "--url", "http://www.example.gov.cn/")
    shown = documented("xuncha inspect FILE --json")
    assert set(found) == set(shown)
    assert set(found["rows"][0]) == set(shown["rows"][0])
    assert set(found["badges"]) == set(shown["badges"])


def test_an_account_is_inspected_into_the_documented_keys() -> None:
    shown = documented("xuncha inspect FILE --platform weibo --json")
    post = Post(id="1", title="题", url="", published_at=NIGHT, provenance="api")
    told = to_contract(AccountReading(platform="weibo", posts=(post,)))
    assert set(told) == set(shown)
    for part in ("entity", "interactions"):
        assert set(told[part]) == set(shown[part])
    assert set(told["posts"][0]) == set(shown["posts"][0])
