"""Registry files as bytes: encodings, broken quotes, giant cells and hostile workbooks."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from registry import reading
from registry.reading import UnreadableError, read

if TYPE_CHECKING:
    from pathlib import Path


def rows_of(path: Path) -> list[tuple[str, ...]]:
    return [row.cells for sheet in read(path) for row in sheet.rows if not row.problem]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_that_offices_save_are_read_alike(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes("网站名称,地区\r\n湖南省人民政府,湖南省\r\n".encode(encoding))
    assert rows_of(path) == [("网站名称", "地区"), ("湖南省人民政府", "湖南省")]


def test_utf_16_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes("网站名称,地区\n".encode("utf-16"))
    with pytest.raises(UnreadableError, match="UTF-16"):
        read(path)


def test_bytes_of_no_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes(b"\x80\xff\xff\n\xff")
    with pytest.raises(UnreadableError, match="编码"):
        read(path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="无法读取"):
        read(tmp_path / "none.csv")


def test_an_old_workbook_is_told_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "sites.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512)
    with pytest.raises(UnreadableError, match="XLSX"):
        read(path)


def test_an_unclosed_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    lines = ["a,b", '"open,1'] + [f"row{n},2" for n in range(300)]
    path.write_text("\n".join(lines), encoding="utf-8")
    rows = read(path)[0].rows
    assert [(row.line, row.problem) for row in rows if row.problem] == [
        (2, "引号没有成对，或一个单元格跨行过多")
    ]
    assert len(rows) == 302
    assert rows[-1].line == 302


def test_a_quoted_line_break_stays_in_its_cell_and_keeps_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text('a,b\n"x\ny",1\nz,2\n', encoding="utf-8")
    rows = read(path)[0].rows
    assert [(row.line, row.cells) for row in rows] == [
        (1, ("a", "b")),
        (2, ("x\ny", "1")),
        (4, ("z", "2")),
    ]


@pytest.mark.parametrize("size", [20_001, 140_000, 50 * 1024 * 1024])
def test_a_giant_cell_costs_its_own_row_only(tmp_path: Path, size: int) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(f"a,b\n{'x' * size},1\ny,2\n", encoding="utf-8")
    rows = read(path)[0].rows
    assert [(row.line, row.problem) for row in rows] == [
        (1, ""),
        (2, "单元格超过 20000 个字符"),
        (3, ""),
    ]


def test_a_file_above_the_bound_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FILE_BYTES", 100)
    path = tmp_path / "sites.csv"
    path.write_text("a,b\n" * 100, encoding="utf-8")
    with pytest.raises(UnreadableError, match="MB"):
        read(path)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS", 5)
    path = tmp_path / "sites.csv"
    path.write_text("a,b\n" * 7, encoding="utf-8")
    with pytest.raises(UnreadableError, match="行"):
        read(path)


def test_blank_rows_are_left_out_and_keep_the_numbering(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("a,b\n\n,\nx,1\n", encoding="utf-8")
    assert [row.line for row in read(path)[0].rows] == [1, 4]


def test_a_workbook_keeps_codes_whole_and_dates_plain(tmp_path: Path) -> None:
    path = tmp_path / "sites.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["网站标识码", "地区", "备注"])
    sheet.append([4300000041, "湖南省", None])
    sheet.append([4300000042.0, True, 1.5])
    book.save(path)
    assert rows_of(path)[1:] == [("4300000041", "湖南省"), ("4300000042", "是", "1.5")]


def test_a_number_that_lost_its_last_digits_is_told(tmp_path: Path) -> None:
    path = tmp_path / "accounts.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["备案单号"])
    sheet.append([1001027516170087639])
    book.save(path)
    assert "丢失末位" in read(path)[0].rows[1].problem


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(name, body)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "UNPACKED_BYTES", 1_000_000)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(archive({"xl/worksheets/sheet1.xml": b" " * 2_000_000}))
    assert path.stat().st_size < 10_000
    with pytest.raises(UnreadableError, match="解压后过大"):
        read(path)


def test_a_document_type_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "entities.xlsx"
    body = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    path.write_bytes(archive({"xl/workbook.xml": body}))
    with pytest.raises(UnreadableError, match="不允许"):
        read(path)


@pytest.mark.parametrize("body", [b"PK\x03\x04garbage", archive({"a.txt": b"x"})])
def test_a_zip_that_is_no_workbook_is_one_sentence(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(body)
    with pytest.raises(UnreadableError, match="XLSX"):
        read(path)
