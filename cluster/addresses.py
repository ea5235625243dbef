"""Groups of targets that answer from one address belong together: an address has one budget."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from crawler.fetch.failure import ExchangeError
from crawler.fetch.names import Names
from crawler.fetch.origins import OriginMap
from crawler.roster import Group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from settings import Settings


def by_address(found: Sequence[Group], addresses: Mapping[str, Sequence[str]]) -> list[Group]:
    """The groups, those of one address made one. `addresses` is by host; unknown hosts stay alone.

    Hosts are joined through any address they share, so the result is the same in any order.
    """
    leader: dict[str, str] = {group.key: group.key for group in found}

    def lead(key: str) -> str:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    owner: dict[str, str] = {}
    for group in found:
        for address in addresses.get(_host(group.key), ()):
            first = owner.setdefault(address, group.key)
            low, high = sorted((lead(first), lead(group.key)))
            leader[high] = low
    merged: dict[str, list[Group]] = {}
    for group in found:
        merged.setdefault(lead(group.key), []).append(group)
    return [_joined(key, members) for key, members in merged.items()]


def looked_up(settings: Settings, found: Sequence[Group]) -> dict[str, Sequence[str]]:
    """The addresses of the hosts of these groups; mapped hosts and those without answer are absent."""
    origins = OriginMap(settings.origins())
    hosts = {
        host
        for group in found
        if (host := _host(group.key))
        and not origins.mapped(f"http://{host}")
        and not origins.mapped(f"https://{host}")
    }
    return asyncio.run(_ask(settings, sorted(hosts))) if hosts else {}


async def _ask(settings: Settings, hosts: Sequence[str]) -> dict[str, Sequence[str]]:
    names = Names(allow_private=settings.allow_private)

    # As many questions under way as there are threads: a question's time starts when it is asked.
    turns = asyncio.Semaphore(48)

    async def one(host: str) -> Sequence[str]:
        async with turns:
            try:
                return await names.lookup(host)
            except ExchangeError:
                return ()

    try:
        answers = await asyncio.gather(*map(one, hosts))
    finally:
        names.close()
    return {host: answer for host, answer in zip(hosts, answers, strict=True) if answer}


def _host(key: str) -> str:
    """The host that a group's key names; empty for a platform."""
    kind, _, host = key.partition(":")
    return host if kind in {"host", "feed"} else ""


def _joined(key: str, members: Sequence[Group]) -> Group:
    targets = tuple(target for group in members for target in group.targets)
    return Group(key, targets, sum(group.weight for group in members))
