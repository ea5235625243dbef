"""One availability round over 600 loopback sites of which a tenth hang until the legal limit.

Run from the repository root: `python -m benchmarks.probes [--sites 600] [--one-address]`.
Targets: at most 25 seconds of wall time and 10 seconds of CPU, at the default concurrency, and the
right answer for every site. `--one-address` puts all sites on ports of one address, as a shared
platform does. Exit codes: 0 targets met, 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import note
from crawler.probes import probe_round
from database import session_factory, upgrade
from models import Site, Unit
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SECONDS, CPU_SECONDS = 25.0, 10.0
AT = datetime.fromisoformat("2023-03-10T08:15:00+08:00")
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1030\r\n\r\n"
    + b"<p>x</p>" * 128
    + b"ready!"
)


def hangs(number: int) -> bool:
    """Every tenth site takes the connection and says nothing."""
    return number % 10 == 9


async def serve(sites: int, *, one_address: bool) -> None:
    """Answer for all sites until ended; prints their addresses as one JSON line."""

    async def speak(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        head = await reader.read(4096)
        if head.startswith(b"GET") and not hangs(number):
            writer.write(ANSWER)
        elif head and hangs(number):
            await asyncio.sleep(60)
        writer.close()

    urls = []
    servers = []
    for number in range(sites):
        host = "127.0.0.1" if one_address else f"127.0.{number // 250 + 1}.{number % 250 + 1}"

        def answer(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int = number
        ) -> Any:
            return speak(reader, writer, number)

        server = await asyncio.start_server(answer, host, 0, backlog=64)
        servers.append(server)
        urls.append(f"http://{host}:{server.sockets[0].getsockname()[1]}/")
    print(json.dumps(urls), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


@contextmanager
def sites_served(sites: int, *, one_address: bool) -> Iterator[list[str]]:
    """The sites, served by a process of its own; gives their addresses."""
    command = [sys.executable, "-m", "benchmarks.probes", "--serve", "--sites", str(sites)]
    command += ["--one-address"] if one_address else []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()


def measure(urls: list[str]) -> bool:
    """One round over the sites; True when it kept to the targets and counted right."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), allow_private=True)
        upgrade(settings)
        sessions = session_factory(settings)
        with sessions.begin() as session:
            unit = Unit(name="某市")
            session.add(unit)
            session.flush()
            for number, url in enumerate(urls):
                named = {"kind": "site", "identity": str(number), "name": str(number)}
                session.add(Site(**named, unit_id=unit.id, home_url=url, canary=number == 0))
        began, cpu = time.monotonic(), time.process_time()
        told = probe_round(settings, sessions, AT)
        seconds, used = time.monotonic() - began, time.process_time() - cpu
        sessions.kw["bind"].dispose()
    hanging = sum(hangs(number) for number in range(len(urls)))
    right = (told.ok, told.failed) == (len(urls) - hanging, hanging)
    print(
        f"{len(urls)} sites, {hanging} hanging: {seconds:.1f} s, {used:.1f} s of CPU; {told.states}"
    )
    met = note("a round", seconds, "s", at_most=SECONDS)
    met &= note("CPU of a round", used, "s", at_most=CPU_SECONDS)
    return right and met


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.probes")
    parser.add_argument("--sites", type=int, default=600)
    parser.add_argument("--one-address", action="store_true")
    parser.add_argument("--serve", action="store_true", help="only serve the sites")
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.sites, one_address=given.one_address))
        return 0
    with sites_served(given.sites, one_address=given.one_address) as urls:
        met = measure(urls)
    print("met" if met else "MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
