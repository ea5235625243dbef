"""Words of lexicons on the pages of a site, and what the checks that look for them say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Outcome, Verdict, bounded
from checks.common import site_out_of_scope, unread
from checks.facts import WordingHit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from checks.facts import PageReading, SiteFacts
    from checks.lexicon import Hit, Lexicon

_MOST = 200


def scan(pages: Iterable[PageReading], lexicon: Lexicon) -> tuple[WordingHit, ...]:
    """Every term on pages that were read well; a word at one address counts once.

    A text that several pages repeat, as home page and column repeat a title, is scanned once.
    """
    found: dict[tuple[str, str], WordingHit] = {}
    known: dict[str, list[Hit]] = {}
    for page in pages:
        if not page.good:
            continue
        for url, text in texts(page):
            if text not in known:
                known[text] = lexicon.scan(text)
            for hit in known[text]:
                told = WordingHit(
                    hit.term.text,
                    hit.term.level.value,
                    hit.term.suggestion,
                    url,
                    hit.around,
                    page.capture_id,
                )
                found.setdefault((hit.term.text, url), told)
        if len(found) >= _MOST:
            break
    return tuple(found.values())[:_MOST]


def texts(page: PageReading) -> Iterator[tuple[str, str]]:
    """What stands on a page, each with the address that a person must open."""
    facts = page.facts
    if facts is None:
        return
    titles: dict[str, list[str]] = {}
    for row in facts.rows:
        if row.own:
            titles.setdefault(row.url or page.url, []).append(row.title)
    yield from ((url, "\n".join(said)) for url, said in titles.items())
    yield page.url, facts.title
    if facts.signs is not None and facts.signs.text:
        yield page.url, facts.signs.text
    letters = "\n".join(letter.title for letter in facts.letters)
    if letters:
        yield page.url, letters


def candidates(check: str, site: SiteFacts, parameters: Mapping[str, Any]) -> Verdict:
    """Words of the levels that a check asks for: whether they are wrong where they stand, a person

    says.
    """
    outside = site_out_of_scope(check, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(check, site.home)
    if site.wording is None:
        return Verdict(check, Outcome.UNDETERMINED, "not_scanned")
    hits = [hit for hit in site.wording if hit.level in parameters["levels"]]
    if not hits:
        return Verdict(check, Outcome.PASS, "nothing_found")
    captures = tuple(dict.fromkeys(hit.capture_id for hit in hits))[:12]
    return Verdict(check, Outcome.UNDETERMINED, "needs_person", evidence_of(hits), captures)


def evidence_of(hits: Iterable[WordingHit]) -> dict[str, Any]:
    """Counts and places, as a person reads them."""
    shown = list(hits)
    lines = [
        f"{hit.word}（{hit.level}{f'，应为{hit.suggestion}' if hit.suggestion else ''}）"
        f"…{hit.around}… 见于 {hit.url}"
        for hit in shown
    ]
    return dict(bounded({"places": len(shown), "words": lines}))
