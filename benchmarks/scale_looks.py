"""What people and tools ask of a country's night: the desk's pages, the API, the annexes.

timed_pages    milliseconds of every page over a loopback address, median of a few calls
timed_tools    the commands that read or judge a whole run, each in a step of a watch
"""

from __future__ import annotations

import statistics
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from rejudging import rejudge
from report.export import export
from upkeep import run_report, soundness
from web import people, sign_in
from web.application import create
from web.identity import COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import httpx
    from sqlalchemy.orm import Session, sessionmaker

    from models import Run
    from settings import Settings

CALLS = 5
PAGES = (
    "/", "/queue", "/queue?page=7", "/queue?state=all&check=W3.1", "/queue?state=all&q=网站77",
    "/undetermined", "/undetermined?page=50&every=1", "/sites", "/sites?page=200&sort=findings&down=1",
    "/sites?q=网站1446", "/accounts", "/accounts?q=账号9999&read=no", "/targets/17", "/targets/20000",
    "/rectification?shown=all", "/windows", "/windows/2023Q1", "/registry", "/precision", "/audit",
    "/api/v1/targets?size=200", "/api/v1/findings?size=200", "/api/v1/verdicts?size=500",
    "/api/v1/verdicts?target=17", "/api/v1/runs", "/api/v1/windows", "/api/v1/stats",
)  # fmt: skip


def timed_pages(
    settings: Settings, sessions: sessionmaker[Session], now: datetime
) -> dict[str, float]:
    """Median milliseconds by page; prints each. A page that fails is told as its status, negative."""
    app = create(settings, lambda: now)
    with sessions.begin() as session:
        people.add(session, "bench", "a long enough secret", role="admin", at=now)
        token, _ = sign_in.sign_in(
            session, "bench", "a long enough secret", address="", at=now, hours=99
        )
    told: dict[str, float] = {}
    with TestClient(app, cookies={COOKIE: token}, follow_redirects=True) as client:
        for path in PAGES:
            told[path] = _median(client, path)
            print(f"  {path:<44} {told[path]:>8.0f} ms", flush=True)
    return told


def _median(client: httpx.Client, path: str) -> float:
    times = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        answer = client.get(path)
        if answer.status_code != 200:
            return -float(answer.status_code)
        times.append(1000 * (time.perf_counter() - begun))
        if times[-1] > 5000:
            break
    return statistics.median(times)


def timed_tools(
    step: Callable[[str], AbstractContextManager[Any]],
    settings: Settings,
    sessions: sessionmaker[Session],
    run: Run,
) -> None:
    """Commands over a whole run or window."""
    with step("runs report"), sessions() as session:
        run_report.report(session, run)
    with step("db check"):
        bad = [one for one in soundness.examine(settings, run.as_of) if one.state == "bad"]
        assert not bad, bad
    with step("export --draft, xlsx and csv"), sessions() as session:
        export(
            session,
            window="2023Q1",
            layout="hunan",
            formats=["xlsx", "csv"],
            out=settings.home / "exports",
            draft=True,
            today=(run.as_of + timedelta(days=1)).date(),
        )
    with step("judge --run --diff"):
        rejudge(settings, sessions, run=run.id, keep=False)
