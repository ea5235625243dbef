"""Which columns of a site are stale, blank or unread: what W4.1, W4.2 and W4.3 count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from checks.base import Outcome, Verdict, bounded
from checks.common import read_whole
from checks.deadlines import age_in_days, beijing_day, older_than_months
from crawler.extract.column_kinds import ColumnKind, Deadline, deadline, kind_of
from crawler.extract.facts import PageKind, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from checks.facts import ColumnReading, PageReading, SiteFacts

NEWS = frozenset({ColumnKind.NEWS})
NOTICES = frozenset({ColumnKind.NOTICE, ColumnKind.POLICY})
DEADLINES: dict[str, int] = {
    "news_days": 14,
    "half_year_months": 6,
    "year_months": 12,
    "quarter_months": 3,
    "letters_months": 2,
}
"""The deadlines of the kinds of columns (indicators 2.3), as parameters of a ruleset."""


def deadlines(*names: str) -> dict[str, int]:
    """Those of the deadlines that a check needs."""
    return {name: DEADLINES[name] for name in names}


FOREIGN = "foreign_items"
FOREIGN_STATES: dict[str, str] = {
    FOREIGN: "栏目期限内的信息都链接到其他网站，或栏目跳转到其他网站，是否为本网站的更新由人工核实"
}

# A finished topic is archived and marked; nobody has to update it (历史性工作专题栏目除外).
_ARCHIVED = re.compile(r"归档|历史专[题栏]|往期|已结束|专题回顾|历史栏目|旧版")
_LIMITS = {
    2: "letters_months",
    3: "quarter_months",
    6: "half_year_months",
    12: "year_months",
}


@dataclass(frozen=True, slots=True)
class ColumnStates:
    """The columns of one site sorted by what could be established."""

    fresh: tuple[ColumnReading, ...] = ()
    stale: tuple[ColumnReading, ...] = ()
    blank: tuple[ColumnReading, ...] = ()
    unread: tuple[ColumnReading, ...] = ()
    elsewhere: tuple[ColumnReading, ...] = ()
    """Old by their own items, with items inside the deadline that lead to other sites."""


@dataclass(slots=True)
class _Sorted:
    fresh: list[ColumnReading] = field(default_factory=list)
    stale: list[ColumnReading] = field(default_factory=list)
    blank: list[ColumnReading] = field(default_factory=list)
    unread: list[ColumnReading] = field(default_factory=list)
    elsewhere: list[ColumnReading] = field(default_factory=list)


def sort_columns(
    site: SiteFacts, as_of: datetime, parameters: Mapping[str, Any] | None = None
) -> ColumnStates:
    """Every column that should be updated, in one of five states; each address counts once.

    A waived column, an archived topic and a column on another site count in none. `parameters`
    may hold the deadlines of `DEADLINES`.

    Where columns were looked at on different nights, those count together that were overdue at one
    moment: a column looked at later was old at that moment, too, if its newest item says so; one
    looked at before it may have been updated since. Of these moments the one with the most counts.
    """
    columns: dict[str, ColumnReading] = {}
    for column in site.columns:
        if not excused(column, as_of):
            columns.setdefault(column.url, column)
    limits = {**DEADLINES, **(parameters or {})}
    moments = {as_of, *(one.seen_at for one in columns.values() if one.seen_at is not None)}
    told = [_at(moment, columns.values(), as_of, limits) for moment in sorted(moments)]
    return max(reversed(told), key=lambda one: len(one.stale) + len(one.blank))


def _at(
    moment: datetime,
    columns: Iterable[ColumnReading],
    as_of: datetime,
    limits: Mapping[str, Any],
) -> ColumnStates:
    told = _Sorted()
    for column in columns:
        _place(told, column, _Clock(as_of, moment, limits))
    return ColumnStates(
        tuple(told.fresh),
        tuple(told.stale),
        tuple(told.blank),
        tuple(told.unread),
        tuple(told.elsewhere),
    )


@dataclass(frozen=True, slots=True)
class _Clock:
    """`as_of` decides what is fresh, `moment` what was overdue with all the others."""

    as_of: datetime
    moment: datetime
    limits: Mapping[str, Any]

    def before(self, column: ColumnReading) -> bool:
        """Whether the column was not looked at since that moment."""
        return column.seen_at is not None and column.seen_at < self.moment


def kind(column: ColumnReading) -> ColumnKind:
    """The kind of a column: the registered word, else what its name says."""
    return kind_of(column.kind) if column.kind else kind_of(column.name)


def excused(column: ColumnReading, as_of: datetime) -> bool:
    """A waived column, an archived topic or a column on another site: nobody has to fill it."""
    return column.external or _waived(column, as_of) or archived(column)


def archived(column: ColumnReading) -> bool:
    """Whether the name marks a finished topic; a deadline in the registry says otherwise."""
    return column.deadline_days is None and _ARCHIVED.search(column.name) is not None


def limit_of(named: ColumnKind, parameters: Mapping[str, Any]) -> Deadline | None:
    """The deadline of a kind of column under a ruleset; None where it has none."""
    limit = deadline(named)
    if limit is None:
        return None
    if limit.days:
        return Deadline(days=parameters.get("news_days", limit.days))
    return Deadline(months=parameters.get(_LIMITS.get(limit.months, ""), limit.months))


def _place(told: _Sorted, column: ColumnReading, clock: _Clock) -> None:
    if blank(column):
        if not column.may_be_empty:
            (told.unread if clock.before(column) else told.blank).append(column)
        return
    if column.deadline_days is None and deadline(kind(column)) is None:
        return
    # An item that an earlier night saw there proves the update, whatever tonight's page was like.
    newest = max(filter(None, (column.newest, column.newest_known)), default=None)
    if newest is not None and not overdue(column, newest, clock.as_of, clock.limits):
        told.fresh.append(column)
    elif leads_elsewhere(column, clock.as_of, clock.limits):
        told.elsewhere.append(column)
    elif newest is None or column.newest is None or clock.before(column) or not _complete(column):
        told.unread.append(column)
    elif overdue(column, newest, clock.moment, clock.limits):
        told.stale.append(column)
    else:
        told.unread.append(column)


def leads_elsewhere(
    column: ColumnReading, as_of: datetime, parameters: Mapping[str, Any] | None = None
) -> bool:
    """Whether a column is kept up with items of other sites, or on another site altogether.

    A person who looked lately has seen those, too.
    """
    if column.read_by_person:
        return False
    row = column.elsewhere
    fresh = (
        row is not None
        and row.date is not None
        and not overdue(column, row.date, as_of, parameters)
    )
    return fresh or bool(column.moved_to)


def overdue(
    column: ColumnReading,
    newest: date,
    as_of: datetime,
    parameters: Mapping[str, Any] | None = None,
) -> bool:
    """Past the registered deadline in days, else past the one of its kind."""
    if column.deadline_days is not None:
        return age_in_days(newest, as_of) >= column.deadline_days
    limit = limit_of(kind(column), parameters or {})
    if limit is None:
        return False
    if limit.days:
        return age_in_days(newest, as_of) >= limit.days
    return older_than_months(newest, limit.months, as_of)


def blank(column: ColumnReading) -> bool:
    """W4.3: the page is good, its list is there and empty, a browser saw the same, and no item

    was ever seen in it (design.md section 9). A person's look is as good as a browser's. A board
    without published letters is charged by D-MSG.1 and offers its form all the same.
    """
    page = column.page
    if column.moved_to:
        return False
    if column.look is not None and column.look.holds and column.look.empty:
        return not column.ever_filled and not (page and page.facts and page.facts.rows)
    return bool(
        page
        and page.good
        and page.facts
        and page.facts.blank_list
        and page.facts.page_kind is not PageKind.MESSAGE_BOARD
        and page.rendered
        and not page.facts.rows
        and not column.ever_filled
    )


def _complete(column: ColumnReading) -> bool:
    """True when nothing unread on the page could hold a newer item."""
    if column.read_by_person:
        return True
    return read_whole(column.page) and column.undated_rows == 0 and _newest_first(column.page)


def _newest_first(page: PageReading | None) -> bool:
    """Whether the first page of a list is the one that shows the newest items (trap 20).

    Some lists begin with the oldest, and some show nothing but pinned rows first: where there are
    further pages, the newest item stands on one of them.
    """
    facts = page.facts if page is not None else None
    if facts is None or not facts.next_pages:
        return True
    days = [row.date for row in facts.rows if row.own and not row.pinned and row.date is not None]
    if not days:
        return not any(row.pinned for row in facts.rows)
    rising = sum(later > earlier for earlier, later in pairwise(days))
    falling = sum(later < earlier for earlier, later in pairwise(days))
    return rising <= falling


def _waived(column: ColumnReading, as_of: datetime) -> bool:
    return column.waived_until is not None and column.waived_until >= beijing_day(as_of)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a check counts: columns that are proven, those that may be, those kept up elsewhere."""

    counted: tuple[ColumnReading, ...]
    unknown: tuple[ColumnReading, ...] = ()
    elsewhere: tuple[ColumnReading, ...] = ()


