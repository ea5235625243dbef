"""W2.1 站点无法访问: a week of probes, failed share at or above 5 %."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict
from checks.common import SITE_STATES, site_out_of_scope
from checks.confidence import interval
from checks.deadlines import beijing_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from checks.facts import ProbeDay, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Counts are those of seven whole days; excluded probes stand in neither count."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.vantage.startswith("境外"):
        return Verdict(CODE, Outcome.UNDETERMINED, "outside_vantage", {"vantage": site.vantage})
    week = _week(site.probes, as_of, parameters)
    counted = sum(day.counted for day in week)
    failed = sum(day.failed for day in week)
    evidence = {
        "days": len(week),
        "counted": counted,
        "failed": failed,
        "excluded": sum(day.excluded for day in week),
        "maintenance": sum(day.maintenance for day in week),
        "share": round(failed / counted, 6) if counted else None,
        "interval": interval(failed, counted),
    }
    thin = [day.day.isoformat() for day in week if day.counted < parameters["probes_a_day"]]
    if len(week) < parameters["days"] or thin:
        return Verdict(CODE, Outcome.UNDETERMINED, "too_few_probes", {**evidence, "thin": thin[:7]})
    # Integers, so that exactly 5 % is exactly 5 %.
    if failed * 10_000 >= round(parameters["share"] * 10_000) * counted:
        if evidence["maintenance"]:
            return Verdict(CODE, Outcome.UNDETERMINED, "maintenance", evidence)
        return Verdict(CODE, Outcome.FAIL, "unreachable", evidence)
    warned = failed * 10_000 >= round(parameters["warning_share"] * 10_000) * counted
    return Verdict(
        CODE, Outcome.PASS, "reachable", evidence, warning="near_limit" if warned else None
    )


def _week(
    probes: tuple[ProbeDay, ...], as_of: datetime, parameters: Mapping[str, Any]
) -> list[ProbeDay]:
    """The seven days that end with the run's own day when that day is full, else the day before."""
    by_day: dict[date, ProbeDay] = {day.day: day for day in probes}
    last = beijing_day(as_of)
    today = by_day.get(last)
    if today is None or today.counted < parameters["probes_a_day"]:
        last -= timedelta(days=1)
    days = (last - timedelta(days=back) for back in range(parameters["days"]))
    return [by_day[day] for day in days if day in by_day]


CODE = "W2.1"
CHECK = Check(
    code=CODE,
    title="站点无法访问",
    label="站点长期无法访问",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="监测1周，每天间隔性访问20次以上，超过（含）15秒网站仍打不开的次数累计占比超过（含）5%",
    parameters={"days": 7, "probes_a_day": 20, "share": 0.05, "warning_share": 0.03},
    reasons={
        **SITE_STATES,
        "unreachable": "一周内打不开的次数占比达到或超过 5%",
        "reachable": "一周内打不开的次数占比低于 5%",
        "too_few_probes": "探测不足 7 天或某天不足 20 次，不能判定",
        "maintenance": "打不开的次数已达到 5%，但同期出现维护升级公告，请先与主办单位核实",
        "outside_vantage": "探测点在境外，不能判定站点无法访问",
    },
    judge=judge,
    needs=("probes",),
    blind_to="只能说明从本探测点访问的情况",
)
