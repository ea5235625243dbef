"""A province behind the desk: 5,000 targets, 2,000,000 verdicts, 3,000 findings, all invented."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from database import session_factory, upgrade
from models import (
    Account,
    Decision,
    Finding,
    Item,
    Judgement,
    ProbeDay,
    Run,
    Site,
    Target,
    Unit,
    Verdict,
    Visit,
    Window,
)
from models import Column as ColumnRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from settings import Settings

TARGETS, FINDINGS, VERDICTS = 5_000, 3_000, 2_000_000
SITES = 2_500
UNITS = 180
NIGHTS = 40
LAST = datetime(2023, 3, 30, 17, tzinfo=UTC)
SITE_CHECKS = (
    "W2.1", "W3.1", "W3.2", "W4.1", "W4.2", "W4.3", "W5.1", "W5.2", "D-FOOTER", "D-LINK.1",
)  # fmt: skip
ACCOUNT_CHECKS = (
    "M2.1", "M3.1", "R-SUBJECT", "R-UNCERTIFIED", "R-RENAMED", "R-NOTCLOSED", "R-DUPLICATE",
    "R-ACCTCODE", "R-SAMENAME", "F-OFFTOPIC",
)  # fmt: skip
_BATCH = 20_000
_STATES = ("flagged", "flagged", "confirmed", "confirmed", "dismissed", "rectified", "withdrawn")
_CITIES = [
    "长沙",
    "株洲",
    "湘潭",
    "衡阳",
    "邵阳",
    "岳阳",
    "常德",
    "张家界",
    "益阳",
    "郴州",
    "永州",
    "怀化",
    "娄底",
    "湘西",
]
_OFFICES = [
    "教育局",
    "财政局",
    "民政局",
    "司法局",
    "水利局",
    "统计局",
    "审计局",
    "商务局",
    "体育局",
    "林业局",
]


def seed(settings: Settings) -> None:
    """Fill an empty database; the same rows every time."""
    upgrade(settings)
    rng = random.Random(19)
    with session_factory(settings).begin() as session:
        _registry(session, rng)
        _windows(session)
        for number in range(NIGHTS):
            _night(session, number, rng)
        _findings(session, rng)


def _put(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while batch := list(itertools.islice(waiting, _BATCH)):
        session.execute(insert(table), batch)


def _name(number: int) -> str:
    city = _CITIES[number % len(_CITIES)]
    return f"{city}市第{number // len(_CITIES)}区{_OFFICES[number % len(_OFFICES)]}"


def _registry(session: Session, rng: random.Random) -> None:
    _put(
        session,
        Unit.__table__,
        (
            {
                "id": n + 1,
                "name": "某省" if n == 0 else f"{_CITIES[n % 14]}{n}",
                "parent_id": None if n == 0 else 1 if n <= 14 else 2 + (n % 14),
                "position": n,
            }
            for n in range(UNITS)
        ),
    )
    _put(session, Target.__table__, (_target(n) for n in range(TARGETS)))
    _put(
        session,
        Site.__table__,
        (
            {"id": n + 1, "home_url": f"http://s{n}.example.gov.cn/", "site_kind": "部门"}
            for n in range(SITES)
        ),
    )
    platforms = (("weibo", "微博"), ("weixin", "微信公众号"), ("douyin", "抖音"))
    _put(
        session,
        Account.__table__,
        (
            {
                "id": n + 1,
                "platform": platforms[n % 3][0],
                "platform_printed": platforms[n % 3][1],
                "home_url": f"https://weibo.com/u/{n}",
                "publishing": True,
                "principal": False,
            }
            for n in range(SITES, TARGETS)
        ),
    )
    _put(
        session,
        ColumnRow.__table__,
        (
            {
                "site_id": n + 1,
                "name": f"栏目{c}",
                "url": f"http://s{n}.example.gov.cn/c{c}/",
                "kind": "动态要闻",
            }
            for n in range(SITES)
            for c in range(12)
        ),
    )
    _put(session, Item.__table__, _items(rng))
    _put(
        session,
        ProbeDay.__table__,
        (
            {
                "site_id": n + 1,
                "day": date(2023, 3, 30) - timedelta(days=d),
                "counted": 24,
                "failed": 0,
                "rounds": [],
            }
            for n in range(SITES)
            for d in range(14)
        ),
    )


def _target(number: int) -> dict[str, Any]:
    site = number < SITES
    return {
        "id": number + 1,
        "kind": "site" if site else "account",
        "identity": f"{number:010d}" if site else f"weibo:{number}",
        "code": f"43{number:08d}" if site else "",
        "name": _name(number),
        "unit_id": 2 + number % (UNITS - 1),
        "sponsor": _name(number),
        "canary": number % 500 == 0,
        "position": number,
        "extra": {},
    }


def _items(rng: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(TARGETS):
        for n in range(40):
            moment = LAST - timedelta(days=rng.randint(0, 180), minutes=n)
            yield {
                "target_id": number + 1,
                "key": hashlib.sha256(f"{number}/{n}".encode()).hexdigest(),
                "title": f"{_name(number)}开展第 {n} 次专题活动",
                "url": f"http://s{number}.example.gov.cn/{n}.html",
                "published_at": moment,
                "provenance": "list_row",
                "first_seen_at": moment,
                "last_seen_at": LAST,
            }


def _windows(session: Session) -> None:
    _put(
        session,
        Window.__table__,
        [
            {
                "id": 1,
                "name": "2022Q4",
                "starts_on": date(2022, 11, 20),
                "ends_on": date(2022, 12, 31),
                "confirm": "operator",
            },
            {
                "id": 2,
                "name": "2023Q1",
                "starts_on": date(2023, 2, 18),
                "ends_on": date(2023, 3, 31),
                "confirm": "operator",
            },
        ],
    )


def _night(session: Session, number: int, rng: random.Random) -> None:
    run = number + 1
    as_of = LAST - timedelta(days=NIGHTS - 1 - number)
    fresh = {n: rng.random() < 0.93 for n in range(TARGETS)}
    read = sum(fresh.values())
    summary = {
        "targets": TARGETS,
        "fresh": read,
        "closed": 0,
        "undetermined": {"challenge": TARGETS - read},
        "flagged": {"W3.1": 900 + number},
    }
    session.execute(
        insert(Run),
        [
            {
                "id": run,
                "window_id": 2,
                "as_of": as_of,
                "state": "done",
                "ruleset": "national-2019.1",
                "selection": [],
                "targets": list(range(1, TARGETS + 1)),
                "summary": summary,
            }
        ],
    )
    session.execute(
        insert(Judgement), [{"id": run, "run_id": run, "ruleset": "national-2019.1", "digest": "d"}]
    )
    _put(
        session,
        Visit.__table__,
        (
            {
                "run_id": run,
                "target_id": n + 1,
                "fresh": good,
                "access": "ok" if good else "challenge",
                "reason": "" if good else "challenge",
            }
            for n, good in fresh.items()
        ),
    )
    _put(session, Verdict.__table__, _verdicts(run, fresh, rng))


def _verdicts(run: int, fresh: dict[int, bool], rng: random.Random) -> Iterator[dict[str, Any]]:
    for number, good in fresh.items():
        for check in SITE_CHECKS if number < SITES else ACCOUNT_CHECKS:
            failing = good and rng.random() < 0.02
            outcome = "fail" if failing else "pass" if good else "undetermined"
            yield {
                "judgement_id": run,
                "run_id": run,
                "target_id": number + 1,
                "check": check,
                "outcome": outcome,
                "reason": "stale" if failing else "fresh" if good else "challenge",
                "evidence": {"url": f"http://s{number}.example.gov.cn/", "age_days": 3},
                "last_update": "2023-03-20",
                "captures": [],
                "ruleset": "national-2019.1",
            }


def _findings(session: Session, rng: random.Random) -> None:
    rows, decisions = [], []
    for number in range(FINDINGS):
        target = number % TARGETS
        checks = SITE_CHECKS if target < SITES else ACCOUNT_CHECKS
        state = rng.choice(_STATES)
        opened = LAST - timedelta(days=rng.randint(0, 30))
        rows.append(
            {
                "id": number + 1, "window_id": 2, "subject": f"target:{target + 1}",
                "target_id": target + 1, "unit_id": 2 + target % (UNITS - 1),
                "check": checks[number % len(checks)], "label": "首页长时间未更新",
                "severity": "veto", "state": state, "reason": "stale", "opened_at": opened,
                "run_id": NIGHTS, "last_update": "2023-02-20",
                "evidence": {"url": f"http://s{target}.example.gov.cn/", "title": "标题"},
                "second_look": {}, "version": 1, "column_key": "", "manual": False,
            }
        )  # fmt: skip
        decisions.append(
            {
                "finding_id": number + 1,
                "old": "",
                "new": "flagged",
                "decided_by": "系统",
                "decided_at": opened,
            }
        )
        if state in {"confirmed", "dismissed"}:
            decisions.append(
                {
                    "finding_id": number + 1,
                    "old": "flagged",
                    "new": state,
                    "decided_by": "张三",
                    "reason_code": "misread",
                    "decided_at": opened + timedelta(hours=8),
                }
            )
    _put(session, Finding.__table__, rows)
    _put(session, Decision.__table__, decisions)


def sizes() -> str:
    """What is seeded, for the heading of a bench."""
    return json.dumps({"targets": TARGETS, "verdicts": NIGHTS * TARGETS * 10, "findings": FINDINGS})
