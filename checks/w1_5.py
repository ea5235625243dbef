"""W1.5 弄虚作假: items that appear in a watched list under days long past (伪造发稿日期)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.deadlines import beijing_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import LateItem, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Only inside a list that was read before, after the claimed day, and reached further back.

    What one night saw appear late is told on every later night of the window. Transfers from an old system look the same: a person decides.
    """
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    del as_of
    late = [item for item in site.late_items if _late(item, parameters["days"])]
    if not late:
        # On a first night there is nothing to compare with: not to have seen one is no pass.
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "nothing_found")
    by_column = Counter(item.column for item in late)
    column, most = by_column.most_common(1)[0]
    evidence = bounded(
        {
            "items": [_line(item) for item in late],
            "columns": [f"{name} {count} 条" for name, count in by_column.most_common()],
            "burst": f"{column} 一次补录 {most} 条" if most >= parameters["burst"] else "",
        }
    )
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence)


def _late(item: LateItem, days: int) -> bool:
    """Claimed more than so many days before it was first seen, on a day the list was watched over."""
    behind = (beijing_day(item.first_seen) - item.claimed).days
    # Of the oldest day that was shown a part may have stood on the next page of the list.
    return behind > days and item.oldest < item.claimed < beijing_day(item.watched)


def _line(item: LateItem) -> str:
    seen = beijing_day(item.first_seen).isoformat()
    return f"{item.title}（标注 {item.claimed}，{seen} 首次出现）{item.url}"


CODE = "W1.5"
CHECK = Check(
    code=CODE,
    title="弄虚作假（伪造发稿日期）",
    label="旧稿新发",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="弄虚作假（如伪造发稿日期等）",
    parameters={"days": 3, "burst": 5},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "needs_person": "有稿件标注的日期明显早于首次出现的日期，由人工核实是否伪造发稿日期",
        "nothing_found": "没有出现标注日期明显早于首次出现日期的稿件",
    },
    judge=judge,
    needs=("late_items",),
    blind_to="巡查开始以前的稿件；系统迁移造成的补录要由人工排除",
)
