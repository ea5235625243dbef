"""The verbs of the desk's users: the first admin is made here, the others there."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import clock
from verbs.shell import WRONG_INPUT, AsJson, fail, opened, print_lines, print_table, readers

app = typer.Typer(help="审核台的用户", no_args_is_help=True)
_Password = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读取密码，不在终端询问")
]


@app.command("add")
def user_add(
    name: str,
    role: Annotated[str, typer.Option("--role", help="viewer、operator 或 admin")] = "operator",
    unit: Annotated[str, typer.Option("--unit", help="只能看到和处理这个单位及其下级")] = "",
    password_stdin: _Password = False,
) -> None:
    """添加用户；密码在终端里输入两次。"""
    from web import people

    password = _password(from_stdin=password_stdin)
    _, sessions = opened()
    with sessions.begin() as session:
        people.add(session, name, password, role=role, unit=unit, at=clock.now())
    typer.echo(f"已添加用户 {name}")


@app.command("list")
def user_list(as_json: AsJson = False) -> None:
    """列出用户。"""
    from web import people

    _, sessions = readers()
    with sessions() as session:
        rows = [
            {
                "name": one.name,
                "role": one.role,
                "unit": one.unit.name if one.unit else None,
                "disabled": one.disabled,
                "made_at": one.made_at.isoformat(),
            }
            for one in people.listing(session)
        ]
    if as_json:
        print_lines(rows)
        return
    headings = {"name": "用户名", "role": "角色", "unit": "单位范围", "disabled": "停用"}
    print_table(rows, headings, "还没有用户；用 xuncha user add 添加")


@app.command("disable")
def user_disable(
    name: str, enable: Annotated[bool, typer.Option("--enable", help="重新启用")] = False
) -> None:
    """停用用户，立即结束其会话并吊销其令牌。"""
    from web import people

    _, sessions = opened()
    with sessions.begin() as session:
        user = people.named(session, name)
        people.set_disabled(session, user, disabled=not enable, at=clock.now())
    typer.echo(f"用户 {name} 已{'启用' if enable else '停用'}")


@app.command("password")
def user_password(name: str, password_stdin: _Password = False) -> None:
    """重设密码，用户须重新登录。"""
    from web import people

    password = _password(from_stdin=password_stdin)
    _, sessions = opened()
    with sessions.begin() as session:
        people.set_password(session, people.named(session, name), password)
    typer.echo(f"已重设用户 {name} 的密码")


def _password(*, from_stdin: bool) -> str:
    """A password as typed twice, or the first line of the standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        fail("不在终端里：请用 --password-stdin 给出密码", WRONG_INPUT)
    typed: str = typer.prompt("密码（至少 10 个字符）", hide_input=True, confirmation_prompt=True)
    return typed
