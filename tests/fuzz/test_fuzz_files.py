"""Whatever an uploaded register holds, it is read or refused with a sentence, and nothing else."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from registry.reading import Sheet, UnreadableError, read

BUDGET = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
HEADER = "网站标识码,网站名称,首页网址,地区"


def workbook() -> bytes:
    """A small register as a spreadsheet program writes it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    sheet.append(["4300000001", "某某市", "http://www.example.gov.cn/", "某某市"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WORKBOOK = workbook()


def read_bytes(folder: Path, body: bytes) -> list[Sheet] | None:
    """The sheets, or None when the file was refused with a sentence."""
    file = folder / "register"
    file.write_bytes(body)
    try:
        return read(file)
    except UnreadableError:
        return None


@BUDGET
@given(st.binary(max_size=600))
def test_bytes_of_any_kind(tmp_path: Path, body: bytes) -> None:
    read_bytes(tmp_path, body)


@BUDGET
@given(st.text(max_size=300), st.sampled_from(["utf-8-sig", "utf-8", "gb18030"]))
def test_text_of_any_kind(tmp_path: Path, text: str, encoding: str) -> None:
    body = f"{HEADER}\n{text}".encode(encoding, "replace")
    for sheet in read_bytes(tmp_path, body) or []:
        assert all(len(cell) <= 20_000 for row in sheet.rows for cell in row.cells)


@pytest.mark.parametrize("seed", range(60))
def test_a_workbook_with_broken_bytes(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    body = bytearray(WORKBOOK)
    for _ in range(chance.randint(1, 30)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    read_bytes(tmp_path, bytes(body[: chance.randint(50, len(body))] if seed % 3 else body))


PARTS = [entry.filename for entry in zipfile.ZipFile(io.BytesIO(WORKBOOK)).infolist()]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "content",
    [b"", b"<", b"<a/>", b"\x00" * 50, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"<a>" * 3_000],
    ids=["empty", "cut", "strange", "zeros", "entities", "deep"],
)
def test_a_workbook_with_a_strange_part(tmp_path: Path, part: str, content: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(
                entry.filename, content if entry.filename == part else old.read(entry.filename)
            )
    read_bytes(tmp_path, out.getvalue())
