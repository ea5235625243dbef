"""Publish times inside post ids (accounts.md 4.2): a cross-check that needs no request.

Ids are strings: a 64-bit id does not survive a float.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from crawler.platforms.moments import BEIJING, EARLIEST

if TYPE_CHECKING:
    from collections.abc import Callable

_WEIBO_EPOCH: Final = 515_483_463
_BILIBILI_EPOCH: Final = 1_498_838_400
_BASE62: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DISAGREEMENT: Final = timedelta(days=1)


def time_of(platform: str, identifier: str) -> datetime | None:
    """The Beijing time that the id of a post of `platform` carries, or None."""
    formula = _FORMULAS.get(platform)
    return formula(identifier) if formula is not None else None


def weibo_number(bid: str) -> str | None:
    """The numeric id behind a base-62 Weibo id (`KjkRh2mqG` of weibo.com/uid/KjkRh2mqG)."""
    if not re.fullmatch(r"[0-9A-Za-z]{5,12}", bid, re.ASCII):
        return None
    groups = [bid[max(0, end - 4) : end] for end in range(len(bid), 0, -4)][::-1]
    numbers = [_base62(group) for group in groups]
    return str(numbers[0]) + "".join(f"{number:07d}" for number in numbers[1:])


def _base62(group: str) -> int:
    value = 0
    for letter in group:
        value = value * 62 + _BASE62.index(letter)
    return value


def _weibo(identifier: str) -> datetime | None:
    number = _digits(identifier)
    if number is None:
        return None
    return _moment((number >> 22) + _WEIBO_EPOCH)


def _bilibili(identifier: str) -> datetime | None:
    number = _digits(identifier)
    return None if number is None else _moment((number >> 32) + _BILIBILI_EPOCH)


def _upper_half(identifier: str) -> datetime | None:
    number = _digits(identifier)
    return None if number is None else _moment(number >> 32)


def _xiaohongshu(identifier: str) -> datetime | None:
    if not re.fullmatch(r"[0-9a-f]{24}", identifier, re.ASCII):
        return None
    return _moment(int(identifier[:8], 16))


def _digits(identifier: str) -> int | None:
    return int(identifier) if re.fullmatch(r"\d{15,20}", identifier, re.ASCII) else None


def _moment(seconds: int) -> datetime | None:
    if seconds < EARLIEST.timestamp() or seconds > 4_102_444_800:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING)


_FORMULAS: Final[dict[str, Callable[[str], datetime | None]]] = {
    "weibo": _weibo,
    "bilibili": _bilibili,
    "douyin": _upper_half,
    "toutiao": _upper_half,
    "xiaohongshu": _xiaohongshu,
}
