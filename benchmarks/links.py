"""Dead links on a closed web, beside the tools that people use for that alone.

Run from the repository root: `python -m benchmarks.links [--hosts 20] [--pages 500] [--peers NAMES]`.
LinkChecker comes from PyPI, linkinator from npm, wget2 from Debian, each into a scratch folder
(`--scratch`, kept for the next run). Every tool walks the same web, served from memory by
`benchmarks.closed_web`, with its throttles lifted. What the ratios should be stands in TARGETS.
Exit codes: 0 all found, none invented, targets met; 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from benchmarks.closed_web import COUNTS, Shape, planted
from benchmarks.figures import note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 600.0
"""Seconds after which a tool is ended, unless `--limit` says otherwise."""
PEERS = ("bare", "linkinator", "linkchecker", "wget2")
WGET2 = ("wget2", "libwget0", "libgpgme11", "libassuan0")
LINKCHECKER_INI = """[checking]
threads=16
maxrequestspersecond=100000
robotstxt=0
recursionlevel=-1
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What a ratio of ours to a peer's should be; `least` is a lower bound, else an upper one."""

    name: str
    peer: str
    measure: str
    bound: float
    least: bool


TARGETS = (
    Target("throughput ÷ LinkChecker", "linkchecker", "rate", 20.0, least=True),
    Target("throughput ÷ linkinator", "linkinator", "rate", 1.5, least=True),
    Target("CPU a page ÷ linkinator", "linkinator", "cpu", 1.0, least=False),
    Target("CPU a page ÷ bare aiohttp + lexbor", "bare", "cpu", 3.0, least=False),
)


@dataclass(frozen=True, slots=True)
class Walk:
    """What one tool did: `cpu` in milliseconds a page, `rate` in pages a second.

    `pages` and `requests` are what the server saw: distinct pages sent with their body, and all
    requests.
    """

    seconds: float
    cpu_seconds: float
    dead: frozenset[str]
    pages: int
    requests: int

    @property
    def cpu(self) -> float:
        return self.cpu_seconds * 1000 / self.pages

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


