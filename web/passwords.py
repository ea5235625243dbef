"""Passwords: argon2id, and what is too weak to be one."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200
UNUSABLE = "!"
"""Kept for a user whom no password lets in."""
_HASHER = PasswordHasher()
# Verified when there is no such user, so that names cannot be told by the time an answer takes.
_NOBODY = _HASHER.hash("nobody's password")


def weakness(password: str, name: str) -> str:
    """Why this cannot be a password, in Chinese; empty when it can."""
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字符"
    if len(password) > LONGEST:
        return f"密码不超过 {LONGEST} 个字符"
    if len(set(password)) < 4 or name.casefold() in password.casefold():
        return "密码过于简单，不能含有用户名，也不能只有几个重复的字符"
    return ""


def hashed(password: str) -> str:
    """What is kept instead of the password."""
    return _HASHER.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long without a user (`kept` None) as with one."""
    try:
        return _HASHER.verify(kept or _NOBODY, password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
