"""A site in memory, and nights over it in a real home: patrol, record, judge; no server, no browser."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import judging
from checks.registry import ALL
from checks.ruleset import load as load_ruleset
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.recording import RunMark, record
from crawler.spiders.ahead import ReadAhead
from crawler.spiders.result import TargetResult
from crawler.spiders.site import Tools, patrol_site
from crawler.spiders.tickets import SiteTicket
from crawler.store import CaptureStore
from models import Capture as CaptureRow
from models import Judgement, Run, Site, Unit, Verdict
from settings import Settings

FIRST = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
HOME = "http://www.a.gov.cn/"
NEWS = HOME + "xwdt/"
NOTICES = HOME + "tzgg/"
GUIDES = HOME + "bszn/"
GUIDE = GUIDES + "1.html"
FOOTER = (
    "<div class='footer'>主办单位：某市人民政府 联系电话：0731-1234567 网站标识码：4300000001"
    " 湘ICP备12345678号 <a href='/sitemap.html'>网站地图</a></div>"
)


def shell(title: str, content: str) -> str:
    return (
        f"<html><head><title>{title}</title></head><body><div class='nav'><a href='/'>首页</a>"
        f"<a href='/xwdt/'>新闻动态</a><a href='/tzgg/'>通知公告</a><a href='/bszn/'>办事指南</a></div>"
        f"{content}{FOOTER}</body></html>"
    )


def rows(items: Sequence[tuple[str, str, str]]) -> str:
    made = (f"<li><a href='{url}'>{title}</a><span>{day}</span></li>" for url, title, day in items)
    return f"<ul>{''.join(made)}</ul>"


def article(title: str, day: str) -> str:
    text = "为进一步做好相关工作，现将有关事项通知如下，请各有关单位认真贯彻落实。" * 12
    return shell(
        f"{title}-某市人民政府",
        f"<h1>{title}</h1><p>发布时间：{day} 来源：本站</p><div class='content'>{text}</div>",
    )


def guide(name: str) -> str:
    names = ["设定依据", "申请条件", "办理材料", "办理地点", "办理时间", "联系电话", "办理流程"]
    cells = "".join(
        f"<tr><th>{one}</th><td>详见本指南第{n}项的说明</td></tr>" for n, one in enumerate(names)
    )
    return shell(
        name, f"<h1>{name}</h1><table><tr><th>事项名称</th><td>{name}</td></tr>{cells}</table>"
    )


@dataclass
class FakeSite:
    """Pages by address; what is asked of it is counted. `tags` sends ETags and honours them."""

    pages: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)

    @classmethod
    def ordinary(cls) -> FakeSite:
        site = cls()
        for column, name in ((NEWS, "新闻动态"), (NOTICES, "通知公告")):
            items = [
                (f"{column}{n}.html", f"{name}第{n}条关于重点工作的有关情况", f"2023-03-0{9 - n}")
                for n in range(1, 7)
            ]
            site.pages[column] = shell(f"{name}-某市人民政府", rows(items))
            for url, title, day in items:
                site.pages[url] = article(title, day)
        listed = [(f"{NEWS}{n}.html", f"新闻动态第{n}条关于重点工作的有关情况", f"2023-03-0{9 - n}")
                  for n in range(1, 5)]  # fmt: skip
        site.pages[HOME] = shell("某市人民政府门户网站", rows(listed))
        site.pages[GUIDES] = shell(
            "办事指南", rows([(GUIDE, "营业执照办理服务指南说明", "")]).replace("<span></span>", "")
        )
        site.pages[GUIDE] = guide("营业执照办理")
        return site

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:
        del method, body
        self.asked.append(url)
        self.headers[url] = dict(headers or {})
        tag = self.tags.get(url, "")
        told = (("Content-Type", "text/html; charset=utf-8"), *((("ETag", tag),) if tag else ()))
        told = (*told, ("Date", f"night {len(self.asked)}"))
        if url not in self.pages:
            return Capture(url, url, self.now, AccessState.NOT_FOUND, 404, told, detail="http_404")
        if tag and self.headers[url].get("If-None-Match") == tag:
            return Capture(url, url, self.now, AccessState.OK, 304, told, detail="not_modified")
        return Capture(url, url, self.now, AccessState.OK, 200, told, self.pages[url].encode())

    now: datetime = FIRST

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        del wanted
        return [Capture(url, url, self.now, AccessState.OUR_FAULT, detail="browser_off")]


@dataclass
class Nights:
    """Nights over one site, one day after the other."""

    settings: Settings
    sessions: sessionmaker[Session]
    site: FakeSite
    target: int = 0
    runs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self.sessions.begin() as session:
            unit = Unit(name="某市")
            session.add(unit)
            session.flush()
            row = Site(
                kind="site", identity="4300000001", code="4300000001", name="某市人民政府",
                unit_id=unit.id, home_url=HOME, offers_services=True,
            )  # fmt: skip
            session.add(row)
            session.flush()
            self.target = row.id

    @property
    def store(self) -> CaptureStore:
        return CaptureStore(self.settings.capture_store)

    def play(self, night: int, *, remembers: bool = True) -> list[str]:
        """The night so many days after the first; the addresses that were asked for, without that

        of a page that cannot exist.
        """
        as_of = FIRST + timedelta(days=night)
        self.site.now, self.site.asked = as_of, []
        with self.sessions.begin() as session:
            run = Run(as_of=as_of, state="done", ruleset="t", targets=[self.target])
            session.add(run)
            session.flush()
            mark = RunMark(run.id, as_of)
        with self.sessions() as session:
            connection = session.connection()
            ahead = ReadAhead(lambda: nullcontext(connection), as_of, [self.target])
            kept = ahead.pages(self.target) if remembers else {}
        told = self._patrol(as_of, kept)
        with self.sessions.begin() as session:
            record(session, mark, told)
            ruleset = load_ruleset(None, ALL)
            judging.judge_run(session, session.get_one(Run, mark.id), ruleset)
        self.runs.append(mark.id)
        return [url for url in self.site.asked if "/xuncha-" not in url]

    def _patrol(self, as_of: datetime, kept: Mapping[str, Any]) -> TargetResult:
        ticket = SiteTicket(self.target, "4300000001", "某市人民政府", HOME, offers_services=True)
        tools = Tools(self.settings, self.store.put, None, lambda _: kept, self.store)
        return asyncio.run(patrol_site(ticket, self.site, as_of, tools))

    def captures(self, night: int = -1) -> dict[str, CaptureRow]:
        with self.sessions() as session:
            found = session.scalars(select(CaptureRow).where(CaptureRow.run_id == self.runs[night]))
            return {one.url: one for one in found if one.role != "not_found"}

    def verdicts(self, night: int = -1) -> list[tuple[str, ...]]:
        """What was judged, without the numbers of rows."""
        with self.sessions() as session:
            newest = select(Judgement.id).where(Judgement.run_id == self.runs[night])
            found = session.scalars(
                select(Verdict).where(Verdict.judgement_id == session.scalars(newest).all()[-1])
            )
            return sorted(
                (one.check, one.outcome, one.reason, one.warning, one.last_update, _told(one))
                for one in found
            )


def _told(verdict: Verdict) -> str:
    return str(sorted((k, str(v)) for k, v in verdict.evidence.items() if "capture" not in k))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
