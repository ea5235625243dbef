"""Toutiao's article pages before 2021: script, not JSON, in `BASE_DATA`."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from crawler.platforms.payload import plain
from crawler.platforms.readings import Asked, listed, make_post, when

if TYPE_CHECKING:
    from crawler.platforms.dispatch import Page
    from crawler.platforms.observation import AccountReading

_PLATFORM: Final = "toutiao"
_MARK: Final = re.compile(r"\bBASE_DATA\s{0,3}=")
_FIELD: Final = r"""(?<!\w){name}\s{{0,3}}:\s{{0,3}}['"]([^'"\n]{{1,{longest}}})['"]"""
_ID: Final = re.compile(_FIELD.format(name="(?:itemId|groupId)", longest=24), re.ASCII)
_TITLE: Final = re.compile(_FIELD.format(name="title", longest=600))
_SOURCE: Final = re.compile(_FIELD.format(name="source", longest=80))
_TIME: Final = re.compile(_FIELD.format(name="time", longest=30))


def read_page(page: Page, asked: Asked) -> AccountReading | None:
    """The one article of such a page; None for any other page."""
    mark = _MARK.search(page.source)
    if mark is None:
        return None
    script = page.source[mark.end() : page.source.find("</script", mark.end())]
    number, title, time = _ID.search(script), _TITLE.search(script), _TIME.search(script)
    if number is None or title is None:
        return None
    source = _SOURCE.search(script)
    words = plain(html.unescape(title[1])).strip("\"'")
    moment = when(_PLATFORM, number[1], time[1] if time else None, asked)
    post = make_post(number[1], words, f"https://www.toutiao.com/article/{number[1]}/", moment)
    return listed(_PLATFORM, [post], asked, account_name=plain(source[1]) if source else None)
