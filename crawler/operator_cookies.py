"""Operators' own cookies for account platforms: optional, sealed at rest, sent to their domain only.

Off unless `XUNCHA_OPERATOR_COOKIES` is set. Nobody can read them back: the command stores,
lists and forgets; a night opens them with the key of the settings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select

from models import OperatorCookie

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from settings import Settings

DOMAINS: Final = (
    "weibo.cn", "weibo.com", "toutiao.com", "douyin.com", "kuaishou.com", "bilibili.com",
    "xiaohongshu.com",
)  # fmt: skip
LONGEST: Final = 16_000
_PAIR: Final = re.compile(
    r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}=[\x21\x23-\x2b\x2d-\x3a\x3c-\x7e\"]*"
)


class CookieError(Exception):
    """Cookies cannot be stored or opened; one sentence in Chinese that quotes nothing of them."""


class Kept(NamedTuple):
    """What may be shown of stored cookies: never the cookies."""

    domain: str
    stored_by: str
    stored_at: datetime
    opens: bool
    """Whether the present key opens them."""


def new_key() -> str:
    """A fresh key for `XUNCHA_COOKIE_KEY`."""
    return Fernet.generate_key().decode("ascii")


def store(
    session: Session, settings: Settings, domain: str, header: str, *, by: str, at: datetime
) -> int:
    """Seal and keep the cookies of a `Cookie` header; their number. Replaces what was there."""
    domain = domain.strip().lower().removeprefix("www.").removeprefix(".")
    if domain not in DOMAINS:
        message = f"不能保存 {domain[:60]!r} 的 Cookie，可用的域名：{'、'.join(DOMAINS)}"
        raise CookieError(message)
    pairs = _pairs(header)
    sealed = _sealer(settings).encrypt("; ".join(pairs).encode("ascii")).decode("ascii")
    row = session.get(OperatorCookie, domain) or OperatorCookie(domain=domain)
    row.sealed, row.stored_by, row.stored_at = sealed, by, at
    session.add(row)
    return len(pairs)


def forget(session: Session, domain: str) -> bool:
    """Delete the cookies of a domain; False when there were none."""
    row = session.get(OperatorCookie, domain.strip().lower())
    if row is not None:
        session.delete(row)
        session.flush()
    return row is not None


def kept(session: Session, settings: Settings) -> list[Kept]:
    """Every domain that has cookies, with who stored them and whether the key still fits."""
    return [
        Kept(row.domain, row.stored_by, row.stored_at, _opened(row, settings) is not None)
        for row in session.scalars(select(OperatorCookie).order_by(OperatorCookie.domain))
    ]


def opened(session: Session, settings: Settings) -> dict[str, str]:
    """`Cookie` headers by domain for a night; empty where they are switched off.

    What the key does not open is left out: the patrol goes on as an anonymous visitor.
    """
    if not settings.operator_cookies:
        return {}
    rows = session.scalars(select(OperatorCookie).order_by(OperatorCookie.domain))
    found = {row.domain: _opened(row, settings) for row in rows}
    return {domain: header for domain, header in found.items() if header is not None}


def _pairs(header: str) -> list[str]:
    text = header.strip().removeprefix("Cookie:").removeprefix("cookie:").strip()
    found = [pair.strip() for pair in text.split(";") if pair.strip()]
    if not found or len(text) > LONGEST or not all(_PAIR.fullmatch(pair) for pair in found):
        message = (
            f"Cookie 格式不对：应为“名=值; 名=值”，只含可见的 ASCII 字符，不超过 {LONGEST} 个字符"
        )
        raise CookieError(message)
    return found


def _sealer(settings: Settings) -> Fernet:
    try:
        return Fernet(settings.cookie_key.encode("ascii"))
    except ValueError as error:
        message = "没有可用的密钥：先运行 xuncha registry cookies key，把输出设为 XUNCHA_COOKIE_KEY"
        raise CookieError(message) from error


def _opened(row: OperatorCookie, settings: Settings) -> str | None:
    try:
        return _sealer(settings).decrypt(row.sealed.encode("ascii")).decode("ascii")
    except (CookieError, InvalidToken, ValueError):
        return None
