"""The verbs of links and availability: dead links of a site, and the data of its chart."""

from __future__ import annotations

import json
import re
from datetime import timedelta, timezone
from pathlib import Path  # noqa: TC003 -- typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

import clock
from crawler.fetch.access import AccessState
from verbs.shell import (
    FAILED,
    WRONG_INPUT,
    AsJson,
    AsOf,
    accused,
    console,
    day_of,
    fail,
    print_table,
    printable,
    readers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from crawler.links_site import SiteLinks
    from models import Site
    from report.links import DeadLinks
    from settings import Settings

_BEIJING = timezone(timedelta(hours=8))
_WEB = ("http://", "https://")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?::\d{1,5})?(?:/\S*)?")
_SHOWN = 200


def links(
    site: Annotated[str, typer.Argument(help="网站标识码、名称或编号；或任意网址（当场检查）")],
    run: Annotated[int | None, typer.Option("--run", help="批次编号；缺省为最近一次")] = None,
    pages: Annotated[int, typer.Option(min=1, help="网址：最多打开多少个页面")] = 60,
    most: Annotated[int, typer.Option("--links", min=1, help="网址：最多检查多少条链接")] = 1000,
    formats: Annotated[str, typer.Option("--format", help="写成文件：html,csv,json")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="目录；缺省为数据目录下 exports")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """列出一个网站的失效链接及其所在页面；对网址则当场检查该网站，不保存。"""
    wanted = _formats(formats, out)
    loaded, sessions = readers()
    url = _address(sessions, site)
    if url:
        if run is not None:
            fail("--run 只用于名录中的网站", WRONG_INPUT)
        found = _checked(loaded, sessions, url, clock.stated(as_of), (pages, most))
    else:
        found = _stored(sessions, site, run)
    if wanted:
        for path in _written(found, wanted, out or loaded.exports):
            typer.echo(str(path))
    elif as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        _shown(found)


def availability(
    site: Annotated[str, typer.Argument(help="网站标识码、名称或编号")],
    last: Annotated[str | None, typer.Option("--last", help="最后一天；缺省为今天")] = None,
    days: Annotated[int, typer.Option(min=1, max=1000, help="多少天")] = 91,
    as_json: AsJson = False,
) -> None:
    """一个网站每天的可用性：计入、打不开、不计的次数，打开比率及其可信区间。"""
    from report.links import availability as chart_of

    day = day_of(last) if last else clock.now().astimezone(_BEIJING).date()
    _, sessions = readers()
    with sessions() as session:
        found = _site(session, site)
        told = {"code": found.code, "name": found.name, **chart_of(session, found.id, day, days)}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    headings = {"day": "日期", "counted": "计入", "failed": "打不开", "excluded": "不计"}
    headings |= {
        "ratio": "打开比率",
        "confidence": "打不开比率的 95% 区间",
        "ms": "中位用时（毫秒）",
    }
    print_table([_percent(row) for row in told["days"]], headings, "这些天没有探测记录")
    if told["days"]:
        typer.echo(_week(told["week"]))


def _address(sessions: sessionmaker[Session], site: str) -> str:
    """The web address that is meant; empty where a registered site is."""
    if site.lower().startswith(_WEB):
        return site
    if not _HOST.fullmatch(site):
        return ""
    from sqlalchemy import or_, select

    from models import Site

    with sessions() as session:
        known = select(Site.id).where(or_(Site.code == site, Site.name == site)).limit(1)
        return "" if session.scalar(known) is not None else f"http://{site}"


def _site(session: Session, name: str) -> Site:
    from models import Site

    if not name.strip():
        fail("请写网站标识码、名称、编号或网址", WRONG_INPUT)
    found = accused(session, name, None).target
    if not isinstance(found, Site):
        fail(f"“{name}”不是网站", WRONG_INPUT)
    return found


def _stored(sessions: sessionmaker[Session], name: str, run: int | None) -> DeadLinks:
    from report.links import dead_links

    with sessions() as session:
        site = _site(session, name)
        found = dead_links(session, site.id, run)
    if found is None:
        told = f"批次 {run} 中" if run is not None else ""
        fail(f"“{name}”{told}还没有检查过链接", FAILED)
    return found


def _checked(
    loaded: Settings,
    sessions: sessionmaker[Session],
    url: str,
    moment: datetime,
    bounds: tuple[int, int],
) -> DeadLinks:
    """The site of an address, walked now; first failures of earlier nights are taken into account."""
    from crawler.fetch.origins import host_of
    from crawler.links_sites import check_address
    from crawler.recording_tables import first_failures
    from crawler.spiders.tickets import registered_hosts
    from report.links import told_of

    def ledger(urls: Sequence[str]) -> Mapping[str, datetime]:
        with sessions() as session:
            return first_failures(session.connection(), urls)

    with sessions() as session:
        registered = registered_hosts(session)
    with console(stderr=True).status(f"正在检查 {host_of(url) or url}，按礼貌间隔访问，请稍候……"):
        told = check_address(
            loaded,
            url,
            moment,
            registered=registered,
            ledger=ledger,
            most_pages=bounds[0],
            most_links=bounds[1],
        )
    if told.unread:
        fail(_unread(told), FAILED)
    return told_of(host_of(url), told.readings, moment)


def _unread(told: SiteLinks) -> str:
    """What stood in the way of the page that was named."""
    from report.links_words import words_of

    url, outcome = next(iter(told.unread.items()))
    words = words_of(outcome.status, outcome.detail)
    if outcome.detail.startswith("private_address"):
        words += "；如确需检查请设 XUNCHA_ALLOW_PRIVATE=true"
    elif outcome.access is not AccessState.OUR_FAULT:
        words = "，".join(dict.fromkeys([outcome.access.chinese, words]))
    return printable(f"{url} 没有读到页面：{words.rstrip('，')}")


def _formats(formats: str, out: Path | None) -> list[str]:
    chosen = [one.strip().lower() for one in formats.split(",") if one.strip()]
    if out is not None and not chosen:
        chosen = ["html", "csv"]
    unknown = [one for one in chosen if one not in {"html", "csv", "json"}]
    if unknown:
        fail(f"没有这种格式：{'、'.join(unknown)}；可用 html,csv,json", WRONG_INPUT)
    return chosen


def _written(found: DeadLinks, formats: Sequence[str], folder: Path) -> list[Path]:
    from report import links as told

    writers = {"html": told.links_html, "csv": told.links_csv, "json": told.links_json}
    name = re.sub(r"[^\w.-]", "_", found.code or found.site)[:80].strip(".") or "site"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for one in dict.fromkeys(formats):
        path = folder / f"links-{name}.{one}"
        path.write_bytes(writers[one](found))
        paths.append(path)
    return paths


def _shown(found: DeadLinks) -> None:
    from report.links_words import days_dead, reason_of, state_of

    rows = [
        {
            "state": state_of(link),
            "class": link.link_class,
            "link": f"{link.text} {link.url}".strip(),
            "reason": reason_of(link),
            "parent": link.parent + (f" 等 {link.pages} 页" if link.pages > 1 else ""),
            "days": days_dead(link, found.as_of) or "",
        }
        for link in found.links[:_SHOWN]
    ]
    headings = {"state": "状态", "class": "类别", "link": "链接", "reason": "原因"}
    headings |= {"parent": "所在页面", "days": "失效天数"}
    print_table(rows, headings, "没有发现失效链接")
    if len(found.links) > _SHOWN:
        typer.echo(f"只显示前 {_SHOWN} 条，其余请用 --format csv 导出")
    typer.echo(printable(f"{found.site} {found.sentence()}"))


def _percent(row: Mapping[str, Any]) -> dict[str, Any]:
    low_high = row["confidence"]
    told = f"{low_high[0]:.1%} 至 {low_high[1]:.1%}" if low_high else ""
    ratio = f"{row['ratio']:.2%}" if row["ratio"] is not None else ""
    return {**row, "ratio": ratio, "confidence": told if row["enough"] else f"{told}（次数不足）"}


def _week(week: Mapping[str, Any]) -> str:
    if week["share"] is None:
        return "最近七天没有计入的探测"
    told = (
        f"最近七天计入 {week['counted']} 次，打不开 {week['failed']} 次（{week['share']:.2%}），"
        f"不计 {week['excluded']} 次"
    )
    return told if week["enough"] else f"{told}；不足七天或某天不足 20 次，不能据此判定"
