"""What an operator saw, entered at the desk: checked as rows of files are, and kept as they are."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models import Account, Column, OperatorObservation
from registry.look_rows import look_of
from registry.looks import PICTURE_BYTES, add_look
from web.desk import DeskError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from crawler.store import CaptureStore
    from models import Target

_MAGIC = {b"\x89PNG\r\n\x1a\n": "look.png", b"\xff\xd8\xff": "look.jpg"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a form holds: cells by the headings of the files, a picture, a column of a site."""

    cells: Mapping[str, str]
    picture: bytes = b""
    column_id: int | None = None


def enter(
    session: Session,
    target: Target,
    seen: Seen,
    *,
    by: str,
    at: datetime,
    store: CaptureStore,
) -> OperatorObservation | None:
    """Keep a look at a target; None when it is kept already. Raises DeskError with the reason."""
    given = {name: text for name, text in seen.cells.items() if text.strip()}
    given |= _identity(target)
    name = _picture_name(seen.picture)
    with tempfile.TemporaryDirectory(prefix="xuncha-look-") as folder:
        if name:
            Path(folder, name).write_bytes(seen.picture)
            given["截图"] = name
        try:
            if isinstance(target, Account):
                return add_look(session, given, now=at, by=by, folder=Path(folder), keep=store.put)
            return _of_site(session, target, seen, given, by=by, at=at, store=store)
        except ValueError as error:
            raise DeskError(422, str(error)) from error


def _of_site(
    session: Session,
    target: Target,
    seen: Seen,
    given: Mapping[str, str],
    *,
    by: str,
    at: datetime,
    store: CaptureStore,
) -> OperatorObservation:
    look = look_of(given, now=at, by=by)
    column = session.get(Column, seen.column_id) if seen.column_id is not None else None
    if seen.column_id is not None and (column is None or column.site_id != target.id):
        raise DeskError(422, "没有这个栏目")
    if look.never and column is None:
        raise DeskError(422, "网站首页不能登记为从未发布；空白的栏目请先选择栏目")
    made = OperatorObservation(
        target_id=target.id,
        column_id=seen.column_id,
        seen_at=look.seen.at,
        newest_at=look.newest.at if look.newest else None,
        never_posted=look.never,
        url=look.url,
        text=look.text,
        screenshot=store.put(seen.picture) if seen.picture else "",
        observed_by=look.by,
    )
    session.add(made)
    session.flush()
    return made


def _identity(target: Target) -> dict[str, str]:
    if not isinstance(target, Account):
        return {"账号名称": target.name}
    told = {"账号名称": target.name, "账号类型": target.platform_printed}
    told["开设主体"] = target.sponsor
    if target.platform_id:
        told["账号唯一标识"] = target.platform_id
    return {name: text for name, text in told.items() if text}


def _picture_name(picture: bytes) -> str:
    if not picture:
        return ""
    if len(picture) > PICTURE_BYTES:
        raise DeskError(422, f"截图超过 {PICTURE_BYTES // 1024 // 1024} MB")
    name = next((name for magic, name in _MAGIC.items() if picture.startswith(magic)), "")
    if not name:
        raise DeskError(422, "截图应为 PNG 或 JPEG")
    return name
