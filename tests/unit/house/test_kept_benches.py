"""`make bench` plays every bench, each is described, and what two runs kept can be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import compare, figures, sizes
from benchmarks.figures import Figure

FOLDER = Path(figures.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_module_is_a_bench_or_a_part_of_one() -> None:
    for file in FOLDER.glob("*.py"):
        is_script = "\ndef main(" in file.read_text(encoding="utf-8")
        played = file.stem in {*bench.scripts(), *bench.SELDOM}
        assert played != (file.stem in bench.PARTS), file.stem
        assert is_script or not played, file.stem


@pytest.mark.parametrize("name", bench.scripts())
def test_every_bench_notes_figures_and_is_described(name: str) -> None:
    assert "note(" in (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert any(name in line for line in README.splitlines() if line.startswith("## ")), name


def test_figures_are_noted_only_where_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "figures"
    monkeypatch.setattr("sys.argv", ["/somewhere/benchmarks/crawl_cost.py"])
    monkeypatch.delenv(figures.FILE, raising=False)
    assert figures.note("pipeline", 3.5, at_most=4)
    assert figures.noted(file) == []
    monkeypatch.setenv(figures.FILE, str(file))
    assert not figures.note("pipeline", 4.5, at_most=4)
    assert figures.note("faster", 1.7, at_least=1.5)
    assert figures.noted(file) == [
        Figure("crawl_cost", "pipeline", 4.5, "×", 4),
        Figure("crawl_cost", "faster", 1.7, "×", None, 1.5),
    ]
    assert "MISSED" in figures.noted(file)[0].line()


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kept"
    monkeypatch.setattr(bench, "KEPT", folder)
    return folder


def _kept(folder: Path, name: str, *found: Figure) -> compare.Kept:
    bench.keep(list(found), {"crawl_cost": {"exit": 0, "seconds": 1.0}}, 0.5)
    (file,) = (one for one in folder.glob("2*.json"))
    return compare.Kept.of(file.rename(folder / f"{name}.json"))


def test_two_runs_are_set_side_by_side(keep: Path) -> None:
    before = _kept(
        keep, "a", Figure("crawl_cost", "pipeline", 3.0, at_most=4), Figure("old", "x", 1.0)
    )
    after = _kept(
        keep, "b", Figure("crawl_cost", "pipeline", 3.6, at_most=4), Figure("new", "y", 2.0)
    )
    lines, sound = compare.compared(before, after)
    assert sound
    assert [line.split()[0] for line in lines] == ["crawl_cost", "new", "old"]
    assert lines[0].endswith("1.20 ×  worse")
    assert lines[1].endswith("only after")
    assert lines[2].endswith("only before")
    assert compare.kept_files(keep) == [keep / "a.json", keep / "b.json"]


def test_a_figure_that_left_its_limit_is_told_by_the_exit_code(
    keep: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = Figure("cluster", "two workers", 1.7, at_least=1.5)
    files = [
        str(_kept(keep, name, one).file)
        for name, one in (("a", good), ("b", Figure("cluster", "two workers", 1.2, at_least=1.5)))
    ]
    monkeypatch.setattr("sys.argv", ["compare", *files])
    assert compare.main() == 1
    assert "BEYOND ITS LIMIT" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["compare", *reversed(files)])
    assert compare.main() == 0


def test_a_kept_file_is_plain_json(keep: Path) -> None:
    file = _kept(keep, "a", Figure("probes", "a round", 21.0, "s", 25)).file
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["figures"][0]["name"] == "a round"
    assert set(told) == {"made_at", "cores", "load", "benches", "figures"}


def test_the_page_of_sizes_says_what_its_arithmetic_gives() -> None:
    text = sizes.PAGE.read_text(encoding="utf-8")
    assert sizes.page_with_table(text) == text
    for number in (sizes.MEASURED.first, sizes.MEASURED.unchanged, sizes.MEASURED.link):
        assert f"{number:g} CPU ms" in text


def test_an_unchanged_night_asks_for_lists_and_for_a_share_of_the_rest() -> None:
    manners = sizes.Manners(pages=20, articles=8, links=40, stands=4)
    assert sizes.requests(manners, unchanged=False) == 60
    assert sizes.requests(manners, unchanged=True) == 12 + 2 + 10
    assert [sizes.places(hours, manners) for hours in (0.1, 5, 5.1, 115.5)] == [1, 1, 2, 24]
