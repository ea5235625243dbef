"""The arithmetic of docs/scale.md: what a night costs at two sizes, from a few measured numbers.

    python -m benchmarks.sizes [--write]

`MEASURED` holds the numbers and which bench measures each; `--write` puts the table into the page
anew, between its marks. A test holds the page to this module.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"
BEGIN, END = "<!-- sizes: python -m benchmarks.sizes --write -->", "<!-- end of sizes -->"
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of a processor unless said otherwise."""

    first: float = 2.84
    """A page in a first night: fetched, read, stored, judged; no links (`crawl_cost`)."""
    unchanged: float = 0.94
    """A page of an unchanged night, whether it was asked for or stands (`crawl_cost`)."""
    link: float = 0.32
    """A link of a home page that is asked for (`crawl_cost`: the night with links less the one without)."""
    site: float = 9.0
    """A site judged: eight pages, 30 checks (`scale`)."""
    account: float = 0.65
    """An account judged (`scale`)."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What settings and manners say: pages of a site, how many of them are articles, links of its

    home page, nights for which an article or a link stands, pace of a host, sites at once.
    """

    pages: int = 60
    articles: int = 12
    links: int = 400
    stands: int = 4
    seconds: float = 1.0
    at_once: int = 16
    night: float = 5.0
    """Hours."""


@dataclass(frozen=True, slots=True)
class Size:
    """A register."""

    name: str
    sites: int
    accounts: int


MEASURED, MANNERS = Measured(), Manners()
SIZES = (Size("Hunan 2020", 594, 1_738), Size("a country", 14_463, 100_000))


@dataclass(frozen=True, slots=True)
class Night:
    """One night at a size: seconds of a processor, and hours that one process waits for hosts."""

    pages: int
    crawl: float
    links: float
    judging: float
    waiting: float

    @property
    def processor(self) -> float:
        """All of it, in seconds."""
        return self.crawl + self.links + self.judging


def requests(manners: Manners = MANNERS, *, unchanged: bool) -> float:
    """What is asked of one site: lists every night, articles and links in turns when they stand."""
    if not unchanged:
        return manners.pages + manners.links
    lists = manners.pages - manners.articles
    return lists + (manners.articles + manners.links) / manners.stands


def night(
    size: Size, *, unchanged: bool, measured: Measured = MEASURED, manners: Manners = MANNERS
) -> Night:
    """What a night costs at that size."""
    pages, links = size.sites * manners.pages, manners.links / (manners.stands if unchanged else 1)
    judged = size.sites * measured.site + size.accounts * measured.account
    return Night(
        pages,
        pages * (measured.unchanged if unchanged else measured.first) / 1000,
        size.sites * links * measured.link / 1000,
        judged / 1000,
        size.sites
        * requests(manners, unchanged=unchanged)
        * manners.seconds
        / manners.at_once
        / HOUR,
    )


def places(waiting: float, manners: Manners = MANNERS) -> int:
    """How many crawl processes end within the night."""
    return max(1, -(-round(waiting * 100) // round(manners.night * 100)))


def told(seconds: float) -> str:
    """Processor seconds as a person reads them."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"


def table() -> list[str]:
    """The lines of the page between its marks."""
    first = [night(one, unchanged=False) for one in SIZES]
    later = [night(one, unchanged=True) for one in SIZES]
    m, by = MEASURED, MANNERS
    asks = f"{requests(unchanged=False):g} requests × {by.seconds:g} s ÷ {by.at_once} at once"
    fewer = f"{requests(unchanged=True):g} requests"
    rows = [
        ("sites", [f"{one.sites:,}" for one in SIZES]),
        ("accounts", [f"{one.accounts:,}" for one in SIZES]),
        (f"pages of sites ({by.pages} each, the default cap)", [f"{one.pages:,}" for one in first]),
        (f"crawl, first night: pages × {m.first:g} ms", [told(one.crawl) for one in first]),
        (
            f"crawl, unchanged night: pages × {m.unchanged:g} ms",
            [told(one.crawl) for one in later],
        ),
        (
            f"links of home pages, first night: sites × {by.links} × {m.link:g} ms",
            [told(one.links) for one in first],
        ),
        (f"links, unchanged night: ÷ {by.stands}", [told(one.links) for one in later]),
        (
            f"judging: sites × {m.site:g} ms + accounts × {m.account:g} ms",
            [told(one.judging) for one in first],
        ),
        ("**processor, first night**", [told(one.processor) for one in first]),
        ("**processor, unchanged night**", [told(one.processor) for one in later]),
        (
            f"waiting for hosts, first night, one process: sites × {asks}",
            [f"{one.waiting:.1f} h" for one in first],
        ),
        (f"waiting, unchanged night: {fewer} instead", [f"{one.waiting:.1f} h" for one in later]),
        (
            f"**processes for a night of {by.night:g} hours**, first, then unchanged",
            [
                f"{places(one.waiting)}, then {places(two.waiting)}"
                for one, two in zip(first, later, strict=True)
            ],
        ),
    ]
    names = " | ".join(one.name for one in SIZES)
    lines = [f"| | {names} |", "|---|" + "---|" * len(SIZES)]
    return lines + [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]


def page_with_table(text: str) -> str:
    """The page with its table written anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n" + "\n".join(table()) + f"\n{END}{after}"


def main() -> int:
    """Print the table, or write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    said = parser.parse_args()
    if said.write:
        PAGE.write_text(page_with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n".join(table()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
