"""Five published notices: their registers and decisions give their annexes, cell by cell."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from report.export import export
from tests.integration.report.replay_world import NOTICES, differences, play

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("notice", NOTICES)
def test_every_annex_cell_is_the_published_one(
    notice: str, session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        scenario = play(session, notice, tmp_path / "registry")
        replay = scenario.document.replay
        assert replay is not None
        window = scenario.document.window.name
        told = export(
            session,
            window=window,
            layout=replay.layout,
            formats=["csv", "docx"],
            out=tmp_path / "out",
        )
    assert told.problems == []
    assert differences(notice, tmp_path / "out", f"{window}-{replay.layout}") == []
    with zipfile.ZipFile(tmp_path / "out" / f"{window}-{replay.layout}.docx") as document:
        assert document.testzip() is None
