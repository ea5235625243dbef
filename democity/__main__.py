"""`python -m democity serve SCENARIO`: the city for people, and for the process that plays it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from democity.city import City
from democity.language import ScenarioError
from democity.scenario import load, plan
from democity.server import Streets, moment, open_city

if TYPE_CHECKING:
    from datetime import datetime

    from democity.scenario import Scenario


def main(arguments: list[str] | None = None) -> int:
    """0 when the city was served until it was stopped; 2 for a scenario that cannot be used."""
    said = _parser().parse_args(arguments)
    try:
        scenario = plan(json.loads(sys.stdin.readline())) if said.child else load(said.scenario)
    except ScenarioError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if said.verb == "key":
        _print_key(scenario)
        return 0
    try:
        clock = moment(said.clock) if said.clock else scenario.document.nights[0]
        asyncio.run(_serve(scenario, clock, said))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m democity", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    serve = verbs.add_parser("serve", help="answer for every host of a scenario on one port")
    serve.add_argument("scenario", help="a built-in name (demo, tiny) or a YAML file")
    serve.add_argument("--port", type=int, default=0)
    serve.add_argument("--clock", default="", help="ISO 8601 with offset; default: the first night")
    serve.add_argument("--files", type=Path, help="write origins.json and the registry there")
    serve.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    key = verbs.add_parser("key", help="print what is planted, one JSON object a line")
    key.add_argument("scenario")
    key.set_defaults(child=False)
    return parser


async def _serve(scenario: Scenario, clock: datetime, said: argparse.Namespace) -> None:
    runner, port = await open_city(Streets(scenario, clock), said.port)
    try:
        if said.child:
            sys.stdout.write(json.dumps({"port": port}) + "\n")
            sys.stdout.flush()
            # The parent holds the other end; when it is gone, so is the city.
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        else:
            _introduce(scenario, port, said.files)
            await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _introduce(scenario: Scenario, port: int, folder: Path | None) -> None:
    write = sys.stdout.write
    write(f"{scenario.document.title or scenario.name}: http://127.0.0.1:{port}\n")
    write(f"  {len(scenario.sites)} sites, {len(scenario.accounts)} accounts, ")
    write(f"{len(scenario.expected)} planted problems\n")
    for site in scenario.sites[:60]:
        planted = ", ".join(site.problems) or site.state.kind
        write(f"  {site.code} {site.home_url:<44} {site.family:<8} {site.name} [{planted}]\n")
    if folder is not None:
        city = City(scenario)
        city.port = port
        city.write_registry(folder)
        write(f"  origin map: {city.write_origin_map(folder / 'origins.json')}\n")
    sys.stdout.flush()


def _print_key(scenario: Scenario) -> None:
    for one in scenario.expected:
        told = {
            "code_or_name": one.code_or_name,
            "check": one.check,
            "outcome": one.outcome,
            "last_update": one.last_update.isoformat() if one.last_update else None,
            "name": one.name,
            "unit": one.unit,
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
