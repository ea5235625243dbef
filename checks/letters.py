"""The published letters of a site, and what the checks of message boards count of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extract.channels import channel_kind

if TYPE_CHECKING:
    from datetime import date

    from checks.facts import PageReading, SiteFacts
    from crawler.extract.facts import Letter

ANSWERED = ("已回复", "已答复", "已办结", "已办理", "已处理", "办结", "回复完毕")
SPECIAL = frozenset({"petition", "discipline", "survey", "interview"})
"""Kinds of channels that W5 leaves out: 网上信访, 纪检举报, 征集调查, 在线访谈."""

_PARTS = re.compile(r"[-_—–|｜·>»,，]+")
# Bodies whose own names hold such a word: their mailboxes are mailboxes like any other.
_BODIES = re.compile(
    r"信访(?:工作)?(?:局|办公室|办|中心|联席会议)|调查(?:总队|支队|队|局|中心)|纪委监委|监察委员?会?|巡[视察]办"
)


def special(page: PageReading, site: SiteFacts) -> bool:
    """Whether a board is one of the special kinds, by its own title; the site's name aside."""
    title = page.facts.title[:120] if page.facts else ""
    plain = _BODIES.sub("", title.replace(site.name, "")) if site.name else _BODIES.sub("", title)
    return any(channel_kind(part) in SPECIAL for part in _PARTS.split(plain) if part)


def boards(site: SiteFacts) -> list[PageReading]:
    """The message boards that were read well, hold letters and are open for any question."""
    return [
        page
        for page in site.boards
        if page.good and page.facts and page.facts.letters and not special(page, site)
    ]


def letters(site: SiteFacts) -> list[Letter]:
    """Every published letter, each once."""
    found = {
        (one.url or one.title, one.asked_on): one
        for page in boards(site)
        for one in (page.facts.letters if page.facts else ())
    }
    return list(found.values())


def newest_day(letter: Letter) -> date | None:
    """The later one of question and answer."""
    return max((day for day in (letter.asked_on, letter.replied_on) if day), default=None)


def answered(letter: Letter) -> bool:
    """Whether the page says that there is an answer."""
    return letter.replied_on is not None or any(word in letter.status for word in ANSWERED)
