"""What a night costs the processor beside a bare Scrapy that fetches the very same addresses.

    python -m benchmarks.crawl_cost [--sites 24] [--scenario NAME --pages 300] [--json FILE] …

A city of static sites in a process of its own, or that of a published notice (`hunan-2020q3`: 594
sites and 1,738 accounts); a first night, a second one over the unchanged city,
a first night of another installation that checks no links,
then bare tuned Scrapy (no middlewares, no parsing) over the pages that the first night had an answer
from, all in this run. The links that are checked are further addresses, two for each page, which the
bare fetch is not asked for: the pages alone are what is comparable, the whole is told beside it. Starts of processes are measured apart, with a night over one site, and taken
off: both are taken with compiled modules at hand, as an installed package has them, and the start
as the mean of one before and one after. `--json` keeps the figures, `--against` prints what changed since. Targets: the whole pipeline
on the pages at most 4 × the bare fetch, an unchanged night at most 0.3 × the first. Ends with 1 beyond them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from benchmarks.figures import note
from benchmarks.night_memory import family, held, scenario
from crawler.fetch.origins import OriginMap
from democity import City, load
from democity.scenario import plan
from models import Capture, Site
from settings import Settings
from tests.integration.night.night_world import ROOT, World, register

PIPELINE, UNCHANGED = 4.0, 0.3
SECONDS = 0.25
BARE = """
import json, sys
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from crawler.fetch.tuning import SCRAPY
asked = json.load(open(sys.argv[1]))
class Bare(Spider):
    name = "bare"
    async def start(self):
        for url, host in asked:
            yield Request(url, headers={"Host": host}, dont_filter=True, callback=self.done)
    def done(self, response):
        pass
ours = {"ITEM_PIPELINES", "DOWNLOAD_HANDLERS"}
settings = {k: v for k, v in SCRAPY.items() if k not in ours}
process = AsyncCrawlerProcess(settings | {"CONCURRENT_REQUESTS": 32})
process.crawl(Bare)
process.start()
"""


def children_seconds() -> float:
    """Processor seconds of all children that have ended and been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(slots=True)
class Nights:
    """Nights of one world. `largest` is the most that one of their processes held, in MiB."""

    world: World
    workers: int
    largest: float = 0.0

    def play(self, as_of: datetime, *more: str) -> float:
        """Processor seconds of one night with all its processes."""
        before = children_seconds()
        process = self.world.start_night(as_of, *more, workers=self.workers)
        while process.poll() is None:
            sizes = [held(one) for one in family(process.pid)]
            self.largest = max(self.largest, max(sizes, default=0) / 2**20)
            time.sleep(SECONDS)
        _, said = process.communicate()
        assert process.returncode in {0, 4}, said[-400:]
        return children_seconds() - before


def bare(asked: list[tuple[str, str]], folder: Path, compiled: dict[str, str]) -> float:
    """Processor seconds of a bare Scrapy that fetches these addresses."""
    file = folder / "asked.json"
    spent = []
    for some in (asked[:1], asked, asked[:1]):
        file.write_text(json.dumps(some), encoding="utf-8")
        before = children_seconds()
        subprocess.run(
            [sys.executable, "-c", BARE, str(file)],
            check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **compiled},
        )  # fmt: skip
        spent.append(children_seconds() - before)
    return spent[1] - spent[2]


