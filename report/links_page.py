"""The dead links of a site as one HTML page that needs nothing else: no scripts, no pictures.

Addresses are text, not links: some lead to bad places, and a click on the list must open none.
"""

from __future__ import annotations

import html
from itertools import groupby
from typing import TYPE_CHECKING, Final

from crawler.extract.addresses import host_of
from report.links_words import DANGER, STATES, days_dead, moment, reason_of, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from checks.facts import LinkReading
    from report.links import DeadLinks

_EXPLAINED: Final = {
    DANGER: "链接还能打开，但对方网站的标题已是赌博、色情等内容，请立即删除。",
    STATES["dead"]: "间隔六小时以上两次核实均打不开，请修复或删除。",
    STATES["suspected"]: "本次打不开，尚待再次核实。",
}
_HEADINGS: Final = ("类别", "链接文字与地址", "原因", "所在页面", "首次发现", "失效天数")
_STYLE: Final = (
    "body{font:15px/1.6 system-ui,'Microsoft YaHei','PingFang SC','Noto Sans CJK SC',sans-serif;"
    "margin:2em auto;max-width:80em;padding:0 1em;color:#222}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}p.note{color:#555}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #bbb;padding:4px 8px;text-align:left;vertical-align:top;unicode-bidi:isolate}"
    "th{background:#eef1f5;white-space:nowrap}td{overflow-wrap:anywhere}td:first-child{white-space:nowrap}"
    "tr.host td{background:#fbf3e6;font-weight:600}code{font:13px/1.5 ui-monospace,monospace;color:#444}"
    ".empty{padding:1em;background:#eef7ee;border:1px solid #9c9}"
    "@media print{body{max-width:none;margin:0}tr{break-inside:avoid}}"
)


def links_html(found: DeadLinks) -> bytes:
    """The page, UTF-8; where nothing fails it says so."""
    name = f"{found.site}（{found.code}）" if found.code else found.site
    title = f"{name} 失效链接清单"
    body = "".join(_sections(found)) or '<p class="empty">已检查的链接中没有发现失效链接。</p>'
    if not found.checked:
        body = '<p class="empty">本次没有检查到任何链接。</p>'
    page = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(found.sentence())}</p>{body}"
        "</body></html>\n"
    )
    return page.encode("utf-8", "replace")


def _sections(found: DeadLinks) -> Iterator[str]:
    for state, links in groupby(found.links, key=state_of):
        rows = list(links)
        explained = _EXPLAINED.get(state, "")
        heads = "".join(f'<th scope="col">{one}</th>' for one in _HEADINGS)
        yield (
            f"<h2>{html.escape(state)} {len(rows)} 条</h2>"
            f'<p class="note">{html.escape(explained)}</p>'
            f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(_rows(rows, found.as_of))}"
            "</tbody></table>"
        )


def _rows(links: Iterable[LinkReading], as_of: datetime) -> Iterator[str]:
    """The rows of one section; those below a dead host stand under a row that names it."""
    for host, below in groupby(links, key=lambda one: host_of(one.url) if one.host_down else ""):
        group = list(below)
        if host:
            told = f"主机 {host} 不可达，下列 {len(group)} 条链接同一原因"
            yield f'<tr class="host"><td colspan="{len(_HEADINGS)}">{html.escape(told)}</td></tr>'
        yield from (_row(link, as_of) for link in group)


def _row(link: LinkReading, as_of: datetime) -> str:
    address = f"<code>{html.escape(link.url)}</code>"
    if link.chain:
        way = " → ".join((*link.chain[1:], link.final_url))
        address += f"<br>跳转到 <code>{html.escape(way)}</code>"
    cells = (
        html.escape(link.link_class),
        f"{html.escape(link.text)}<br>{address}" if link.text else address,
        html.escape(reason_of(link)),
        _parents(link),
        html.escape(moment(link.first_failed)),
        str(days_dead(link, as_of) or ""),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _parents(link: LinkReading) -> str:
    shown = [one for one in (link.parent, *link.parents) if one]
    told = "<br>".join(f"<code>{html.escape(one)}</code>" for one in shown)
    more = link.pages - len(shown)
    return f"{told}<br>等 {link.pages} 个页面" if more > 0 else told
