"""What one page costs in the browser, counted apart from plain HTTP.

    python -m benchmarks.render_cost [--few 8] [--many 40]

Nights over sites whose lists only a browser sees, few and many, with the processor seconds of the
night, the driver and every process of Chromium read from the system's own accounts while they run;
what the second has more, divided by the pages it rendered more, is the cost of a page: starts are
in neither. The same nights without a browser are taken off. At most 0.3 processor seconds a page.
Ends with 1 beyond that, with 3 where there is no browser.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import note
from benchmarks.night_memory import family
from crawler.fetch.executable import find_browser
from democity import City
from democity.scenario import plan
from models import Capture
from settings import Settings
from tests.integration.night.night_world import World, register

MOST = 0.3
ABSENT = 3
SAMPLE_SECONDS = 0.1
TICK = os.sysconf("SC_CLK_TCK")


def scenario(sites: int) -> dict[str, Any]:
    """That many sites whose lists are put together by a script."""
    return {
        "name": f"render-{sites}",
        "seed": 13,
        "window": {"name": "2023Q1", "start": "2023-02-20", "end": "2023-03-31"},
        "nights": ["2023-03-29T01:00:00+08:00"],
        "probe_days": 0,
        "units": [{"name": "临江市", "domain": "linjiang"}],
        "sites": [{"unit": "临江市", "count": sites, "family": "script", "columns": "full"}],
    }


def used(number: int) -> float:
    """Processor seconds that a process has used itself; 0 when it is gone."""
    try:
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    fields = told.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def night(sites: int, *, browser: str) -> tuple[float, int]:
    """Processor seconds of a night with all its processes, and how many pages it rendered."""
    with City(plan(scenario(sites))) as city, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        origins = city.write_origin_map(home / "origins.json")
        settings = Settings(home=home, origin_map=origins, browser=browser)
        register(settings, city)
        world = World(settings)
        spent: dict[int, float] = {}
        process = world.start_night(city.nights()[0], workers=1)
        while process.poll() is None:
            for one in family(process.pid):
                spent[one] = max(spent.get(one, 0.0), used(one))
            time.sleep(SAMPLE_SECONDS)
        _, said = process.communicate()
        assert process.returncode in {0, 4}, said[-400:]
        rendered = world.count(Capture, Capture.rendered.is_(True))
        world.close()
    return sum(spent.values()), rendered


def main() -> int:
    """Print what a page costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=8)
    parser.add_argument("--many", type=int, default=40)
    said = parser.parse_args()
    if find_browser(Settings(browser="auto")) is None:
        print("no browser here")
        return ABSENT
    rows = []
    for sites in (said.few, said.many):
        plain, _ = night(sites, browser="off")
        seen, rendered = night(sites, browser="auto")
        rows.append((seen - plain, rendered))
        print(
            f"{sites:>4} sites: {plain:.1f} CPU s without a browser, {seen:.1f} with,"
            f" {rendered} pages rendered",
            flush=True,
        )
    pages = rows[1][1] - rows[0][1]
    cost = (rows[1][0] - rows[0][0]) / max(pages, 1)
    print(f"{cost:.2f} CPU s a page in the browser (at most {MOST})")
    met = note("CPU of a page in the browser", cost, "s", at_most=MOST)
    return 0 if pages and met else 1


if __name__ == "__main__":
    sys.exit(main())