def begun(
    city: City, folder: Path, said: argparse.Namespace, **more: int
) -> tuple[World, Settings, str]:
    """A registered installation with compiled modules at hand, and the code of one of its sites."""
    folder.mkdir(exist_ok=True)
    settings = Settings(
        home=folder, browser="off", origin_map=city.write_origin_map(folder / "o.json")
    )
    if said.scenario:
        more |= {"site_pages": said.pages}
    settings = settings.model_copy(update=more)
    register(settings, city)
    compiled = {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    world = World(settings, compiled)
    with world.sessions() as session:
        one = session.scalars(select(Site.code).order_by(Site.id)).first() or ""
    return world, settings, one


def measure(city: City, folder: Path, said: argparse.Namespace) -> dict[str, float]:
    """All figures of one run."""
    world, settings, one = begun(city, folder / "whole", said)
    nights = Nights(world, said.workers)
    moment = city.nights()[0]
    city.set_clock(moment)
    nights.play(moment - timedelta(days=2), "--only", one)  # compiles the modules
    start = nights.play(moment - timedelta(days=1), "--only", one)
    first = nights.play(moment)
    asked = addresses(world, settings)
    second = nights.play(moment + timedelta(days=1))
    start = (start + nights.play(moment + timedelta(days=2), "--only", one)) / 2
    compiled = world.more
    world.close()
    told = {"pages": float(len(asked)), "start": start, "largest": nights.largest}
    told |= {"first": first - start, "second": second - start}
    told["alone"] = pages_alone(city, folder / "alone", said) - start
    told["bare"] = bare(asked, folder, compiled)
    told["pipeline"] = told["alone"] / told["bare"]
    told["with_links"] = told["first"] / told["bare"]
    told["unchanged"] = told["second"] / told["first"]
    return told


def pages_alone(city: City, folder: Path, said: argparse.Namespace) -> float:
    """Processor seconds of a first night that asks for no link."""
    world, _, one = begun(city, folder, said, home_links=0, site_links=0)
    nights, moment = Nights(world, said.workers), city.nights()[0]
    nights.play(moment - timedelta(days=2), "--only", one)
    spent = nights.play(moment)
    world.close()
    return spent


def addresses(world: World, settings: Settings) -> list[tuple[str, str]]:
    """Every address under which the last night had an answer, with its Host header."""
    with world.sessions() as session:
        urls = session.scalars(
            select(Capture.url).where(Capture.run_id == world.runs()[-1][0], Capture.status == 200)
        ).all()
    origins = OriginMap(settings.origins())
    return [(route.url, route.host or "") for route in map(origins.route, urls)]


def compare(told: dict[str, float], file: Path) -> None:
    """Print what changed since the figures of a file."""
    before = json.loads(file.read_text(encoding="utf-8"))
    for name, value in told.items():
        if before.get(name):
            print(f"{name:<10} {before[name]:>9.2f} → {value:>9.2f} ({value / before[name]:.2f} ×)")


def main() -> int:
    """Print the figures; 1 when a ratio is beyond its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=24)
    parser.add_argument("--scenario", default="", help="a notice's city instead of static sites")
    parser.add_argument("--pages", type=int, default=300, help="pages a site of that city")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--against", type=Path)
    said = parser.parse_args()
    city = City(load(said.scenario) if said.scenario else plan(scenario(said.sites)))
    city.start()
    try:
        with tempfile.TemporaryDirectory(prefix="xuncha-cost-") as folder:
            told = measure(city, Path(folder), said)
    finally:
        city.stop()
    pages = told["pages"]
    print(f"{pages:.0f} pages; a night's start {told['start']:.1f} CPU s")
    for name in ("first", "second", "alone", "bare"):
        print(f"{name:<7} {told[name]:>7.1f} CPU s  {told[name] * 1000 / pages:>6.2f} ms a page")
    print(f"pipeline on pages {told['pipeline']:.2f} × bare fetch (at most {PIPELINE:.0f})")
    print(f"with the links that are checked {told['with_links']:.2f} ×")
    print(f"the largest process held {told['largest']:.0f} MiB")
    print(f"unchanged night {told['unchanged']:.2f} × the first (at most {UNCHANGED})")
    if said.json:
        said.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    if said.against:
        compare(told, said.against)
    met = note("pipeline on pages beside a bare fetch", told["pipeline"], at_most=PIPELINE)
    note("with the links that are checked", told["with_links"], "×")
    met &= note("unchanged night beside the first", told["unchanged"], at_most=UNCHANGED)
    for name in ("first", "second", "bare"):
        note(f"CPU a page, {name}", told[name] * 1000 / pages, "ms")
    note("largest process", told["largest"], "MiB")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
