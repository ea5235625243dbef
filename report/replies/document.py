"""What is read off a reply document, whatever its format: lines, pictures, signatures, doubts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Doubt(StrEnum):
    """Why a file could not be judged; never a fault of the document."""

    SCANNED = "scanned"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    UNSUPPORTED = "unsupported"
    EMPTY = "empty"
    NOT_A_REPLY = "not_a_reply"

    @property
    def chinese(self) -> str:
        """The sentence that a person reads."""
        return _CHINESE[self]


_CHINESE = {
    Doubt.SCANNED: "扫描件，没有文字层，请人工核对",
    Doubt.ENCRYPTED: "文件加密，无法读取",
    Doubt.BROKEN: "文件已损坏，或与扩展名不符",
    Doubt.TOO_LARGE: "文件过大，或解压后过大",
    Doubt.TOO_SLOW: "文件过于复杂，没有在限时内读完",
    Doubt.UNSUPPORTED: "不支持这种格式，请另存为 DOCX 或 PDF",
    Doubt.EMPTY: "文件里没有文字",
    Doubt.NOT_A_REPLY: "看不出是依申请公开答复文书",
}


class UnjudgedError(Exception):
    """A file that cannot be judged, with the reason."""

    def __init__(self, doubt: Doubt, detail: str = "") -> None:
        super().__init__(f"{doubt.chinese}（{detail}）" if detail else doubt.chinese)
        self.doubt = doubt


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture beside the line of that index; sides in centimetres, 0.0 where not stated."""

    line: int
    width: float = 0.0
    height: float = 0.0

    @property
    def seal_sized(self) -> bool:
        """Whether a seal may be this size (公章 4 to 5 cm); an unstated size may be any."""
        sides = [one for one in (self.width, self.height) if one]
        return all(SMALLEST <= one <= LARGEST for one in sides)


SMALLEST, LARGEST = 1.5, 9.0
"""Centimetres: smaller ones are lines and icons, larger ones pages and illustrations."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One document. `lines` are not empty and bounded in number and length.

    `signed` says that an electronic signature or stamp lies in the file. `recognised` says that
    its text stands over a picture of the page: a scan whose words a machine read, so that what is
    not found proves nothing. `web` says that a page's own frame may stand around it.
    """

    lines: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    signed: bool = False
    recognised: bool = False
    web: bool = False
    notes: tuple[str, ...] = ()


MOST_LINES = 4000
LINE_CHARACTERS = 2000
FILE_BYTES = 32 * 1024 * 1024


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something, bounded."""
    found = []
    for line in text.splitlines():
        bare = line.strip()
        if bare:
            found.append(bare[:LINE_CHARACTERS])
        if len(found) >= MOST_LINES:
            break
    return found
