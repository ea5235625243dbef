"""The facts that the last runs left of many targets, in their stored form.

last_runs     the newest runs before a moment
left_by       facts of one kind that a run left of some targets
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from models import Fact, Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_RUNS: Final = (
    select(Run.id, Run.as_of)
    .where(Run.as_of < bindparam("as_of"))
    .order_by(Run.as_of.desc(), Run.id.desc())
    .limit(bindparam("most"))
)
_FACTS: Final = (
    select(Fact.target_id, Fact.payload)
    .where(
        Fact.run_id == bindparam("run"),
        Fact.target_id.in_(bindparam("targets", expanding=True)),
        Fact.kind == bindparam("kind"),
    )
    .order_by(Fact.id)
)


def last_runs(connection: Connection, as_of: datetime, most: int) -> list[tuple[int, datetime]]:
    """At most so many runs, with their moments, newest first."""
    rows = connection.execute(_RUNS, {"as_of": as_of, "most": most})
    return [(row.id, row.as_of) for row in rows]


def left_by(
    connection: Connection, run_id: int, targets: Sequence[int], kind: str
) -> dict[int, bytes]:
    """By target; of a run that was read again the last reading counts."""
    rows = connection.execute(_FACTS, {"run": run_id, "targets": targets, "kind": kind})
    return {row.target_id: row.payload for row in rows}
