"""Further pages of the same list, from its pager."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.document import Document

_NEXT: Final = re.compile(
    r"[\[(（<]?\s{0,2}(?:下一?页|后一?页|next(?:\s?page)?|>|›|»|&gt;)\s{0,2}[\])）>]{0,2}",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[\[(（]?([2-9]|1\d)[\])）]?")
_TRS: Final = re.compile(
    r"createPageHTML\w{0,10}\(\s*(?:[\"'][\w-]{1,40}[\"']\s*,\s*)?[\"']?(\d{1,5})[\"']?\s*,\s*[\"']?(\d{1,5})[\"']?\s*,\s*"
    r"[\"']([\w./-]{1,80})[\"']\s*,\s*[\"'](\w{2,6})[\"']"
)
_MOST: Final = 5


def read_next_pages(document: Document) -> tuple[str, ...]:
    """Absolute addresses of the following pages in order, at most five; own site only."""
    found: dict[str, None] = dict.fromkeys(_by_script(document))
    links = [link for link in document.links if len(link.text) <= 8 and link.url]
    numbered = {int(m[1]): link.url for link in links if (m := _NUMBER.fullmatch(link.text))}
    following = next((link.url for link in links if _NEXT.fullmatch(link.text)), None)
    if following or len(numbered) >= 2:
        for url in ([following] if following else []) + [numbered[n] for n in sorted(numbered)]:
            found.setdefault(url)
    here = document.url.partition("#")[0]
    return tuple(url for url in found if url != here and not document.leaves(url))[:_MOST]


def _by_script(document: Document) -> list[str]:
    """TRS: createPageHTML(count, current, "index", "html") gives index_1.html and so on."""
    found = (_TRS.search(script) for script in document.scripts if "createPageHTML" in script)
    match = next((each for each in found if each is not None), None)
    if match is None:
        return []
    count, current = int(match[1]), int(match[2])
    first_is_one = 1 if current > 0 and f"_{current}." not in document.url else 0
    last = min(count + first_is_one, current + _MOST + 1)
    return [document.resolve(f"{match[3]}_{n}.{match[4]}") for n in range(current + 1, last)]
