"""Operators' cookies: sealed at rest, off by default, sent to their own platform, never shown."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner

from crawler.fetch.access import AccessState
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import Network, open_network
from crawler.fetch.transport import Answer, Outgoing
from crawler.operator_cookies import CookieError, forget, kept, new_key, opened, store
from crawler.platforms.moments import BEIJING
from database import session_factory, upgrade
from settings import Settings
from verbs.cookies import app

pytestmark = pytest.mark.integration

AS_OF = datetime(2023, 3, 28, 1, 0, tzinfo=BEIJING)
SECRET = "SUB=_2A25verysecret; SUBP=0033Wanother"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path, cookie_key=new_key(), operator_cookies=True)
    upgrade(made)
    return made


@pytest.fixture
def sessions(settings: Settings) -> Iterator[sessionmaker[Session]]:
    made = session_factory(settings)
    with made.begin() as session:
        store(session, settings, "weibo.cn", SECRET, by="李检查", at=AS_OF)
    yield made
    made.kw["bind"].dispose()


def test_what_lies_in_the_database_tells_nothing(
    settings: Settings, sessions: sessionmaker[Session]
) -> None:
    with sqlite3.connect(settings.home / "xuncha.sqlite3") as file:
        stored = json.dumps(file.execute("select * from operator_cookies").fetchall())
    assert "李检查" in json.loads(stored)[0]
    assert "verysecret" not in stored
    assert "verysecret" not in repr(settings)
    assert settings.cookie_key not in repr(settings)


def test_a_night_opens_them_only_where_they_are_switched_on_and_the_key_fits(
    settings: Settings, sessions: sessionmaker[Session]
) -> None:
    off = settings.model_copy(update={"operator_cookies": False})
    other = settings.model_copy(update={"cookie_key": new_key()})
    none = settings.model_copy(update={"cookie_key": ""})
    with sessions() as session:
        assert opened(session, settings) == {"weibo.cn": SECRET}
        assert [opened(session, one) for one in (off, other, none)] == [{}, {}, {}]
        assert [one.opens for one in kept(session, other)] == [False]


def test_they_are_forgotten(settings: Settings, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        assert forget(session, "weibo.cn")
        assert not forget(session, "weibo.cn")
        assert opened(session, settings) == {}


@pytest.mark.parametrize(
    ("domain", "header", "said"),
    [
        ("example.gov.cn", SECRET, "不能保存"),
        ("weibo.cn", "no pair at all", "格式不对"),
        ("weibo.cn", "a=b\r\nX-Evil: 1", "格式不对"),
        ("weibo.cn", "", "格式不对"),
        ("weibo.cn", "a=" + "b" * 20_000, "格式不对"),
    ],
)
def test_what_is_no_cookie_of_a_platform_is_refused_without_being_quoted(
    settings: Settings, sessions: sessionmaker[Session], domain: str, header: str, said: str
) -> None:
    with sessions() as session, pytest.raises(CookieError, match=said) as refused:
        store(session, settings, domain, header, by="x", at=AS_OF)
    assert "verysecret" not in str(refused.value)


def test_without_a_key_nothing_is_stored(settings: Settings) -> None:
    keyless = settings.model_copy(update={"cookie_key": "short"})
    sessions = session_factory(settings)
    with sessions() as session, pytest.raises(CookieError, match="密钥"):
        store(session, keyless, "weibo.cn", SECRET, by="x", at=AS_OF)
    sessions.kw["bind"].dispose()


def sent(settings: Settings, *, as_operator: bool) -> dict[str, str]:
    """The Cookie header that each host of a redirected request was sent."""
    seen: dict[str, str] = {}

    async def download(asked: Outgoing) -> Answer:
        host = asked.url.split("/")[2]
        seen[host] = asked.headers.get("Cookie", "")
        if host == "m.weibo.cn":
            moved = (("Location", "https://elsewhere.example/"), ("Set-Cookie", "visitor=1"))
            return Answer(302, moved)
        return Answer(200, (), b"{}")

    async def ask() -> None:
        network: Network = open_network(settings, AS_OF)
        network.cookies = {"weibo.cn": SECRET}
        network.download = download
        capture = await Fetcher(network, as_operator=as_operator).get("https://m.weibo.cn/api")
        assert capture.access is AccessState.OK
        await network.close()

    asyncio.run(ask())
    return seen


def test_they_travel_to_their_own_domain_alone(settings: Settings, tmp_path: Path) -> None:
    origins = tmp_path / "origins.json"
    origins.write_text(json.dumps({"*": "http://127.0.0.1:9"}), encoding="utf-8")
    mapped = settings.model_copy(update={"origin_map": origins})
    assert sent(mapped, as_operator=True)["m.weibo.cn"] == SECRET
    assert sent(mapped, as_operator=True)["elsewhere.example"] == ""
    assert sent(mapped, as_operator=False)["m.weibo.cn"] == ""


def test_the_command_stores_lists_and_forgets_without_ever_printing_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUNCHA_HOME", str(settings.home))
    monkeypatch.setenv("XUNCHA_COOKIE_KEY", settings.cookie_key)
    run = CliRunner().invoke
    added = run(app, ["add", "bilibili.com", "--by", "王检查"], input="SESSDATA=verysecret%2C1\n")
    listed = run(app, ["list", "--json"])
    row = json.loads(listed.output)
    assert (row["domain"], row["stored_by"], row["opens"], row["used"]) == (
        "bilibili.com", "王检查", True, False,
    )  # fmt: skip
    shown = run(app, ["list"])
    bad = run(app, ["add", "bilibili.com"], input="verysecret\n")
    gone = run(app, ["forget", "bilibili.com"])
    assert [one.exit_code for one in (added, listed, shown, bad, gone)] == [0, 0, 0, 2, 0]
    assert "尚未启用" in added.output
    for one in (added, listed, shown, bad, gone):
        assert "verysecret" not in one.output + (one.stderr or "")
    assert run(app, ["list", "--json"]).output == ""