@contextmanager
def closed_web(shape: Shape) -> Iterator[int]:
    """The web, served by a process of its own; gives its port."""
    command = [sys.executable, "-m", "benchmarks.closed_web"]
    command += [
        "--hosts",
        str(shape.hosts),
        "--pages",
        str(shape.pages),
        "--links",
        str(shape.links),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            yield int(json.loads(server.stdout.readline())["port"])
        finally:
            server.terminate()


def counts(port: int) -> dict[str, int]:
    """What the server was asked for since the last question."""
    with urlopen(f"http://127.0.0.1:{port}{COUNTS.decode()}", timeout=30) as answer:
        told: dict[str, int] = json.loads(answer.read())
    return told


def measured(
    command: Sequence[str], output: Path, folder: Path, limit: float
) -> tuple[float, float]:
    """Wall and CPU seconds of a command with all its children; its output goes to a file.

    A command that takes longer than `limit` is ended: its rate is that of the pages it managed.
    """
    began = time.monotonic()
    with output.open("wb") as out, (folder / "stderr.txt").open("wb") as err:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        timer = threading.Timer(limit, process.kill)
        timer.start()
        _, _, used = os.wait4(process.pid, 0)
        timer.cancel()
    return time.monotonic() - began, used.ru_utime + used.ru_stime


def told(output: Path) -> dict[str, Any]:
    """The JSON object that a tool wrote; nothing when it was ended before."""
    try:
        found: dict[str, Any] = json.loads(output.read_text())
    except ValueError:
        return {"links": [], "dead": []}
    return found


class Tools:
    """Where the peers lie, fetched on first use, and how each is run over some addresses."""

    def __init__(self, scratch: Path, limit: float) -> None:
        self.scratch = scratch
        self.limit = limit
        self.output = scratch / "output.txt"

    def _measured(self, command: Sequence[str]) -> tuple[float, float]:
        return measured(command, self.output, self.scratch, self.limit)

    def ours(self, urls: Sequence[str]) -> tuple[tuple[float, float], set[str]]:
        """This product."""
        return self._walk("ours", urls)

    def bare(self, urls: Sequence[str]) -> tuple[tuple[float, float], set[str]]:
        """The plainest crawler on the same libraries."""
        return self._walk("bare", urls)

    def _walk(self, name: str, urls: Sequence[str]) -> tuple[tuple[float, float], set[str]]:
        environment = [f"PYTHONPATH={ROOT}", sys.executable, "-m", "benchmarks.links_walk"]
        spent = self._measured(["env", *environment, name, *urls])
        return spent, set(told(self.output)["dead"])

    def linkinator(self, urls: Sequence[str]) -> tuple[tuple[float, float], set[str]]:
        """The npm tool, 50 connections at once as it is usually run."""
        program = self.scratch / "node_modules" / ".bin" / "linkinator"
        if not program.exists():
            fetch = ["npm", "install", "--silent", "--no-audit", "--no-fund", "linkinator"]
            subprocess.run(fetch, cwd=self.scratch, check=True)
        options = ["--recurse", "--concurrency", "50", "--format", "json", "--verbosity", "error"]
        spent = self._measured([str(program), *urls, *options])
        links = told(self.output)["links"]
        return spent, {one["url"] for one in links if one["state"] == "BROKEN"}

    def linkchecker(self, urls: Sequence[str]) -> tuple[tuple[float, float], set[str]]:
        """The PyPI tool, its throttle of ten requests a second and host lifted."""
        home = self.scratch / "linkchecker"
        if not (home / "bin" / "linkchecker").exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
            pip = [str(home / "bin" / "pip"), "install", "--quiet", "LinkChecker"]
            subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
        settings = home / "linkcheckerrc"
        settings.write_text(LINKCHECKER_INI)
        options = ["--config", str(settings), "--no-status", "--no-warnings", "--output", "csv"]
        command = [str(home / "bin" / "linkchecker"), *options, *urls]
        spent = self._measured(command)
        rows = self.output.read_text(errors="replace").splitlines()
        return spent, {
            url for row in rows for url in re.findall(r"http://[^;\s]+/gone/[^;\s]+", row)
        }

    def wget2(self, urls: Sequence[str]) -> tuple[tuple[float, float], set[str]]:
        """The physical limit: a spider in C that tells no more than what failed."""
        log = self.scratch / "wget2.log"
        options = ["--spider", "--recursive", "--level=inf", "--max-threads=16", "--no-robots"]
        hosts = ",".join(sorted({url.split("/")[2].split(":")[0] for url in urls}))
        options += ["--span-hosts", f"--domains={hosts}", f"--output-file={log}"]
        spent = self._measured([*wget2_command(self.scratch), *options, *urls])
        found = re.findall(r"404\D[^\n]*?(http://\S+)|(http://\S+/gone/\S+)", log.read_text())
        return spent, {(one or other).rstrip("'\"]") for one, other in found}


def wget2_command(scratch: Path) -> list[str]:
    """The installed wget2, or Debian's packages of it unpacked into the scratch folder."""
    found = shutil.which("wget2")
    if found:
        return [found]
    root = scratch / "wget2"
    if not (root / "usr" / "bin" / "wget2").exists():
        root.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", *WGET2], cwd=root, check=True, capture_output=True)
        for package in root.glob("*.deb"):
            subprocess.run(["dpkg", "-x", str(package), str(root)], check=True)
    libraries = f"LD_LIBRARY_PATH={root}/usr/lib:{root}/usr/lib/x86_64-linux-gnu"
    return ["env", libraries, str(root / "usr" / "bin" / "wget2")]


def run(shape: Shape, peers: Sequence[str], tools: Tools) -> dict[str, Walk]:
    """Every tool over the same web, one after the other."""
    walks: dict[str, Walk] = {}
    with closed_web(shape) as port:
        urls = [f"http://{host}:{port}/" for host in shape.names]
        truth = frozenset(planted(shape, port))
        for name in ("ours", *peers):
            try:
                (seconds, cpu), dead = getattr(tools, name)(urls)
            except (OSError, ValueError, subprocess.CalledProcessError) as error:
                print(f"{name:12} not measured: {type(error).__name__} {error}"[:150], flush=True)
                continue
            counted = counts(port)
            walk = Walk(seconds, cpu, frozenset(dead), counted["pages"], counted["requests"])
            walks[name] = walk
            late = f"  (ended after {tools.limit:.0f} s)" if seconds >= tools.limit else ""
            missed, invented = len(truth - walk.dead), len(walk.dead - truth)
            print(
                f"{name:12} {walk.rate:8.0f} pages/s {walk.cpu:8.2f} ms CPU a page"
                f"   {walk.pages} pages, {walk.requests} requests"
                f"   dead {len(walk.dead)} of {len(truth)}, missed {missed}, invented {invented}{late}",
                flush=True,
            )
        walks["truth"] = Walk(1.0, 0.0, truth, 1, 1)
    return walks


def verdict(walks: dict[str, Walk]) -> bool:
    """Print the ratios; True when everything was found, nothing invented, and all targets are met."""
    ours = walks["ours"]
    met = ours.dead == walks["truth"].dead
    for target in TARGETS:
        if target.peer not in walks:
            continue
        ratio = getattr(ours, target.measure) / getattr(walks[target.peer], target.measure)
        good = ratio >= target.bound if target.least else ratio <= target.bound
        met = met and good
        least, most = (target.bound, None) if target.least else (None, target.bound)
        note(target.name, ratio, at_least=least, at_most=most)
        sign = "≥" if target.least else "≤"
        print(
            f"{target.name:36} {ratio:7.2f}   target {sign} {target.bound}   {'met' if good else 'MISSED'}"
        )
    return met


def main(arguments: Any = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.links")
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--links", type=int, default=60)
    parser.add_argument("--peers", default=",".join(PEERS), help="comma separated, or nothing")
    parser.add_argument(
        "--scratch", type=Path, help="where peers are kept; default: a temporary folder"
    )
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for one tool")
    given = parser.parse_args(arguments)
    shape = Shape(given.hosts, given.pages, given.links)
    peers = [one for one in given.peers.split(",") if one]
    with tempfile.TemporaryDirectory() as temporary:
        scratch = given.scratch or Path(temporary)
        scratch.mkdir(parents=True, exist_ok=True)
        walks = run(shape, peers, Tools(scratch.resolve(), given.limit))
    return 0 if verdict(walks) else 1


if __name__ == "__main__":
    sys.exit(main())
