"""Published notices played again over loopback: crawl, judge, decide, export, compare every cell.

    python -m benchmarks.replays [NOTICE …] [--workers 2] [--pages N]

Without `--pages` a site has 300 pages in the Hunan replay and 40 in the others.

Prints wall time, processor time, memory, requests and bytes. Ends with 1 when a veto is flagged
that the notice does not have, one is missed, or a cell differs beyond the listed exceptions.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import note
from tests.integration.report.replay_night import Played, replay
from tests.integration.report.replay_world import NOTICES

PAGES = {"hunan-2020q3": 300}
"""Pages a site, where it is not 40: the tests play all of them with 40."""

MOST_SECONDS, MOST_MEBIBYTES = 15 * 60, 500


def tell(told: Played) -> bool:
    """Print one replay; whether it is as published and inside its limits."""
    nights = told.nights
    targets, fresh = nights[-1]["targets"], nights[-1]["fresh"]
    print(
        f"{told.notice}: {len(nights)} night(s), {targets} targets, {fresh} read,"
        f" unread {nights[-1]['undetermined']}, {sum(one['pages'] for one in nights)} pages,"
        f" {sum(one['requests'] for one in nights)} requests,"
        f" {sum(one['bytes'] for one in nights) / 2**20:.1f} MiB"
    )
    print(
        f"  wall {told.seconds:.0f} s, processor {told.processor:.0f} s, memory {told.together:.0f}"
        f" MiB together, {told.largest:.0f} MiB the largest process; politeness delays 0 (mapped)"
    )
    if told.dismissed:
        print(f"  flagged beyond the notice and dismissed, by check: {dict(told.dismissed)}")
    for line in told.wrong:
        print(f"  {line}")
    inside = told.seconds < MOST_SECONDS and told.largest < MOST_MEBIBYTES
    note(f"differences, {told.notice}", len(told.wrong), "", at_most=0)
    note(f"wall time, {told.notice}", told.seconds, "s", at_most=MOST_SECONDS)
    note(f"largest process, {told.notice}", told.largest, "MiB", at_most=MOST_MEBIBYTES)
    print(f"  {len(told.wrong)} differences, limits {'kept' if inside else 'BROKEN'}", flush=True)
    return inside and not told.wrong


def main() -> int:
    """Play them; 0 when everything is as published."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notices", nargs="*", default=list(NOTICES))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pages", type=int, default=0, help="pages a site; 0: as stated above")
    said = parser.parse_args()
    good = True
    for notice in said.notices:
        with tempfile.TemporaryDirectory(prefix="xuncha-replay-") as folder:
            pages = said.pages or PAGES.get(notice, 40)
            good &= tell(replay(notice, Path(folder), workers=said.workers, pages=pages))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
