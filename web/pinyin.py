"""Names by the initials of their pinyin: `cssrmzf` finds 长沙市人民政府."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pypinyin import Style, lazy_pinyin
from sqlalchemy import select

from models import Target

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SHORTEST = 2
MOST = 400


@lru_cache(maxsize=300_000)  # all targets of a country: a smaller one would forget each in turn
def initials(name: str) -> str:
    """The first letter of each character, lower case; letters and digits as they are."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def matching(session: Session, text: str) -> list[int]:
    """Ids of targets whose initials contain `text`; none where it cannot be initials."""
    wanted = text.strip().lower()
    if len(wanted) < SHORTEST or not (wanted.isascii() and wanted.isalnum()):
        return []
    table = Target.__table__
    rows = session.execute(select(table.c.id, table.c.name).where(table.c.retired.is_(False)))
    found = [identifier for identifier, name in rows if wanted in initials(name)]
    return found[:MOST]
