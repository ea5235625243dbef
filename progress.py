"""What a night shows on a terminal: a progress bar, then a summary in Chinese."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from checks.registry import BY_CODE
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from nightly import NightReport

STATES = {"done": "完成", "held": "已扣留，待人工放行", "released": "已放行", "failed": "失败"}
REASONS = {
    "crawler_crash": "抓取进程异常",
    "closed": "已关停或注销",
    "no_source": "没有可用的信息源",
}


@contextmanager
def bar(console: Console, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on a terminal; None where nobody watches (a pipe, `--json`)."""
    if quiet or not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn  # noqa: PLC0415 -- rich is slow to import

    with Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as shown:
        task = shown.add_task("巡查", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def summary(console: Console, report: NightReport) -> None:
    """The night in a table: coverage, why not, what was flagged."""
    from rich.table import Table  # noqa: PLC0415 -- rich is slow to import

    table = Table(title=f"巡查批次 {report.run}", show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("监测时间点", report.as_of.isoformat())
    table.add_row("采样窗口", report.window or "不在任何窗口内（只判定，不登记问题）")
    table.add_row("状态", STATES.get(report.state, report.state) + _tail(report.held_reason))
    table.add_row(
        "对象", f"{report.targets} 个：已核实 {report.fresh}，已关停 {report.closed}，"
        f"未能核实 {sum(report.undetermined.values())}"
    )  # fmt: skip
    for reason, count in report.undetermined.items():
        table.add_row("  未能核实", f"{count} 个：{_reason(reason)}")
    for check, count in report.flagged.items():
        title = BY_CODE[check].title if check in BY_CODE else ""
        table.add_row("  发现问题", f"{count} 个：{check} {title}")
    if not report.flagged:
        table.add_row("  发现问题", "无")
    for check, count in report.warnings.items():
        title = BY_CODE[check].title if check in BY_CODE else ""
        table.add_row("  预警", f"{count} 个：{check} {title}")
    table.add_row(
        "用时", f"{report.seconds:.1f} 秒，{report.pages} 页，{report.requests} 次请求，"
        f"{report.bytes / 1_000_000:.1f} MB"
    )  # fmt: skip
    console.print(table)


def _tail(text: str) -> str:
    return f"：{text}" if text else ""


def _reason(reason: str) -> str:
    if reason in REASONS:
        return f"{REASONS[reason]}（{reason}）"
    try:
        return f"{AccessState(reason).chinese}（{reason}）"
    except ValueError:
        return reason
