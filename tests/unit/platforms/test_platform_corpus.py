"""Real payloads beside the repository, read as their index says."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from crawler.fetch.access import AccessState
from crawler.platforms.inspect import inspect
from crawler.platforms.moments import BEIJING

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "accounts"
AS_OF = datetime(2026, 12, 1, tzinfo=BEIJING)
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the repository"),
]
# The entity of this list comes from another payload of the same account.
ELSEWHERE = {"weixin/list/profile_ext_getmsg_bytefe.json"}


def rows() -> list[dict[str, str]]:
    index = CORPUS / "index.csv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_payload_reads_as_the_index_says(row: dict[str, str]) -> None:
    reading = inspect(row["platform"], (CORPUS / row["file"]).read_bytes(), as_of=AS_OF)
    if row["access"].startswith("several"):
        assert reading.access is not AccessState.OK
        assert reading.posts == ()
        return
    newest = reading.newest_at.isoformat() if reading.newest_at else ""
    assert reading.access == row["access"]
    assert newest == row["newest_post_date"]
    assert bool(reading.posts) == bool(row["newest_post_date"])
    if row["file"] not in ELSEWHERE:
        assert (reading.entity.text or "") == row["entity_name"]


def test_files_of_several_refusals_read_one_by_one() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not beside the repository")
    several = {
        "kuaishou": "kuaishou/error_result_codes.json",
        "weixin": "weixin/list/error_ret_codes.json",
        "xiaohongshu": "xiaohongshu/error_shapes.json",
    }
    states: dict[str, list[str]] = {}
    for platform, name in several.items():
        parts = json.loads((CORPUS / name).read_text(encoding="utf-8"))
        bodies = [part.get("body", part) for part in parts]
        readings = [
            inspect(platform, json.dumps(b).encode() if b else b"", as_of=AS_OF) for b in bodies
        ]
        assert all(reading.posts == () for reading in readings)
        states[platform] = [str(reading.access) for reading in readings]
    assert states["kuaishou"] == ["rate_limited", "blocked"]
    assert states["weixin"] == ["rate_limited", "login_wall"]
    assert states["xiaohongshu"][:3] == ["challenge", "login_wall", "login_wall"]
    assert states["xiaohongshu"][6] == "deleted"
