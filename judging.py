"""From stored facts to stored verdicts, with no network: a night's judging and every re-judging."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased, outerjoin

import assembly
import assembly_accounts
from checks.base import Outcome, Scope, bounded
from checks.base import Verdict as Judged
from checks.deadlines import BEIJING, beijing_day
from checks.registry import of_scope
from crawler import night_rows
from crawler.fetch.access import AccessState
from crawler.garbage import seldom
from database import DatabaseError
from models import Account, Judgement, Run, Site, Verdict, Visit
from models import Target as TargetRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from checks.base import Check
    from checks.ruleset import Ruleset

__all__ = [
    "BEIJING",
    "beijing_day",
    "differences",
    "failing_counts",
    "judge_run",
    "latest_judgement",
    "warning_counts",
]

log = structlog.get_logger()

BATCH = 500


@seldom()
def judge_run(
    session: Session, run: Run, ruleset: Ruleset, *, reextracted: bool = False
) -> Judgement:
    """Judge every target of a run under a ruleset: a new judgement, appended to the old ones."""
    judgement = Judgement(
        run_id=run.id, ruleset=ruleset.name, digest=ruleset.digest, reextracted=reextracted
    )
    session.add(judgement)
    session.flush()
    data = assembly.run_data(session, run)
    data.lexicon = ruleset.lexicon
    common = {"judgement_id": judgement.id, "run_id": run.id, "ruleset": judgement.ruleset}
    rows: list[dict[str, Any]] = []
    for target in _read_ahead(session, data, assembly.targets(session, run)):
        told = list(_judge_target(session, data, ruleset, target))
        if target.canary and isinstance(target, Account):
            _note_canary(session, data, target, told)
        columns = _column_ids(data, target) if any(one.column for one in told) else {}
        of_target = {**common, "target_id": target.id}
        rows.extend(_row(of_target, one, columns) for one in told)
        if len(rows) >= BATCH:
            session.connection().execute(insert(Verdict), rows)
            rows = []
    if rows:
        session.connection().execute(insert(Verdict), rows)
    return judgement


def _read_ahead(
    session: Session, data: assembly.RunData, targets: Sequence[TargetRow]
) -> Iterator[TargetRow]:
    """The targets, in their order; what the night left of the next ones is read together."""
    for start in range(0, len(targets), night_rows.MOST):
        some = targets[start : start + night_rows.MOST]
        data.rows = night_rows.read(session, data.run, some)
        yield from some
    data.rows = {}


def latest_judgement(session: Session, run_id: int) -> Judgement | None:
    """The judgement that counts for a run: the newest one."""
    return session.scalars(
        select(Judgement).where(Judgement.run_id == run_id).order_by(Judgement.id.desc()).limit(1)
    ).first()


def warning_counts(session: Session, judgement_id: int) -> dict[str, int]:
    """Early warnings of a judgement, by check."""
    found = session.execute(
        select(Verdict.check, func.count())
        .where(Verdict.judgement_id == judgement_id, Verdict.warning != "")
        .group_by(Verdict.check)
        .order_by(Verdict.check)
    )
    return {row.check: row[1] for row in found}


def differences(
    session: Session, before: Judgement, after: Judgement
) -> list[tuple[Verdict | None, Verdict]]:
    """The verdicts that turned between two judgements of one run, in target order."""
    pairs = _turned(session, before, after)
    whole = _verdicts(session, [one for pair in pairs for one in pair if one is not None])
    return [(whole[was] if was is not None else None, whole[now]) for was, now in pairs]


def _turned(session: Session, before: Judgement, after: Judgement) -> list[tuple[int | None, int]]:
    """The numbers of verdicts that turned. Found by the database: a country's night has millions."""
    old, new = aliased(Verdict), aliased(Verdict)
    same_subject = and_(
        old.judgement_id == before.id,
        old.run_id == new.run_id,
        old.target_id == new.target_id,
        old.check == new.check,
        old.column_id.is_not_distinct_from(new.column_id),
    )
    otherwise = or_(
        old.id.is_(None),
        old.outcome != new.outcome,
        old.reason != new.reason,
        old.last_update != new.last_update,
    )
    found = session.execute(
        select(old.id, new.id)
        .select_from(outerjoin(new, old, same_subject))
        .where(new.judgement_id == after.id, otherwise)
        .order_by(new.id)
    )
    return [(was, now) for was, now in found]


