"""The web links of an account's menu, as a page for the link checker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.extract.facts import PageFacts, PageLink
from crawler.fetch.manners import platform_of
from crawler.fetch.origins import host_of

if TYPE_CHECKING:
    from crawler.platforms.observation import MenuLink, Observation

# Pages that only the client opens, or that send visitors to a log-in: not checkable, not broken.
_CLIENT_ONLY: Final = ("weixin.qq.com", "wx.qq.com", "iesdouyin.com")
MOST: Final = 40


def menu_page(observation: Observation, address: str) -> PageFacts | None:
    """The menu as a page of links; None where the platform shows no menu at all.

    Entries without a web address (mini-programs, events, media) and links into the platforms'
    own clients are left out, so the page may hold no link.
    """
    entries = [entry for source in observation.sources for entry in source.reading.menu]
    if not entries:
        return None
    links = dict.fromkeys(PageLink(one.url, one.name) for one in entries if _checkable(one))
    return PageFacts(url=address, links=tuple(links)[:MOST])


def _checkable(entry: MenuLink) -> bool:
    host = host_of(entry.url) if entry.url else ""
    inside = any(host == name or host.endswith(f".{name}") for name in _CLIENT_ONLY)
    return bool(host) and not inside and not platform_of(host)
