"""What the extractor reads off one page or one account payload; nothing is stored.

For people a table with the evidence for each reading, for programs the JSON of the contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.extract.facts import PageFacts, PageKind
from crawler.extract.page import read_page
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rich.console import Console

    from crawler.fetch.capture import Capture

FILE_CAP = 64 * 1024 * 1024
ROWS_SHOWN = 30
_KINDS = {
    AccessState.CHALLENGE: PageKind.CHALLENGE,
    AccessState.SOFT_404: PageKind.SOFT_404,
    AccessState.EMPTY_SHELL: PageKind.EMPTY_SHELL,
}


class InspectionError(Exception):
    """What was to be inspected cannot be had; the message says why, in Chinese."""


def read_file(path: Path) -> bytes:
    """The bytes of a saved page or payload, bounded."""
    try:
        if path.stat().st_size > FILE_CAP:
            raise InspectionError(f"文件 {path} 超过 {FILE_CAP // 1024 // 1024} MB，不读取")
        return path.read_bytes()
    except OSError as error:
        raise InspectionError(f"文件 {path} 无法读取：{error.strerror}") from error


def page_of_file(path: Path, url: str, as_of: datetime, parse_cap: int) -> PageFacts:
    """The facts of a saved page; `url` is where it came from, for its links."""
    body = read_file(path)
    return read_page(body, url=url or path.resolve().as_uri(), as_of=as_of, parse_cap=parse_cap)


def page_of_capture(capture: Capture, as_of: datetime, parse_cap: int) -> PageFacts:
    """The facts of a page that was just fetched."""
    if not capture.good:
        return PageFacts(
            url=capture.final_url,
            access=capture.access,
            access_detail=capture.detail,
            page_kind=_KINDS.get(capture.access, PageKind.OTHER),
        )
    return read_page(
        capture.body,
        url=capture.final_url,
        as_of=as_of,
        content_type=capture.header("content-type"),
        status=capture.status,
        headers=capture.headers,
        parse_cap=parse_cap,
        truncated=capture.truncated,
    )


def contract(facts: PageFacts) -> dict[str, Any]:
    """The JSON of `inspect --json` for a page."""
    badges = facts.badges
    return {
        "url": facts.url,
        "encoding": facts.encoding,
        "access": facts.access.value,
        "page_kind": facts.page_kind.value,
        "title": facts.title,
        "meta": facts.meta,
        "rows": [
            {
                "title": row.title,
                "url": row.url,
                "date": row.date.isoformat() if row.date else None,
                "provenance": row.provenance.value if row.provenance else None,
                "pinned": row.pinned,
                "own": row.own,
            }
            for row in facts.rows
        ],
        "newest_date": facts.newest_date.isoformat() if facts.newest_date else None,
        "newest_provenance": facts.newest_provenance.value if facts.newest_provenance else None,
        "published_on": facts.published_on.isoformat() if facts.published_on else None,
        "published_provenance": facts.published_provenance,
        "published_conflicts": list(facts.published_conflicts),
        "source": facts.source,
        "badges": {
            "conac": badges.conac,
            "jiucuo": badges.jiucuo,
            "site_code": badges.site_code,
            "icp": badges.icp,
            "police": badges.police,
            "sponsor": badges.sponsor,
            "contact": bool(badges.contact),
            "site_map": badges.site_map,
            "jiucuo_code": badges.jiucuo_code,
            "jiucuo_obsolete": badges.jiucuo_obsolete,
            "conac_error": badges.conac_error,
            "evidence": badges.evidence,
        },
        "letters": [
            {
                "title": letter.title,
                "url": letter.url,
                "asked_on": letter.asked_on.isoformat() if letter.asked_on else None,
                "replied_on": letter.replied_on.isoformat() if letter.replied_on else None,
                "status": letter.status,
            }
            for letter in facts.letters
        ],
        "guide": facts.guide,
        "columns": [
            {"name": one.name, "url": one.url, "kind": one.kind, "level": one.level}
            for one in facts.columns
        ],
        "own_column": _own_column(facts),
        "code_conflicts": list(facts.code_conflicts),
        "channels": [
            {"name": one.name, "url": one.url, "kind": one.kind, "form": one.form}
            for one in facts.channels
        ],
        "frames": list(facts.frames),
        "list_sources": list(facts.list_sources),
        "redirect": facts.redirect,
        "blank_list": facts.blank_list,
        "needs_browser": facts.needs_browser,
        "access_detail": facts.access_detail,
        "anomalies": list(facts.anomalies),
        "truncated": facts.truncated,
    }


def _own_column(facts: PageFacts) -> dict[str, str] | None:
    own = facts.own_column
    return {"name": own.name, "kind": own.kind} if own is not None else None


def print_page(console: Console, facts: PageFacts) -> None:
    """A readable table with the evidence for each reading."""
    from rich.markup import escape  # noqa: PLC0415 -- rich is slow to import
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=escape(facts.url), show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _lines(facts):
        table.add_row(name, escape(value))
    console.print(table)
    if not facts.rows:
        console.print("没有读到信息列表")
        return
    cut = f"，显示前 {ROWS_SHOWN} 条" if len(facts.rows) > ROWS_SHOWN else ""
    rows = Table(title=f"信息列表（共 {len(facts.rows)} 条{cut}）")
    for heading in ("日期", "依据", "标题", "网址"):
        rows.add_column(heading, overflow="fold")
    for row in facts.rows[:ROWS_SHOWN]:
        marks = ("［置顶］" if row.pinned else "") + ("" if row.own else "［站外］")
        rows.add_row(
            row.date.isoformat() if row.date else "未标日期",
            f"{row.provenance.value if row.provenance else '—'} {escape(row.text)}",
            escape(marks + row.title),
            escape(row.url),
        )
    console.print(rows)


def _lines(facts: PageFacts) -> list[tuple[str, str]]:
    badges = facts.badges
    seen = {True: "有", False: "无", None: "未能读到"}
    lines = [
        ("访问状态", f"{facts.access.chinese}（{facts.access.value}）{facts.access_detail}"),
        ("页面类型", facts.page_kind.value),
        ("编码", facts.encoding),
        ("标题", facts.title),
        ("最新日期", f"{facts.newest_date or '—'}（{facts.newest_provenance or '无依据'}）"),
        ("发布时间", f"{facts.published_on or '—'}（{facts.published_provenance or '无依据'}）"),
        ("来源", facts.source or "—"),
        ("党政机关标识", f"{seen[badges.conac]} {badges.evidence.get('conac', '')}"),
        ("找错入口", f"{seen[badges.jiucuo]} {badges.evidence.get('jiucuo', '')}"),
        ("网站标识码", badges.site_code or "—"),
        ("ICP备案", badges.icp or "—"),
        ("公安备案", badges.police or "—"),
        ("主办单位", badges.sponsor or "—"),
        ("联系方式", seen[bool(badges.contact)]),
        ("页面标签", "；".join(f"{key}={value}" for key, value in facts.meta.items()) or "—"),
        ("栏目", f"{len(facts.columns)} 个"),
        ("互动渠道", "、".join(f"{one.name}（{one.kind}）" for one in facts.channels) or "—"),
        ("留言", f"{len(facts.letters)} 封"),
    ]
    if facts.guide is not None:
        lacking = [name for name, there in facts.guide.items() if not there]
        lines.append(("办事指南要素", f"缺少：{'、'.join(lacking)}" if lacking else "齐全"))
    if facts.own_column is not None:
        lines.append(("本栏目", f"{facts.own_column.name}（{facts.own_column.kind}）"))
    if facts.code_conflicts:
        lines.append(("标识码不一致", "；".join(facts.code_conflicts)))
    if facts.anomalies:
        lines.append(("异常", "；".join(facts.anomalies)))
    return lines


def print_account(console: Console, told: dict[str, Any]) -> None:
    """An account payload's reading as a table."""
    from rich.markup import escape  # noqa: PLC0415 -- rich is slow to import
    from rich.table import Table  # noqa: PLC0415

    entity = told["entity"]
    console.print(f"平台 {told['platform']}，访问状态 {told['access']}")
    console.print(f"主体 {escape(str(entity['text'] or '—'))}（{entity['kind']}）", markup=False)
    console.print(f"最新发布 {told['newest_at'] or '—'}")
    posts = Table(title=f"发布内容（{len(told['posts'])} 条）")
    for heading in ("时间", "类型", "置顶", "标题"):
        posts.add_column(heading, overflow="fold")
    for post in told["posts"][:ROWS_SHOWN]:
        posts.add_row(
            str(post["published_at"] or "—"),
            f"{post['kind']} / {post['provenance']}",
            "是" if post["pinned"] else "",
            escape(str(post["title"])),
        )
    console.print(posts)
