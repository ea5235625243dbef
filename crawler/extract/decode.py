"""Bytes to text: what a page declares against what its bytes are (traps 11 and 33)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

_SNIFFED: Final = 4096
_BAD_SHARE: Final = 0.005
_META: Final = re.compile(
    rb"<(?:meta\b[^>]{0,300}?\bcharset|\?xml\b[^>]{0,100}?\bencoding)\s*=\s*[\"']?\s*([\w.:-]{2,30})",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_ALIASES: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "gb_2312-80": "gb18030",
    "x-gbk": "gb18030", "cp936": "gb18030", "hz-gb-2312": "gb18030", "chinese": "gb18030",
    "gb2312-80": "gb18030", "csgb2312": "gb18030", "windows-936": "gb18030", "ms936": "gb18030",
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs",
    "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a body. `encoding` is the real one; `declared` what the page says, lower case.

    `bad_share` is the share of replaced characters; above 0.5 % the page is not readable. `raw` is
    the body itself where it is the text's UTF-8, byte for byte.
    """

    text: str
    encoding: str
    declared: str = ""
    bad_share: float = 0.0
    raw: bytes | None = None

    @property
    def readable(self) -> bool:
        """Whether so few characters were lost that words and dates can be trusted."""
        return self.bad_share <= _BAD_SHARE


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a body by byte order mark, then UTF-8, then what is declared, then GB18030.

    UTF-8 goes before the declaration because Chinese text in another encoding practically never
    is valid UTF-8, while pages that declare the wrong one are common. NULs are dropped.
    """
    declared = _declared(body, content_type)
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _lossy(body[len(mark) :], encoding, declared)
    if (wide := _wide(body)) is not None:
        return _lossy(body, wide, declared)
    utf8 = _lossy(body, "utf-8", declared)
    if utf8.bad_share == 0.0 and (accident := _by_accident(body, utf8)) is not None:
        return accident
    return utf8 if utf8.bad_share == 0.0 or _mostly_right(utf8.text) else _other(body, utf8)


def _by_accident(body: bytes, utf8: Decoded) -> Decoded | None:
    """GB18030 that happens to be valid UTF-8: a few words such as 联通 are, and give Latin letters.

    Only where the page says GB, nothing in it is Chinese as UTF-8, and GB18030 makes it so.
    """
    if _ALIASES.get(utf8.declared, "") != "gb18030" or utf8.text.isascii():
        return None
    if any(char > "\u07ff" for char in utf8.text):
        return None
    other = _lossy(body, "gb18030", utf8.declared)
    return other if other.bad_share == 0.0 and _chinese(other.text) else None


def _mostly_right(text: str) -> bool:
    """UTF-8 with some foreign bytes in it: in any other encoding hardly one sequence would fit."""
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return foreign > 5 * text.count("\ufffd")


def _other(body: bytes, utf8: Decoded) -> Decoded:
    tried = [utf8]
    for encoding in dict.fromkeys((_ALIASES.get(utf8.declared, "gb18030"), "gb18030")):
        tried.append(_lossy(body, encoding, utf8.declared))
        if tried[-1].bad_share == 0.0 and encoding != "utf-8":
            return tried[-1]
    best = min(tried, key=lambda decoded: decoded.bad_share)
    return best if best.readable else _guessed(body, best)


def _guessed(body: bytes, best: Decoded) -> Decoded:
    match = from_bytes(body[:65_536]).best()
    if match is None or match.encoding in {"utf_8", "gb18030"}:
        return best
    guess = _lossy(body, match.encoding, best.declared)
    return guess if guess.bad_share < best.bad_share and _chinese(guess.text) else best


def _chinese(text: str) -> bool:
    """Not mojibake: of the characters beyond ASCII most are ideographs or their punctuation."""
    foreign = [char for char in text[:20_000] if ord(char) > 0x7F]
    common = sum("\u4e00" <= c <= "\u9fa5" or "\u3000" <= c <= "\u301f" for c in foreign)
    return common >= 0.6 * len(foreign)


def _lossy(body: bytes, encoding: str, declared: str) -> Decoded:
    """The text with broken sequences replaced; a sequence cut at the very end is dropped."""
    try:
        text = body.decode(encoding)
        if encoding == "utf-8" and b"\x00" not in body and "\ufeff" not in text:
            return Decoded(text, "utf-8", declared, raw=body)
        return Decoded(_clean(text), _public(encoding), declared)
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 3 and error.start > 16:
            body = body[: error.start]
    text = body.decode(encoding, errors="replace")
    share = text.count("\ufffd") / (len(text) or 1)
    return Decoded(_clean(text), _public(encoding), declared, share)


def _clean(text: str) -> str:
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text.replace("\ufeff", "") if "\ufeff" in text else text


def _public(encoding: str) -> str:
    return {"big5hkscs": "big5", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(
        encoding, encoding.replace("_", "-")
    )


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of the markup is NUL."""
    head = body[:400]
    if len(head) < 40 or head.count(0) < len(head) // 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 4 * (even + 1):
        return "utf-16-le"
    return "utf-16-be" if even > 4 * (odd + 1) else None


def _declared(body: bytes, content_type: str) -> str:
    header = _HEADER.search(content_type)
    if header:
        return header[1].lower()
    match = _META.search(body[:_SNIFFED])
    return match[1].decode("ascii", "replace").lower() if match else ""
