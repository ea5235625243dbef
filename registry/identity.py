"""Which row is which target: accounts by platform and id, else platform, name and unit."""

from __future__ import annotations

import hashlib

from registry.fields import squeezed

IDENTITY_CHARACTERS = 400


def account_identity(platform: str, platform_id: str, name: str, sponsor: str) -> str:
    """The identity of an account; 新媒体标识码 repeats on several accounts and never identifies."""
    return by_id(platform, platform_id) if platform_id else by_name(platform, name, sponsor)


def by_id(platform: str, platform_id: str) -> str:
    """The identity of an account whose 账号唯一标识 is known."""
    return _fitting(f"{platform}#{platform_id}")


def by_name(platform: str, name: str, sponsor: str) -> str:
    """The identity of an account known by its name and 开设主体 alone."""
    parts = (squeezed(part).replace("|", "||") for part in (name, sponsor))
    return _fitting("|".join((platform, *parts)))


def _fitting(identity: str) -> str:
    if len(identity) <= IDENTITY_CHARACTERS:
        return identity
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return identity[: IDENTITY_CHARACTERS - len(digest)] + digest
