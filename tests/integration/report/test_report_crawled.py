"""A published notice from the first request to the last cell: crawl, judge, decide, export."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.report.replay_night import replay

pytestmark = pytest.mark.integration


def test_a_notice_is_crawled_judged_decided_and_printed_as_published(tmp_path: Path) -> None:
    told = replay("zengdu-2023q1", tmp_path, workers=2, pages=40)
    assert told.wrong == []
    assert told.nights[-1]["fresh"] == told.nights[-1]["targets"] == 52