def _verdicts(session: Session, numbers: Sequence[int]) -> dict[int, Verdict]:
    found: dict[int, Verdict] = {}
    for start in range(0, len(numbers), BATCH):
        some = numbers[start : start + BATCH]
        rows = session.scalars(select(Verdict).where(Verdict.id.in_(some)))
        found |= {one.id: one for one in rows}
    return found


def _judge_target(
    session: Session, data: assembly.RunData, ruleset: Ruleset, target: TargetRow
) -> Iterator[Judged]:
    """One verdict of each check. What our own code cannot judge costs that verdict alone."""
    checks = of_scope(Scope.SITE if isinstance(target, Site) else Scope.ACCOUNT)
    try:
        facts = _facts(session, data, target)
    except (DatabaseError, SQLAlchemyError):
        raise
    except Exception as error:
        log.exception("facts_not_assembled", run=data.run.id, target=target.id)
        yield from (_unjudged(check, error) for check in checks)
        return
    as_of = data.run.as_of
    for check in checks:
        try:
            yield check.judge(facts, ruleset.parameters[check.code], as_of)
        except Exception as error:
            log.exception("not_judged", run=data.run.id, target=target.id, check=check.code)
            yield _unjudged(check, error)


def _facts(session: Session, data: assembly.RunData, target: TargetRow) -> Any:
    if isinstance(target, Site):
        return assembly.site_facts(session, data, target)
    assert isinstance(target, Account)
    return assembly_accounts.account_facts(session, data, target)


def _unjudged(check: Check, error: Exception) -> Judged:
    evidence = bounded({"error": f"{type(error).__name__}: {error}"})
    return Judged(check.code, Outcome.UNDETERMINED, AccessState.OUR_FAULT.value, evidence)


def _note_canary(
    session: Session, data: assembly.RunData, account: Account, told: Sequence[Judged]
) -> None:
    """A platform's canary is well when one of its canaries was read and is fresh."""
    visit = session.scalar(
        select(Visit.fresh).where(Visit.run_id == data.run.id, Visit.target_id == account.id)
    )
    fresh = any(one.check == "M2.1" and one.outcome is Outcome.PASS for one in told)
    well = bool(visit) and fresh
    data.canaries[account.platform] = data.canaries.get(account.platform, False) or well


def _column_ids(data: assembly.RunData, target: TargetRow) -> dict[str, int]:
    """Columns by name; of those that share one, the first that was entered."""
    return {row.name: row.id for row in reversed(data.rows[target.id].columns)}


def _row(of_target: dict[str, Any], told: Judged, columns: dict[str, int]) -> dict[str, Any]:
    return {
        **of_target,
        "column_id": columns.get(told.column) if told.column else None,
        "check": told.check,
        "outcome": told.outcome.value,
        "reason": told.reason,
        "warning": told.warning or "",
        "evidence": told.evidence,
        "last_update": _printed(told.last_update),
        "captures": list(told.captures),
    }


def _printed(moment: date | datetime | None) -> str:
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        return moment.astimezone(BEIJING).isoformat(timespec="seconds")
    return moment.isoformat()


def failing_counts(session: Session, judgement_id: int) -> dict[str, int]:
    """Failing verdicts of a judgement by check; canaries are counted nowhere."""
    found = session.execute(
        select(Verdict.check, func.count())
        .join(TargetRow, TargetRow.id == Verdict.target_id)
        .where(
            Verdict.judgement_id == judgement_id,
            Verdict.outcome == Outcome.FAIL.value,
            TargetRow.canary.is_(False),
        )
        .group_by(Verdict.check)
        .order_by(Verdict.check)
    )
    return {row.check: row[1] for row in found}


def verdict_count(session: Session, judgement_id: int) -> int:
    """How many verdicts a judgement holds."""
    found = select(func.count()).select_from(Verdict).where(Verdict.judgement_id == judgement_id)
    return session.scalar(found) or 0
