"""Judge again what is stored: any run or window, under any ruleset, with no network."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

import judging
from checks.base import Outcome
from checks.registry import ALL, BY_CODE
from checks.ruleset import changes as ruleset_changes
from checks.ruleset import load as load_ruleset
from crawler.replay import reextract as read_again
from crawler.store import CaptureStore
from models import Run, Target
from nightly import FINISHED, NightError
from review import listing, rulesets, windows
from upkeep.thinning import THINNED, is_thinned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from checks.base import Check
    from checks.ruleset import Ruleset
    from models import Judgement
    from settings import Settings

WORDING = frozenset({"W1.1", "F-TYPO"})
"""Checks that lexicons feed."""


@dataclass(frozen=True, slots=True)
class Rejudged:
    """One run judged again: how many verdicts, and which turned."""

    run: int
    ruleset: str
    verdicts: int
    reread: int
    turned: tuple[dict[str, Any], ...] = field(default=())

    def sentence(self) -> str:
        """What an operator reads."""
        again = f"，重新读取后有 {self.reread} 份观测变化" if self.reread else ""
        return (
            f"批次 {self.run}：按 {self.ruleset} 重新判定 {self.verdicts} 项{again}，"
            f"{len(self.turned)} 项有变化"
        )

    def lines(self) -> list[str]:
        """The verdicts that turned: what turned and why, below it whose verdicts these are."""
        return list(_grouped(self.turned))

    def to_json(self) -> dict[str, Any]:
        """One line of `judge --json`."""
        return {
            "run": self.run,
            "ruleset": self.ruleset,
            "verdicts": self.verdicts,
            "reread": self.reread,
            "turned": list(self.turned),
        }


def _grouped(turned: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Under one heading what turned alike and for the same reason, new accusations first."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for one in turned:
        alike = (
            one["check"],
            one["before"],
            one["before_reason"],
            one["after"],
            one["after_reason"],
        )
        groups[*alike, *one["because"]].append(one)
    for alike, found in sorted(groups.items(), key=_gravest):
        yield _heading(alike, len(found))
        yield from (f"  {_subject(one)}" for one in found)


def _gravest(group: tuple[tuple[Any, ...], list[dict[str, Any]]]) -> tuple[int, str]:
    (check, _, _, after, *_), _ = group
    return -Outcome(after).rank, check


def _heading(alike: tuple[Any, ...], count: int) -> str:
    check, before, before_reason, after, after_reason, *because = alike
    declared = BY_CODE.get(check)
    title = f"{check} {declared.title}" if declared else check
    was = _said(declared, before, before_reason) if before else "未曾判定"
    said = _said(declared, after, after_reason)
    return f"{title}：{was} → {said}，{count} 项；因为 {'；'.join(because)}"


def _said(declared: Check | None, outcome: str, reason: str) -> str:
    words = declared.reasons.get(reason, reason) if declared else reason
    return f"{Outcome(outcome).chinese}（{words}）"


def _subject(one: dict[str, Any]) -> str:
    known = f"，最后更新 {one['last_update']}" if one["last_update"] else ""
    return f"{one['code']} {one['name']}".strip() + known


def rejudge(
    settings: Settings,
    sessions: sessionmaker[Session],
    *,
    run: int | None = None,
    window: str | None = None,
    ruleset: Path | None = None,
    reextract: bool = False,
    keep: bool = True,
) -> list[Rejudged]:
    """Judge the chosen runs again; `keep` False compares and leaves nothing behind.

    Without a selector the latest run. Findings are not touched: they follow nights and people.
    """
    with sessions() as session:
        rules = load_ruleset(ruleset, ALL) if ruleset else rulesets.in_force(session, settings)
        chosen = _runs(session, run, window)
    return [_one(settings, sessions, one, rules, reextract, keep=keep) for one in chosen]


def _runs(session: Session, run: int | None, window: str | None) -> list[int]:
    """The finished runs that are meant; one that still crawls has not seen everything."""
    if window is not None:
        windows.named(session, window)
        runs = [session.get_one(Run, one) for one in listing.runs_of(session, window)]
        return [one.id for one in runs if one.state in FINISHED and not is_thinned(one)]
    if run is None:
        return [_latest_finished(session).id]
    chosen = session.get(Run, run)
    if chosen is None:
        raise NightError(f"没有批次 {run}")
    if chosen.state not in FINISHED:
        raise NightError(f"批次 {run} 没有完成（{chosen.state}），不能重新判定")
    _be_whole(chosen)
    return [chosen.id]


def _be_whole(run: Run) -> None:
    if is_thinned(run):
        raise NightError(
            f"批次 {run.id} 的快照已于 {run.summary[THINNED]} 按保存期限清理，不能重新判定"
        )


def _latest_finished(session: Session) -> Run:
    found = session.scalars(
        select(Run)
        .where(Run.state.in_(FINISHED))
        .order_by(Run.as_of.desc(), Run.id.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NightError("还没有完成的巡查批次可以判定")
    return found


def _one(
    settings: Settings,
    sessions: sessionmaker[Session],
    run_id: int,
    rules: Ruleset,
    reextract: bool,
    *,
    keep: bool,
) -> Rejudged:
    with sessions() as session:
        run = session.get_one(Run, run_id)
        before = judging.latest_judgement(session, run_id)
        reread = 0
        if reextract:
            store = CaptureStore(settings.capture_store)
            reread = read_again(session, settings, store, run)
        after = judging.judge_run(session, run, rules, reextracted=reextract)
        turned = judging.differences(session, before, after) if before else []
        names = _names(session, [new.target_id for _, new in turned])
        known = rulesets.known(session, settings)
        told = Rejudged(
            run_id,
            rules.name,
            judging.verdict_count(session, after.id),
            reread,
            tuple(
                {
                    "target": new.target_id,
                    "code": names[new.target_id][0],
                    "name": names[new.target_id][1],
                    "check": new.check,
                    "before": old.outcome if old else None,
                    "before_reason": old.reason if old else None,
                    "after": new.outcome,
                    "after_reason": new.reason,
                    "last_update": new.last_update or None,
                    "because": _because(known, before, rules, new.check, reread),
                }
                for old, new in turned
            ),
        )
        if keep:
            session.commit()
        else:
            session.rollback()
    return told


def _because(
    known: Sequence[Ruleset],
    before: Judgement | None,
    rules: Ruleset,
    check: str,
    reread: int,
) -> list[str]:
    """What turned a verdict: the ruleset's changes for its check, else what was read again."""
    told: list[str] = []
    if before is not None:
        old = next((one for one in known if one.digest == before.digest), None)
        if old is not None:
            told = ruleset_changes(old, rules, check)
            if old.lexicon.digest != rules.lexicon.digest and check in WORDING:
                told.append("词库有变化")
        elif before.digest != rules.digest:
            told = [f"规则由 {before.ruleset} 改为 {rules.name}"]
    if reread:
        told.append("重新读取了快照")
    return told or ["规则未变，资料或程序有变化"]


def _names(session: Session, ids: list[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), 500):
        for target in session.scalars(
            select(Target).where(Target.id.in_(ids[start : start + 500]))
        ):
            found[target.id] = (target.code, target.name)
    return found
