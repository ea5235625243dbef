"""Every known layout again: wrapped otherwise, cut off, emptied, with other names for its times."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.platforms.inspect import inspect, to_contract
from tests.unit.platforms.test_platform_layouts import AS_OF, EXPECTED, LAYOUTS

TIMES = {
    "created_at",
    "created",
    "datetime",
    "pub_ts",
    "pubdate",
    "date_published",
    "date_modified",
    "ct",
}
ID_DIFFERS = timedelta(minutes=1)


def shown(name: str, payload: bytes) -> dict[str, Any]:
    platform, url = name.split("/", maxsplit=1)[0], EXPECTED[name].get("url", "")
    return to_contract(inspect(platform, payload, url=url, as_of=AS_OF))


def answers() -> Iterator[tuple[str, Any]]:
    """The layouts that are JSON."""
    for name in EXPECTED:
        if name.endswith(".json"):
            try:
                yield name, json.loads((LAYOUTS / name).read_bytes())
            except ValueError:
                continue


def wrapped(name: str, value: Any) -> Iterator[bytes]:
    text = json.dumps(value, ensure_ascii=False)
    yield b"\xef\xbb\xbf\r\n " + text.encode()
    yield json.dumps(value, indent=2).encode()
    if not name.startswith("feed/"):
        yield f"cb({text});".encode()
        yield f")]}}'\n{text}".encode()
        page = f"<html><head></head><body><pre>{html.escape(text, quote=False)}</pre></body></html>"
        yield page.encode()


def test_what_carries_an_answer_changes_nothing() -> None:
    """A byte order mark, indentation, JSONP, an anti-JSON prefix, a browser's view of JSON."""
    differing = [
        (name, payload[:30])
        for name, value in answers()
        for payload in wrapped(name, value)
        if shown(name, payload) != shown(name, json.dumps(value).encode())
    ]
    assert differing == []


def test_an_answer_that_breaks_off_is_never_read() -> None:
    read = [
        name
        for name, value in answers()
        if shown(name, json.dumps(value).encode()[: len(json.dumps(value)) * 2 // 3])["posts"]
    ]
    assert read == []


@pytest.mark.parametrize("nothing", [[], None])
def test_an_emptied_list_is_never_a_good_one(nothing: Any) -> None:
    """Empty and null lists beside good profiles: trap 1 of every platform."""
    good = [
        name
        for name, value in answers()
        if isinstance(value, dict) and EXPECTED[name]["posts"]
        and (told := shown(name, json.dumps(emptied(value, nothing)).encode()))["access"] == "ok"
        and not told["posts"]
    ]  # fmt: skip
    assert good == []


def emptied(value: Any, nothing: Any) -> Any:
    if isinstance(value, dict):
        return {key: emptied(inner, nothing) for key, inner in value.items()}
    return nothing if isinstance(value, list) else value


def renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [renamed(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        f"x_{key}" if "time" in key.lower() or key in TIMES else key: renamed(inner)
        for key, inner in value.items()
    }


def test_times_under_other_names_make_no_other_dates() -> None:
    """What is still dated then is dated by the id, which lies within a minute."""
    for name, value in answers():
        before = shown(name, json.dumps(value).encode())
        after = shown(name, json.dumps(renamed(value)).encode())
        if before["posts"] and after["access"] == "ok" and before["newest_at"]:
            assert after["newest_at"], name
            moments = [datetime.fromisoformat(told["newest_at"]) for told in (before, after)]
            assert abs(moments[0] - moments[1]) <= ID_DIFFERS, name
