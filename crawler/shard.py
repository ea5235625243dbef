"""One crawl process: `main(["RUN_ID", "--targets", FILE, …])`, or `python -m crawler.shard`.

    crawl_shard      patrols some targets of a run; returns when every one has its visit
    ShardError       the shard ended early; the message is one Chinese sentence
    NotStoredError   because the database or the capture store takes nothing any more

FILE holds a JSON list of target ids. Targets that have their visit already are skipped, so a
shard can be started again at any time. Exit codes: 0 done, 1 failed, 74 what was seen cannot be
stored (the sentence lies beside FILE, see `crawler.processes`). The process ends with its parent.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import signal
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from scrapy.crawler import AsyncCrawlerProcess
from sqlalchemy import select

import settings as configuration
from crawler import logs
from crawler.fetch.tuning import SCRAPY
from crawler.garbage import collect_seldom
from crawler.orphans import end_with_parent
from crawler.patience import patiently
from crawler.processes import NOT_STORED, sentence_file
from crawler.recording import RunMark
from crawler.spiders.account import account_tasks
from crawler.spiders.patrol import PatrolSpider, Shard
from crawler.spiders.tickets import registered_hosts, site_tickets
from crawler.store import CaptureStore
from crawler.watchdog import life_file
from database import DatabaseError, session_factory
from models import Account, Run, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from settings import Settings

log = structlog.get_logger()


class ShardError(Exception):
    """The shard ended early; the message says why in one Chinese sentence."""


class NotStoredError(ShardError):
    """The database or the capture store takes nothing any more: no other target would fare better."""


class _StoppingStore(CaptureStore):
    """A capture store that ends the shard when it cannot be written: a full disk is no target's fault."""

    def __init__(self, url: str, shard: Shard) -> None:
        super().__init__(url)
        self._shard = shard

    def put(self, body: bytes) -> str:
        """As `CaptureStore.put`; from the first body that cannot be kept nothing is recorded

        any more, so that no row names a body that is not there, and `--resume` fetches it.
        """
        try:
            return super().put(body)
        except OSError as error:
            self._shard.failure = self._shard.failure or error
            return hashlib.sha256(body).hexdigest()


class _ShardSpider(PatrolSpider):
    """A patrol that stops when its captures can no longer be kept."""

    def __init__(self, shard: Shard, **kwargs: Any) -> None:
        super().__init__(shard, **kwargs)
        self.store = _StoppingStore(shard.settings.capture_store, shard)


def crawl_shard(
    settings: Settings,
    run_id: int,
    target_ids: Sequence[int],
    as_of: datetime,
    *,
    owner: str = "",
    shards: int = 1,
    life: Path | None = None,
) -> None:
    """Visit the targets that have no visit in the run yet; once in a process (Scrapy's reactor).

    `owner` is the lease under which results may be stored, `shards` the number of processes
    that share the budgets of addresses and platforms, `life` the file for signs of life. Raises
    ShardError or DatabaseError.
    """
    mark = RunMark(run_id, as_of, owner)
    shard = patiently(settings, partial(_open, settings, mark, target_ids, shards))
    shard.life = life
    if not shard.sites and not shard.accounts:
        return
    process = AsyncCrawlerProcess(SCRAPY)
    process.crawl(_ShardSpider, shard=shard)
    process.start()
    if shard.failure is not None:
        raise _told(settings, shard.failure) from shard.failure
    if process.bootstrap_failed:
        message = "巡查进程未能启动，详见日志"
        raise ShardError(message)


def _told(settings: Settings, failure: Exception) -> ShardError:
    """What an operator reads of the failure that ended the shard."""
    if isinstance(failure, DatabaseError):
        return NotStoredError(str(failure))
    if isinstance(failure, OSError):
        why = failure.strerror or type(failure).__name__
        return NotStoredError(f"快照库 {settings.capture_store} 无法写入：{why}")
    return ShardError(f"巡查结果未能写入数据库：{failure}")


def _open(settings: Settings, run: RunMark, target_ids: Sequence[int], shards: int) -> Shard:
    sessions = session_factory(settings)
    with session_factory(settings, read_only=True)() as session:
        left = _unvisited(session, run.id, target_ids)
        return Shard(
            settings=settings,
            run=run,
            sites=site_tickets(session, left, run.as_of),
            accounts=account_tasks(session, left, run.as_of),
            canaries=account_tasks(session, _canary_ids(session), run.as_of),
            sessions=sessions,
            registered=registered_hosts(session),
            shards=shards,
        )


def _unvisited(session: Session, run_id: int, target_ids: Sequence[int]) -> list[int]:
    done = set(session.scalars(select(Visit.target_id).where(Visit.run_id == run_id)))
    return [one for one in target_ids if one not in done]


def _canary_ids(session: Session) -> list[int]:
    chosen = select(Account.id).where(Account.canary.is_(True), Account.retired.is_(False))
    return list(session.scalars(chosen.order_by(Account.position)))


def _run_as_of(settings: Settings, run_id: int) -> datetime:
    with session_factory(settings, read_only=True)() as session:
        as_of = session.scalar(select(Run.as_of).where(Run.id == run_id))
    if as_of is None:
        message = f"没有批次 {run_id}"
        raise ShardError(message)
    return as_of


def _quiet() -> None:
    """Libraries say on the log what the product types as access states."""
    for name in ("scrapy", "twisted", "asyncio", "scrapy-playwright", "py.warnings"):
        logging.getLogger(name).setLevel(logging.ERROR)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of a crawl process."""
    parser = argparse.ArgumentParser(prog="python -m crawler.shard")
    parser.add_argument("run", type=int)
    parser.add_argument("--targets", type=Path, required=True)
    parser.add_argument("--owner", default="")
    parser.add_argument("--shards", type=int, default=1)
    given = parser.parse_args(arguments)
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    logs.configure()
    _quiet()
    collect_seldom()
    try:
        settings = configuration.load()
        targets = [int(one) for one in json.loads(given.targets.read_text(encoding="utf-8"))]
        as_of = patiently(settings, partial(_run_as_of, settings, given.run))
        with logs.about(run=given.run):
            crawl_shard(
                settings,
                given.run,
                targets,
                as_of,
                owner=given.owner,
                shards=given.shards,
                life=life_file(given.targets),
            )
    except (NotStoredError, DatabaseError) as error:
        return _failed(given, error, NOT_STORED)
    except (ShardError, configuration.SettingsError) as error:
        return _failed(given, error, 1)
    return 0


def _failed(given: argparse.Namespace, error: Exception, code: int) -> int:
    log.error("shard_failed", run=given.run, why=str(error))
    # The disk that is full may be this one: the exit code alone must do then.
    with suppress(OSError):
        sentence_file(given.targets).write_text(str(error), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