def count_verdict(check: str, tally: Tally, limit: int, warning_at: int) -> Verdict:
    """Fail at `limit` counted columns; undetermined when the others could reach it.

    Where it takes columns with items of other sites to reach it, the reason says so.
    """
    counted, unknown = tally.counted, tally.unknown
    captures = tuple(column.page.capture_id for column in counted if column.page)[:12]
    evidence = bounded(
        {
            "count": len(counted),
            "columns": [_line(column) for column in counted],
            "unread": len(unknown),
        }
    )
    if any(column.seen_by_person for column in counted):
        evidence["provenance"] = Provenance.OPERATOR.value
    if tally.elsewhere:
        evidence["elsewhere"] = bounded([elsewhere_line(column) for column in tally.elsewhere])
    if len(counted) >= limit:
        return Verdict(check, Outcome.FAIL, "too_many", evidence, captures)
    if len(counted) + len(unknown) + len(tally.elsewhere) >= limit:
        evidence["unread_columns"] = bounded([column.name for column in unknown])
        reason = "columns_unread" if len(counted) + len(unknown) >= limit else FOREIGN
        return Verdict(check, Outcome.UNDETERMINED, reason, evidence, captures)
    warning = "near_limit" if len(counted) >= warning_at else None
    return Verdict(check, Outcome.PASS, "in_order", evidence, captures, warning=warning)


def elsewhere_line(column: ColumnReading) -> str:
    """A column with its newest own day, and the item of another site that keeps it open."""
    row = column.elsewhere
    there = f"{row.date} {row.title} {row.url}" if row is not None else column.moved_to
    return f"{column.name}（{dated(column) if column.newest else '无本站信息'}）→ {there}"


def _line(column: ColumnReading) -> str:
    return f"{column.name}（{dated(column)}）"


def dated(column: ColumnReading) -> str:
    """The newest day of a column, and who read it where that was a person; 空白 without one."""
    shown = column.newest.isoformat() if column.newest else "空白"
    if column.seen_at is not None:
        shown = f"{shown}，{beijing_day(column.seen_at)}查看"
    person = column.seen_by_person or (column.newest is None and column.look is not None)
    return f"{shown}，人工查看" if person else shown
