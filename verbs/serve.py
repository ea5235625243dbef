"""The verbs that start the desk and send what users asked to be told."""

from __future__ import annotations

from typing import Annotated

import typer

import clock
from verbs.shell import FAILED, AsJson, fail, opened, print_lines

LOOPBACK = "127.0.0.1"


def serve(
    host: Annotated[str, typer.Option("--host", help="监听的地址；缺省只供本机")] = LOOPBACK,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="监听的端口")] = 8600,
) -> None:
    """审核台（网页和接口）。"""
    import uvicorn
    from sqlalchemy import func, select

    from models import DeskUser, Target
    from web.application import create

    loaded, sessions = opened()
    with sessions() as session:
        users = session.scalar(select(func.count()).select_from(DeskUser)) or 0
        targets = session.scalar(select(func.count()).select_from(Target)) or 0
    if not targets:
        typer.echo(
            f"数据目录 {loaded.home} 里还没有名录：请先 xuncha registry import，或运行演示 make demo"
        )
    if not users:
        typer.echo("还没有用户：请另开终端运行 xuncha user add NAME --role admin")
    if host not in {LOOPBACK, "localhost", "::1"} and not loaded.desk_url.startswith("https://"):
        typer.echo("注意：密码将不加密传输；请放在 HTTPS 反向代理之后，并设置 XUNCHA_DESK_URL")
    typer.echo(f"审核台在 http://{host}:{port}/ ，按 Ctrl-C 结束")
    uvicorn.run(
        create(loaded),
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
