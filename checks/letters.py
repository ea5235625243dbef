"""The published letters of a site, and what the checks of message boards count of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from checks.facts import PageReading, SiteFacts
    from crawler.extract.facts import Letter

ANSWERED = ("已回复", "已答复", "已办结", "已办理", "已处理", "办结", "回复完毕")


def boards(site: SiteFacts) -> list[PageReading]:
    """The pages of message boards that were read well and hold letters."""
    return [page for page in site.boards if page.good and page.facts and page.facts.letters]


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
