"""Pages of long lists: numbers from the address, counted and cut in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

SIZE = 50
MOST = 200
LAST = 100_000
"""No list is longer; larger numbers in an address are mistakes."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows out of `total`; `number` counts from 1."""

    rows: Sequence[Any]
    number: int
    size: int
    total: int
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The number of the first row shown; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    def address(self, **changed: object) -> str:
        """The query of this list with some parts changed; empty ones are left out."""
        told = {**self.query, **{name: str(value) for name, value in changed.items()}}
        return "?" + urlencode({name: value for name, value in told.items() if value})


def number_of(text: str | None) -> int:
    """A page number as an address gives it; 1 for nonsense."""
    return min(max(int(text), 1), LAST) if text and text.isascii() and text.isdigit() else 1


def page_of(
    session: Session,
    query: Any,
    *,
    number: int,
    size: int = SIZE,
    counted: Any = None,
    given: Mapping[str, str] | None = None,
) -> Page:
    """The rows of one page of `query`; `counted` is a cheaper query with as many rows.

    A number behind the last page gives the last page.
    """
    inner = (query if counted is None else counted).order_by(None)
    total = session.scalar(select(func.count()).select_from(inner.subquery())) or 0
    last = max(1, -(-total // size))
    shown = min(number, last)
    rows = session.execute(query.offset((shown - 1) * size).limit(size)).all()
    return Page(rows, shown, size, total, given or {})
