"""Whole copies of two real sites, patrolled over HTTP at stated times, as a person reads them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from database import session_factory, upgrade
from nightly import run_night
from registry.importing import import_files
from review import listing
from tests.integration.patrol.static_sites import StaticSites

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.corpus]

# Nothing listens there: whatever points outside the two copies is refused at once.
NOWHERE = "http://127.0.0.1:9"
REGISTRY = """网站标识码,网站名称,首页网址,地区,网站类型,提供办事服务
5203250001,道真县人力资源和社会保障局,http://rsj.gzdaozhen.gov.cn/,道真县,部门,是
4500000099,广西哲学社会科学规划办公室,http://www.gxpopss.cn/,广西,其他,否
"""
DAOZHEN, POPSS = "5203250001", "4500000099"
# What a person who reads the copies would also say: many columns long stale.
AGREED_VETOES = {(DAOZHEN, "W4.1"), (DAOZHEN, "W4.2")}


@pytest.fixture
def patrol(
    corpus: Path, settings_for: Callable[..., Settings], tmp_path: Path
) -> Callable[[str, str], dict[str, dict[str, Any]]]:
    """Patrol one site as of a day; its verdicts by check."""

    def go(code: str, day: str) -> dict[str, dict[str, Any]]:
        folders = {one.name: one for one in (corpus / "mirrors").iterdir() if one.is_dir()}
        with StaticSites(folders) as sites:
            origins = tmp_path / "origins.json"
            origins.write_text(json.dumps(sites.origins(elsewhere=NOWHERE)), encoding="utf-8")
            settings = settings_for(origin_map=origins)
            upgrade(settings)
            sessions = session_factory(settings)
            file = tmp_path / "sites.csv"
            file.write_text(REGISTRY, encoding="utf-8")
            with sessions() as session:
                assert not import_files(session, [file]).rejected
            as_of = datetime.fromisoformat(f"{day}T23:59:59+08:00")
            report = run_night(settings, sessions, as_of=as_of, only=[code], workers=1)
        with sessions() as session:
            rows = listing.verdict_rows(session, run_ids=[report.run])
            return {row["check"]: row for row in rows}

    return go


@pytest.mark.parametrize(
    ("code", "day", "outcome", "last_update"),
    [
        (DAOZHEN, "2021-01-04", "pass", "2020-12-30"),
        (DAOZHEN, "2021-01-19", "fail", "2020-12-30"),
        (POPSS, "2019-05-28", "pass", "2019-05-23"),
        (POPSS, "2019-06-20", "fail", "2019-05-23"),
    ],
)
def test_a_real_site_gets_the_verdict_a_person_would_give(
    patrol: Callable[[str, str], dict[str, dict[str, Any]]],
    code: str,
    day: str,
    outcome: str,
    last_update: str,
) -> None:
    """Traps 15, 18, 20, 32: clocks, year-less dates, pinned rows, badges by script."""
    verdicts = patrol(code, day)
    assert (verdicts["W3.1"]["outcome"], verdicts["W3.1"]["last_update"]) == (outcome, last_update)
    vetoes = {
        (code, check)
        for check, row in verdicts.items()
        if row["outcome"] == "fail" and check.startswith("W") and check != "W3.1"
    }
    assert vetoes <= AGREED_VETOES
