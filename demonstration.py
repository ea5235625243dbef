"""`xuncha demo`: several nights on the simulated jurisdiction, and how right they were.

DemoError          the demonstration cannot be played; the message is one Chinese sentence
"""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

import diagnosis
from breaker import FRESHNESS
from checks.base import Outcome
from checks.registry import ALL, BY_CODE
from database import session_factory, upgrade
from democity import City, load
from democity.score import FAIL, Score, score, tells
from democity.scratch import ScratchError, scratch
from models import ProbeDay, Run, Site, Window
from nightly import run_night
from registry.importing import import_files
from report.export import export
from review import listing, windows
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console
    from sqlalchemy.orm import Session, sessionmaker

    from democity.scenario import Scenario
    from nightly import NightReport

PAGE_SECONDS = 8.0
"""A site that hangs costs the demonstration this long, not the twenty seconds of a real night."""

BROWSER_SECONDS = 12.0
"""As for the browser: a page that reloads itself for ever costs no more."""


class DemoError(Exception):
    """The demonstration cannot be played; the message is one Chinese sentence."""


def play(console: Console, *, home: Path | None, scenario: str, workers: int) -> int:
    """Play the nights, print what was flagged and how right it was. 0 when the key is met."""
    plan = load(scenario)
    try:
        with scratch(home) as folder:
            return _play(console, folder, plan, workers)
    except ScratchError as error:
        raise DemoError(str(error)) from error


def _play(console: Console, folder: Path, plan: Scenario, workers: int) -> int:
    begun = time.monotonic()
    city = City(plan)
    city.start()
    try:
        settings = _settings(folder, city)
        upgrade(settings)
        sessions = session_factory(settings)
        _register(settings, sessions, city)
        _say_what_cannot_be_seen(console, settings)
        for as_of in city.nights():
            city.set_clock(as_of)
            report = run_night(settings, sessions, as_of=as_of, workers=workers)
            _print_night(console, report)
    finally:
        city.stop()
    met = _tell(console, settings, sessions, city)
    console.print(f"共用时 {time.monotonic() - begun:.0f} 秒，数据在 {folder}", soft_wrap=True)
    _print_next(console, folder)
    return 0 if met else 1


def _settings(folder: Path, city: City) -> Settings:
    origin_map = folder / "origins.json"
    city.write_origin_map(origin_map)
    return Settings(
        home=folder,
        origin_map=origin_map,
        weixin_secrets=city.write_secrets(folder / "secrets.json"),
        vantage="演示",
        page_timeout=PAGE_SECONDS,
        browser_timeout=BROWSER_SECONDS,
    )


def _register(settings: Settings, sessions: sessionmaker[Session], city: City) -> None:
    files = city.write_registry(settings.home / "registry")
    with sessions() as session:
        told = import_files(session, files)
    if told.rejected or told.unreadable:
        first = (*told.unreadable, *told.rejected)[0]
        raise DemoError(f"演示场景的名录有误：{first}")
    with sessions.begin() as session:
        name, start, end = city.window()
        windows.add(session, name, start, end, confirm="auto")
        _seed_probes(session, city)


def _seed_probes(session: Session, city: City) -> None:
    """A week of probes, as the scheduler would have made them."""
    ids = {row.code: row.id for row in session.execute(select(Site.code, Site.id))}
    for code, day, counted, failed in city.probe_plan():
        session.add(ProbeDay(site_id=ids[code], day=day, counted=counted, failed=failed))


def _say_what_cannot_be_seen(console: Console, settings: Settings) -> None:
    if diagnosis.browser_path(settings) is None:
        console.print(
            "没有找到浏览器：由脚本生成的页面将为「未能核实」。安装 Debian 的 chromium 包后可以读到。"
        )


def _print_night(console: Console, report: NightReport) -> None:
    missing = "，".join(f"{reason} {count}" for reason, count in report.undetermined.items())
    console.print(
        f"{report.as_of:%Y-%m-%d} 夜：{report.targets} 个对象，已核实 {report.fresh}，"
        f"未能核实 {sum(report.undetermined.values())}（{missing or '无'}），"
        f"问题 {sum(report.flagged.values())}，{report.pages} 页，{report.seconds:.1f} 秒"
        + (f"，已扣留：{report.held_reason}" if report.held_reason else ""),
        soft_wrap=True,
    )


