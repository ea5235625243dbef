"""Small things the desk rests on: passwords, file names, pages of lists, the English catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from checks.registry import ALL
from scripts import catalogue
from web import passwords
from web.audit import ACTIONS
from web.evidence_words import LABELS, PARAMETERS, worded
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


CHECKS = Path(catalogue.__file__).parent.parent / "checks"
SAYERS = {"undetermined", "unread", "_open", "_told", "_undetermined"}
NO_EVIDENCE = {
    "url", "item_url", "screenshot", "next_try", "captures", "last_update", "column", "warning",
    "关停", "例外",
}  # fmt: skip


def evidence_keys(path: Path) -> Iterator[str]:
    """What a file of checks may put into evidence, as far as its text tells."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if isinstance(node, ast.Dict):
            keys = [one.value for one in node.keys if isinstance(one, ast.Constant)]
            yield from (key for key in keys if isinstance(key, str))
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                yield node.slice.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            said = node.keywords if node.func.id in SAYERS else []
            yield from (one.arg for one in said if one.arg)


def test_every_reading_that_a_check_gives_as_evidence_has_a_name_on_the_page() -> None:
    files = [path for path in sorted(CHECKS.glob("*_*.py")) if not path.stem.startswith("__")]
    files += [CHECKS / f"{name}.py" for name in ("columns", "portal", "wording", "guides")]
    found = {key for path in files for key in evidence_keys(path)}
    assert len(found) > 50
    assert found - set(LABELS) - NO_EVIDENCE == set()


def test_every_parameter_of_the_rules_has_a_name_on_the_page() -> None:
    assert {name for check in ALL for name in check.parameters} - set(PARAMETERS) == set()


def test_the_line_of_a_source_is_read_without_codes() -> None:
    line = "feed:http://a.gov.cn/x.rss: ok；12 条；最新 2023-02-28（28 天，feed）；可证明未更新"
    assert worded("sources", [line]) == [
        "feed:http://a.gov.cn/x.rss：正常；12 条；最新 2023-02-28（28 天，订阅源）；可证明未更新"
    ]
    assert worded("sources", ["weibo:1: challenge（http_432）"])[0].startswith("weibo:1：被防护")


def test_readings_in_codes_are_told_in_words_and_texts_stay() -> None:
    assert worded("provenance", "operator") == "人工查看"
    assert worded("said", "no_such_account") == "没有这个账号"
    assert worded("said", "用户不存在") == "用户不存在"
    assert worded("machine", "challenge", "W3.1").startswith("未能核实")
    assert worded("interval", "x") == "x"


def test_everything_written_into_the_audit_trail_has_a_name_on_the_page() -> None:
    action = re.compile(
        r'"((?:session|user|token|window|target|finding|registry|ruleset|run|notification'
        r'|rectification)\.(?!html")[a-z_]+)"'
    )
    web = Path(passwords.__file__).parent
    files = [*(web / "pages").glob("*.py"), *(web / "api").glob("*.py")]
    written = {one for path in files for one in action.findall(path.read_text(encoding="utf-8"))}
    assert len(written) > 20
    assert written - set(ACTIONS) == set()
