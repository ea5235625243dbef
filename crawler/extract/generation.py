"""Times at which a page was generated: they say nothing of when its text was published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.document import Document

_NAMES: Final = frozenset(["maketime", "htmlgeneratetime", "generatetime", "generatedate"])
_WORDS: Final = ("生成时间", "生成日期", "制作时间")
_MINUTE: Final = re.compile(
    r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s{1,3}(\d{1,2})[:：∶](\d\d)"
)


def is_generation_time(document: Document, value: str) -> bool:
    """Whether a stated time is, to the minute, one at which the page says it was generated.

    Publishing systems that fill PubDate with the moment of generation print the same moment as
    页面生成时间; a page that is generated anew then claims to be new.
    """
    moment = _minute(value)
    if moment is None:
        return False
    for index in document.outline.places.get("meta", ()):
        content = document.attribute(index, "content")
        name = document.attribute(index, "name").lower()
        if (name in _NAMES or any(word in content for word in _WORDS)) and _minute(
            content
        ) == moment:
            return True
    return False


def _minute(text: str) -> tuple[int, ...] | None:
    match = _MINUTE.search(text[:200])
    return tuple(int(part) for part in match.groups()) if match else None
