"""What the link checks say alike: which links count, and dead ones grouped under their hosts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from checks.base import bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checks.facts import LinkReading

PRIVATE = "内网地址"
# Only a script or a spare attribute names them: nobody may ever follow them.
INDIRECT = "间接引用"


def counting(links: Iterable[LinkReading]) -> list[LinkReading]:
    """The links that a visitor meets; addresses of inner networks are a finding of their own."""
    return [link for link in links if link.link_class not in {PRIVATE, INDIRECT}]


def answered(links: Iterable[LinkReading]) -> bool:
    """Whether any link gave an answer of its own; where all were refused nothing is known."""
    return any(link.state in {"ok", "suspected", "dead"} for link in links)


def problems(dead: Sequence[LinkReading]) -> int:
    """Dead links, where all that hang below one dead host are one problem."""
    return len({_host(link.url) if link.host_down else link.url for link in dead})


def evidence_of(links: Sequence[LinkReading]) -> dict[str, Any]:
    """Counts by state, the dead hosts with their links, and the failing links, bounded."""
    states = Counter(link.state for link in links)
    failing = [link for state in ("dead", "suspected") for link in links if link.state == state]
    hosts = Counter(_host(link.url) for link in failing if link.host_down)
    found = {
        "checked": len(links),
        "dead": states["dead"],
        "suspected": states["suspected"],
        "blocked": states["blocked"],
        "dead_hosts": [f"{host} 下 {count} 条" for host, count in hosts.most_common()],
        "links": [line(link) for link in failing],
    }
    return dict(bounded(found))


def line(link: LinkReading) -> str:
    """One link as a person reads it in the evidence."""
    where = "" if link.home else f" 见于 {link.parent}"
    return f"{link.link_class} {link.status or link.detail} {link.text[:40]} {link.url}{where}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
