"""Files of strangers: bombs, entities, macros, damage, encryption, scans; each has its reason."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from report.replies import docx, files, html, pdf, pdf_child
from report.replies.check import replies
from report.replies.document import Doubt, UnjudgedError
from report.replies.elements import Presence, elements
from tests.unit.report import reply_files as made

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SMALL = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def doubt(body: bytes) -> Doubt:
    with pytest.raises(UnjudgedError) as caught:
        docx.read(body)
    return caught.value.doubt


def test_entities_and_document_types_are_refused_unread() -> None:
    inside = made.paragraph("x").replace("x", "&lol9;")
    bomb = b'<!DOCTYPE lolz [<!ENTITY lol9 "lol">]>' + made.document(inside).split(b"?>", 1)[1]
    outside = b'<!DOCTYPE a [<!ENTITY lol9 SYSTEM "file:///etc/passwd">]>' + bomb.split(b"]>", 1)[1]
    assert doubt(made.package(bomb)) is Doubt.BROKEN
    assert doubt(made.package(outside)) is Doubt.BROKEN
    # In UTF-16 the bytes of the declaration look otherwise.
    wide = ('<?xml version="1.0" encoding="UTF-16"?>' + bomb.decode()).encode("utf-16")
    assert doubt(made.package(wide)) is Doubt.BROKEN


def test_a_part_is_never_unpacked_beyond_its_bound() -> None:
    bomb = made.package(b"<w>" + b" " * (docx.PART_BYTES + 1))
    assert len(bomb) < 100_000
    assert doubt(bomb) is Doubt.TOO_LARGE


def test_an_archive_that_states_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(docx, "UNPACKED_BYTES", 1000)
    assert doubt(made.docx()) is Doubt.TOO_LARGE


def test_macros_are_told_and_not_run() -> None:
    body = made.package(made.document(made.paragraph("甲" * 40)), word__vbaProject_bin=b"x")
    renamed = body.replace(b"vbaProject_bin", b"vbaProject.bin")
    assert docx.read(renamed).notes == ("文件带有宏，没有运行",)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"PK\x03\x04garbage", Doubt.BROKEN),
        (made.package(b"<w:document"), Doubt.BROKEN),
        (made.package(made.document("")), Doubt.EMPTY),
        (made.docx(["第1页"]), Doubt.SCANNED),
        (made.docx()[:-40], Doubt.BROKEN),
    ],
    ids=["garbage", "half", "empty", "scan", "cut"],
)
def test_damage_emptiness_and_scans_are_told_apart(body: bytes, reason: Doubt) -> None:
    assert doubt(body) is reason


def test_depth_does_not_end_the_program() -> None:
    deep = "<w:r>" * 5000 + "<w:t>x</w:t>" + "</w:r>" * 5000
    assert doubt(made.package(made.document(deep))) in {Doubt.BROKEN, Doubt.EMPTY}


def test_struck_out_text_and_second_copies_are_not_read() -> None:
    inside = (
        made.paragraph("正文" * 20)
        + "<w:p><w:del><w:r><w:t>删去</w:t></w:r></w:del></w:p>"
        + "<mc:AlternateContent><mc:Choice>" + made.paragraph("文本框")
        + "</mc:Choice><mc:Fallback>" + made.paragraph("文本框") + "</mc:Fallback></mc:AlternateContent>"
    )  # fmt: skip
    assert docx.read(made.package(made.document(inside))).lines == ("正文" * 20, "文本框")


def test_the_size_of_a_picture_is_read_and_a_wild_one_is_not_believed() -> None:
    assert [one.width for one in docx.read(made.docx()).pictures] == [4.0]
    wild = made.paragraph("甲" * 40, made.SEAL.format("9" * 40))
    assert docx.read(made.package(made.document(wild))).pictures[0].width == 0.0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (OLE + b"\0" * 600, Doubt.UNSUPPORTED),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Doubt.ENCRYPTED),
        (b"{\\rtf1", Doubt.UNSUPPORTED),
        (b"", Doubt.EMPTY),
        (b"\x00\x01\x02", Doubt.BROKEN),
    ],
)
def test_other_formats_are_named(body: bytes, reason: Doubt) -> None:
    with pytest.raises(UnjudgedError) as caught:
        files.kind_of(body)
    assert caught.value.doubt is reason


def test_ofd_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("OFD.xml", "<OFD/>")
    with pytest.raises(UnjudgedError, match="OFD"):
        docx.read(out.getvalue())


SEAL = (120.0, 120.0, 300.0, 500.0)
WHOLE = (595.0, 842.0, 0.0, 0.0)


def test_a_pdf_with_a_text_layer_is_read_with_its_seal() -> None:
    reading = pdf.read(made.pdf(picture=SEAL))
    found = {one.name.value: one for one in elements(reading)}
    assert {one.presence for one in found.values()} == {Presence.PRESENT}
    assert "4.2×4.2" in found["公章"].told


def test_a_scan_and_a_scan_with_recognised_words_are_told_apart() -> None:
    with pytest.raises(UnjudgedError) as caught:
        pdf.read(made.pdf((), picture=WHOLE))
    assert caught.value.doubt is Doubt.SCANNED
    reading = pdf.read(made.pdf(picture=WHOLE))
    assert reading.recognised
    assert Presence.MISSING not in {one.presence for one in elements(reading)}


def test_an_encrypted_pdf_is_told_and_one_that_only_forbids_printing_is_read() -> None:
    for user, fault in (("secret", "encrypted"), ("", None)):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made.pdf())))
        writer.encrypt(user, "owner", algorithm="AES-256")
        out = io.BytesIO()
        writer.write(out)
        assert pdf_child.told(out.getvalue()).get("fault") == fault


def test_a_reader_that_never_ends_is_left_waiting_for_nobody() -> None:
    with pytest.raises(UnjudgedError) as caught:
        pdf.read(made.pdf(), seconds=0.001)
    assert caught.value.doubt is Doubt.TOO_SLOW


def test_pages_that_go_round_in_a_circle_end() -> None:
    circle = made.pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    assert pdf_child.told(circle).get("fault") == "broken"


@SMALL
@given(st.data())
def test_no_damage_to_a_pdf_ends_the_reader(data: st.DataObject) -> None:
    body = bytearray(made.pdf(picture=SEAL))
    for _ in range(data.draw(st.integers(1, 20))):
        body[data.draw(st.integers(9, len(body) - 1))] = data.draw(st.integers(0, 255))
    told = pdf_child.told(bytes(body))
    assert told.get("fault") in {None, "broken", "encrypted", "too_large"}


@SMALL
@given(st.data())
def test_no_damage_to_a_docx_ends_the_reader(data: st.DataObject) -> None:
    body = bytearray(made.docx())
    for _ in range(data.draw(st.integers(1, 20))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnjudgedError):
        assert docx.read(bytes(body)).lines


@SMALL
@given(st.lists(st.text(min_size=1, max_size=30), max_size=20))
def test_no_words_break_the_judgement(lines: list[str]) -> None:
    body = made.page(["政府信息公开答复书", *lines])
    try:
        found = elements(html.read(body))
    except UnjudgedError:
        return
    assert len(found) == 7


@SMALL
@given(st.binary(max_size=2000))
def test_no_bytes_break_the_reading_of_a_page(body: bytes) -> None:
    with contextlib.suppress(UnjudgedError):
        assert html.read(b"<html>" + body).lines


def test_a_page_is_read_without_its_scripts_hidden_parts_and_icons() -> None:
    more = (
        "<script>var x='复议'</script><div style='display: none'>藏</div>"
        '<img src="/images/logo.png"><img src="seal.png" width="160" height="160">'
    )
    reading = html.read(made.page(more=more))
    assert reading.lines == made.GOOD
    assert [one.width for one in reading.pictures] == [4.2]
    deep = b"<div>" * 20_000 + "政府信息".encode()
    assert html.read(b"<html><body>" + deep).lines == ("政府信息",)


def test_folders_and_zips_are_walked_with_names_of_chinese_windows(tmp_path: Path) -> None:
    folder = tmp_path / "回复" / "邵东市教育局"
    folder.mkdir(parents=True)
    (folder / "一.docx").write_bytes(made.docx())
    (folder / "~$一.docx").write_bytes(b"lock")
    (folder / "说明.txt").write_bytes(b"x")
    (folder / "link.docx").symlink_to(folder / "一.docx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("CCCC/b.docx", made.docx())
        archive.writestr("../../evil.docx", b"PK\x03\x04x")
        archive.writestr("inner.zip", b"PK")
    raw = out.getvalue().replace(b"CCCC", "科室".encode("gb18030"))
    (tmp_path / "回复" / "打包.zip").write_bytes(raw)
    found = {one.name: one for one in files.sources([tmp_path / "回复"])}
    names = sorted(found)
    assert "邵东市教育局/一.docx" in names
    assert not [
        one for one in names if "~$" in one or "link" in one or "inner" in one or "txt" in one
    ]
    evil = next(one for one in found.values() if "evil" in one.name)
    assert ".." not in evil.folders
    assert found["打包.zip/科室/b.docx"].folders == ("回复", "打包", "科室")
    assert found["邵东市教育局/一.docx"].folders == ("回复", "邵东市教育局")


def test_a_zip_bomb_gives_its_bound_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILE_BYTES", 100_000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.docx", b"\0" * 5_000_000)
        archive.writestr("b.docx", made.docx())
    found = list(files.sources([path]))
    assert [one.doubt for one in found] == [Doubt.TOO_LARGE, None]
    broken = tmp_path / "broken.zip"
    broken.write_bytes(path.read_bytes()[:-10])
    assert [one.doubt for one in files.sources([broken])] == [Doubt.BROKEN]


def test_a_file_belongs_to_its_folder_s_unit_else_to_the_one_that_signs() -> None:

    units = ["邵东市", "邵东市教育局", "教育局", "邵东市公安局"]

    def unit(*folders: str, lines: tuple[str, ...] = made.GOOD) -> str:
        source = files.Source("x.docx", folders, made.docx(lines))
        [told] = replies([source], units, unit="", today=date(2023, 4, 1))
        return told.unit

    assert unit("回复", "邵东市公安局") == "邵东市公安局"
    assert unit("回复") == "邵东市教育局"
    # 邵东市档案馆 is in no register, and is not 邵东市.
    assert unit(lines=(*made.GOOD[:-2], "邵东市档案馆", "2023年3月15日")) == ""
    assert unit(lines=(*made.GOOD[:-2], "邵东市教育局（印章） 2023年3月15日")) == "邵东市教育局"
