"""Every code and every printed label of the reference tables has its row; read from the tables themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks import vocabulary

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference"
CODE = re.compile(r"\b(?:W\d\.\d|M\d\.\d|[DBSRFL]-[A-Z0-9]+(?:\.\d)?)\b")
# D-LINK is the name of two rows, D-LINK.1 and D-LINK.2.
NAMES = {"D-LINK"}
REMARK = re.compile(
    r"\*\*|\((?:L|P|early warning|standard|text:[^)]*|cell label[^)]*|in the date column"
    r"|完成率|6374 in 32 sites|扣分情形 in 连云港)\)"
)


def table(name: str) -> str:
    path = REFERENCE / name
    if not path.is_file():
        pytest.skip("the reference tables are not beside this checkout")
    return path.read_text(encoding="utf-8")


def printed() -> Iterator[tuple[str, str]]:
    """Codes and labels of the vocabulary of notices."""
    for line in table("notices.md").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and CODE.match(cells[0]):
            for label in cells[1].split(";"):
                yield cells[0], REMARK.sub("", label).strip()


@pytest.mark.parametrize("name", ["indicators.md", "notices.md"])
def test_no_code_is_missing(name: str) -> None:
    known = {one.code for one in vocabulary.indicators()}
    assert set(CODE.findall(table(name))) - known - NAMES == set()


def test_no_printed_label_is_missing() -> None:
    found = list(printed())
    assert len(found) > 100
    page = vocabulary.table().replace("“", "").replace("”", "").replace('"', "")
    for codes, label in found:
        kinds = [vocabulary.code_of(label, kind) for kind in ("网站", "账号", "")]
        wanted = tuple(code.strip() for code in codes.split(","))
        assert any(kind.startswith(wanted) for kind in kinds if kind), (codes, label, kinds)
        assert label.replace('"', "") in page
