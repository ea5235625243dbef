"""Lexicons: words that must not stand on a page, looked for all at once (Aho-Corasick).

A lexicon is a CSV table that operators keep: 词语, 级别, 建议, 例外, 语境. It finds candidates; what is
wrong in its context is for a person to say.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "lexicons"
BUILT_IN = FOLDER / "common.csv"
_COLUMNS = ("词语", "级别", "建议", "例外", "语境")
_MOST_BYTES = 20_000_000
_MOST_TERMS = 200_000
_LONGEST = 60
_NEAR = 40
"""Characters before and behind a term in which its context words must stand."""


class LexiconError(Exception):
    """A lexicon cannot be used; the message names file and line, in plain Chinese."""


class Level(StrEnum):
    """How serious a word is."""

    SERIOUS = "严重"
    PLAIN = "一般"
    SUSPECTED = "疑似"


@dataclass(frozen=True, slots=True)
class Term:
    """One word with what to write instead.

    It does not count inside one of `exceptions`, and where `context` is given only with one of
    those words near it.
    """

    text: str
    level: Level = Level.PLAIN
    suggestion: str = ""
    exceptions: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One term found: where it stands, and the words around it (bounded)."""

    term: Term
    at: int
    around: str


@dataclass(frozen=True)
class Lexicon:
    """Terms that are looked for together."""

    terms: tuple[Term, ...] = field(default=())

    @staticmethod
    def built_in() -> Lexicon:
        """The small list of undisputed misspellings of standard terms."""
        return _built_in()

    def with_file(self, path: Path) -> Lexicon:
        """These terms and those of a file; a term that is in both is as the file says."""
        try:
            body = path.read_bytes()
        except OSError as error:
            raise LexiconError(f"词库 {path.name} 无法读取：{error.strerror}") from error
        known = {term.text: term for term in self.terms}
        known |= {term.text: term for term in read(body, path.name)}
        return Lexicon(tuple(known.values()))

    @property
    def digest(self) -> str:
        """SHA-256 over all terms."""
        told = repr(sorted((t.text, t.level, t.exceptions, t.context) for t in self.terms))
        return hashlib.sha256(told.encode()).hexdigest()

    @cached_property
    def _automaton(self) -> AhoCorasick:
        words = [term.text for term in self.terms]
        return AhoCorasick(words, matchkind=MatchKind.LeftmostLongest)

    def scan(self, text: str, most: int = 50) -> list[Hit]:
        """The terms that a text holds, in order, at most so many."""
        if not self.terms:
            return []
        found: list[Hit] = []
        for number, start, end in self._automaton.find_matches_as_indexes(text):
            term = self.terms[number]
            if _counts(term, text, start, end):
                around = text[max(0, start - 15) : end + 15].strip()
                found.append(Hit(term, start, around))
                if len(found) == most:
                    break
        return found


def _counts(term: Term, text: str, start: int, end: int) -> bool:
    near = text[max(0, start - _NEAR) : end + _NEAR]
    if term.context and not any(word in near for word in term.context):
        return False
    return not any(_inside(one, term.text, text, start) for one in term.exceptions)


def _inside(exception: str, term: str, text: str, start: int) -> bool:
    """Whether the term at `start` is a part of the exception there."""
    at = exception.find(term)
    while at >= 0:
        if start >= at and text.startswith(exception, start - at):
            return True
        at = exception.find(term, at + 1)
    return False


@cache
def _built_in() -> Lexicon:
    return Lexicon(tuple(read(BUILT_IN.read_bytes(), BUILT_IN.name)))


def read(body: bytes, name: str) -> Iterator[Term]:
    """The terms of a CSV file in UTF-8 (with or without mark) or GB18030, in order.

    Raises LexiconError with file and line.
    """
    rows = csv.DictReader(io.StringIO(_decoded(body, name)))
    headings = [heading.strip() for heading in rows.fieldnames or ()]
    if "词语" not in headings:
        raise LexiconError(f"词库 {name} 第 1 行：缺少“词语”列")
    unknown = [heading for heading in headings if heading and heading not in _COLUMNS]
    if unknown:
        raise LexiconError(f"词库 {name} 第 1 行：不认识的列 {'、'.join(unknown)}")
    rows.fieldnames = headings
    seen: set[str] = set()
    for row in rows:
        term = _term(row, name, rows.line_num)
        if term is None:
            continue
        if term.text in seen:
            raise LexiconError(f"词库 {name} 第 {rows.line_num} 行：“{term.text}”重复")
        seen.add(term.text)
        if len(seen) > _MOST_TERMS:
            raise LexiconError(f"词库 {name}：超过 {_MOST_TERMS} 个词")
        yield term


def _decoded(body: bytes, name: str) -> str:
    if len(body) > _MOST_BYTES:
        raise LexiconError(f"词库 {name} 超过 {_MOST_BYTES // 1_000_000} MB")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LexiconError(f"词库 {name} 的编码不是 UTF-8 或 GB18030")


def _term(row: dict[str, str | None], name: str, line: int) -> Term | None:
    text = (row.get("词语") or "").strip()
    if not text:
        return None
    if not 2 <= len(text) <= _LONGEST:
        raise LexiconError(f"词库 {name} 第 {line} 行：词语应为 2 至 {_LONGEST} 字")
    stated = (row.get("级别") or "").strip() or Level.PLAIN.value
    try:
        level = Level(stated)
    except ValueError as error:
        known = "、".join(one.value for one in Level)
        raise LexiconError(f"词库 {name} 第 {line} 行：级别“{stated}”应是{known}之一") from error
    exceptions = _words(row.get("例外"))
    outside = [one for one in exceptions if text not in one]
    if outside:
        raise LexiconError(f"词库 {name} 第 {line} 行：例外“{outside[0]}”里没有这个词")
    return Term(text, level, (row.get("建议") or "").strip(), exceptions, _words(row.get("语境")))


def _words(cell: str | None) -> tuple[str, ...]:
    """The words of a cell; a bar, a full-width comma or a semicolon between them."""
    text = (cell or "").replace("，", "|").replace("；", "|").replace(";", "|")
    return tuple(word.strip() for word in text.split("|") if word.strip())
