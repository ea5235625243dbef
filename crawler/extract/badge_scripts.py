"""Scripts that write a footer: their live text and the HTML they would write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from crawler.extract.document import once
from crawler.extract.remembered import remembered

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.extract.document import Document

_SCRIPT_LIMIT = 1_000_000  # characters of one script that are read
_LITERALS = 4000
_SCRIPTS = 400

_BLOCK_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# `//` after white space, a semicolon or a brace starts a comment; after a quote or `:` it is an
# address. JavaScript reads `<!--` as the start of a one-line comment too.
_LINE_COMMENT = re.compile(r"(?:^|(?<=[\s;{}]))//[^\n]*", re.MULTILINE)
_HTML_COMMENT = re.compile(r"<!--[^\n]*?-->|<!--[^\n]*")

# The closing quote is optional so that every opening quote matches: the search never restarts.
_LITERAL = re.compile(
    r"\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"?|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?|`[^`\\]*+(?:\\.[^`\\]*+)*+`?",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r?\n|.))", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\n", "t": " ", "b": "", "f": "", "v": "", "0": ""}


class Script(NamedTuple):
    """One script element: its address, or its text where it has none."""

    node: LexborNode
    source: str
    text: str


@once
def read_scripts(document: Document) -> tuple[Script, ...]:
    """The scripts of a page in order, read once for all that look at them."""
    scripts: list[Script] = []
    outline = document.outline
    for index in outline.places.get("script", ())[:_SCRIPTS]:
        source = document.attribute(index, "src")
        written = not source and outline.ends[index] > index + 1
        text = outline.texts[index + 1] if written else ""
        scripts.append(Script(outline.nodes[index], source, text))
    return tuple(scripts)


@once
def script_sources(document: Document) -> str:
    """The addresses of a page's scripts, one a line, in small letters: for a first look at all."""
    return "\n".join(script.source for script in read_scripts(document)).lower()


@remembered
def live_script(text: str) -> str:
    """The script without its comments: what is commented out writes nothing."""
    text = text[:_SCRIPT_LIMIT]
    if "/*" in text:
        text = _BLOCK_COMMENT.sub(" ", text)
    if "//" in text:
        text = _LINE_COMMENT.sub("", text)
    return _HTML_COMMENT.sub("", text) if "<!--" in text else text


def written_html(script: str) -> str:
    """The HTML that a script's string literals add up to; empty when it writes none.

    `script` is live text. Variables between the literals are left out; `%3C` forms and the
    escapes of JavaScript are undone.
    """
    literals = [match[0] for match, _ in zip(_LITERAL.finditer(script), range(_LITERALS))]  # noqa: B905 -- the range only bounds the matches
    joined = "".join(_unescaped(literal) for literal in literals)
    return joined if "<" in joined else ""


def _unescaped(literal: str) -> str:
    inner = literal[1:-1] if literal[-1] == literal[0] and len(literal) > 1 else literal[1:]
    if "\\" in inner:
        inner = _ESCAPE.sub(_escape, inner)
    return unquoted(inner)


def _escape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    return _LETTERS.get(match[3], "" if "\n" in match[3] else match[3])


def unquoted(text: str) -> str:
    """`%3Cspan%3E` as `<span>`, and `%u7F51` as 网; text without `%3C` or `%u` comes back as it is."""
    if "%u" in text:
        text = re.sub(r"%u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return unquote(text) if "%3c" in text.lower() else text
