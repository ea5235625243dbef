"""Write the catalogues of the desk anew: `python -m scripts.catalogue`.

Sentences come from the templates, from refusals in web/, and from the words that stored codes
have in Chinese. What a catalogue does not know stays Chinese on the page.
"""

from __future__ import annotations

import ast
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from checks.base import Outcome
from checks.registry import ALL
from crawler.fetch.access import AccessState
from registry.schema import SCHEMAS, Kind
from review.states import ReasonCode, State
from web import evidence_words, words
from web.audit import ACTIONS
from web.language import DOMAIN, LANGUAGES
from web.notify.events import EVENTS
from web.notify.sending import SCHEMES
from web.reading.target_case import BADGES
from web.roles import Role
from web.templating import NAVIGATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
_CALL = re.compile(r"""\b_\(\s*(?:"([^"]*)"|'([^']*)')""")
_WORD = re.compile(r'"([^"]*[\u4e00-\u9fff][^"]*)"')
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_REFUSALS = frozenset({"DeskError", "UserError", "SignInError", "AddressError", "DecisionError"})


def main() -> int:
    """Write every catalogue; 1 where a language lacks a sentence of the pages themselves."""
    sentences = sorted({*_of_templates(), *_of_refusals(), *_of_words()})
    lacking = 0
    for language in LANGUAGES:
        if language != "zh":
            lacking += _write(language, sentences)
    return 1 if lacking else 0


def _write(language: str, sentences: list[str]) -> int:
    folder = WEB / "locale" / language / "LC_MESSAGES"
    po = folder / f"{DOMAIN}.po"
    old = Catalog(locale=language)
    if po.is_file():
        with po.open("rb") as file:
            old = read_po(file, locale=language)
    made = Catalog(locale=language, project="xuncha", fuzzy=False)
    made.revision_date = made.creation_date = datetime(2026, 1, 1, tzinfo=UTC)  # stable files
    for sentence in sentences:
        kept = old.get(sentence)
        made.add(sentence, kept.string if kept else "")
    folder.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, made, width=100, sort_output=True, omit_header=False)
    with po.with_suffix(".mo").open("wb") as file:
        write_mo(file, made)
    missing = [one.id for one in made if one.id and not one.string]
    for lacking in missing:
        sys.stdout.write(f"{language}: {lacking}\n")
    return len(missing)


def _of_templates() -> Iterator[str]:
    for path in sorted((WEB / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for double, single in _CALL.findall(text):
            yield double or single
        # Words in lists and mappings that stand inside the call: _({"a": "甲"}[x]).
        for inside in re.findall(r"_\(\{.*?\)", text):
            yield from _WORD.findall(inside)


def _of_refusals() -> Iterator[str]:
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                named = node.func.id in _REFUSALS
                yield from (_constants(node) if named else ())
    for name in ("review/seen.py", "web/application.py"):
        text = (ROOT / name).read_text(encoding="utf-8")
        yield from (one for one in _WORD.findall(text) if "{" not in one)


def _constants(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def _of_words() -> Iterator[str]:
    tables: tuple[Mapping[str, str], ...] = (
        words.SEVERITIES,
        words.RUN_STATES,
        words.KINDS,
        words.UNVISITED,
        words.PLATFORMS,
        words.GENERAL,
        words.REGISTERED,
        words.DETAILS,
        ACTIONS,
        evidence_words.LABELS,
        evidence_words.PARAMETERS,
        evidence_words.PROVENANCES,
        evidence_words.VALUES,
        BADGES,
        EVENTS,
        SCHEMES,
    )
    for table in tables:
        yield from table.values()
    for vocabulary in (State, Outcome, ReasonCode, AccessState, Role, Kind):
        yield from (one.chinese for one in vocabulary)
    yield from (heading for _, _, heading, _ in NAVIGATION)
    for schema in SCHEMAS.values():
        yield from (field.heading for field in schema.fields)
    for check in ALL:
        yield check.title
        yield from check.reasons.values()


if __name__ == "__main__":
    sys.exit(main())
