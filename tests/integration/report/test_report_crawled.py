"""Published notices from the first request to the last cell: crawl, judge, decide, export."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.report.replay_night import replay

pytestmark = pytest.mark.integration

TARGETS = {
    "zengdu-2023q1": 52,
    "yiyang-2021": 265,
    "shaoyang-2023q1": 240,
    "xianyang-2025q1": 346,
    "hunan-2020q3": 2337,
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("notice", TARGETS)
def test_a_notice_is_crawled_judged_decided_and_printed_as_published(
    notice: str, tmp_path: Path
) -> None:
    """Every site and account that the notice counts, forty pages a site, real HTTP on loopback."""
    told = replay(notice, tmp_path, workers=2, pages=40)
    assert told.wrong == []
    assert told.nights[-1]["fresh"] == told.nights[-1]["targets"] == TARGETS[notice]
