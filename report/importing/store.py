"""Keep a printed notice: its window, its counts, and its problems as confirmed findings.

What the register does not know is told, never guessed; what stands there already is left alone.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from crawler.platforms.names import canonical
from models import Account, Finding, Notice, Target, Unit, Window
from report.fields import Field, Kind
from report.importing import parse, sums, vocabulary
from report.importing.headings import plain
from report.importing.tables import ImportingError, tables
from report.kept import IMPORTED
from review import decisions, windows
from review.decisions import Accused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from report.importing.parse import ImportedAnnex

_QUARTER = re.compile(r"(\d{4})[-_]?[Qq]([1-4])")
PASSED = "合格"


@dataclass(slots=True)
class ImportedNotice:
    """What was read and kept: ids of findings, and in Chinese what was mended or not found."""

    window: str
    annexes: int = 0
    rows: int = 0
    entered: list[int] = field(default_factory=list)
    already: int = 0
    realigned: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return asdict(self)


def import_notice(
    session: Session,
    paths: Sequence[Path],
    *,
    window: str,
    days: tuple[date, date] | None,
    by: str,
    at: datetime,
) -> ImportedNotice:
    """Read the annexes of one notice into its window; the caller commits.

    1. The window is made where it is not there: from `days`, or from a name like 2020Q2.
    2. Tables are read, slid cells put back; what does not add up is told.
    3. Each problem of a target in the register becomes a confirmed finding, once.

    Raises ImportingError, WindowError.
    """
    found = _window(session, window, days)
    read = [(path, annex) for path in paths for annex in _annexes(path)]
    if not read:
        raise ImportingError("文件中没有认得出的通报附件（找不到序号、单位、名称、问题等表头）")
    annexes = [annex for _, annex in read]
    report = ImportedNotice(window, len(annexes))
    report.contradictions = sums.contradictions(annexes)
    register = _Register(session)
    for annex in annexes:
        report.realigned += annex.realigned
        if annex.kind in {Kind.PROBLEMS, Kind.UNITS}:
            _enter(session, found, annex, register, report, by=by, at=at)
    _keep(session, found, annexes, list(dict.fromkeys(path for path, _ in read)), at)
    session.flush()
    return report


def _annexes(path: Path) -> Iterator[ImportedAnnex]:
    for table in tables(path):
        annex = parse.annex(table)
        if annex is not None and annex.rows:
            yield annex


def _window(session: Session, name: str, days: tuple[date, date] | None) -> Window:
    known = session.scalar(select(Window).where(Window.name == name))
    if known is not None:
        if known.frozen_at is not None:
            raise ImportingError(f"窗口 {name} 已经封存，不能导入")
        return known
    quarter = _QUARTER.fullmatch(name)
    if days is None and quarter is not None:
        year, last = int(quarter[1]), int(quarter[2]) * 3
        days = date(year, last - 2, 1), date(year, last, calendar.monthrange(year, last)[1])
    if days is None:
        raise ImportingError(f"没有名为“{name}”的窗口；请用 --start 和 --end 写明起止日期")
    return windows.add(session, name, *days)


class _Register:
    """Targets and units by code, name and platform."""

    def __init__(self, session: Session) -> None:
        self._by_code: dict[tuple[str, str], list[Target]] = {}
        self._by_name: dict[tuple[str, str], list[Target]] = {}
        for one in session.scalars(select(Target).where(Target.retired.is_(False))):
            if one.code:
                self._by_code.setdefault((one.kind, plain(one.code).lower()), []).append(one)
            self._by_name.setdefault((one.kind, plain(one.name)), []).append(one)
        self._units = {plain(one.name): one for one in session.scalars(select(Unit))}

    def target(self, kind: str, row: dict[Field, str]) -> Target | None:
        """By code first, by name second; what fits several is none."""
        code, name = plain(row.get(Field.CODE, "")).lower(), plain(row.get(Field.NAME, ""))
        for known in (self._by_code.get((kind, code), []), self._by_name.get((kind, name), [])):
            fitting = _narrowed(known, row)
            if len(fitting) == 1:
                return fitting[0]
        return None

    def unit(self, row: dict[Field, str]) -> Unit | None:
        """By name."""
        return self._units.get(plain(row.get(Field.UNIT, "")))


def _narrowed(known: Sequence[Target], row: dict[Field, str]) -> list[Target]:
    """Codes and names repeat: the platform decides, then the name, then the body."""
    platform = canonical(row.get(Field.PLATFORM, ""))
    fitting = [
        one
        for one in known
        if platform is None or not isinstance(one, Account) or one.platform == platform
    ]
    for name, attribute in ((Field.NAME, "name"), (Field.SPONSOR, "sponsor")):
        wanted = plain(row.get(name, ""))
        same = [one for one in fitting if plain(getattr(one, attribute)) == wanted]
        fitting = same if len(fitting) > 1 and same else fitting
    return fitting


def _enter(
    session: Session,
    window: Window,
    annex: ImportedAnnex,
    register: _Register,
    report: ImportedNotice,
    *,
    by: str,
    at: datetime,
) -> None:
    for row in annex.rows:
        report.rows += 1
        target = register.target(annex.subject, row) if annex.kind is Kind.PROBLEMS else None
        unit = register.unit(row) if annex.kind is Kind.UNITS else None
        named = row.get(Field.NAME) or row.get(Field.UNIT) or "？"
        if target is None and unit is None:
            report.unknown.append(f"名录中没有“{named}”（{annex.source}），其问题未登记")
            continue
        for label in vocabulary.split(row.get(Field.PROBLEMS, "")):
            check = vocabulary.check_of(label, annex.subject)
            if _there(session, window, target, unit, check):
                report.already += 1
                continue
            last = parse.day(row.get(Field.LAST_UPDATE, ""), window.ends_on)
            finding = decisions.add(
                session,
                window,
                Accused(target=target, unit=unit),
                check=check,
                evidence={"note": f"导入通报：{annex.source}", "printed": label},
                by=by,
                why="导入上期通报",
                at=at,
                label=label,
                severity="note" if row.get(Field.RESULT) == PASSED else "",
                last_update=last.isoformat() if last else "",
            )
            report.entered.append(finding.id)


def _there(
    session: Session, window: Window, target: Target | None, unit: Unit | None, check: str
) -> bool:
    subject = f"target:{target.id}" if target is not None else f"unit:{unit.id if unit else 0}"
    return (
        session.scalar(
            select(Finding.id).where(
                Finding.window_id == window.id, Finding.subject == subject, Finding.check == check
            )
        )
        is not None
    )


def _keep(
    session: Session,
    window: Window,
    annexes: Sequence[ImportedAnnex],
    paths: Sequence[Path],
    at: datetime,
) -> None:
    """The tables as read, with the counts that the next window is compared with."""
    kept = session.scalar(
        select(Notice).where(Notice.window_id == window.id, Notice.layout == IMPORTED)
    )
    old: dict[str, Any] = kept.payload if kept is not None else {}
    tallies = dict(old.get("tallies", {}))
    for one in annexes:
        counted = sums.tally(one) if one.kind is Kind.COUNTS else None
        if counted is not None:
            tallies[one.subject] = list(counted)
    names = {one.source for one in annexes}
    before = [one for one in old.get("annexes", []) if one["source"] not in names]
    payload = {
        "tallies": tallies,
        "annexes": [*before, *(one.to_payload() for one in annexes)],
        "sources": {
            **old.get("sources", {}),
            **{path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
        },
    }
    if kept is None:
        session.add(Notice(window_id=window.id, layout=IMPORTED, payload=payload, frozen_at=at))
    else:
        kept.payload = payload
