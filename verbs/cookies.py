"""The verbs of operators' cookies. Nothing here ever prints one."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

import clock
from verbs.shell import WRONG_INPUT, AsJson, By, fail, opened, print_lines, print_table, readers

app = typer.Typer(help="操作员自己的平台 Cookie：可选、加密保存、默认不使用", no_args_is_help=True)
_READ = 65_536


@app.command("key")
def cookies_key() -> None:
    """生成一个新密钥；设为环境变量 XUNCHA_COOKIE_KEY，不要写进仓库。"""
    from crawler.operator_cookies import new_key

    typer.echo(new_key())


@app.command("add")
def cookies_add(
    domain: Annotated[str, typer.Argument(help="weibo.cn、toutiao.com 等平台域名")], by: By = ""
) -> None:
    """从标准输入（或提示后不回显地）读取一行 Cookie，加密保存；同一域名的旧 Cookie 被替换。"""
    from crawler.operator_cookies import CookieError, store

    settings, sessions = opened()
    header = getpass.getpass("Cookie：") if sys.stdin.isatty() else sys.stdin.read(_READ)
    try:
        with sessions.begin() as session:
            count = store(
                session, settings, domain, header, by=by or getpass.getuser(), at=clock.now()
            )
    except CookieError as error:
        fail(str(error), WRONG_INPUT)
    used = "" if settings.operator_cookies else "；尚未启用（XUNCHA_OPERATOR_COOKIES=true 后使用）"
    typer.echo(f"已加密保存 {domain} 的 {count} 个 Cookie{used}")


@app.command("list")
def cookies_list(as_json: AsJson = False) -> None:
    """列出保存了 Cookie 的域名、保存人、时间、能否用现在的密钥打开；不显示内容。"""
    from crawler.operator_cookies import kept

    settings, sessions = readers()
    with sessions() as session:
        rows = [
            {
                "domain": one.domain,
                "stored_by": one.stored_by,
                "stored_at": one.stored_at.astimezone(clock.BEIJING).isoformat(timespec="seconds"),
                "opens": one.opens,
                "used": settings.operator_cookies and one.opens,
            }
            for one in kept(session, settings)
        ]
    if as_json:
        print_lines(rows)
    else:
        headings = {"domain": "域名", "stored_by": "保存人", "stored_at": "保存时间"}
        headings |= {"opens": "可以打开", "used": "使用中"}
        shown = [
            row | {key: "是" if row[key] else "否" for key in ("opens", "used")} for row in rows
        ]
        print_table(shown, headings, "没有保存任何 Cookie")


@app.command("forget")
def cookies_forget(domain: str) -> None:
    """删除一个域名的 Cookie。"""
    from crawler.operator_cookies import forget

    _, sessions = opened()
    with sessions.begin() as session:
        found = forget(session, domain)
    if not found:
        fail(f"没有保存 {domain} 的 Cookie", WRONG_INPUT)
    typer.echo(f"已删除 {domain} 的 Cookie")
