"""Import registry files: every good row of every file in one transaction, every bad row named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.outcome import FileOutcome, ImportReport, RejectedRow, UnreadableFile
from registry.reading import UnreadableError, read
from registry.rows import BadRow, Record, records, table
from registry.schema import HeaderError, Kind
from registry.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from registry.rows import Table

# Sites before the columns that name them.
ORDER = (Kind.SITES, Kind.COLUMNS, Kind.ACCOUNTS, Kind.RELAY_TASKS)
_Loaded = tuple[FileOutcome, list[Record]]


def import_files(session: Session, paths: Sequence[Path], *, dry_run: bool = False) -> ImportReport:
    """Import the files in one transaction and commit it; with `dry_run` nothing is kept.

    1. Read every file; one whose encoding or header cannot be read imports nothing.
    2. Parse every row; a bad one is reported with file, line and reason, and skipped.
    3. Store sites, columns, accounts, relay tasks, in this order, each in its file's order.

    Idempotent: a second import of the same files changes nothing. Database errors are the
    caller's; nothing is stored then.
    """
    report = ImportReport(dry_run=dry_run)
    loaded = [one for path in paths for one in _load(path, report)]
    loaded.sort(key=lambda one: ORDER.index(Kind(one[0].kind)))
    store = Store(session)
    store.announce([record for _, rows in loaded for record in rows])
    for outcome, rows in loaded:
        _put_all(store, outcome, rows, report)
        session.flush()
    report.rejected.sort(key=lambda one: (one.file, one.sheet, one.line))
    if dry_run:
        session.rollback()
    else:
        session.commit()
    return report


def _load(path: Path, report: ImportReport) -> list[_Loaded]:
    """The tables of one file with their good rows; reasons for the rest go into the report."""
    try:
        found = _tables(path)
    except (UnreadableError, HeaderError) as error:
        report.unreadable.append(UnreadableFile(str(path), str(error)))
        return []
    return [_parse(path, one, report) for one in found]


def _tables(path: Path) -> list[Table]:
    found = [one for sheet in read(path) if (one := table(sheet)) is not None]
    if not found:
        raise UnreadableError("表头无法识别：不是网站、栏目、账号或整体联动任务表，或编码不对")
    return found


def _parse(path: Path, source: Table, report: ImportReport) -> _Loaded:
    outcome = FileOutcome(str(path), source.kind.value, source.sheet.name)
    report.files.append(outcome)
    good: list[Record] = []
    for row in records(source):
        outcome.rows += 1
        if isinstance(row, BadRow):
            _reject(report, outcome, row.line, row.reason)
        else:
            good.append(row)
    return outcome, good


def _put_all(
    store: Store, outcome: FileOutcome, rows: Sequence[Record], report: ImportReport
) -> None:
    place = f" {outcome.file}" if len(report.files) > 1 else ""
    for record in rows:
        try:
            change = store.put(record, f"{place} 第 {record.line} 行")
        except ValueError as error:
            _reject(report, outcome, record.line, str(error))
        else:
            setattr(outcome, change.value, getattr(outcome, change.value) + 1)


def _reject(report: ImportReport, outcome: FileOutcome, line: int, reason: str) -> None:
    outcome.rejected += 1
    report.rejected.append(RejectedRow(outcome.file, line, reason, outcome.sheet))
