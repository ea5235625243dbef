"""A home with nights in windows, stored as nights store them: bodies, captures, facts, findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from crawler.store import CaptureStore
from models import (
    Capture,
    Fact,
    FeedbackFile,
    Finding,
    Item,
    Judgement,
    Run,
    Site,
    Unit,
    Verdict,
    Visit,
    Window,
)
from settings import Settings

Sessions = sessionmaker[Session]


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@dataclass(frozen=True)
class House:
    """What a test looks at and changes."""

    settings: Settings
    sessions: Sessions
    site: int

    @property
    def store(self) -> CaptureStore:
        return CaptureStore(self.settings.capture_store)

    def add(self, row: Any) -> int:
        with self.sessions.begin() as session:
            session.add(row)
            session.flush()
            return int(row.id)

    def window(self, name: str, start: str, end: str, *, frozen: bool) -> int:
        return self.add(
            Window(
                name=name,
                starts_on=date.fromisoformat(start),
                ends_on=date.fromisoformat(end),
                frozen_at=beijing(f"{end}T18:00") if frozen else None,
            )
        )

    def night(self, day: str, window: int | None = None, state: str = "done", **given: Any) -> int:
        return self.add(
            Run(
                as_of=beijing(f"{day}T01:00"),
                window_id=window,
                state=state,
                ruleset="national",
                targets=[self.site],
                summary={"run": 0},
                **given,
            )
        )

    def visit(self, run: int, **given: Any) -> int:
        told = {"fresh": True, "access": "ok"} | given
        return self.add(Visit(run_id=run, target_id=self.site, **told))

    def capture(self, run: int, body: str, role: str = "home") -> int:
        """A body, its row, and what was read off it."""
        sha256 = self.store.put(body.encode())
        with self.sessions.begin() as session:
            row = Capture(
                run_id=run,
                target_id=self.site,
                role=role,
                url="http://www.town.gov.cn/",
                final_url="http://www.town.gov.cn/",
                status=200,
                sha256=sha256,
                size=len(body),
                access="ok",
                fetched_at=beijing("2026-01-01T01:00"),
                elapsed=0.5,
            )
            session.add(row)
            session.flush()
            session.add(
                Fact(
                    run_id=run,
                    target_id=self.site,
                    capture_id=row.id,
                    kind="page",
                    extractor="1",
                    payload=body.encode(),
                )
            )
            return row.id

    def verdict(self, run: int, captures: list[int], outcome: str = "fail") -> int:
        judgement = self.add(Judgement(run_id=run, ruleset="national", digest="0"))
        return self.add(
            Verdict(
                judgement_id=judgement,
                run_id=run,
                target_id=self.site,
                check="W3.1",
                outcome=outcome,
                reason="stale",
                captures=captures,
                ruleset="national",
            )
        )

    def finding(self, window: int, verdict: int | None = None, **given: Any) -> int:
        with self.sessions() as session:
            unit = session.get_one(Site, self.site).unit_id
        told: dict[str, Any] = {"check": "W3.1", "state": "confirmed", "label": "首页未更新"}
        return self.add(
            Finding(
                window_id=window,
                subject=f"target:{self.site}",
                target_id=self.site,
                unit_id=unit,
                severity="veto",
                opened_at=beijing("2026-01-01T01:00"),
                verdict_id=verdict,
                **(told | given),
            )
        )

    def feedback(self, finding: int, body: str) -> str:
        sha256 = self.store.put(body.encode())
        self.add(
            FeedbackFile(
                finding_id=finding,
                file_name="整改说明.txt",
                sha256=sha256,
                size=len(body),
                added_by="王",
                added_at=beijing("2026-02-01T01:00"),
            )
        )
        return sha256


def build(settings: Settings, sessions: Sessions) -> House:
    """A unit whose parent comes later in the table, a site, an item."""
    with sessions.begin() as session:
        town = Unit(name="某某镇人民政府")
        session.add(town)
        session.flush()
        county = Unit(name="某某县")
        session.add(county)
        session.flush()
        town.parent_id = county.id
        site = Site(
            identity="4301000001",
            code="4301000001",
            name="某某镇 “门户”",
            unit=town,
            home_url="http://www.town.gov.cn/",
            extra={"备注": "a\nb", "空": None},
        )
        session.add(site)
        session.flush()
        session.add(
            Item(
                target_id=site.id,
                key="k",
                title="关于召开会议的通知",
                url="http://www.town.gov.cn/1.html",
                published_at=beijing("2025-12-30T09:30"),
                first_seen_at=beijing("2026-01-01T01:00"),
                last_seen_at=beijing("2026-01-01T01:00"),
            )
        )
        found = site.id
    return House(settings, sessions, found)
