"""A small jurisdiction behind a desk: two cities, one county, three nights, every kind of user.

Hostile text stands in every field that comes from outside: titles, names, addresses, evidence.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import apprise
from sqlalchemy.orm import Session, sessionmaker

from checks.base import Severity
from crawler.store import CaptureStore
from database import session_factory
from models import (
    Account,
    Capture,
    Column,
    Decision,
    DeskSession,
    DeskUser,
    Finding,
    Item,
    Judgement,
    ProbeDay,
    Run,
    Site,
    Unit,
    Verdict,
    Visit,
    Window,
)
from settings import Settings
from web import sign_in
from web.application import application_of, create
from web.identity import COOKIE, csrf_of

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx that nothing here has.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

    # The first address loads every service of apprise, some of them on deprecated modules.
    apprise.Apprise().add("json://localhost")

NOW = datetime.fromisoformat("2023-03-30T09:30:00+08:00")
NIGHTS = [datetime.fromisoformat(f"2023-03-{day}T01:00:00+08:00") for day in (28, 29, 30)]
SCRIPT = "<script>alert(1)</script>"
TEMPLATE = "{{7*7}}{% raw %}${7*7}"
QUOTES = "\"'><img src=x onerror=alert(1)>"
BODY = (
    "<html><head><title>局</title><script>alert('stored')</script>"
    "<meta http-equiv=refresh content='0;url=http://evil.example/'></head><body onload=alert(2)>"
    "<ul><li><a href='javascript:alert(3)'>最新的一条新闻标题在这里</a> 2023-03-07</li></ul>"
    "<iframe src='http://evil.example/'></iframe><img src='http://evil.example/p.png' alt='图'>"
    "<form action='http://evil.example/'><input name=a></form><svg onload=alert(4)></svg>"
    "</body></html>"
).encode()
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001"
    "000000ffff03000006000557bfabd40000000049454e44ae426082"
)
ROLES = ("viewer", "operator", "admin")


@dataclass
class DeskWorld:
    """The desk with its application, its tables, and browsers that are logged in."""

    settings: Settings
    sessions: sessionmaker[Session]
    app: Any
    users: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    captures: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def desk(self) -> Any:
        return application_of(self.app).state.desk

    def stranger(self) -> TestClient:
        """A browser that nobody is logged in with."""
        return TestClient(
            self.app,
            base_url="http://desk.test",
            raise_server_exceptions=False,
            follow_redirects=False,
        )

    def browser(self, user: str = "operator") -> TestClient:
        """A browser of that user; its POSTs carry the token of its session."""
        client = self.stranger()
        client.cookies.set(COOKIE, self.tokens[user])
        client.headers["x-csrf"] = csrf_of(self.desk, self.tokens[user])
        return client

    def finding(self, identifier: int) -> Finding:
        with self.sessions() as session:
            return session.get_one(Finding, identifier)


def build(settings: Settings, password_hash: str) -> DeskWorld:
    """The world on a database that has its tables."""
    sessions = session_factory(settings)
    world = DeskWorld(settings, sessions, create(settings, lambda: NOW))
    with sessions.begin() as session:
        _Builder(session, world, CaptureStore(settings.capture_store)).build(password_hash)
    return world


class _Builder:
    def __init__(self, session: Session, world: DeskWorld, store: CaptureStore) -> None:
        self.session, self.world, self.store = session, world, store

    def add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def build(self, password_hash: str) -> None:
        province = self.unit("明川省", None)
        east = self.unit("东岭市", province)
        self.unit("青石县", east)
        self.unit("西湖市", province)
        for role in ROLES:
            self.user(role, role, None, password_hash)
            self.user(f"{role}-东岭", role, "东岭市", password_hash)
        window = self.add(
            Window(
                name="2023Q1",
                starts_on=date(2023, 2, 20),
                ends_on=date(2023, 3, 31),
                confirm="operator",
            )
        )
        self.site("东", "9705000001", f"东岭市教育局{SCRIPT}", "东岭市", 1)
        self.site("县", "9703000001", f"青石县教育局{TEMPLATE}", "青石县", 2)
        self.site("西", "9706000001", f"西湖市教育局{QUOTES}", "西湖市", 3)
        account = self.account()
        runs = [self.night(window, as_of) for as_of in NIGHTS]
        for name in ("东", "县", "西"):
            self.finding_of(name, window, runs)
        self.undetermined(runs[-1], account)

    def unit(self, name: str, over: int | None) -> int:
        made = self.add(Unit(name=name, parent_id=over, position=len(self.world.units)))
        self.world.units[name] = made.id
        return int(made.id)

    def user(self, name: str, role: str, unit: str | None, password_hash: str) -> None:
        made = self.add(
            DeskUser(
                name=name,
                role=role,
                unit_id=self.world.units[unit] if unit else None,
                password=password_hash,
                made_at=NOW,
            )
        )
        self.world.users[name] = made.id
        token = f"token-of-user-{made.id}"
        kept = hashlib.sha256(token.encode()).hexdigest()
        ends = NOW + timedelta(hours=8)
        self.add(DeskSession(token_hash=kept, user_id=made.id, begun_at=NOW, ends_at=ends))
        self.world.tokens[name] = token

    def site(self, key: str, code: str, name: str, unit: str, position: int) -> None:
        site = self.add(
            Site(
                identity=code,
                code=code,
                name=name,
                unit_id=self.world.units[unit],
                sponsor=f"单位{QUOTES}",
                position=position,
                home_url=f"http://{code}.example.gov.cn/?q={SCRIPT}",
                site_kind="部门",
                extra={"备注": SCRIPT},
            )
        )
        self.add(Column(site_id=site.id, name=f"新闻{SCRIPT}", url=f"http://{code}/xw/"))
        self.add(ProbeDay(site_id=site.id, day=date(2023, 3, 29), counted=24, failed=1, rounds=[]))
        self.add(
            Item(
                target_id=site.id,
                key=hashlib.sha256(code.encode()).hexdigest(),
                title=f"标题{SCRIPT}",
                url="javascript:alert(1)",
                published_at=datetime(2023, 3, 7, tzinfo=UTC),
                first_seen_at=NIGHTS[0],
                last_seen_at=NIGHTS[0],
            )
        )
        self.world.sites[key] = site.id

    def account(self) -> Account:
        made = self.add(
            Account(
                identity="weibo:1",
                name=f"东岭发布{SCRIPT}",
                unit_id=self.world.units["东岭市"],
                sponsor="东岭市人民政府",
                position=9,
                platform="weibo",
                platform_printed="微博",
                platform_id="1",
                home_url="javascript:alert(5)",
            )
        )
        self.world.sites["微博"] = made.id
        assert isinstance(made, Account)
        return made

    def night(self, window: Window, as_of: datetime) -> tuple[Run, Judgement]:
        targets = list(self.world.sites.values())
        summary = {"targets": len(targets), "fresh": 3, "closed": 0, "flagged": {"W3.1": 3}}
        run = self.add(
            Run(
                window_id=window.id,
                as_of=as_of,
                state="done",
                ruleset="national",
                vantage="演示",
                targets=targets,
                summary=summary,
            )
        )
        judgement = self.add(Judgement(run_id=run.id, ruleset="national", digest="d"))
        for target in targets:
            read = target != self.world.sites["微博"]
            self.add(
                Visit(
                    run_id=run.id,
                    target_id=target,
                    fresh=read,
                    access="ok" if read else "blocked",
                    reason="" if read else "blocked",
                )
            )
        return run, judgement

    def finding_of(self, key: str, window: Window, runs: list[tuple[Run, Judgement]]) -> None:
        site = self.session.get_one(Site, self.world.sites[key])
        evidence = {
            "url": site.home_url,
            "title": "最新的一条新闻标题在这里",
            "item_url": "javascript:alert(1)",
            "text": SCRIPT,
            "age_days": 21,
            "screenshot": self.store.put(PNG),
            SCRIPT: TEMPLATE,
        }
        for run, judgement in runs:
            capture = self.add(
                Capture(
                    run_id=run.id,
                    target_id=site.id,
                    role="home",
                    url=site.home_url,
                    final_url=site.home_url,
                    chain=[[f"http://a/{SCRIPT}", 301]],
                    status=200,
                    headers=[["X-Evil", SCRIPT]],
                    sha256=self.store.put(BODY),
                    size=len(BODY),
                    encoding="utf-8",
                    access="ok",
                    fetched_at=run.as_of,
                )
            )
            verdict = self.add(
                Verdict(
                    judgement_id=judgement.id,
                    run_id=run.id,
                    target_id=site.id,
                    check="W3.1",
                    outcome="fail",
                    reason="stale",
                    evidence=evidence,
                    last_update="2023-03-07",
                    captures=[capture.id],
                    ruleset="national",
                )
            )
        finding = self.add(
            Finding(
                window_id=window.id,
                subject=f"target:{site.id}",
                target_id=site.id,
                unit_id=site.unit_id,
                check="W3.1",
                label="首页长时间未更新",
                severity=Severity.VETO.value,
                state="flagged",
                reason="stale",
                opened_at=NIGHTS[0],
                run_id=runs[0][0].id,
                verdict_id=verdict.id,
                last_update="2023-03-07",
                evidence=evidence,
            )
        )
        self.add(
            Decision(finding_id=finding.id, new="flagged", decided_by="系统", decided_at=NIGHTS[0])
        )
        self.world.findings[key] = finding.id
        self.world.captures[key] = capture.id

    def undetermined(self, night: tuple[Run, Judgement], account: Account) -> None:
        run, judgement = night
        self.add(
            Verdict(
                judgement_id=judgement.id,
                run_id=run.id,
                target_id=account.id,
                check="M2.1",
                outcome="undetermined",
                reason="stale_by_one_source",
                evidence={"sources": [SCRIPT]},
                last_update="2023-03-01T08:00:00+08:00",
                ruleset="national",
            )
        )


def bearer(world: DeskWorld, user: str, scope: str = "read") -> dict[str, str]:
    """The header of a key that this user has."""
    with world.sessions.begin() as session:
        owner = session.get_one(DeskUser, world.users[user])
        token = sign_in.new_token(session, owner, name="t", scope=scope, days=1, at=NOW)
    return {"authorization": f"Bearer {token}"}


def decide(world: DeskWorld, user: str, key: str, state: str, version: int, **more: str) -> int:
    """The status that a decision on one of the findings is answered with."""
    form = {"state": state, "version": str(version), **more}
    answer = world.browser(user).post(f"/findings/{world.findings[key]}/decision", data=form)
    return int(answer.status_code)
