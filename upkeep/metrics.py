"""Figures for Prometheus, written for the textfile collector after each job (`XUNCHA_METRICS`).

The patrol is no server that could be scraped: a file is read by node_exporter whenever asked, and
its own age tells when nothing runs any more.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models import Finding, Run, Target, Window
from upkeep.errors import UpkeepError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from settings import Settings

READING = {"xuncha_read_only": True, "postgresql_readonly": True}
FINISHED = ("done", "held", "released")


def write(settings: Settings, sessions: sessionmaker[Session], now: datetime) -> bool:
    """Write the file that the setting names; False when it names none. Raises UpkeepError."""
    if settings.metrics is None:
        return False
    if importlib.util.find_spec("prometheus_client") is None:
        message = "XUNCHA_METRICS 需要另装 prometheus-client：请执行 pip install 'xuncha[metrics]'"
        raise UpkeepError(message)
    from prometheus_client import CollectorRegistry, write_to_textfile  # noqa: PLC0415 -- extra

    registry = CollectorRegistry()
    with sessions() as session:
        session.connection(execution_options=READING)
        _fill(registry, session, now)
    try:
        settings.metrics.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(settings.metrics), registry)
    except OSError as error:
        message = f"指标文件 {settings.metrics} 无法写入：{error.strerror}"
        raise UpkeepError(message) from error
    return True


def _fill(registry: Any, session: Session, now: datetime) -> None:
    gauge = _gauges(registry)
    gauge("xuncha_written_timestamp_seconds", "When this file was written").set(now.timestamp())
    targets = gauge("xuncha_targets", "Targets in the registry", "kind")
    kinds = select(Target.kind, func.count()).where(Target.retired.is_(False))
    for kind, count in session.execute(kinds.group_by(Target.kind)):
        targets.labels(kind).set(count)
    findings = gauge("xuncha_findings", "Findings of windows that are not frozen", "state")
    for state, count in session.execute(_open_findings()):
        findings.labels(state).set(count)
    held = select(func.count()).select_from(Run).where(Run.state == "held")
    gauge("xuncha_runs_held", "Runs that wait for a person").set(session.scalar(held) or 0)
    run = session.scalars(
        select(Run)
        .where(Run.state.in_(FINISHED))
        .order_by(Run.as_of.desc(), Run.id.desc())
        .limit(1)
    ).first()
    if run is not None:
        _fill_run(gauge, run)


def _fill_run(gauge: Any, run: Run) -> None:
    gauge("xuncha_last_run_as_of_timestamp_seconds", "as_of of the last finished run").set(
        run.as_of.timestamp()
    )
    told = run.summary
    for name, help_text in (
        ("targets", "Targets of the last finished run"),
        ("fresh", "Targets with a fresh visit in the last finished run"),
        ("pages", "Pages of the last finished run"),
        ("requests", "Requests of the last finished run"),
        ("bytes", "Bytes received in the last finished run"),
        ("seconds", "Seconds that the last finished run took"),
    ):
        gauge(f"xuncha_last_run_{name}", help_text).set(told.get(name, 0))
    for name, label in (("undetermined", "reason"), ("flagged", "check")):
        counts = gauge(f"xuncha_last_run_{name}", f"The last finished run: {name}", label)
        for key, count in told.get(name, {}).items():
            counts.labels(key).set(count)


def _open_findings() -> Any:

    return (
        select(Finding.state, func.count())
        .join(Window, Window.id == Finding.window_id)
        .where(Window.frozen_at.is_(None))
        .group_by(Finding.state)
    )


def _gauges(registry: Any) -> Any:
    from prometheus_client import Gauge  # noqa: PLC0415 -- an optional extra

    def make(name: str, told: str, *labels: str) -> Gauge:
        return Gauge(name, told, labels, registry=registry)

    return make
