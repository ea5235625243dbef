"""A journal reads one JSON object a line, with the run and the target it is about."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.unit.house.imports import ROOT

PROGRAM = """
import asyncio, logging, sys
import structlog
from crawler.logs import about, configure
configure()
log = structlog.get_logger()
log.debug("silent")

async def visit(target):
    with about(run=7, target=target):
        await asyncio.sleep(0)
        log.info("visited", name="某某市")

async def main():
    await asyncio.gather(visit(1), visit(2))

asyncio.run(main())
try:
    1 / 0
except ZeroDivisionError:
    log.exception("crashed")
logging.getLogger("library").warning("strange %s", "thing")
logging.getLogger("library").info("silent")
print("the command's own output")
"""


def lines() -> tuple[str, list[dict[str, Any]]]:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return told.stdout, [json.loads(line) for line in told.stderr.splitlines()]


def test_lines_are_json_and_say_what_they_are_about() -> None:
    out, told = lines()
    assert out == "the command's own output\n"
    assert [line["event"] for line in told] == ["visited", "visited", "crashed", "strange thing"]
    assert {(line["run"], line["target"]) for line in told[:2]} == {(7, 1), (7, 2)}
    assert told[0]["name"] == "某某市"
    assert "run" not in told[2]
    assert "ZeroDivisionError" in told[2]["exception"]
    assert (told[3]["logger"], told[3]["level"]) == ("library", "warning")
    assert all(line["timestamp"].endswith("Z") for line in told)
