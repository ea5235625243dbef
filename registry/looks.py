"""人工查看记录: dated looks of operators at accounts, from CSV / XLSX files or one by one.

    import_looks   files into `OperatorObservation`, good rows in one transaction, bad rows named
    add_look       one look, given by the same headings; ValueError says in Chinese what is wrong

A look is evidence: what a person saw, when, and who it was. It names its account by 账号唯一标识
or 账号名称 (with 账号类型 or 开设主体 where several fit), and states at least one of 最新发布时间,
链接, 说明, 截图 and 从未发布. The same look given twice is kept once.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from models import Account, OperatorObservation
from registry import fields
from registry.look_rows import HEADINGS, look_of
from registry.outcome import FileOutcome, ImportReport, RejectedRow, UnreadableFile
from registry.reading import UnreadableError, read
from registry.rows import HEADER_WITHIN
from registry.schema import heading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.look_rows import Look
    from registry.reading import Row, Sheet

KIND = "looks"
_Table = tuple["Sheet", list[str], tuple["Row", ...]]
PICTURE_BYTES = 10 * 1024 * 1024
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(slots=True)
class _Register:
    """Accounts by id and by name, and the looks that are kept already."""

    by_id: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))

    def find(self, look: Look) -> Account:
        """The one account that the look means; ValueError when none or several fit."""
        given = look.platform_id
        found = self.by_id.get(given, []) if given else self.by_name.get(_plain(look.name), [])
        if look.platform:
            found = [one for one in found if one.platform == look.platform]
        if look.sponsor:
            found = [one for one in found if _plain(one.sponsor) == _plain(look.sponsor)]
        if not found:
            raise ValueError("名录中没有这个账号")
        if len(found) > 1:
            raise ValueError(
                f"名录中有 {len(found)} 个账号符合，请补充账号类型、开设主体或账号唯一标识"
            )
        return found[0]


def _plain(name: str) -> str:
    return fields.squeezed(unicodedata.normalize("NFKC", name)).casefold()


def _register(session: Session) -> _Register:
    register = _Register()
    for account in session.scalars(select(Account).where(Account.retired.is_(False))):
        register.by_name[_plain(account.name)].append(account)
        if account.platform_id:
            register.by_id[account.platform_id].append(account)
    return register


def import_looks(
    session: Session,
    paths: Sequence[Path],
    *,
    now: datetime,
    by: str = "",
    keep: Callable[[bytes], str] | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import files of looks in one transaction and commit it; with `dry_run` nothing is kept.

    `keep` stores a screenshot and gives its SHA-256; without it rows that name one are refused.
    Idempotent. Database errors are the caller's; nothing is stored then.
    """
    report = ImportReport(dry_run=dry_run)
    register = _register(session)
    for path in paths:
        try:
            tables = _tables(path)
        except UnreadableError as error:
            report.unreadable.append(UnreadableFile(str(path), str(error)))
            continue
        for sheet, header, body in tables:
            outcome = FileOutcome(str(path), KIND, sheet.name)
            report.files.append(outcome)
            store = _Store(session, register, path.parent, keep, dry_run=dry_run)
            for row in body:
                _take(row, header, outcome, report, store, now=now, by=by)
            session.flush()
    if dry_run:
        session.rollback()
    else:
        session.commit()
    return report


def _tables(path: Path) -> list[_Table]:
    found = [one for sheet in read(path) if (one := _table(sheet)) is not None]
    if not found:
        raise UnreadableError("表头无法识别：需要“查看时间”和“账号名称”或“账号唯一标识”")
    return found


def _table(sheet: Sheet) -> _Table | None:
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        names = [heading(cell) for cell in row.cells]
        if "查看时间" not in names or not {"账号名称", "账号唯一标识"} & set(names):
            continue
        doubled = sorted({name for name in names if name in HEADINGS and names.count(name) > 1})
        if doubled:
            raise UnreadableError(f"表头中有重复的列：{'、'.join(doubled)}")
        return sheet, names, sheet.rows[index + 1 :]
    return None


def _take(
    row: Row,
    header: Sequence[str],
    outcome: FileOutcome,
    report: ImportReport,
    store: _Store,
    *,
    now: datetime,
    by: str,
) -> None:
    outcome.rows += 1
    try:
        new = store.put(look_of(_cells(row, header), now=now, by=by))
    except ValueError as error:
        outcome.rejected += 1
        report.rejected.append(RejectedRow(outcome.file, row.line, str(error), outcome.sheet))
        return
    if new is None:
        outcome.unchanged += 1
    else:
        outcome.added += 1


def _cells(row: Row, header: Sequence[str]) -> dict[str, str]:
    if row.problem:
        raise ValueError(row.problem)
    if any(cell.strip() for cell in row.cells[len(header) :]):
        raise ValueError("单元格比表头多")
    return dict(zip(header, row.cells, strict=False))


def add_look(
    session: Session,
    cells: Mapping[str, str],
    *,
    now: datetime,
    by: str = "",
    folder: Path | None = None,
    keep: Callable[[bytes], str] | None = None,
) -> OperatorObservation | None:
    """Store one look, given by the headings of the files; None when it is kept already.

    `folder` holds the 截图. Raises ValueError with the reason in Chinese; the caller commits.
    """
    store = _Store(session, _register(session), folder or Path(), keep)
    return store.put(look_of(cells, now=now, by=by))


class _Store:
    """Looks into the table."""

    def __init__(
        self,
        session: Session,
        register: _Register,
        folder: Path,
        keep: Callable[[bytes], str] | None,
        *,
        dry_run: bool = False,
    ) -> None:
        self._session = session
        self._register = register
        self._folder = folder
        self._keep = keep
        self._dry_run = dry_run

    def put(self, look: Look) -> OperatorObservation | None:
        """Keep a look; None when it is kept already. ValueError when it cannot be."""
        account = self._register.find(look)
        made = OperatorObservation(
            target_id=account.id,
            seen_at=look.seen.at,
            newest_at=look.newest.at if look.newest else None,
            never_posted=look.never,
            url=look.url,
            text=look.text,
            screenshot=self._screenshot(look.picture) if look.picture else "",
            observed_by=look.by,
        )
        if self._known(made):
            return None
        self._session.add(made)
        self._session.flush()
        return made

    def _known(self, made: OperatorObservation) -> bool:
        there = self._session.scalars(
            select(OperatorObservation).where(
                OperatorObservation.target_id == made.target_id,
                OperatorObservation.seen_at == made.seen_at,
            )
        )
        return any(_content(one) == _content(made) for one in there)

    def _screenshot(self, name: str) -> str:
        """The picture's SHA-256 in the capture store; only a picture, and of bounded size."""
        if self._keep is None:
            raise ValueError("截图：没有快照库可存")
        try:
            with (self._folder / name).open("rb") as file:
                body = file.read(PICTURE_BYTES + 1)
        except (OSError, ValueError) as error:
            raise ValueError(f"截图：文件 {name[:60]} 无法读取") from error
        if len(body) > PICTURE_BYTES:
            raise ValueError(f"截图：超过 {PICTURE_BYTES // 1024 // 1024} MB")
        if not body.startswith(_PICTURES):
            raise ValueError("截图：应为 PNG 或 JPEG")
        return "" if self._dry_run else self._keep(body)


def _content(look: OperatorObservation) -> tuple[object, ...]:
    return look.newest_at, look.never_posted, look.url, look.text, look.observed_by
