"""Who crawls what: targets that share a host or a platform go to one process.

Manners (budgets per host, per address and per platform) cost nothing inside a process, so a host
belongs to one worker; what several ask, they use in turn (`crawler.shared_budgets`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select

from models import Account, Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

SITE_WEIGHT = 40
"""Pages a site costs on average, an account being 1."""


@dataclass(frozen=True, slots=True)
class Group:
    """Targets that must stay in one process, and about what they cost."""

    key: str
    targets: tuple[int, ...]
    weight: int


def groups(session: Session, target_ids: Sequence[int]) -> list[Group]:
    """The targets by host (sites) and by source host or platform (accounts)."""
    wanted = set(target_ids)
    members: dict[str, list[int]] = {}
    for site_id, home in session.execute(select(Site.id, Site.home_url)):
        if site_id in wanted:
            host = (urlsplit(home).hostname or home).removeprefix("www.")
            members.setdefault(f"host:{host}", []).append(site_id)
    for account_id, platform, sources in session.execute(
        select(Account.id, Account.platform, Account.sources)
    ):
        if account_id in wanted:
            members.setdefault(_account_key(platform, sources), []).append(account_id)
    return [
        Group(key, tuple(ids), len(ids) * (SITE_WEIGHT if key.startswith("host:") else 1))
        for key, ids in members.items()
    ]


def _account_key(platform: str, sources: str) -> str:
    first = sources.split(";", maxsplit=1)[0].strip()
    kind, _, rest = first.partition(":")
    if kind in {"feed", "page"}:
        return f"feed:{urlsplit(rest).hostname or rest[:80]}"
    return f"platform:{kind or platform}"


def plan_shards(found: Sequence[Group], workers: int) -> list[list[int]]:
    """At most `workers` shards of about equal weight, the heaviest groups placed first."""
    shards: list[list[int]] = [[] for _ in range(max(workers, 1))]
    loads = [0] * len(shards)
    for group in sorted(found, key=lambda one: (-one.weight, one.key)):
        lightest = loads.index(min(loads))
        shards[lightest].extend(group.targets)
        loads[lightest] += group.weight
    return [shard for shard in shards if shard]
