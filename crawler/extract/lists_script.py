"""Lists that a page carries inside its scripts: XML data stores, arrays of objects, written rows."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from crawler.extract import lists_json, lists_xml
from crawler.extract.dates import find_full, holds_full
from crawler.extract.found import FoundRow
from crawler.extract.remembered import remembered
from crawler.extract.url_dates import date_in_url

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.extract.dates import Stamp
    from crawler.extract.document import Document

_ARRAY: Final = re.compile(r"[\[{]\s{0,20}[{\[\"']")
_KEYED: Final = ("itle", "TITLE", "ubject", "infoname")
_LEAST: Final = 80
_STAMPED: Final = re.compile(r"[\"'](?:time|date|\w{1,20}(?:Time|Date))[\"']\s?:\s?\d{10}")
_OBJECT: Final = re.compile(r"\{([^{}]{10,3000})\}")
_PAIR: Final = re.compile(
    r"[\"']?(\w{1,40})[\"']?\s{0,5}:\s{0,5}(?:\"((?:[^\"\\\n]|\\.){0,600})\"|'((?:[^'\\\n]|\\.){0,600})'|(\d{8,13}))"
)
_LOOSE: Final = re.compile(r"[\s(]{0,20}\{\s{0,20}\w{1,40}\s{0,5}:\s{0,20}[\[{'\"\d]")
_LITERAL: Final = re.compile(
    r"\"([^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+)\"|'([^'\\\n]*+(?:\\.[^'\\\n]*+)*+)'"
)
_WRITTEN: Final = re.compile(
    r"document\.write(?:ln)?\(\s*(?:\"([^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+)\"|'([^'\\\n]*+(?:\\.[^'\\\n]*+)*+)')"
)
# Pieces of one row, put together from literals alone: '<li><a href="' + '1.html' + '">…</li>'
_JOINTS: Final = (
    re.compile(r"(?<!\\)'\s{0,8}\+\s{0,8}'"),
    re.compile(r"(?<!\\)\"\s{0,8}\+\s{0,8}\""),
)
_COMMENT: Final = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|^[ \t]*+//[^\n]*+", re.MULTILINE)
_PUT: Final = re.compile(
    r"(?:\+=|\binnerHTML\s{0,3}=|\.(?:append|html)\(|\.write(?:ln)?\()\s{0,8}"
    rf"(?:{_LITERAL.pattern})\s{{0,8}}(?=[;)\n]|$)"
)
_PAGE: Final = re.compile(r"^[^\s<>'\"]{1,300}\.s?html?(?:[?#][^\s<>'\"]{0,200})?$", re.IGNORECASE)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]{3,}")
_MOST_SCRIPTS: Final = 400
_MOST_TRIES: Final = 6
_SHORT: Final = 3000
_LONGEST_WRITTEN: Final = 4000
_LONGEST_PUT: Final = 100_000
_MOST_TEXTAREAS: Final = 20
_FEWEST: Final = 3
_BLOCK: Final = re.compile(r"\s{0,200}<(?:ul|ol|li|div|table|tr|dl|section)\b", re.IGNORECASE)
_HOLES: Final = ("{{", "{%", "<%", "${", "{$", "[[", "{#")
_LINKED: Final = re.compile(r"href\s{0,3}=\s{0,3}[\"'](?!#|javascript:)([^\"']{2,500})")
_LONGEST: Final = 1_000_000


def html_in_scripts(document: Document) -> str:
    """Rows as HTML that scripts hold: CDATA of a data store, literals of document.write, markup

    that a script shows later, kept in a script of its own or in a text area that nobody sees.
    """
    parts = [part for _, script in _scripts(document) for part in _html_of(script)]
    parts += [part for text in _textareas(document) for part in _markup(text)]
    return "\n".join(part for part in parts if part)[:_LONGEST]


@remembered
def _html_of(script: str) -> tuple[str, ...]:
    if "<![CDATA[" in script:
        return (lists_xml.html_records(script),)
    if "<a" not in script:
        return ()
    if _BLOCK.match(script):
        return _markup(script)
    if "document.write" in script and (written := _written(script)):
        return tuple(written)
    return _put_together(script) if "</a>" in script and _puts(script) else ()


def _textareas(document: Document) -> list[str]:
    places, ends = document.outline.places.get("textarea", ()), document.outline.ends
    return [document.outline.texts[i + 1] for i in places[:_MOST_TEXTAREAS] if ends[i] > i + 1]


def _markup(text: str) -> tuple[str, ...]:
    """A text that is a list ready to be shown; a template with holes in it is none."""
    if not (_BLOCK.match(text) and "</a>" in text and holds_full(text)):
        return ()
    if any(hole in text for hole in _HOLES):
        return ()
    return (text,) if len(set(_LINKED.findall(text))) >= _FEWEST else ()


def _puts(script: str) -> bool:
    return "+=" in script or ".write" in script or "HTML" in script or ".append(" in script


def find_objects(document: Document, as_of: datetime) -> list[FoundRow]:
    """Rows from arrays of objects and from one-row scripts, in page order."""
    found: list[FoundRow] = []
    for index, script in _scripts(document):
        written = _written_row(script)
        url = document.resolve(written[0]) if written is not None else ""
        if written is not None and url:
            _, title, stamp = written
            found.append(FoundRow(title, url, index, -1000, stamp, date_in_url(url)))
        elif _holds_arrays(script):
            found += _of_arrays(document, script, as_of, index)
    return found


def _writes_a_row(script: str) -> bool:
    return len(script) <= _SHORT and "document.write" in script and ".htm" in script


@remembered
def _holds_arrays(script: str) -> bool:
    """Whether a script could hold a list of objects with titles and dates."""
    if len(script) <= _LEAST or _writes_a_row(script):
        return False
    if not any(word in script for word in _KEYED):
        return False
    return holds_full(script) or _STAMPED.search(script) is not None


def _scripts(document: Document) -> list[tuple[int, str]]:
    places = document.outline.places.get("script", ())
    ends, texts = document.outline.ends, document.outline.texts
    return [(i + 1, texts[i + 1]) for i in places[:_MOST_SCRIPTS] if ends[i] > i + 1]


def _written(script: str) -> list[str]:
    """The literal of document.write calls that hold a link and a date."""
    literals = [match[1] or match[2] or "" for match in _WRITTEN.finditer(script[:100_000])]
    joined = (
        "".join(each for each in literals if 10 <= len(each) <= _LONGEST_WRITTEN)
        .replace("\\/", "/")
        .replace('\\"', '"')
        .replace("\\'", "'")
    )
    dated = next(find_full(joined), None) is not None
    return [joined] if "href" in joined and dated and "'+" not in joined else []


def _put_together(script: str) -> tuple[str, ...]:
    """Rows that a script puts together from literals alone; what holds a variable is left out."""
    text = _COMMENT.sub("", script[:_LONGEST_PUT])
    for joint in _JOINTS:
        text = joint.sub("", text)
    pieces = [match[1] or match[2] or "" for match in _PUT.finditer(text)]
    whole = "".join(piece for piece in pieces if len(piece) <= _LONGEST_WRITTEN)
    whole = whole.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'")
    return (whole,) if "href" in whole and holds_full(whole) else ()


@remembered
def _written_row(script: str) -> tuple[str, str, Stamp] | None:
    """What a script writes one row from: an address, a title and a date among its literals."""
    if not _writes_a_row(script):
        return None
    literals = [match[1] or match[2] or "" for match in _LITERAL.finditer(script)]
    pages = [each for each in literals if _PAGE.match(each)]
    titles = [
        each for each in literals if _CHINESE.search(each) and "<" not in each and len(each) >= 4
    ]
    stamps = [stamp for each in literals if len(each) <= 24 for stamp in find_full(each)]
    if not (pages and titles and len(stamps) == 1):
        return None
    return pages[0], max(titles, key=len)[:300], stamps[0]


def _of_arrays(document: Document, script: str, as_of: datetime, index: int) -> list[FoundRow]:
    if "JSON.parse" in script and '\\"' in script:  # a list inside a text: "[{\\"title\\":…"
        script = script.replace('\\"', '"')
    for value in _values(script):
        rows = lists_json.find_rows(value, document, as_of, index)
        if rows:
            return rows
    return lists_json.find_rows(_loose_objects(script), document, as_of, index)


def _loose_objects(script: str) -> list[dict[str, Any]]:
    """Objects as JavaScript writes them: names without quotation marks, texts in single ones."""
    objects: list[dict[str, Any]] = [
        {pair[1]: pair[2] or pair[3] or pair[4] for pair in _PAIR.finditer(match[1])}
        for _, match in zip(range(300), _OBJECT.finditer(script[:_LONGEST]), strict=False)
    ]
    return [each for each in objects if len(each) > 1]


def loose_answer(text: str) -> list[dict[str, Any]]:
    """The innermost objects of a whole body that is a JavaScript object, not JSON; else none."""
    return _loose_objects(text) if _LOOSE.match(text) else []


def _values(script: str) -> list[Any]:
    """JSON values that start where an array or object starts; a bounded number of tries."""
    decoder, found = json.JSONDecoder(), []
    position, tries = 0, 0
    while tries < _MOST_TRIES and (match := _ARRAY.search(script, position)):
        tries += 1
        try:
            value, position = decoder.raw_decode(script, match.start())
        except (ValueError, RecursionError):
            position = match.end()
            continue
        found.append(value)
    return found
