"""A demonstration empties its own folder and never somebody's data."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from democity.scratch import MARK, ScratchError, scratch


def test_a_folder_with_real_data_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "xuncha.db").write_text("findings of a year", encoding="utf-8")
    with pytest.raises(ScratchError, match="别的数据"), scratch(tmp_path):
        pass
    assert (tmp_path / "xuncha.db").read_text(encoding="utf-8") == "findings of a year"


def test_what_an_earlier_demonstration_left_is_gone(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with scratch(home) as folder:
        (folder / "captures").mkdir()
        (folder / "xuncha.db").touch()
    with scratch(home) as folder:
        assert {one.name for one in folder.iterdir()} == {MARK}


def test_two_demonstrations_in_one_stated_folder_do_not_mix(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with scratch(home), pytest.raises(ScratchError, match="正在使用"), scratch(home):
        pass


def test_of_two_demonstrations_without_a_folder_the_second_gets_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch(None) as first, scratch(None) as second:
        assert first == tmp_path / "xuncha-demo"
        assert second != first
        assert second.parent == tmp_path


def test_a_file_in_the_place_of_the_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "demo").touch()
    with pytest.raises(ScratchError, match="不是文件夹"), scratch(tmp_path / "demo"):
        pass
