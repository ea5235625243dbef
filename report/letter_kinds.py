"""The class of a public letter: what its title begins with, else what its board is called."""

from __future__ import annotations

import re

NO_KIND = "未注明类别"
_WORDS = ("咨询", "投诉", "举报", "建议", "求助", "感谢")
_SPELLINGS = {"求决": "求助", "诉求": "求助", "表扬": "感谢", "意见": "建议", "建言": "建议"}
# 【咨询】…, [投诉]…, （建议）…, 咨询：…
_PREFIX = re.compile(r"\s*(?:[【\[（(〔]([^】\]）)〕]{2,8})[】\]）)〕]|([^\s:：]{2,6})[:：])")


def kind_of(title: str, board: str) -> str:
    """One of the six words, or NO_KIND; a board for several of them tells none."""
    found = _PREFIX.match(title[:40])
    told = _kinds(found[1] or found[2]) if found else []
    if not told:
        told = _kinds(re.split("[-_—|]", board[:80], maxsplit=1)[0])
    return told[0] if len(told) == 1 else NO_KIND


def _kinds(text: str) -> list[str]:
    known = {word for word in _WORDS if word in text}
    known |= {word for spelling, word in _SPELLINGS.items() if spelling in text}
    if known == {"投诉", "举报"}:
        return ["投诉"]
    return sorted(known)
