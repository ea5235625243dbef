"""Dead links of one site with their parents and anchors, and the data of its availability chart.

dead_links        the failing links of a site as one run saw them, grouped under dead hosts
links_csv         the same as UTF-8 CSV, links_html as one page without scripts
availability      counts, failed share and median time by day, ready for a chart
"""

from __future__ import annotations

import csv
import html
import io
from dataclasses import dataclass
from datetime import timedelta, timezone
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from crawler import factcodec
from crawler.probes_kept import OPEN, unpacked
from models import Fact, ProbeDay, Run, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from checks.facts import LinkReading

HEADINGS = (
    "状态", "类别", "链接地址", "链接文字", "状态码或原因", "所在页面", "其他页面", "出现页数", "首次发现", "失效天数", "主机不可达", "跳转过程",
)  # fmt: skip
_BEIJING = timezone(timedelta(hours=8))
_STATES = {"dead": "失效", "suspected": "疑似失效"}
_RUN = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class DeadLinks:
    """The failing links of one site in one run: confirmed ones first, links of one host together."""

    site: str
    code: str
    as_of: datetime
    checked: int
    links: tuple[LinkReading, ...]

    def rows(self) -> list[list[str]]:
        """One row for each link, as HEADINGS say."""
        return [_row(link, self.as_of) for link in self.links]


def dead_links(session: Session, site_id: int, run_id: int | None = None) -> DeadLinks | None:
    """What a run, or the newest one, saw of a site's links; None where none were checked."""
    wanted = (
        select(Fact.payload, Run.as_of, Site.name, Site.code)
        .join(Run, Run.id == Fact.run_id)
        .join(Site, Site.id == Fact.target_id)
        .where(Fact.target_id == site_id, Fact.kind == factcodec.LINKS)
        .order_by(Run.as_of.desc(), Fact.id.desc())
        .limit(1)
    )
    if run_id is not None:
        wanted = wanted.where(Fact.run_id == run_id)
    found = session.execute(wanted).first()
    if found is None:
        return None
    links = factcodec.decode_links(found.payload)
    return DeadLinks(found.name, found.code, found.as_of, len(links), ordered(links))


def ordered(links: Iterable[LinkReading]) -> tuple[LinkReading, ...]:
    """The failing links: dead before suspected, those below one dead host together."""
    failing = [link for link in links if link.state in _STATES]
    return tuple(
        sorted(failing, key=lambda one: (one.state, not one.host_down, _host(one.url), one.url))
    )


def _host(url: str) -> str:
    return url.partition("//")[2].partition("/")[0].lower()


def days_dead(link: LinkReading, as_of: datetime) -> int:
    """Beijing days from the first failure to the run, both counted."""
    if link.first_failed is None:
        return 0
    first = link.first_failed.astimezone(_BEIJING).date()
    return (as_of.astimezone(_BEIJING).date() - first).days + 1


def _row(link: LinkReading, as_of: datetime) -> list[str]:
    first = link.first_failed
    return [
        _STATES.get(link.state, link.state),
        link.link_class,
        link.url,
        link.text,
        str(link.status or link.detail),
        link.parent,
        " ".join(link.parents),
        str(link.pages),
        f"{first.astimezone(_BEIJING):%Y-%m-%d %H:%M}" if first else "",
        str(days_dead(link, as_of)),
        "是" if link.host_down else "",
        " → ".join((*link.chain, link.final_url)) if link.chain else "",
    ]


def links_csv(found: DeadLinks) -> bytes:
    """UTF-8 with BOM, so that a spreadsheet opens it right; no cell that it would run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    for row in found.rows():
        writer.writerow([f"'{cell}" if cell.startswith(_RUN) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def links_html(found: DeadLinks) -> bytes:
    """One page that needs nothing else. Addresses are text, not links: some lead to bad places."""
    dead = sum(link.state == "dead" for link in found.links)
    title = f"{found.site} 失效链接清单"
    told = (
        f"监测时间点 {found.as_of.astimezone(_BEIJING):%Y-%m-%d %H:%M}，检查链接 {found.checked} 条，"
        f"失效 {dead} 条，疑似失效 {len(found.links) - dead} 条"
    )
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in found.rows())
    page = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(told)}</p>"
        f"<table><thead><tr>{_cells('th', HEADINGS)}</tr></thead><tbody>{body}</tbody></table>"
        "</body></html>\n"
    )
    return page.encode("utf-8", "replace")


_STYLE = (
    "body{font:14px/1.5 sans-serif;margin:2em}table{border-collapse:collapse}"
    "th,td{border:1px solid #999;padding:3px 6px;text-align:left;vertical-align:top;word-break:break-all}"
    "th{background:#eee;white-space:nowrap}"
)


def _cells(tag: str, values: Sequence[str]) -> str:
    return "".join(f"<{tag}>{html.escape(value)}</{tag}>" for value in values)


def availability(session: Session, site_id: int, last: date, days: int = 91) -> dict[str, Any]:
    """The chart of a site's availability over some days that end with `last`; days without probes

    are left out. `ms` is the median of the rounds that opened, None where none did; `share` the
    failed share of what counts.
    """
    rows = session.scalars(
        select(ProbeDay)
        .where(
            ProbeDay.site_id == site_id,
            ProbeDay.day > last - timedelta(days=days),
            ProbeDay.day <= last,
        )
        .order_by(ProbeDay.day)
    )
    points = [_point(row) for row in rows]
    counted = sum(point["counted"] for point in points)
    failed = sum(point["failed"] for point in points)
    share = round(failed / counted, 6) if counted else None
    return {
        "last": last.isoformat(),
        "counted": counted,
        "failed": failed,
        "share": share,
        "days": points,
    }


def _point(row: ProbeDay) -> dict[str, Any]:
    rounds = unpacked(row.rounds)
    opened = [one.milliseconds for one in rounds if one.state in OPEN]
    return {
        "day": row.day.isoformat(),
        "counted": row.counted,
        "failed": row.failed,
        "excluded": row.excluded,
        "share": round(row.failed / row.counted, 6) if row.counted else None,
        "ms": round(median(opened)) if opened else None,
        "failures": [[one.minute, one.state] for one in rounds if one.state not in OPEN],
        "vantages": sorted({one.vantage for one in rounds if one.vantage}),
    }
