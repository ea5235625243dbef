"""The verbs that start the desk and send what users asked to be told."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import clock
import settings as configuration
from verbs.shell import FAILED, AsJson, fail, opened, print_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from settings import Settings

LOOPBACK = "127.0.0.1"
DEMO_USER = "demo"
MORNING_HOURS = 8
"""So long after the last demonstrated night its desk opens: nothing is judged by this clock."""


def serve(
    host: Annotated[str, typer.Option("--host", help="监听的地址；缺省只供本机")] = LOOPBACK,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="监听的端口")] = 8600,
    demo: Annotated[bool, typer.Option("--demo", help="打开演示（xuncha demo）的数据")] = False,
) -> None:
    """审核台（网页和接口）。"""
    import uvicorn

    from web.application import create

    if demo:
        loaded, now = _demonstration()
    else:
        loaded, sessions = opened()
        now = clock.now
        _say_what_is_missing(loaded, sessions)
    if host not in {LOOPBACK, "localhost", "::1"} and not loaded.desk_url.startswith("https://"):
        typer.echo("注意：密码将不加密传输；请放在 HTTPS 反向代理之后，并设置 XUNCHA_DESK_URL")
    typer.echo(f"审核台在 http://{host}:{port}/ ，按 Ctrl-C 结束")
    uvicorn.run(
        create(loaded, now),
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


def _demonstration() -> tuple[Settings, Callable[[], datetime]]:
    """The settings of the last demonstration, with a user to log in with, and its morning."""
    from datetime import timedelta

    from sqlalchemy import select

    from database import session_factory, upgrade
    from democity.scratch import MARK, NAME
    from models import DeskUser
    from review.listing import latest_run
    from web import people

    folder = Path(tempfile.gettempdir()) / NAME
    if not (folder / MARK).is_file() or not (folder / "xuncha.sqlite3").is_file():
        fail("演示还没有运行过：请先运行 make demo（或 xuncha demo），再打开它的审核台", FAILED)
    loaded = configuration.load().model_copy(update={"home": folder, "database_url": ""})
    upgrade(loaded)
    password = secrets.token_urlsafe(9)
    with session_factory(loaded).begin() as session:
        run = latest_run(session)
        if run is None:
            fail("演示没有完成任何一夜：请重新运行 make demo", FAILED)
        morning = run.as_of.astimezone(clock.BEIJING) + timedelta(hours=MORNING_HOURS)
        user = session.scalar(select(DeskUser).where(DeskUser.name == DEMO_USER))
        if user is None:
            people.add(session, DEMO_USER, password, role="admin", at=morning)
        else:
            people.set_password(session, user, password)
    typer.echo(f"演示数据在 {folder}；用户名 {DEMO_USER}，密码 {password}")
    begun = clock.now()
    return loaded, lambda: morning + (clock.now() - begun)
