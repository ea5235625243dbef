"""Write the generated pages of docs/: `python -m scripts.docs`. A test compares them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import typer

import cli
from checks import vocabulary
from checks.base import Scope, Severity
from checks.registry import ALL
from checks.ruleset import RULESET_VERSION
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic.fields import FieldInfo

    from checks.base import Check

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = "<!-- Written by `make docs`; edit the code instead. -->\n"
SEVERITIES = {Severity.VETO: "单项否决", Severity.DEDUCT: "扣分", Severity.NOTE: "提示"}
SCOPES = {Scope.SITE: "网站", Scope.ACCOUNT: "政务新媒体账号"}


def settings_page() -> str:
    """Every setting with its variable, kind, default and reason."""
    rows = [
        f"| `XUNCHA_{name.upper()}` | {_kind(field)} | {_default(field)} | {_cell(field.description)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            NOTE,
            "# Settings",
            "",
            "From the environment, or from `xuncha.toml` in the working directory under the same",
            'name in lower case without the prefix (`home = "/srv/xuncha"`). The environment wins.',
            "",
            "| variable | kind | default | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def checks_page() -> str:
    """Every check with its clause, parameters and reasons."""
    index = [
        f"| [{check.code}](#{_anchor(check)}) | {check.title} | {SCOPES[check.scope]}"
        f" | {SEVERITIES[check.severity]} | {_cell(check.clause)} |"
        for check in ALL
    ]
    parts = [
        NOTE,
        "# 检查项",
        "",
        f"规则集 `{RULESET_VERSION}`。判定结果只有四种：合格、存在问题、未能核实、不适用；未能核实的从不计入合格，也从不计入问题。",
        "",
        "| 代码 | 检查项 | 对象 | 性质 | 依据 |",
        "|---|---|---|---|---|",
        *index,
        "",
    ]
    for check in ALL:
        parts.extend(_check(check))
    return "\n".join(parts)


def _check(check: Check) -> list[str]:
    lines = [
        f"## {check.code} {check.title}",
        "",
        f"- 通报用语：{check.label}",
        f"- 对象：{SCOPES[check.scope]}；性质：{SEVERITIES[check.severity]}",
        f"- 依据：{check.clause}",
    ]
    if check.needs:
        lines.append(f"- 所需观测：{'、'.join(f'`{need}`' for need in check.needs)}")
    if check.blind_to:
        lines.append(f"- 看不到的：{check.blind_to}")
    lines.extend(f"- 参数 `{key}` = {value!r}" for key, value in check.parameters.items())
    reasons = [f"| `{reason}` | {_cell(said)} |" for reason, said in check.reasons.items()]
    return [*lines, "", "| 理由 | 含义 |", "|---|---|", *reasons, ""]


def commands_page() -> str:
    """Every command with its arguments and options, from the command itself."""
    parts = [
        NOTE,
        "# 命令",
        "",
        "退出码：0 完成；1 失败；2 用法错误或输入有误；3 完成但被熔断扣留；4 完成但有对象未能核实。",
        "",
    ]
    for name, command in _walk("xuncha", typer.main.get_command(cli.app)):
        parts.extend(_command(name, command))
    return "\n".join(parts)


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """The command, then those under it, by name; the root and mere groups say nothing alone."""
    below = getattr(command, "commands", {})
    if not below or command.invoke_without_command:
        yield name, command
    for word in sorted(below):
        yield from _walk(f"{name} {word}", below[word])


def _command(name: str, command: Any) -> list[str]:
    shown = [one for one in command.params if not one.hidden and one.name != "help"]
    arguments = [one for one in shown if not one.opts[0].startswith("-")]
    usage = " ".join([name, *(f"{one.name.upper()}{'…' * (one.nargs < 0)}" for one in arguments)])
    rows = [
        f"| `{'`, `'.join(one.opts)}`{'（必需）' * one.required} | {_cell(one.help)} |"
        for one in shown
        if one not in arguments or one.help
    ]
    table = ["| 选项 | 含义 |", "|---|---|", *rows, ""] if rows else []
    return [f"## `{usage}`", "", _cell(command.help), "", *table]


def _anchor(check: Check) -> str:
    """As forges make it: lower case, no punctuation, dashes for spaces."""
    return re.sub(r"[^\w -]", "", f"{check.code} {check.title}".lower()).replace(" ", "-")


def _kind(field: FieldInfo) -> str:
    kinds = get_args(field.annotation) if _is_union(field.annotation) else (field.annotation,)
    return " or ".join(_kind_name(kind) for kind in kinds if kind is not type(None))


def _is_union(kind: Any) -> bool:
    return type(None) in get_args(kind)


def _kind_name(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    words = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
    return words[kind]


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value == "":
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")


PAGES: dict[str, Callable[[], str]] = {
    "checks.md": checks_page,
    "commands.md": commands_page,
    "indicators.md": vocabulary.table,
    "settings.md": settings_page,
}


def main() -> None:
    """Write every page."""
    DOCS.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
