"""Everything that speaks for or against one finding, for the detail beside the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from checks.registry import BY_CODE
from checks.ruleset import RulesetError
from models import (
    Capture,
    Decision,
    FeedbackFile,
    Finding,
    FindingNote,
    OperatorObservation,
    Run,
    Verdict,
)
from review import rulesets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from checks.base import Check
    from settings import Settings

NIGHTS = 14
"""So many runs back the captures of the same page are shown."""
MOST = 40

# What the readings in evidence are called on the page, in the order shown.
LABELS: Mapping[str, str] = {
    "title": "最新条目",
    "post": "最新动态",
    "text": "页面上的日期",
    "provenance": "日期来源",
    "age_days": "距监测时间点（天）",
    "rows": "读到的条目数",
    "recent_dates": "最近日期",
    "columns": "栏目",
    "count": "数量",
    "dated": "有日期的栏目",
    "missing": "缺少的标识",
    "mark": "页面上的标识",
    "node": "页面上的元素",
    "entry_code": "找错入口的标识码",
    "registered_code": "登记的标识码",
    "checked": "检查的链接",
    "dead": "失效链接",
    "suspected": "疑似失效",
    "blocked": "拒绝访问",
    "dead_hosts": "不可达的主机",
    "links": "失效链接清单",
    "letters": "公开的来信",
    "late": "超期或未答复",
    "offered": "页面提供的渠道",
    "days": "探测天数",
    "counted": "计入的探测",
    "failed": "失败的探测",
    "excluded": "不计的探测",
    "maintenance": "其中显示维护公告",
    "share": "失败比例",
    "interval": "置信区间",
    "sources": "信息源及滞后",
    "source": "依据的信息源",
    "canary_ok": "同平台哨兵正常",
    "counter_unchanged": "平台计数未变",
    "said": "平台的回答",
    "first_gone": "首次发现",
    "name": "平台显示的名称",
    "registered": "登记的主体",
    "note": "说明",
}
_ELSEWHERE = frozenset({"url", "item_url", "screenshot", "next_try"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding's case. `seen` are the captures its verdict names, `before` the same page on

    other nights. `mark` is the text to highlight in the stored page, `shown` that page's capture.
    """

    finding: Finding
    check: Check | None
    parameters: Mapping[str, Any]
    run: Run | None
    readings: tuple[tuple[str, Any], ...]
    seen: Sequence[Capture]
    before: Sequence[Capture]
    shown: Capture | None
    mark: str
    decisions: Sequence[Decision]
    notes: Sequence[FindingNote]
    files: Sequence[FeedbackFile]
    looks: Sequence[OperatorObservation]
    warning: str

    @property
    def last(self) -> Decision | None:
        """The newest decision."""
        return self.decisions[-1] if self.decisions else None


def of_finding(session: Session, settings: Settings, finding: Finding) -> Evidence:
    """The case of one finding."""
    told = finding.evidence
    verdict = session.get(Verdict, finding.verdict_id) if finding.verdict_id else None
    seen = _captures(session, verdict)
    shown = _shown(seen, str(told.get("url") or ""))
    return Evidence(
        finding,
        BY_CODE.get(finding.check),
        _parameters(session, settings, finding.check),
        session.get(Run, finding.run_id) if finding.run_id else None,
        readings(told),
        seen,
        _before(session, finding, shown),
        shown,
        str(told.get("title") or told.get("post") or told.get("text") or ""),
        _all(session, Decision, finding.id),
        _all(session, FindingNote, finding.id),
        _all(session, FeedbackFile, finding.id),
        _looks(session, finding),
        verdict.warning if verdict else "",
    )


def readings(told: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Evidence as (what it is called, value), in reading order; unknown keys come last."""
    known = [(label, _worded(key, told[key])) for key, label in LABELS.items() if key in told]
    rest = [(key, told[key]) for key in told if key not in LABELS and key not in _ELSEWHERE]
    return tuple((label, value) for label, value in (*known, *rest) if value not in ("", [], None))


def _worded(key: str, value: Any) -> Any:
    """Shares as percent; everything else as the check told it."""
    if key == "share" and isinstance(value, (int, float)):
        return f"{value:.1%}"
    if key == "interval" and isinstance(value, list) and len(value) == 2:
        return "–".join(f"{one:.1%}" for one in value if isinstance(one, (int, float)))
    return value


def _parameters(session: Session, settings: Settings, code: str) -> Mapping[str, Any]:
    check = BY_CODE.get(code)
    if check is None:
        return {}
    try:
        return rulesets.in_force(session, settings).parameters[code]
    except RulesetError:
        return check.parameters


def _captures(session: Session, verdict: Verdict | None) -> Sequence[Capture]:
    if verdict is None or not verdict.captures:
        return []
    ids = [one for one in verdict.captures if isinstance(one, int)][:MOST]
    found = {one.id: one for one in session.scalars(select(Capture).where(Capture.id.in_(ids)))}
    return [found[one] for one in ids if one in found]


def _shown(seen: Sequence[Capture], url: str) -> Capture | None:
    """The capture in which the reading stands: that of the page named, else the first readable."""
    held = [one for one in seen if one.sha256]
    named = [one for one in held if url and url in {one.url, one.final_url}]
    rendered = [one for one in named if one.rendered]
    return next(iter((*rendered, *named, *held)), None)


def _before(session: Session, finding: Finding, shown: Capture | None) -> Sequence[Capture]:
    """The same address on the last nights, newest first."""
    if finding.target_id is None:
        return []
    runs = select(Run.id).order_by(Run.as_of.desc(), Run.id.desc()).limit(NIGHTS)
    query = select(Capture).where(
        Capture.target_id == finding.target_id, Capture.run_id.in_(session.scalars(runs).all())
    )
    if shown is not None:
        query = query.where(Capture.url == shown.url)
    else:
        query = query.where(Capture.role.in_(("home", "source")))
    return session.scalars(query.order_by(Capture.id.desc()).limit(MOST)).all()


def _looks(session: Session, finding: Finding) -> Sequence[OperatorObservation]:
    if finding.target_id is None:
        return []
    return session.scalars(
        select(OperatorObservation)
        .where(OperatorObservation.target_id == finding.target_id)
        .order_by(OperatorObservation.seen_at.desc())
        .limit(10)
    ).all()


def _all(session: Session, table: Any, finding_id: int) -> Sequence[Any]:
    rows: Sequence[Any] = session.scalars(
        select(table).where(table.finding_id == finding_id).order_by(table.id)
    ).all()
    return rows
