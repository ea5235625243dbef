"""Bytes of a platform to JSON or markup, within bounds; and safe steps into untrusted JSON."""

from __future__ import annotations

import html
import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.nesting import tame

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 8 * 1024 * 1024
MOST_ENTRIES: Final = 2000
_MOST_ASSIGNMENTS: Final = 5
_NODES: Final = 400_000
_DEPTH: Final = 60
_TAGS: Final = re.compile(r"<[^<>]{0,4000}>")
_BREAKS: Final = re.compile(r"<br ?/?>|</p>|</div>", re.IGNORECASE)
_UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff\u200b\u2028\u2029]")
_BARE: Final = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|(?<![\w$])(?:undefined|NaN|-?Infinity)(?![\w$])', re.DOTALL
)
_PREFIX: Final = re.compile(r"\A(?:\)\]\}',?|for \(;;\);|while\(1\);)\s{0,20}")
_SHOWN: Final = re.compile(
    r"<html[^<>]{0,200}>\s{0,9}(?:<head>.{0,500}</head>)?\s{0,9}<body[^<>]{0,200}>\s{0,9}<pre[^<>]{0,200}>"
    r"\s{0,9}([\[{][^<]*+)</pre>.{0,400}</body>\s{0,9}</html>",
    re.DOTALL | re.IGNORECASE,
)
_CALL: Final = re.compile(
    r"(?:/\*\*/)?\s{0,9}(?:try\s{0,3}\{)?\s{0,3}[\w$.]{1,80}\(\s{0,9}(\{.*\})\s{0,9}\)"
    r"\s{0,3};?(?:\}\s{0,3}catch.{0,60})?",
    re.DOTALL,
)
_PUSHES: Final = re.compile(
    r'self\.__(?:pace|next)_f\.push\(\[\s{0,3}1\s{0,3},\s{0,3}("[^"\\]*+(?:\\.[^"\\]*+)*+")\s{0,3}\]\)',
    re.DOTALL,
)
_DECLARED: Final = re.compile(rb"""(?:encoding|charset)\s{0,4}=\s{0,4}["']?([\w.-]{3,20})""")
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHINESE: Final = frozenset(["gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "ms936"])


def decode(payload: bytes) -> str:
    """The text of a payload: byte order mark, declaration, UTF-8, then GB18030; never fails."""
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(encoding, "replace")
    declared = _DECLARED.search(payload[:2048])
    name = declared[1].decode("ascii").lower() if declared else ""
    for encoding in (("gb18030",) if name in _CHINESE else ()) + ("utf-8", "gb18030"):
        try:
            return payload.decode(encoding)
        except UnicodeDecodeError:
            continue
    return payload.decode("gb18030" if name in _CHINESE else "utf-8", "replace")


def unwrapped_text(text: str) -> str:
    """The answer inside what carries it: a browser's `<pre>`, a JSONP call, an anti-JSON prefix."""
    text = _PREFIX.sub("", text, count=1)
    for form in (_SHOWN, _CALL):
        match = form.fullmatch(text)
        if match is not None:
            inner = match[1].strip()
            return html.unescape(inner) if form is _SHOWN else inner
    return text


def parse_json(text: str) -> Any:
    """The JSON value, or None when it is no JSON or nested deeper than the interpreter follows."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def assigned(page: str, name: str) -> Any:
    """The JSON assigned to a script variable (`window.__INITIAL_STATE__={…}`), or None.

    Bare `undefined` and `NaN`, which scripts allow and JSON does not, read as null.
    """
    starts = re.finditer(re.escape(name) + r"""["'\]]{0,2}\s{0,20}=\s{0,20}(?=[\[{])""", page)
    for match in islice(starts, _MOST_ASSIGNMENTS):
        end = page.find("</script", match.end())
        source = page[match.end() : end if end > 0 else len(page)]
        value = _leading_json(source) or _leading_json(_BARE.sub(_as_null, source))
        if value is not None:
            return value
    return None


def _leading_json(source: str) -> Any:
    """The JSON value with which a script begins, or None."""
    try:
        return json.JSONDecoder().raw_decode(source)[0]
    except (ValueError, RecursionError):
        return None


def _as_null(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else "null"


def pushed(page: str) -> Iterator[Any]:
    """The JSON values that a page streams to itself (`self.__pace_f.push([1,"7:[…]"])`)."""
    chunks: list[str] = []
    for match in islice(_PUSHES.finditer(page), MOST_ENTRIES):
        text = parse_json(match[1])
        chunks += [text] if isinstance(text, str) else []
    for line in "".join(chunks).splitlines()[:MOST_ENTRIES]:
        _, _, source = line.partition(":")
        if source[:1] in ("[", "{"):
            yield parse_json(_BARE.sub(_as_null, source))


def script_json(tree: LexborHTMLParser, identifier: str) -> Any:
    """The JSON of `<script id=…>`, percent-encoded or not, or None."""
    node = tree.css_first(f"script#{identifier}")
    source = node.text(deep=True).strip() if node is not None else ""
    if source.startswith("%"):
        source = unquote(source)
    return parse_json(_BARE.sub(_as_null, source)) if source else None


def markup(page: str) -> LexborHTMLParser:
    """The tree of a page; hostile nesting is tamed first."""
    return LexborHTMLParser(tame(page))


def mapping(value: Any) -> dict[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """`value` if it is a JSON array (bounded), an object alone as its one entry, else empty."""
    if isinstance(value, dict):
        return [value] if value else []
    return value[:MOST_ENTRIES] if isinstance(value, list) else []


def dig(value: Any, *path: str) -> Any:
    """The value at a path of keys, None where the path ends early."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def first(value: Any, *keys: str) -> Any:
    """The first of these keys that holds something other than null and the empty string."""
    source = mapping(value)
    return next((source[key] for key in keys if source.get(key) not in (None, "")), None)


def identifier(value: Any) -> str:
    """An id as a string; whole numbers keep all their digits, anything else is empty."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if 0 < value < 10**25 else ""
    return plain(value, 120) if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """A count: an integer or a digit string; None for anything else (`145.5万` is no count)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**15 else None
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
        return int(value)
    return None


def yes(value: Any) -> bool:
    """Whether a flag is set: `1`, `"1"`, `true` and `"true"` are, anything else is not."""
    return value in (1, "1", "true", "True")


def plain(value: Any, limit: int = 200) -> str:
    """Text without markup, entities, control characters and lone surrogates, at most `limit`."""
    if not isinstance(value, str):
        return ""
    bare = value[: limit * 60]
    if "<" in bare:
        bare = _TAGS.sub("", _BREAKS.sub(" ", bare))
    bare = html.unescape(bare)
    if not bare.isprintable():
        bare = _UNFIT.sub(" ", bare)
    return " ".join(bare.split())[:limit].strip()


def link(value: Any) -> str:
    """A web address, unescaped and bounded; anything that is not http(s) is empty."""
    if not isinstance(value, str):
        return ""
    address = html.unescape(value.strip())
    if not address.isprintable():
        address = _UNFIT.sub("", address)
    address = address[:2000]
    if address.startswith("//"):
        address = "https:" + address
    return address if address.lower().startswith(("http://", "https://")) else ""


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object inside `value`, outermost first, within bounds of count and depth."""
    stack: list[tuple[Any, int]] = [(value, 0)]
    for _ in range(_NODES):
        if not stack:
            return
        item, depth = stack.pop()
        if isinstance(item, dict):
            yield item
        children = (
            item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        )
        if depth < _DEPTH:
            nested = [(child, depth + 1) for child in children if isinstance(child, (dict, list))]
            stack.extend(reversed(nested))
