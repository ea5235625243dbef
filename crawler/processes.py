"""The crawl processes of one night: started a few at a time, watched, ended with us.

crawl            patrols shards of targets, each in a process of its own
NoStoreError     what is seen cannot be stored; the message is one Chinese sentence
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from crawler import nursery
from crawler.scratch_folders import scratch_folder
from crawler.watchdog import Watch, life_file
from settings import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from settings import Settings

log = structlog.get_logger()

NOT_STORED = 74
"""Exit code of a shard that could store nothing any more (EX_IOERR)."""

POLL_SECONDS = 0.5
END_SECONDS = 15.0


class NoStoreError(Exception):
    """What is seen cannot be stored; the message is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Crew:
    """For whom processes work: a run, the lease under which they may store, how many at once.

    `shards`: how many share the budgets of addresses and platforms; 0: those of this crew alone.
    """

    settings: Settings
    run_id: int
    owner: str
    at_once: int
    shards: int = 0


@dataclass(slots=True)
class _Process:
    process: nursery.Process
    targets: Path
    watch: Watch


def sentence_file(targets: Path) -> Path:
    """Where a shard leaves the sentence that says why it failed: beside its list of targets."""
    return targets.with_suffix(".failure")


def crawl(crew: Crew, shards: Sequence[Sequence[int]], tick: Callable[[], None]) -> None:
    """Work through the shards; `tick` is called about twice a second and may raise.

    A shard that dies leaves its targets over. Raises NoStoreError when one could not store; the
    processes have ended whenever this returns or raises.
    """
    running: list[_Process] = []
    with scratch_folder() as folder:
        waiting = _written(shards, folder)
        try:
            while waiting or running:
                while waiting and len(running) < crew.at_once:
                    running.append(_start(crew, waiting.pop(0), len(shards)))
                time.sleep(POLL_SECONDS)
                tick()
                running = _still_running(crew, running)
        finally:
            _end(running)


def _written(shards: Sequence[Sequence[int]], folder: Path) -> list[Path]:
    files = [folder / f"{number}.json" for number in range(len(shards))]
    for file, shard in zip(files, shards, strict=True):
        file.write_text(json.dumps(list(shard)), encoding="utf-8")
    return files


def _start(crew: Crew, targets: Path, shards: int) -> _Process:
    told = [str(crew.run_id), "--targets", str(targets), "--owner", crew.owner]
    told += ["--shards", str(crew.shards or min(shards, crew.at_once))]
    # What a browser leaves behind when its process is killed goes with the folder.
    given = {**os.environ, **environment(crew.settings), "TMPDIR": str(targets.parent)}
    process = nursery.begin(told, given)
    return _Process(process, targets, Watch(process.pid, life_file(targets)))


def _still_running(crew: Crew, running: Iterable[_Process]) -> list[_Process]:
    alive = []
    for one in running:
        code = one.process.poll()
        if code is None:
            alive.append(one)
            if why := one.watch.trouble(crew.settings):
                # What it leaves over is tried again, in ever smaller shards.
                log.error("shard_ended_by_force", run=crew.run_id, pid=one.process.pid, why=why)
                one.process.kill()
        elif code == NOT_STORED:
            raise NoStoreError(_sentence(one))
    return alive


def _sentence(ended: _Process) -> str:
    try:
        return sentence_file(ended.targets).read_text(encoding="utf-8")
    except OSError:
        return "巡查结果无法保存，请检查磁盘空间和数据库"


def _end(running: Iterable[_Process]) -> None:
    """End what still runs; one that does not end when asked is killed."""
    for one in running:
        if one.process.poll() is None:
            one.process.terminate()
    for one in running:
        try:
            one.process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            one.process.kill()
            one.process.wait()
