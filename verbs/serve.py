"""The verbs that start the desk and send what users asked to be told."""

from __future__ import annotations

import secrets
import signal
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import clock
import settings as configuration
from verbs.shell import FAILED, AsJson, fail, opened, print_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from settings import Settings

LOOPBACK = "127.0.0.1"
DEMO_USER = "demo"
DEMO_SCENARIO = "demo"
MORNING_HOURS = 8
"""So long after the last demonstrated night its desk opens: nothing is judged by this clock."""


def serve(
    host: Annotated[str, typer.Option("--host", help="监听的地址；缺省只供本机")] = LOOPBACK,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="监听的端口")] = 8600,
    demo: Annotated[bool, typer.Option("--demo", help="打开演示（xuncha demo）的数据")] = False,
) -> None:
    """审核台（网页和接口）。"""
    from contextlib import ExitStack

    import uvicorn

    from crawler.garbage import set_aside
    from web.application import create

    closing = ExitStack()
    if demo:
        loaded, now = _demonstration(closing)
    else:
        loaded, sessions = opened()
        now = clock.now
        _say_what_is_missing(loaded, sessions)
    if host not in {LOOPBACK, "localhost", "::1"} and not loaded.desk_url.startswith("https://"):
        typer.echo("注意：密码将不加密传输；请放在 HTTPS 反向代理之后，并设置 XUNCHA_DESK_URL")
    _must_be_free(host, port)
    typer.echo(f"审核台在 http://{host}:{port}/ ，按 Ctrl-C 结束")
    with closing:
        application = create(loaded, now)
        set_aside()
        # The server ends at SIGTERM by itself and then raises it once more: that is no failure.
        signal.signal(signal.SIGTERM, lambda _number, _frame: None)
        uvicorn.run(
            application,
            host=host,
            port=port,
            log_level="warning",
            server_header=False,
            proxy_headers=host == LOOPBACK,
            forwarded_allow_ips=LOOPBACK,
        )


def notify(as_json: AsJson = False) -> None:
    """按各用户的规则发出通知：每夜摘要、新的单项否决、批次被扣留、巡查停止；发过的不再发。"""
    from web.notify.sending import send_due

    loaded, sessions = opened()
    sent, failed = send_due(loaded, sessions, now=clock.now())
    if as_json:
        print_lines([{"sent": sent, "failed": failed}])
    elif not failed:
        typer.echo(f"已发出 {sent} 条通知")
    if failed:
        fail(f"已发出 {sent} 条通知，{failed} 条没有被接收", FAILED)


def _must_be_free(host: str, port: int) -> None:
    """End in one sentence where somebody else listens; the server would do so in English."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        fail(f"不能在 {host}:{port} 监听：{error.strerror}。可以用 --port 换一个端口", FAILED)


def _say_what_is_missing(loaded: Settings, sessions: sessionmaker[Session]) -> None:
    from sqlalchemy import func, select

    from models import DeskUser, Target

    with sessions() as session:
        users = session.scalar(select(func.count()).select_from(DeskUser)) or 0
        targets = session.scalar(select(func.count()).select_from(Target)) or 0
    if not targets:
        typer.echo(
            f"数据目录 {loaded.home} 里还没有名录：请先 xuncha registry import；"
            "想先看演示，请运行 make demo，再 make serve"
        )
    if not users:
        typer.echo("还没有用户：请另开终端运行 xuncha user add NAME --role admin")


def _demonstration(closing: ExitStack) -> tuple[Settings, Callable[[], datetime]]:
    """The desk of the last demonstration on the morning after it, with a user to log in with.

    Its city is open as long as the desk is, so that a look or a re-check finds what was patrolled.
    """
    from datetime import timedelta

    from sqlalchemy import select

    from database import session_factory, upgrade
    from democity.scratch import MARK, NAME
    from models import DeskUser
    from review.listing import latest_run
    from web import demonstration, people

    folder = Path(tempfile.gettempdir()) / NAME
    if not (folder / MARK).is_file() or not (folder / "xuncha.sqlite3").is_file():
        fail("演示还没有运行过：请先运行 make demo（或 xuncha demo），再打开它的审核台", FAILED)
    demo = configuration.load().model_copy(update={"home": folder, "database_url": ""})
    upgrade(demo)
    with session_factory(demo)() as session:
        run = latest_run(session)
    if run is None:
        fail("演示没有完成任何一夜：请重新运行 make demo", FAILED)
    morning = run.as_of.astimezone(clock.BEIJING) + timedelta(hours=MORNING_HOURS)
    loaded = _in_its_city(demonstration.prepare(demo, morning), morning, closing)
    password = secrets.token_urlsafe(9)
    with session_factory(loaded).begin() as session:
        user = session.scalar(select(DeskUser).where(DeskUser.name == DEMO_USER))
        if user is None:
            people.add(session, DEMO_USER, password, role="admin", at=morning)
        else:
            people.set_password(session, user, password)
    typer.echo(f"演示数据在 {folder}；用户名 {DEMO_USER}，密码 {password}")
    begun = clock.now()
    return loaded, lambda: morning + (clock.now() - begun)


def _in_its_city(loaded: Settings, morning: datetime, closing: ExitStack) -> Settings:
    """The settings under which everything that is asked for goes to the simulated jurisdiction."""
    import json

    from democity import City, CityError, load
    from democity.city import CLOSED

    city = City(load(DEMO_SCENARIO))
    try:
        closing.enter_context(city)
        city.set_clock(morning)
        mapped = {"*": f"http://127.0.0.1:{city.port}", **city.origin_map()}
    except CityError:
        mapped = {"*": CLOSED}
    # Whatever the demonstration was played with: nothing is looked for outside this machine.
    origins = loaded.home / "origins.json"
    origins.write_text(json.dumps(mapped), encoding="utf-8")
    return loaded.model_copy(update={"origin_map": origins, "vantage": "演示"})
