"""Turns: what need not be done every night is spread, so that every night does about as much."""

from __future__ import annotations

import hashlib
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

_BEIJING: Final = timezone(timedelta(hours=8))


def is_due(url: str, then: datetime, as_of: datetime, nights: int) -> bool:
    """Whether an address that was asked for at `then` is to be asked for again at `as_of`.

    After `nights` nights at the latest; before that on the night of its share, which the address
    draws. Never twice on one Beijing day, unless `nights` is 1: that is every time.
    """
    tonight, last = _day(as_of), _day(then)
    if nights <= 1 or tonight - last >= nights:
        return True
    return tonight > last and (tonight + _share(url)) % nights == 0


def _share(url: str) -> int:
    return int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:4])


def _day(moment: datetime) -> int:
    return moment.astimezone(_BEIJING).date().toordinal()
