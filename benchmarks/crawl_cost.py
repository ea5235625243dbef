"""What a night costs the processor beside a bare Scrapy that fetches the very same addresses.

    python -m benchmarks.crawl_cost [--sites 24] [--json FILE] [--against FILE]

A city of static sites in a process of its own; a first night, a second one over the unchanged city,
then bare tuned Scrapy (no middlewares, no parsing) over the addresses that the first night asked
for, all in this run. Starts of processes are measured apart, with a night over one site, and taken
off. `--json` keeps the figures, `--against` prints what changed since. Targets: the whole pipeline
at most 4 × the bare fetch, an unchanged night at most 0.3 × the first. Ends with 1 beyond them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from benchmarks.night_memory import scenario
from crawler.fetch.origins import OriginMap
from democity import City
from democity.scenario import plan
from models import Capture, Site
from settings import Settings
from tests.integration.night.night_world import ROOT, World, register

PIPELINE, UNCHANGED = 4.0, 0.3
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


def night(world: World, as_of: str, *more: str) -> float:
    """Processor seconds of one night with all its processes."""
    before = children_seconds()
    told = world.night(as_of, *more, workers=1)
    assert told.code in {0, 4}, told.err[-400:]
    return children_seconds() - before


def bare(asked: list[tuple[str, str]], folder: Path) -> float:
    """Processor seconds of a bare Scrapy that fetches these addresses."""
    file = folder / "asked.json"
    spent = []
    for some in (asked, asked[:1]):
        file.write_text(json.dumps(some), encoding="utf-8")
        before = children_seconds()
        subprocess.run(
            [sys.executable, "-c", BARE, str(file)],
            check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        spent.append(children_seconds() - before)
    return spent[0] - spent[1]


def measure(city: City, folder: Path) -> dict[str, float]:
    """All figures of one run."""
    settings = Settings(
        home=folder, browser="off", origin_map=city.write_origin_map(folder / "o.json")
    )
    register(settings, city)
    world = World(settings)
    with world.sessions() as session:
        one = session.scalars(select(Site.code).order_by(Site.id)).first() or ""
    first_moment = city.nights()[0]
    city.set_clock(first_moment)
    start = night(world, (first_moment - timedelta(days=1)).isoformat(), "--only", one)
    first = night(world, first_moment.isoformat()) - start
    with world.sessions() as session:
        run = world.runs()[-1][0]
        urls = session.execute(
            select(Capture.url, Capture.size).where(Capture.run_id == run, Capture.status == 200)
        ).all()
    second = night(world, (first_moment + timedelta(days=1)).isoformat()) - start
    origins = OriginMap(settings.origins())
    asked = [(route.url, route.host or "") for route in (origins.route(url) for url, _ in urls)]
    world.close()
    told = {"pages": float(len(asked)), "start": start, "first": first, "second": second}
    told["bare"] = bare(asked, folder)
    told["pipeline"] = first / told["bare"]
    told["unchanged"] = second / first
    return told


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
    parser.add_argument("--json", type=Path)
    parser.add_argument("--against", type=Path)
    said = parser.parse_args()
    city = City(plan(scenario(said.sites)))
    city.start()
    try:
        with tempfile.TemporaryDirectory(prefix="xuncha-cost-") as folder:
            told = measure(city, Path(folder))
    finally:
        city.stop()
    pages = told["pages"]
    print(f"{pages:.0f} pages; a night's start {told['start']:.1f} CPU s")
    for name in ("first", "second", "bare"):
        print(f"{name:<7} {told[name]:>7.1f} CPU s  {told[name] * 1000 / pages:>6.2f} ms a page")
    print(f"pipeline {told['pipeline']:.2f} × bare fetch (at most {PIPELINE:.0f})")
    print(f"unchanged night {told['unchanged']:.2f} × the first (at most {UNCHANGED})")
    if said.json:
        said.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    if said.against:
        compare(told, said.against)
    return 0 if told["pipeline"] <= PIPELINE and told["unchanged"] <= UNCHANGED else 1


if __name__ == "__main__":
    sys.exit(main())
