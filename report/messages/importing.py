"""Import the platform's list: good rows in one transaction, every bad row with file and line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models import ReaderMessage, Site
from registry.outcome import FileOutcome, ImportReport, RejectedRow, UnreadableFile
from registry.reading import Sheet, UnreadableError, read
from report.messages.deadline import deadline
from report.messages.reading import BadRow, Listed, messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

KIND = "messages"
MOST_NAMED = 20
# SQLite takes 32,766 values in one statement, other databases fewer.
_ASKED_AT_ONCE = 1000
_TOLD = ("site_code", "site_name", "kind", "state", "received_on", "closed_on", "due_on")
_Loaded = tuple[FileOutcome, list[Listed]]


@dataclass(slots=True)
class MessageImport:
    """What an import did. `older` rows came from a list older than what is known of them.

    `unregistered` are site codes that are in no register, with the names that the list gives.
    """

    report: ImportReport = field(default_factory=ImportReport)
    older: int = 0
    unregistered: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {**self.report.to_json(), "older": self.older, "unregistered": self.unregistered}


def import_messages(
    session: Session,
    paths: Sequence[Path],
    *,
    listed_on: date,
    days: int,
    dry_run: bool = False,
) -> MessageImport:
    """Import lists as of the day they were drawn up, and commit; with `dry_run` nothing is kept.

    1. A file that cannot be read, or is no such list, imports nothing.
    2. A bad row is reported and skipped; so is a second row of the same number that differs.
    3. A message is known by its number: a newer list changes it, an older one does not.

    `days` are the working days of the ruleset; a deadline that the list states goes before.
    """
    told = MessageImport(ImportReport(dry_run=dry_run))
    loaded = [one for path in paths for one in _load(path, listed_on, told.report)]
    numbers = {row.number for _, rows in loaded for row in rows}
    known = _known(session, numbers)
    taken: dict[str, tuple[Listed, str]] = {}
    for outcome, rows in loaded:
        for row in rows:
            _put(session, told, outcome, row, (known, taken), (listed_on, days))
    told.report.rejected.sort(key=lambda one: (one.file, one.sheet, one.line))
    told.unregistered = _unregistered(session, loaded)
    if dry_run:
        session.rollback()
    else:
        session.commit()
    return told


def _load(path: Path, listed_on: date, report: ImportReport) -> list[_Loaded]:
    try:
        found = [_sheet(path, sheet, listed_on, report) for sheet in read(path)]
    except UnreadableError as error:
        report.unreadable.append(UnreadableFile(str(path), str(error)))
        return []
    lists = [one for one in found if one is not None]
    if not lists:
        reason = "表头无法识别：不是找错留言清单（应有留言编号、网站标识码、收到时间等列）"
        report.unreadable.append(UnreadableFile(str(path), reason))
    report.files.extend(outcome for outcome, _ in lists)
    return lists


def _sheet(path: Path, sheet: Sheet, listed_on: date, report: ImportReport) -> _Loaded | None:
    rows = messages(sheet, listed_on)
    if rows is None:
        return None
    outcome = FileOutcome(str(path), KIND, sheet.name)
    good: list[Listed] = []
    for row in rows:
        outcome.rows += 1
        if isinstance(row, BadRow):
            _reject(report, outcome, row.line, row.reason)
        else:
            good.append(row)
    return outcome, good


def _put(
    session: Session,
    told: MessageImport,
    outcome: FileOutcome,
    row: Listed,
    seen: tuple[dict[str, ReaderMessage], dict[str, tuple[Listed, str]]],
    rule: tuple[date, int],
) -> None:
    known, taken = seen
    twin = taken.get(row.number)
    if twin is not None:
        _twin(told, outcome, row, twin)
        return
    taken[row.number] = (row, f"{outcome.file} 第 {row.line} 行")
    listed_on, days = rule
    values = {name: getattr(row, name) for name in _TOLD}
    values["due_on"] = row.due_on or deadline(row.received_on, days)
    stored = known.get(row.number)
    if stored is None:
        session.add(ReaderMessage(number=row.number, listed_on=listed_on, **values))
        outcome.added += 1
    elif stored.listed_on > listed_on:
        told.older += 1
        outcome.unchanged += 1
    else:
        _change(stored, values, listed_on, outcome)


def _change(
    stored: ReaderMessage, values: dict[str, Any], listed_on: date, outcome: FileOutcome
) -> None:
    changed = any(getattr(stored, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(stored, name, value)
    stored.listed_on = listed_on
    if changed:
        outcome.updated += 1
    else:
        outcome.unchanged += 1


def _twin(told: MessageImport, outcome: FileOutcome, row: Listed, twin: tuple[Listed, str]) -> None:
    """The same row again says nothing new; a different one contradicts the first."""
    first, where = twin
    if all(getattr(first, name) == getattr(row, name) for name in _TOLD):
        outcome.unchanged += 1
    else:
        reason = f"留言编号 {row.number} 已见于 {where}，内容不同"
        _reject(told.report, outcome, row.line, reason)


def _known(session: Session, numbers: Iterable[str]) -> dict[str, ReaderMessage]:
    wanted = sorted(numbers)
    found: dict[str, ReaderMessage] = {}
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        part = wanted[start : start + _ASKED_AT_ONCE]
        chosen = select(ReaderMessage).where(ReaderMessage.number.in_(part))
        found |= {one.number: one for one in session.scalars(chosen)}
    return found


def _unregistered(session: Session, loaded: Sequence[_Loaded]) -> dict[str, str]:
    registered = set(session.scalars(select(Site.code)))
    return {
        row.site_code: row.site_name
        for _, rows in loaded
        for row in rows
        if row.site_code not in registered
    }


def _reject(report: ImportReport, outcome: FileOutcome, line: int, reason: str) -> None:
    outcome.rejected += 1
    report.rejected.append(RejectedRow(outcome.file, line, reason, outcome.sheet))
