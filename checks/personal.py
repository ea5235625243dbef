"""Personal data in public texts: numbers that can only be those of a person, shown masked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stdnum import luhn
from stdnum.cn import ric

from checks.facts import PersonalHit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checks.facts import PageReading

IDENTITY, MOBILE, CARD = "身份证号", "手机号", "银行卡号"
_MOST = 100
# Few texts hold a number that long: one look for it is cheaper than three for what it may be.
# Digits as they are typed, plain or wide; to ask of every letter whether it is a digit of any script
# would cost twice as much.
_LONG = re.compile(r"[0-9０-９]{11}")
_IDENTITY = re.compile(r"(?<![\dA-Za-z])[1-8]\d{5}(?:19|20)\d{9}[\dXx](?![\dA-Za-z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_CARD = re.compile(r"(?<!\d)62\d{14,17}(?!\d)")
# Accounts of bodies are published with tenders and deposits; a card of a person is called one.
_CARD_WORDS = re.compile(r"银行卡|一卡通|社保卡|惠农卡|卡号")
_NEAR = 30


def scan(pages: Iterable[PageReading]) -> tuple[PersonalHit, ...]:
    """Identity numbers with a true check digit, mobile numbers, cards of persons; all masked."""
    found: dict[tuple[str, str, str], PersonalHit] = {}
    for page in pages:
        facts = page.facts
        if not page.good or facts is None:
            continue
        text = facts.signs.text if facts.signs is not None else ""
        titles = "\n".join([row.title for row in facts.rows] + [one.title for one in facts.letters])
        for kind, number in _numbers(f"{text}\n{titles}"):
            hit = PersonalHit(kind, masked(number), page.url, page.capture_id)
            found.setdefault((kind, hit.masked, page.url), hit)
        if len(found) >= _MOST:
            break
    return tuple(found.values())[:_MOST]


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    if not _LONG.search(text):
        return
    for match in _IDENTITY.finditer(text):
        if ric.is_valid(match[0]):
            yield IDENTITY, match[0]
    for match in _CARD.finditer(text):
        near = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if luhn.is_valid(match[0]) and _CARD_WORDS.search(near):
            yield CARD, match[0]
    for match in _MOBILE.finditer(text):
        yield MOBILE, match[0]


def masked(number: str) -> str:
    """A number with its middle hidden: enough to find it on the page, too little to use it."""
    kept = 3 if len(number) <= 11 else 4
    return f"{number[:kept]}{'*' * (len(number) - kept - 2)}{number[-2:]}"