def _tell(
    console: Console, settings: Settings, sessions: sessionmaker[Session], city: City
) -> bool:
    with sessions() as session:
        name = city.window()[0]
        rows = [
            row
            for row in listing.finding_rows(session, window=name)
            if row["state"] in {"flagged", "confirmed"}
        ]
        browser = diagnosis.browser_path(settings) is not None
        told = [*(row | {"outcome": FAIL} for row in rows), *_open_rows(session, name)]
        scores = score([check.code for check in ALL], told, city.answer_key(browser=browser))
        vetoed = _wrongly_judged(session, city, browser=browser)
        result = export(
            session,
            window=name,
            layout="hunan",
            formats=("xlsx", "csv", "json"),
            out=settings.exports,
            draft=True,
        )
    _print_flagged(console, rows)
    met = _print_scores(console, scores) and not vetoed
    for line in vetoed:
        console.print(f"误判：{line}", markup=False)
    console.print("导出的文件：")
    for path in result.paths:
        console.print(f"  {path}", soft_wrap=True, markup=False)
    return met


def _open_rows(session: Session, window: str) -> list[dict[str, Any]]:
    """What a night left to a person, or only warned of: no finding was opened of it."""
    runs = session.scalars(
        select(Run.id).join(Window).where(Window.name == window).order_by(Run.as_of)
    )
    rows = listing.verdict_rows(session, run_ids=list(runs))
    return [row for row in rows if row["outcome"] != FAIL and tells(row)]


def _wrongly_judged(session: Session, city: City, *, browser: bool) -> list[str]:
    """Targets that had to be undetermined and came out otherwise, or for another reason."""
    told: list[str] = []
    latest = listing.latest_run(session)
    wanted = city.undetermined(browser=browser)
    if latest is None or not wanted:
        return told
    for row in listing.verdict_rows(session, run_ids=[latest.id]):
        reasons = wanted.get(row["code"] if row["code"] in wanted else row["name"])
        if reasons is None or row["check"] not in FRESHNESS:
            continue
        if row["outcome"] == Outcome.NOT_APPLICABLE.value:
            continue
        if row["outcome"] != Outcome.UNDETERMINED.value or row["reason"] not in reasons:
            told.append(
                f"{row['name']} {row['check']}：{row['outcome']} {row['reason']}，应为未能核实"
                f"（{'、'.join(sorted(reasons))}）"
            )
    return told


def _print_flagged(console: Console, rows: Sequence[dict[str, object]]) -> None:
    from rich.markup import escape  # noqa: PLC0415 -- rich is slow to import
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=f"发现的问题（{len(rows)} 个）", title_justify="left")
    for heading in ("检查项", "单位", "名称", "问题", "最后更新"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        cells = (row["check"], row["unit"], row["name"], row["label"], row["last_update"] or "")
        table.add_row(*(escape(str(cell)) for cell in cells))
    console.print(table)


def _print_scores(console: Console, scores: dict[str, Score]) -> bool:
    from rich.table import Table  # noqa: PLC0415 -- rich is slow to import

    table = Table(title="与答案对照", title_justify="left")
    for heading in ("检查项", "名称", "命中", "误报", "漏报", "精确率", "召回率"):
        table.add_column(heading)
    for code, told in scores.items():
        title = BY_CODE[code].title if code in BY_CODE else ""
        counts = (told.right, len(told.false), len(told.missed))
        table.add_row(
            code,
            title,
            *(str(count) for count in counts),
            _share(told.precision),
            _share(told.recall),
        )
    total = Score(
        sum(told.right for told in scores.values()),
        [line for told in scores.values() for line in told.false],
        [line for told in scores.values() for line in told.missed],
    )
    table.add_row(
        "合计",
        "",
        str(total.right),
        str(len(total.false)),
        str(len(total.missed)),
        _share(total.precision),
        _share(total.recall),
    )
    console.print(table)
    for code, told in scores.items():
        for word, lines in (
            ("误报", told.false),
            ("漏报", told.missed),
            ("日期不符", told.wrong_date),
        ):
            for line in lines:
                console.print(f"{word} {code}：{line}", markup=False)
    return all(told.met for told in scores.values())


def _share(share: float | None) -> str:
    """A check that nothing was planted for and that flagged nothing has shown nothing."""
    return "—" if share is None else f"{share:.0%}"


def _print_next(console: Console, folder: Path) -> None:
    console.print("接下来可以看（最后一行：其余检查项逐项对照）：")
    # Installed (docs/zh/install.md) it is a command like others; in a checkout it is not.
    command = "xuncha" if shutil.which("xuncha") else ".venv/bin/xuncha"
    for line in (
        f"XUNCHA_HOME={folder} {command} findings",
        f"XUNCHA_HOME={folder} {command} verdicts --check W3.1",
        f"XUNCHA_HOME={folder} {command} runs",
        f"{command} demo --scenario indicators",
    ):
        console.print(f"  {line}", soft_wrap=True, markup=False)
