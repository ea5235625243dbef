"""Crawl processes are forked from one server: what each begins with, how each ends, and with whom."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import nursery
from crawler.nursery import Process
from crawler.processes import Crew, crawl
from settings import Settings
from tests.integration.night.conftest import StandIn
from tests.integration.night.night_world import ROOT, children_of, is_running, wait_until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not nursery.FORKS, reason="nothing is forked here"),
]

TELLS = """
import json, os, pathlib, sys, tempfile, threading
def main(arguments):
    told = {
        "environment": dict(os.environ), "scratch": tempfile.gettempdir(), "folder": os.getcwd(),
        "arguments": list(arguments), "server": os.getppid(),
        "input": os.readlink("/proc/self/fd/0"),
        "files": sorted(os.readlink(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")
                        if os.path.exists(f"/proc/self/fd/{one}")),
    }
    if "--targets" in arguments:
        targets = pathlib.Path(arguments[arguments.index("--targets") + 1])
        file = pathlib.Path(os.environ["XUNCHA_HOME"]) / "told.json"
    else:
        file = pathlib.Path(arguments[0])
    file.write_text(json.dumps(told))
    return 0
"""
ENDS = """
import os, pathlib, sys, time
def main(arguments):
    what, file = arguments
    pathlib.Path(file).write_text(str(os.getpid()))
    if what == "wait":
        time.sleep(60)
    if what == "crash":
        raise ValueError("broken")
    if what == "die":
        os.abort()
    if what == "print":
        print("on stdout")
        return 0
    return int(what)
"""


def _begun(what: str, folder: Path, name: str = "begun") -> Process:
    """A process that does `what`, and is seen to have begun."""
    file = folder / name
    process = nursery.begin([what, str(file)], dict(os.environ))
    assert wait_until(file.exists, seconds=20)
    return process


def _servers() -> list[int]:
    """The servers of this process."""
    told = ((one, Path(f"/proc/{one}/cmdline").read_bytes()) for one in children_of(os.getpid()))
    return [one for one, command in told if b"crawler.fork_server" in command]


def _told(file: Path, environment: dict[str, str]) -> dict[str, object]:
    assert nursery.begin([str(file)], environment).wait(30) == 0
    told: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    return told


def test_the_environments_of_two_crawls_of_one_parent_do_not_mix(
    stand_in: StandIn, sqlite_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(TELLS)
    told = []
    for name in ("one", "two"):
        home = tmp_path / name
        home.mkdir()
        monkeypatch.setenv(f"ONLY_{name}", "yes")
        settings = sqlite_settings.model_copy(update={"home": home})
        crawl(Crew(settings, 1, "here", 1), [[1]], lambda: None)
        told.append(json.loads((home / "told.json").read_text(encoding="utf-8")))
        monkeypatch.delenv(f"ONLY_{name}")
    one, two = told
    assert one["server"] == two["server"], "the second crawl has started a server of its own"
    assert "ONLY_two" in two["environment"]
    assert "ONLY_one" not in two["environment"]
    assert two["environment"]["XUNCHA_HOME"] == str(tmp_path / "two")
    assert two["environment"]["TMPDIR"] == two["scratch"] != one["scratch"]
    assert two["input"] == os.devnull


def test_a_crawl_process_begins_in_our_folder_and_holds_nothing_of_its_brothers(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(TELLS)
    first = _told(tmp_path / "first", dict(os.environ))
    monkeypatch.chdir(tmp_path)
    second = _told(tmp_path / "second", {"A": "一\udcff"})
    assert second["folder"] == str(tmp_path)
    assert second["environment"] == {"A": "一\udcff"}
    assert isinstance(first["files"], list)
    assert isinstance(second["files"], list)
    assert len(second["files"]) == len(first["files"])


@pytest.mark.parametrize(
    ("what", "code"),
    [("0", 0), ("1", 1), ("74", 74), ("crash", 1), ("die", -signal.SIGABRT)],
)
def test_how_a_crawl_process_ended_is_known(
    what: str, code: int, stand_in: StandIn, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    stand_in(ENDS)
    process = _begun(what, tmp_path)
    assert process.wait(30) == code
    assert process.poll() == code
    assert ("ValueError: broken" in capfd.readouterr().err) is (what == "crash")


def test_what_a_crawl_process_prints_never_gets_into_our_own_output(
    stand_in: StandIn, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    stand_in(ENDS)
    assert _begun("print", tmp_path).wait(30) == 0
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "on stdout\n")


@pytest.mark.parametrize(
    ("end", "code"), [(Process.terminate, -signal.SIGTERM), (Process.kill, -signal.SIGKILL)]
)
def test_a_crawl_process_may_be_ended_from_its_very_birth(
    end: Callable[[Process], None], code: int, stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in(ENDS)
    for number in range(5):
        process = nursery.begin(["wait", str(tmp_path / str(number))], dict(os.environ))
        getattr(process, end.__name__)()
        assert process.wait(20) == code


def test_who_waits_too_short_is_told_as_by_any_process(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in(ENDS)
    process = _begun("wait", tmp_path)
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    process.kill()
    assert process.wait(20) == -signal.SIGKILL


def test_signals_for_a_whole_crew_end_no_server(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in(ENDS)
    process = _begun("wait", tmp_path)
    (server,) = _servers()
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(server, one)
    process.terminate()
    assert process.wait(20) == -signal.SIGTERM, "and the server has told of it"
    assert _servers() == [server]


def test_a_server_that_is_killed_takes_its_children_with_it_and_the_next_one_has_a_new_server(
    stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in(ENDS)
    first = _begun("wait", tmp_path, "first")
    (server,) = _servers()
    os.kill(server, signal.SIGKILL)
    assert first.wait(20) == -signal.SIGKILL
    assert wait_until(lambda: not is_running(first.pid), seconds=5)
    assert _begun("0", tmp_path, "second").wait(20) == 0
    assert _servers() != [server]


def test_a_server_that_hangs_is_ended_and_the_process_started_without_it(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(ENDS + "\nif __name__ == '__main__':\n    sys.exit(main(sys.argv[1:]))\n")
    assert _begun("0", tmp_path, "first").wait(20) == 0
    (server,) = _servers()
    os.kill(server, signal.SIGSTOP)
    monkeypatch.setattr(nursery, "START_SECONDS", 0.2)
    process = _begun("7", tmp_path, "second")
    assert process.wait(20) == 7
    assert isinstance(process, subprocess.Popen)
    assert not is_running(server)


def test_where_nothing_can_be_forked_each_process_is_started_anew(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(ENDS + "\nif __name__ == '__main__':\n    sys.exit(main(sys.argv[1:]))\n")
    monkeypatch.setattr(nursery, "FORKS", False)
    nursery.open_by_fork()
    assert _begun("74", tmp_path).wait(20) == 74
    assert _servers() == []


def test_a_server_outlives_the_thread_that_needed_it_first(
    stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in(ENDS)
    begun: list[Process] = []
    thread = threading.Thread(target=lambda: begun.append(_begun("wait", tmp_path)))
    thread.start()
    thread.join()
    assert begun[0].poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        begun[0].wait(0.3)
    nursery.close()
    assert begun[0].wait(20) == -signal.SIGKILL


PARENT = """
import os, sys, time
from crawler import nursery
nursery.MODULE = "stand_in"
if "early" in sys.argv:
    nursery.open_by_fork()
process = nursery.begin(["wait", sys.argv[1]], dict(os.environ))
time.sleep(60)
"""


@pytest.mark.parametrize("how", ["early", "when needed"])
def test_nobody_outlives_a_parent_that_is_killed(
    how: str, stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in(ENDS)
    file = tmp_path / "begun"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(file), how], cwd=ROOT)
    try:
        assert wait_until(lambda: file.exists() and bool(file.read_text()), seconds=20)
        family = [*children_of(parent.pid), int(file.read_text())]
        assert len(set(family)) == 2
        assert all(map(is_running, family))
    finally:
        parent.kill()
        parent.wait()
    assert wait_until(lambda: not any(map(is_running, family)), seconds=5)


IDLE = """
import os, sys, time
from crawler import fork_server, nursery
from tests.integration.night.night_world import children_of, wait_until
nursery.MODULE = "stand_in"
fork_server.IDLE_SECONDS, fork_server.IDLE_LOOK_SECONDS = 0.3, 0.05
nursery.open_by_fork()
process = nursery.begin(["wait", sys.argv[1]], dict(os.environ))
first = children_of(os.getpid())
time.sleep(0.6)
print(process.poll(), children_of(os.getpid()) == first, end=" ")
process.kill()
process.wait(20)
print(wait_until(lambda: not children_of(os.getpid()), seconds=20))
print(nursery.begin(["7", sys.argv[1]], dict(os.environ)).wait(20), len(children_of(os.getpid())))
"""


def test_a_server_that_nobody_needs_ends_and_one_at_work_does_not(
    stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in(ENDS)
    told = subprocess.run(
        [sys.executable, "-c", IDLE, str(tmp_path / "begun")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "None True True\n7 1\n", told.stderr


LOADED = """
import sys, threading
import crawler.shard
left = [one for one in ("twisted.internet.reactor", "playwright.async_api") if one in sys.modules]
import gc, sqlalchemy
engines = [one for one in gc.get_objects() if isinstance(one, sqlalchemy.Engine)]
tasks = len(list(__import__("pathlib").Path("/proc/self/task").iterdir()))
print(left, engines, threading.active_count(), tasks)
"""


def test_what_the_server_loads_starts_no_thread_no_loop_and_no_database() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split("\n")[0] == "[] [] 1 1"
