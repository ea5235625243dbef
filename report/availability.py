"""The data of a site's availability chart: how much counts, how much failed, how sure that is."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from checks.confidence import interval
from crawler.probes_kept import OPEN, maintenance, unpacked
from models import ProbeDay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

ENOUGH: Final = 20
"""Counted probes that a day needs before the clause speaks of it."""
WEEK: Final = 7


def availability(session: Session, site_id: int, last: date, days: int = 91) -> dict[str, Any]:
    """The chart of a site over `days` Beijing days that end with `last`; days without probes are

    left out.

    `counted`, `failed` and `excluded` are rounds; `ratio` is the share that opened and `share`
    the share that failed of what counts (None where nothing does); `confidence` is the interval
    of 95 % around `share`; `enough` says whether a day has the rounds that the clause asks for.
    `ms` is the median of the rounds that opened. `week` sums up the seven days up to `last`.
    """
    rows = session.scalars(
        select(ProbeDay)
        .where(
            ProbeDay.site_id == site_id,
            ProbeDay.day > last - timedelta(days=days),
            ProbeDay.day <= last,
        )
        .order_by(ProbeDay.day)
    ).all()
    week = [row for row in rows if row.day > last - timedelta(days=WEEK)]
    return {
        "last": last.isoformat(),
        **_sums(rows),
        "week": {
            "days": len(week),
            **_sums(week),
            "enough": len(week) == WEEK and all(row.counted >= ENOUGH for row in week),
        },
        "days": [_point(row) for row in rows],
    }


def _sums(rows: Sequence[ProbeDay]) -> dict[str, Any]:
    counted = sum(row.counted for row in rows)
    failed = sum(row.failed for row in rows)
    share = round(failed / counted, 6) if counted else None
    return {
        "counted": counted,
        "failed": failed,
        "excluded": sum(row.excluded for row in rows),
        "share": share,
        "ratio": round(1 - share, 6) if share is not None else None,
        "confidence": interval(failed, counted),
    }


def _point(row: ProbeDay) -> dict[str, Any]:
    rounds = unpacked(row.rounds)
    opened = [one.milliseconds for one in rounds if one.state in OPEN]
    return {
        "day": row.day.isoformat(),
        **_sums([row]),
        "enough": row.counted >= ENOUGH,
        "maintenance": maintenance(row.rounds),
        "ms": round(median(opened)) if opened else None,
        "failures": [[one.minute, one.state] for one in rounds if one.state not in OPEN],
        "vantages": sorted({one.vantage for one in rounds if one.vantage}),
    }
