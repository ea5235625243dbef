"""How fast the desk answers over a province while a night writes: `python -m benchmarks desk`.

per list and page   median, 95th percentile and worst of server time, in milliseconds
decision            from the key press to the decided row, in Chromium
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from playwright.sync_api import sync_playwright
from sqlalchemy import insert, text

from benchmarks import desk_seed
from checks.deadlines import BEIJING
from crawler.fetch.executable import find_browser, launch_options
from database import session_factory
from models import Judgement, Run, Verdict, Visit
from settings import Settings
from web import people, sign_in
from web.application import create
from web.identity import COOKIE

NOW = datetime(2023, 3, 31, 9, 30, tzinfo=BEIJING)
ROUNDS = 20
ALLOWED_MS, ALLOWED_DECISION_MS = 300.0, 150.0
PAGES = (
    "/", "/queue", "/queue?page=7", "/queue?state=all&check=W3.1", "/queue?state=all&q=长沙",
    "/undetermined", "/undetermined?page=5&every=1", "/sites", "/sites?page=20&sort=findings&down=1",
    "/sites?q=cssjyj", "/accounts?q=教育局&read=no", "/targets/17", "/targets/3000", "/findings/5",
    "/rectification?shown=all&page=3", "/windows", "/windows/2023Q1", "/registry", "/rules",
    "/precision", "/notifications", "/users", "/audit", "/tokens", "/api/v1/targets?size=200",
    "/api/v1/findings?size=200", "/api/v1/verdicts?size=500", "/api/v1/verdicts?target=17",
    "/api/v1/decisions?size=500", "/api/v1/runs", "/api/v1/windows", "/api/v1/stats",
)  # fmt: skip


def main() -> int:
    """Seed (or take XUNCHA_BENCH_DESK, a home seeded before), measure, print; 1 over a limit."""
    kept = os.environ.get("XUNCHA_BENCH_DESK")
    with tempfile.TemporaryDirectory(prefix="xuncha-desk-") as scratch:
        settings = Settings(home=Path(kept or scratch), browser="auto")
        if not (settings.home / "xuncha.sqlite3").exists():
            begun = time.monotonic()
            desk_seed.seed(settings)
            print(f"seeded {desk_seed.sizes()} in {time.monotonic() - begun:.0f} s")
        token = _token(settings)
        stop = multiprocessing.Event()
        writer = multiprocessing.Process(target=_write, args=(settings, stop), daemon=True)
        writer.start()
        try:
            with _Listening(settings) as address:
                worst = _pages(address, token)
                decided = _decisions(settings, address, token)
        finally:
            stop.set()
            writer.join(30)
    return int(worst > ALLOWED_MS or decided > ALLOWED_DECISION_MS)


def _token(settings: Settings) -> str:
    with session_factory(settings).begin() as session:
        session.execute(text("DELETE FROM desk_sessions"))
        if not people.listing(session):
            people.add(session, "bench", "a long enough secret", role="admin", at=NOW)
        token, _ = sign_in.sign_in(
            session, "bench", "a long enough secret", address="", at=NOW, hours=99
        )
        return token


def _write(settings: Settings, stop: Any) -> None:
    """As a night does: visits and verdicts of a few targets at a time, each in a transaction."""
    sessions = session_factory(settings)
    with sessions.begin() as session:
        run = Run(
            window_id=2, as_of=NOW, state="crawling", ruleset="national", targets=[], selection=[]
        )
        session.add(run)
        session.flush()
        judgement = Judgement(run_id=run.id, ruleset="national", digest="d")
        session.add(judgement)
        session.flush()
        run_id, judgement_id = run.id, judgement.id
    target = 0
    while not stop.is_set() and target < desk_seed.TARGETS - 16:
        rows = [
            {
                "judgement_id": judgement_id, "run_id": run_id, "target_id": target + n % 16 + 1,
                "check": "W3.1", "outcome": "pass", "reason": "fresh", "evidence": {"rows": n},
                "captures": [], "ruleset": "national",
            }
            for n in range(400)
        ]  # fmt: skip
        visits = [
            {"run_id": run_id, "target_id": target + n + 1, "fresh": True, "access": "ok"}
            for n in range(16)
        ]
        with sessions.begin() as session:
            session.execute(insert(Visit), visits)
            session.execute(insert(Verdict), rows)
        target += 16
        stop.wait(0.05)


class _Listening:
    """The desk behind a loopback address."""

    def __init__(self, settings: Settings) -> None:
        # With the protocol named asyncio sends answers at once, as behind uvicorn itself.
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create(settings, lambda: NOW), log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def __enter__(self) -> str:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()


def _pages(address: str, token: str) -> float:
    """Print the times of every page; the largest 95th percentile."""
    worst = 0.0
    print(f"{'page':44} {'median':>8} {'p95':>8} {'worst':>8}  ms")
    with httpx.Client(base_url=address, cookies={COOKIE: token}, timeout=60) as client:
        for path in PAGES:
            client.get(path)
            times = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                answer = client.get(path)
                times.append(1000 * (time.perf_counter() - begun))
                assert answer.status_code == 200, (path, answer.status_code)
            p95 = statistics.quantiles(times, n=20)[-1]
            worst = max(worst, p95)
            mark = "" if p95 <= ALLOWED_MS else "  over"
            print(f"{path:44} {statistics.median(times):8.0f} {p95:8.0f} {max(times):8.0f}{mark}")
    return worst


_WATCH = """() => new Promise((done) => {
  const row = document.querySelector(".row.current");
  const begun = { at: 0 };
  addEventListener("keydown", () => { begun.at = performance.now(); }, { once: true, capture: true });
  new MutationObserver((_, watcher) => {
    const now = document.getElementById(row.id);
    if (now && now.dataset.state !== "flagged") {
      watcher.disconnect();
      requestAnimationFrame(() => done(performance.now() - begun.at));
    }
  }).observe(document.querySelector("[data-rows]"), { childList: true, subtree: true, attributes: true });
})"""


def _decisions(settings: Settings, address: str, token: str) -> float:
    """Print how long a decision takes from the key press to the painted row; its 95th percentile."""
    executable = find_browser(settings)
    if executable is None:
        print("no Chromium: decisions in the browser were not measured")
        return 0.0
    with sync_playwright() as driver:
        browser = driver.chromium.launch(**launch_options(executable, images=True))
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/queue")
        times = []
        for _ in range(ROUNDS):
            watched = page.evaluate_handle(f"window.decided = ({_WATCH})(), null")
            watched.dispose()
            page.keyboard.press("y")
            times.append(page.evaluate("window.decided"))
            page.wait_for_timeout(120)
        browser.close()
    p95 = float(statistics.quantiles(times, n=20)[-1])
    print(
        f"{'decision, key press to painted row':44} {statistics.median(times):8.0f} {p95:8.0f} "
        f"{max(times):8.0f}{'' if p95 <= ALLOWED_DECISION_MS else '  over'}"
    )
    return p95


if __name__ == "__main__":
    sys.exit(main())
