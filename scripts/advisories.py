"""Known weaknesses of what is pinned: `python -m scripts.advisories`, a step of `make check`.

Asks an OSV service (https://osv.dev, or the mirror that ADVISORY_SOURCE names) about every pin of
requirements/. Exit 1 when one is affected and not accepted below; where no service answers, that
is said and the step passes: a machine without a network can still be checked.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from scripts.sbom import components

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "https://api.osv.dev"
SECONDS = 10.0
MOST_BYTES = 4_000_000
LOCKS = ("runtime", "cluster", "metrics", "test")

ACCEPTED: dict[str, str] = {}
"""Advisory → why it does not touch us."""


class SourceError(Exception):
    """The service gave no answer that can be read; the message says why."""


def pins() -> list[str]:
    """Every pin of every lock as a package address, each once."""
    found: dict[str, None] = {}
    for lock in LOCKS:
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        found |= dict.fromkeys(str(one["purl"]) for one in components(text))
    return sorted(found)


def affected(source: str, wanted: list[str]) -> dict[str, list[str]]:
    """Advisories by pin, for pins that have any. Raises SourceError."""
    told = _ask(source, {"queries": [{"package": {"purl": one}} for one in wanted]})
    results = told.get("results") if isinstance(told, dict) else None
    if not isinstance(results, list) or len(results) != len(wanted):
        raise SourceError("the answer is not OSV's")
    found: dict[str, list[str]] = {}
    for pin, result in zip(wanted, results, strict=True):
        weaknesses = (result or {}).get("vulns") or []
        ids = sorted(str(one.get("id", "?")) for one in weaknesses)
        if ids:
            found[pin] = ids
    return found


def _ask(source: str, question: dict[str, Any]) -> Any:
    request = urllib.request.Request(  # noqa: S310 -- an address that the operator names
        f"{source.rstrip('/')}/v1/querybatch",
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "xuncha-check"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 -- as above
            return json.loads(answer.read(MOST_BYTES))
    except (OSError, ValueError, HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise SourceError(f"{type(error).__name__}: {reason}") from error


def main() -> int:
    """Print what is affected; 1 when anything is."""
    wanted = pins()
    source = os.environ.get("ADVISORY_SOURCE", SOURCE)
    try:
        found = affected(source, wanted)
    except SourceError as error:
        print(f"skipped: no advisories from {source} ({error})")  # noqa: T201 -- a script
        return 0
    bad = 0
    for pin, ids in found.items():
        for one in ids:
            why = ACCEPTED.get(one)
            bad += why is None
            print(f"{pin}: {one}{f' (accepted: {why})' if why else ''}")  # noqa: T201 -- a script
    print(f"{len(wanted)} pins, {bad} advisories that are not accepted")  # noqa: T201 -- a script
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
