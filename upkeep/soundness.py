"""Is what is stored sound: `xuncha db check`. Reads only; holds up no night.

examine      one `Examined` for each thing that was looked at
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

import database
from crawler.store import CaptureMissingError, CaptureStore
from database import DatabaseError
from diagnosis import Examined
from models import Capture, Finding, Run, Verdict
from upkeep import backup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from settings import Settings

SAMPLE = 200
"""Bodies that are read back in full; all of them with `thorough`."""
OLD_BACKUP = timedelta(days=3)
READING = {"xuncha_read_only": True, "postgresql_readonly": True}


def examine(settings: Settings, now: datetime, *, thorough: bool = False) -> Iterator[Examined]:
    """Everything that is stored, each kind told in one sentence; never raises for what it finds."""
    try:
        if not database.exists(settings):
            yield Examined("数据库", "bad", "还没有建立；任何命令第一次运行时会建立它")
            return
        current = database.is_current(settings)
        sessions = database.session_factory(settings, read_only=True)
    except DatabaseError as error:
        yield Examined("数据库", "bad", str(error))
        return
    yield Examined(
        "表结构",
        "good" if current else "bad",
        "为最新" if current else "不是最新，请先升级 xuncha 再运行",
    )
    try:
        with sessions() as session:
            session.connection(execution_options=READING)
            yield from _inside(session)
            yield _finding_verdicts(session)
            yield _bodies(session, CaptureStore(settings.capture_store), thorough=thorough)
            yield _unfinished(session, now)
    except DatabaseError as error:
        yield Examined("数据库", "bad", str(error))
    finally:
        sessions.kw["bind"].dispose()
    yield _backups(settings, now)


def _inside(session: Session) -> Iterator[Examined]:
    if session.get_bind().dialect.name == "sqlite":
        yield from _inside_sqlite(session)
    else:
        yield from _inside_server(session)


def _inside_sqlite(session: Session) -> Iterator[Examined]:
    told = [row[0] for row in session.execute(text("PRAGMA quick_check(5)"))]
    sound = told == ["ok"]
    yield Examined(
        "数据库文件",
        "good" if sound else "bad",
        "完整" if sound else f"已损坏：{told[0][:120]}；请恢复备份",
    )
    broken = session.execute(text("PRAGMA foreign_key_check")).fetchmany(5)
    yield Examined(
        "引用关系",
        "bad" if broken else "good",
        f"有断开的引用，例如表 {broken[0][0]}" if broken else "完整",
    )


def _inside_server(session: Session) -> Iterator[Examined]:
    version = session.scalar(text("SHOW server_version")) or ""
    size = session.scalar(text("SELECT pg_database_size(current_database())")) or 0
    yield Examined("数据库服务", "good", f"PostgreSQL {version}，{size / 1024**3:.2f} GiB")
    invalid = session.scalar(text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")) or 0
    yield Examined(
        "索引",
        "bad" if invalid else "good",
        f"{invalid} 个索引失效，请 REINDEX" if invalid else "有效",
    )
    waiting = session.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'idle in transaction' AND xact_start < now() - interval '1 hour'"
        )
    )
    yield Examined(
        "长事务",
        "warn" if waiting else "good",
        f"{waiting} 个连接的事务已超过 1 小时" if waiting else "没有",
    )


def _finding_verdicts(session: Session) -> Examined:
    """Every finding that the machine opened stands on a verdict that is there."""
    missing = session.scalar(
        select(func.count())
        .select_from(Finding)
        .outerjoin(Verdict, Verdict.id == Finding.verdict_id)
        .where(Finding.manual.is_(False), Verdict.id.is_(None))
    )
    return Examined(
        "问题的依据",
        "bad" if missing else "good",
        f"{missing} 条问题找不到判定结果" if missing else "每条问题都有判定结果",
    )


def _bodies(session: Session, store: CaptureStore, *, thorough: bool) -> Examined:
    """Bodies that rows name can be read back and are what their name says."""
    newest = select(Capture.sha256).where(Capture.sha256 != "").order_by(Capture.id.desc())
    names = session.scalars(newest if thorough else newest.limit(SAMPLE * 5))
    looked, bad, first = 0, 0, ""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            continue
        seen.add(name)
        if not thorough and looked >= SAMPLE:
            break
        looked += 1
        try:
            store.get(name)
        except CaptureMissingError as error:
            bad, first = bad + 1, first or str(error)
    how = f"全部 {looked} 份" if thorough else f"最近 {looked} 份"
    if bad:
        return Examined("快照", "bad", f"{how}中有 {bad} 份不能读回：{first}")
    return Examined("快照", "good", f"{how}都能读回" if looked else "还没有快照")


def _unfinished(session: Session, now: datetime) -> Examined:
    """Nights that were broken off and that nobody has resumed for a day."""
    old = session.scalars(
        select(Run.id).where(
            Run.state.in_(("crawling", "judging")), Run.as_of < now - timedelta(days=1)
        )
    ).all()
    if old:
        told = "、".join(str(one) for one in old[:5])
        return Examined("中断的批次", "warn", f"批次 {told} 一天前中断，未续跑")
    return Examined("中断的批次", "good", "没有")


def _backups(settings: Settings, now: datetime) -> Examined:
    above = backup.place(settings)
    found = backup.listed(above)
    if not found:
        return Examined("备份", "warn", f"{above} 里没有备份；用 xuncha db backup 作一份")
    newest = found[0]
    age = now - datetime.fromisoformat(newest.made_at)
    told = f"最近一份 {newest.made_at}，共 {len(found)} 份"
    return Examined("备份", "warn" if age > OLD_BACKUP else "good", told)
