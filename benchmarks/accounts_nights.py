"""Two nights over 400 accounts in every scene, and one on which every canary is dead.

    python -m benchmarks.accounts_nights [--scenario accounts] [--browser auto|off] [--workers 2]

Prints for each night the outcomes of M2.1 and its precision and recall against the city's key.
Ends with 1 when one verdict is not true.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import note
from democity import City, load
from tests.integration.accounts.account_nights import Played, open_home, play


def tell(played: Played, seconds: float) -> None:
    """One night."""
    told = ", ".join(f"{name} {count}" for name, count in sorted(played.outcomes.items()))
    reasons = ", ".join(f"{name} {count}" for name, count in played.report.undetermined.items())
    print(
        f"night {played.number}: {told}; precision {played.precision:.0%}, recall"
        f" {played.recall:.0%}; not true: {len(played.wrong)}; {seconds:.0f} s,"
        f" {played.report.requests} requests; state {played.report.state}; unseen: {reasons or '-'}",
        flush=True,
    )
    for line in played.wrong:
        print(f"  {line}", flush=True)


def main() -> int:
    """Play the nights; 0 when every verdict was true."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="accounts")
    parser.add_argument("--browser", default="auto")
    parser.add_argument("--workers", type=int, default=2)
    said = parser.parse_args()
    wrong = 0
    with (
        tempfile.TemporaryDirectory(prefix="xuncha-accounts-") as folder,
        City(load(said.scenario)) as city,
    ):
        settings = open_home(city, Path(folder), browser=said.browser)
        begun = time.monotonic()
        for played in play(city, settings, browser=said.browser != "off", workers=said.workers):
            tell(played, time.monotonic() - begun)
            wrong += len(played.wrong)
            begun = time.monotonic()
    return 0 if note("verdicts that are not true", wrong, "", at_most=0) else 1


if __name__ == "__main__":
    sys.exit(main())
