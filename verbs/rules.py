"""The verbs of rules: rulesets, lexicons, and new checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from checks.deadlines import BEIJING
from verbs.shell import (
    WRONG_INPUT,
    AsJson,
    By,
    fail,
    opened,
    print_lines,
    print_table,
    readers,
)

if TYPE_CHECKING:
    from checks.ruleset import Ruleset

rules_app = typer.Typer(help="规则：全国规则、地方规则、参数", no_args_is_help=True)
lexicon_app = typer.Typer(help="词库：错别字和错敏词", no_args_is_help=True)

RulesetFile = Annotated[Path | None, typer.Option("--ruleset", help="规则文件，或自带规则的名称")]


@rules_app.command("list")
def rules_list(as_json: AsJson = False) -> None:
    """列出自带的地方规则。"""
    from checks.registry import ALL
    from checks.ruleset import RULESET_VERSION, built_in, load

    rows = [{"name": RULESET_VERSION, "digest": load(None, ALL).digest[:12], "file": ""}]
    for name, path in built_in().items():
        rows.append({"name": name, "digest": load(path, ALL).digest[:12], "file": path.name})
    if as_json:
        print_lines(rows)
    else:
        headings = {"name": "规则", "digest": "摘要", "file": "文件"}
        print_table(rows, headings, "没有规则")


@rules_app.command("show")
def rules_show(
    ruleset: RulesetFile = None,
    check: Annotated[str | None, typer.Option("--check", help="只看这个检查项")] = None,
    as_json: AsJson = False,
) -> None:
    """列出一套规则的全部参数；改过的一并列出原值和依据。"""
    from checks.registry import ALL
    from checks.ruleset import changes, national

    rules, base = _chosen(ruleset), national(ALL)
    rows: list[dict[str, Any]] = [
        {
            "check": code,
            "severity": rules.severities[code].value,
            "parameters": dict(parameters),
            "changed": changes(base, rules, code),
        }
        for code, parameters in rules.parameters.items()
        if check in {None, code}
    ]
    if not rows:
        fail(f"没有检查项 {check}", WRONG_INPUT)
    if as_json:
        print_lines(rows)
        return
    for row in rows:
        row["changed"] = "；".join(row["changed"])
        row["parameters"] = "，".join(f"{key}={value}" for key, value in row["parameters"].items())
    headings = {"check": "检查项", "severity": "性质", "parameters": "参数", "changed": "改动"}
    print_table(rows, headings, "没有检查项")


def _chosen(file: Path | None) -> Ruleset:
    """The ruleset of a file or a bare name; without one that which is in force."""
    from checks.registry import ALL
    from checks.ruleset import load
    from review import rulesets

    if file is not None:
        return load(file, ALL)
    loaded, sessions = readers()
    with sessions() as session:
        return rulesets.in_force(session, loaded)


@rules_app.command("apply")
def rules_apply(
    by: By,
    file: Annotated[
        Path | None, typer.Argument(help="规则文件或自带规则的名称；不写即停用，恢复设置里的规则")
    ] = None,
) -> None:
    """启用一份规则，下次判定时生效；与在审核台启用相同。启用前可用 judge --ruleset FILE --diff 比较。"""
    import clock
    from checks.ruleset import built_in
    from review import rulesets

    loaded, sessions = opened()
    path = built_in().get(str(file), file)
    text = path.read_text(encoding="utf-8", errors="replace") if path else ""
    with sessions.begin() as session:
        rules = rulesets.apply(session, loaded, text, by=by, at=clock.now())
    typer.echo(f"已启用 {rules.name}，摘要 {rules.digest[:12]}，下次判定时生效")


@rules_app.command("history")
def rules_history(as_json: AsJson = False) -> None:
    """列出启用过的规则，最新的在前。"""
    from review import rulesets

    _, sessions = readers()
    with sessions() as session:
        rows = [
            {
                "at": one.applied_at.astimezone(BEIJING).isoformat(timespec="seconds"),
                "by": one.applied_by,
                "name": one.name,
                "digest": one.digest[:12],
            }
            for one in rulesets.history(session)
        ]
    if as_json:
        print_lines(rows)
    else:
        headings = {"at": "时间", "by": "由谁", "name": "规则", "digest": "摘要"}
        print_table(rows, headings, "没有启用过规则，现行的是设置里的规则")


@rules_app.command("check")
def rules_check(file: Annotated[Path, typer.Argument(help="规则文件（YAML）")]) -> None:
    """检查规则文件：不认识的键、类型不对的值都是错误；合格则列出改动。"""
    from checks.registry import ALL
    from checks.ruleset import changes, load, national

    rules, base = load(file, ALL), national(ALL)
    typer.echo(f"{rules.name}，摘要 {rules.digest[:12]}")
    for code in rules.parameters:
        for told in changes(base, rules, code):
            typer.echo(f"  {code}：{told}")
    if rules.points != base.points:
        typer.echo(f"  分数：{'、'.join(rules.points.changed)} 由本规则设定")
    if rules.lexicon.digest != base.lexicon.digest:
        typer.echo(f"  词库：{len(rules.lexicon.terms)} 个词")


@lexicon_app.command("check")
def lexicon_check(file: Annotated[Path, typer.Argument(help="词库（CSV）")]) -> None:
    """检查词库文件：列名、级别、重复、例外；合格则说明有多少词。"""
    from checks.lexicon import Level, Lexicon, LexiconError

    try:
        told = Lexicon().with_file(file)
    except LexiconError as error:
        fail(str(error), WRONG_INPUT)
    counts = {level: sum(term.level is level for term in told.terms) for level in Level}
    typer.echo(f"{len(told.terms)} 个词：" + "，".join(f"{k.value} {v}" for k, v in counts.items()))


@lexicon_app.command("scan")
def lexicon_scan(
    files: Annotated[list[Path], typer.Argument(help="文本文件（UTF-8）")],
    ruleset: RulesetFile = None,
    as_json: AsJson = False,
) -> None:
    """用词库扫描文本文件，列出每一处。"""
    lexicon = _chosen(ruleset).lexicon
    rows = [
        {
            "file": str(file),
            "word": hit.term.text,
            "level": hit.term.level.value,
            "suggestion": hit.term.suggestion,
            "around": hit.around,
        }
        for file in files
        for hit in lexicon.scan(file.read_text(encoding="utf-8", errors="replace"), most=1000)
    ]
    if as_json:
        print_lines(rows)
    else:
        headings = {"file": "文件", "word": "词语", "level": "级别", "suggestion": "建议"}
        print_table(rows, {**headings, "around": "上下文"}, "没有发现词库收录的词语")


def new_check(
    code: Annotated[str, typer.Argument(help="检查项代码，如 F-NAME")],
    title: Annotated[str, typer.Option("--title", help="检查项名称")] = "",
) -> None:
    """新建一个检查项：写出检查文件、登记、写出一个尚不通过的测试。"""
    from checks.scaffold import ScaffoldError, begin

    try:
        written = begin(Path.cwd(), code, title)
    except ScaffoldError as error:
        fail(str(error), WRONG_INPUT)
    for path in written:
        typer.echo(f"已写 {path.relative_to(Path.cwd())}")
    typer.echo("接下来：写判定、依据和各种理由的样例，再执行 xuncha rules base 更新全国规则文件")


@rules_app.command("base")
def rules_base() -> None:
    """按检查项的声明打印全国规则文件（checks/rulesets/national.yaml 的内容）。"""
    from checks.registry import ALL
    from checks.ruleset import base_text

    typer.echo(base_text(ALL), nl=False)
