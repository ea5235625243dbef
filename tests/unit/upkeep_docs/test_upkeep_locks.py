"""What is installed is pinned: the extras, too; and what is known of the pins is asked for."""

from __future__ import annotations

import json
import re
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from scripts import advisories
from scripts.sbom import components
from tests.unit.house.imports import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def lock(name: str) -> dict[str, dict[str, Any]]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {str(one["name"]): one for one in components(text)}


def test_every_extra_has_a_lock_of_what_it_adds_in_the_versions_that_are_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tested = lock("test")
    for extra, asked in project["optional-dependencies"].items():
        pinned = lock(extra)
        names = {re.split(r"[><=\[]", one)[0].strip() for one in asked}
        assert names <= pinned.keys(), extra
        assert all(tested[name]["version"] == one["version"] for name, one in pinned.items())
    runtime = lock("runtime")
    assert all(tested[name]["version"] == one["version"] for name, one in runtime.items())


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.name)
def test_a_lock_has_hashes_for_every_pin_and_no_address(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    assert all(one["hashes"] for one in components(text))
    assert not re.search(r"://|--(extra-)?index|--find-links", text)


class _Service(BaseHTTPRequestHandler):
    answer: Any = b""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = self.answer(asked) if callable(self.answer) else self.answer
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Service]]:
    class Mine(_Service):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    monkeypatch.setenv("ADVISORY_SOURCE", f"http://127.0.0.1:{server.server_address[1]}/")
    yield Mine
    server.shutdown()
    serving.join()
    server.server_close()


def _told(asked: Any, *ids: str) -> bytes:
    """The first pin has the advisories `ids`, the others have none."""
    results: list[Any] = [{} for _ in asked["queries"]]
    results[0] = {"vulns": [{"id": one} for one in ids]}
    return json.dumps({"results": results}).encode()


def test_a_pin_with_a_known_weakness_fails_the_check_and_is_named(
    service: type[_Service], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service.answer = staticmethod(lambda asked: _told(asked, "GHSA-1", "PYSEC-2"))
    assert advisories.main() == 1
    first = advisories.pins()[0]
    assert f"{first}: GHSA-1" in capsys.readouterr().out
    monkeypatch.setattr(advisories, "ACCEPTED", {"GHSA-1": "不经过", "PYSEC-2": "不经过"})
    assert advisories.main() == 0
    assert "accepted: 不经过" in capsys.readouterr().out


def test_pins_without_a_known_weakness_pass(
    service: type[_Service], capsys: pytest.CaptureFixture[str]
) -> None:
    service.answer = staticmethod(_told)
    assert advisories.main() == 0
    assert f"{len(advisories.pins())} pins, 0 advisories" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b'{"results": []}', b"[]"])
def test_an_answer_that_is_no_service_of_advisories_is_said_and_passes(
    service: type[_Service], capsys: pytest.CaptureFixture[str], answer: bytes
) -> None:
    service.answer = answer
    assert advisories.main() == 0
    assert capsys.readouterr().out.startswith("skipped: ")


def test_without_a_service_the_check_says_so_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ADVISORY_SOURCE", "http://127.0.0.1:1")
    assert advisories.main() == 0
    assert capsys.readouterr().out.startswith("skipped: no advisories from http://127.0.0.1:1")
