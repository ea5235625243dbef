"""Who may use a host, a platform or an address at this moment, among all crawl processes.

    BudgetLeases    takes, keeps and gives back leases of one process, in the database

Processes on other machines have other clocks: all moments are seconds since 1970 by the clock of
the database. Rows are small, live for one night, and are thrown away a day later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Double, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from crawler import lease
from models import BudgetLease

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session, sessionmaker

_OLD = 86_400.0
_INCREDIBLE = 3_600.0
"""No lease, wish or rest reaches that far ahead: the clock of the database has been set back since."""
_WANT = 5.0
"""Seconds for which a wish stands that is not repeated."""


class _Now(FunctionElement[float]):
    """Seconds since 1970 at the moment the row is written, by the database."""

    type = Double()
    inherit_cache = True
    name = "now_seconds"


@compiles(_Now, "postgresql")
def _on_postgresql(*_: Any, **__: Any) -> str:
    return "extract(epoch from clock_timestamp())::float8"


@compiles(_Now, "sqlite")
def _on_sqlite(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


class BudgetLeases:
    """The leases of the process `owner`; each ends after `lasting` seconds without `renew`.

    Every method is one short transaction and raises DatabaseError.
    """

    def __init__(self, sessions: sessionmaker[Session], owner: str, lasting: float) -> None:
        self._sessions = sessions
        self._owner = owner
        self._lasting = lasting

    def take(self, key: str, *, home: bool) -> float | None:
        """Seconds to wait before the first request, once the lease is ours; None: it is not.

        Who comes in vain leaves a wish, which the holder sees. The wish of a process that has the
        host among its own targets (`home`) goes before that of others.
        """
        with self._sessions.begin() as session:
            asking = _taking(session, self._row(key), home=home)
            taken: float | None = session.scalar(asking)
            if taken is None and _free_of_the_dead(session, key):
                taken = session.scalar(asking)
            if taken is None:
                session.execute(_wishing(key, home=home))
        return taken if taken is None or 0.0 < taken < _INCREDIBLE else 0.0

    def renew(self) -> dict[str, bool]:
        """All leases of this process for another while, and whether somebody waits for each."""
        with self._sessions.begin() as session:
            rows = session.execute(
                update(BudgetLease)
                .where(BudgetLease.owner == self._owner)
                .values(until=_Now() + self._lasting)
                .returning(BudgetLease.key, BudgetLease.wanted_until > _Now())
            )
            return {row[0]: bool(row[1]) for row in rows}

    def release(self, rests: Mapping[str, float]) -> None:
        """Give leases back, each with the seconds for which nobody may send a request there."""
        if not rests:
            return
        with self._sessions.begin() as session:
            session.execute(
                update(BudgetLease)
                .where(BudgetLease.key.in_(rests), BudgetLease.owner == self._owner)
                .values(
                    owner="",
                    until=0.0,
                    next_at=_Now() + case(rests, value=BudgetLease.key, else_=0.0),
                    wanted_until=0.0,
                )
            )

    def throw_away_old(self) -> None:
        """Rows of nights gone by."""
        with self._sessions.begin() as session:
            old = _Now() - _OLD
            session.execute(
                delete(BudgetLease).where(BudgetLease.until < old, BudgetLease.next_at < old)
            )

    def _row(self, key: str) -> dict[str, Any]:
        return {"key": key, "owner": self._owner, "until": _Now() + self._lasting}


def _taking(session: Session, row: dict[str, Any], *, home: bool) -> Any:
    """The row for us where it is nobody's, ours, or its holder is silent; else no row comes back."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    fresh = {"next_at": 0.0, "wanted_until": 0.0, "home_until": 0.0}
    free = or_(_is_past(BudgetLease.until), BudgetLease.owner == row["owner"])
    if not home:
        free &= _is_past(BudgetLease.home_until)
    changed = {"owner": row["owner"], "until": row["until"], "wanted_until": 0.0}
    if home:
        changed["home_until"] = 0.0
    # mypy does not see that both dialects spell this alike.
    made: Any = insert(BudgetLease).values(row | fresh)
    return made.on_conflict_do_update(index_elements=["key"], set_=changed, where=free).returning(
        BudgetLease.next_at - _Now()
    )


def _is_past(moment: Any) -> Any:
    """Whether a moment is over, or cannot be meant."""
    return or_(moment < _Now(), moment > _Now() + _INCREDIBLE)


def _free_of_the_dead(session: Session, key: str) -> bool:
    """Whether the holder was a process of this machine that is gone; its silence is not awaited."""
    owner = session.scalar(select(BudgetLease.owner).where(BudgetLease.key == key)) or ""
    if not owner or lease.is_alive(owner):
        return False
    ours = (BudgetLease.key == key, BudgetLease.owner == owner)
    session.execute(update(BudgetLease).where(*ours).values(owner="", until=0.0))
    return True


def _wishing(key: str, *, home: bool) -> Any:
    wish = {"wanted_until": _Now() + _WANT}
    if home:
        wish["home_until"] = _Now() + _WANT
    return update(BudgetLease).where(BudgetLease.key == key).values(wish)
