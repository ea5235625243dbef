"""What a lexicon of 5,000 terms costs a night: its scan beside the crawl of the same run.

    python -m benchmarks.lexicon_cost [--terms 5000] [--pages 60]

A city is crawled; then every text of that night is scanned as the judging does it, and again with
each page's text repeated up to the most that is kept of a page. Ends with 1 when the scan, the making of
its automaton included, takes more than 5 % of the crawl's processor seconds.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.figures import note
from benchmarks.rejudge import scenario
from checks import wording
from checks.facts import PageReading
from checks.lexicon import Level, Lexicon, Term
from crawler import factcodec
from crawler.extract.facts import PageSigns
from crawler.extract.signs import TEXT
from crawler.fetch.access import AccessState
from database import session_factory
from democity import City
from democity.scenario import plan
from models import Capture, Fact
from settings import Settings
from tests.integration.night.night_world import World, register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

MOST = 0.05
# The commonest characters: terms made of them are met often, as those of a real lexicon are.
LETTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"


def lexicon(count: int) -> Lexicon:
    """The words of the product, one that every notice holds, and made ones up to `count`.

    Every tenth has a context.
    """
    chance = Random(5)
    terms = {term.text: term for term in Lexicon.built_in().terms}
    terms["工作的通知"] = Term("工作的通知", Level.SUSPECTED)
    while len(terms) < count:
        text = "".join(chance.choices(LETTERS, k=chance.choice((3, 4, 5, 6))))
        context = ("政府", "通知") if len(terms) % 10 == 0 else ()
        terms.setdefault(text, Term(text, Level.SUSPECTED, "", (), context))
    return Lexicon(tuple(terms.values()))


def readings(session: Session) -> dict[int, list[PageReading]]:
    """Every page that the night read well, by site."""
    found: dict[int, list[PageReading]] = {}
    rows = session.execute(
        select(Capture.target_id, Capture.id, Capture.url, Capture.role, Fact.payload)
        .join(Fact, Fact.capture_id == Capture.id)
        .where(Fact.kind == factcodec.PAGE, Capture.access == AccessState.OK.value)
    )
    for target, number, url, role, payload in rows:
        facts = factcodec.decode_page(payload)
        page = PageReading(url, role, AccessState.OK, number, facts)
        found.setdefault(target, []).append(page)
    return found


def spent() -> float:
    """Processor seconds of this process and of those it waited for."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, both))


def scanned(pages: Mapping[int, list[PageReading]], count: int) -> tuple[int, float]:
    """Hits, and processor seconds with the automaton made anew."""
    words = lexicon(count)
    begun = time.process_time()
    hits = sum(len(wording.scan(of_site, words)) for of_site in pages.values())
    return hits, time.process_time() - begun


def told(name: str, pages: Mapping[int, list[PageReading]], terms: int, crawl: float) -> float:
    """One scan on standard output; its share of the crawl."""
    texts = [text for of_site in pages.values() for page in of_site for text in wording.texts(page)]
    letters = sum(len(text) for _, text in texts)
    hits, seconds = scanned(pages, terms)
    share = seconds / crawl
    print(
        f"{name}: {letters:,} letters, {terms:,} terms, {hits} hits in {seconds:.3f} s, {share:.2%} of the crawl"
    )
    return share


def filled(pages: Mapping[int, list[PageReading]]) -> dict[int, list[PageReading]]:
    """The same pages with the longest text that is kept of one, each another."""
    return {site: [_filled(page) for page in of_site] for site, of_site in pages.items()}


def _filled(page: PageReading) -> PageReading:
    assert page.facts is not None
    said = "".join(row.title for row in page.facts.rows) or page.facts.title or page.url
    text = (f"{page.url} {said} " * (TEXT // max(1, len(said)) + 1))[:TEXT]
    return replace(page, facts=replace(page.facts, signs=PageSigns(text=text)))


def main() -> int:
    """Crawl, scan, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terms", type=int, default=5000)
    parser.add_argument("--pages", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, City(plan(scenario(asked.pages))) as city:
        home = Path(folder)
        origins = home / "origins.json"
        city.write_origin_map(origins)
        settings = Settings(home=home, origin_map=origins, browser="off", vantage="演示")
        register(settings, city)
        before = spent()
        World(settings).night(city.nights()[0])
        crawl = spent() - before
        with session_factory(settings)() as session:
            pages = readings(session)
    print(f"{sum(map(len, pages.values()))} pages, crawl {crawl:.2f} s of the processor")
    shares = [
        told(name, found, asked.terms, crawl)
        for name, found in (("as read", pages), ("filled", filled(pages)))
    ]
    return 0 if note("scan beside the crawl", max(shares), at_most=MOST) else 1


if __name__ == "__main__":
    sys.exit(main())
