"""What the guides tell people to type: whole command lines, and verbs that are merely named."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import typer

import cli
from tests.unit.house.imports import ROOT

DOCS = ROOT / "docs"
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = sorted([*DOCS.glob("zh/*.md"), *DOCS.glob("en/*.md"), DOCS / "scale.md"])
PRINTED = [*PAGES, *READMES]

_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
# Behind a prompt, a path, or the five fields of a crontab; up to a comment or a redirection.
_LINE = re.compile(r"^(?:\S*/|(?:[\d*/,-]+ +){5})?xuncha +(\S.*)$")
_BEHIND = re.compile(r" +(?:#|>>?) .*$")
_NAMED = re.compile(r"(?<![\w/.-])xuncha ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)")
_STANDS_FOR = re.compile(r"…|(?<![\w-])(?:FILE|URL|CODE|WHO|NAME)\b")
"""A word that a person replaces: such a line cannot be typed as it is, and only its verb counts."""


def commands(page: Path) -> list[str]:
    """Every command line that can be typed as it stands, in blocks and in sentences, as `xuncha …`."""
    return [line for line in _lines(page) if not _STANDS_FOR.search(line)]


def verbs(page: Path) -> set[tuple[str, ...]]:
    """Every verb of the command that the page names in any way, `xuncha` before it or not."""
    text = page.read_text(encoding="utf-8")
    said = [*_NAMED.findall(text), *(line.removeprefix("xuncha ") for line in _lines(page))]
    # `findings add …` in a sentence is as much of a command as with the program's name.
    said += [span for span in _SPAN.findall(text) if " " in span]
    return {found for one in said if (found := verb(one.split()))}


def verb(words: list[str]) -> tuple[str, ...]:
    """The verb that these words begin with, `("db", "backup")`; empty when they name none."""
    command = _whole()
    path: list[str] = []
    for word in words:
        if word not in getattr(command, "commands", {}):
            break
        command = command.commands[word]
        path.append(word)
    return tuple(path)


@cache
def _whole() -> Any:
    return typer.main.get_command(cli.app)


def _lines(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    said = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    said += _SPAN.findall(_BLOCK.sub("", text))
    found = (_LINE.match(line.strip()) for line in said)
    return [f"xuncha {_BEHIND.sub('', one[1]).strip()}" for one in found if one]
