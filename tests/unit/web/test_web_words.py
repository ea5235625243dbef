"""Small things the desk rests on: passwords, file names, pages of lists, the English catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from checks.registry import ALL
from scripts import catalogue
from web import passwords
from web.language import translate
from web.pages.given import our_path
from web.pages.rectification import file_name
from web.paging import Page, number_of
from web.pinyin import initials

PO = Path(catalogue.__file__).parent.parent / "web/locale/en/LC_MESSAGES/desk.po"


def test_the_english_catalogue_has_every_sentence_of_the_pages() -> None:
    with PO.open("rb") as file:
        known = {one.id: one.string for one in read_po(file, locale="en") if one.id}
    pages = {*catalogue._of_templates(), *catalogue._of_refusals(), *catalogue._of_words()}
    reasons = {reason for check in ALL for reason in check.reasons.values()}
    assert {one for one in pages - reasons if not known.get(one)} == set()


def test_a_translation_keeps_the_places_of_its_figures() -> None:
    with PO.open("rb") as file:
        for one in read_po(file, locale="en"):
            if one.id and one.string:
                places = {part.split("}")[0] for part in str(one.id).split("{")[1:]}
                told = {part.split("}")[0] for part in str(one.string).split("{")[1:]}
                assert places == told, one.id


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    with PO.open("rb") as file:
        for one in read_po(file, locale="en"):
            if one.id and one.string:
                assert translate("en", str(one.id)) == one.string


def test_an_unknown_language_and_an_unknown_sentence_stay_chinese() -> None:
    assert translate("xx", "总览") == "总览"
    assert translate("en", "没有人写过这句") == "没有人写过这句"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\回函.docx", "回函.docx"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\x00b\nc", "abc"),
        ('<b>"x"', "_b__x_"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_file_name_keeps_nothing_that_could_be_misread(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/queue?state=all", "/queue?state=all"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
    ],
)
def test_the_way_back_stays_inside(given: str, kept: str) -> None:
    assert our_path(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"), [("3", 3), ("0", 1), ("-1", 1), ("x", 1), (None, 1), ("9" * 30, 100_000)]
)
def test_a_page_number_is_read_whatever_the_address_says(given: str | None, kept: int) -> None:
    assert number_of(given) == kept


def test_a_page_tells_its_place() -> None:
    page = Page([1, 2, 3], 2, 50, 53, {"q": "甲", "page": "2"})
    assert (page.pages, page.first, page.last) == (2, 51, 53)
    assert page.address(page=1) == "?q=%E7%94%B2&page=1"
    assert (Page([], 1, 50, 0).first, Page([], 1, 50, 0).pages) == (0, 1)


def test_names_have_initials() -> None:
    assert initials("长沙市人民政府") == "cssrmzf"


def test_a_password_is_kept_as_argon2id_and_fits_only_itself() -> None:
    kept = passwords.hashed("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert passwords.fits(kept, "correct horse battery")
    assert not passwords.fits(kept, "correct horse batterz")
    assert not passwords.fits(None, "nobody's password")
    assert not passwords.fits("rubbish", "x")
