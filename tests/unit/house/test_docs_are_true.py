"""What the documents say is what the checkout holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from checks.registry import ALL
from scripts import docs
from settings import Settings
from tests.unit.house.imports import ROOT

READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda file: file.as_posix()
)


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", docs.PAGES)
def test_a_generated_page_is_current(name: str) -> None:
    written = (docs.DOCS / name).read_text(encoding="utf-8")
    assert written == docs.PAGES[name](), "run `make docs`"


def test_every_setting_says_what_it_is_for() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == []


def test_every_check_is_on_the_page_of_checks() -> None:
    page = docs.checks_page()
    assert [check.code for check in ALL if f"## {check.code} {check.title}" not in page] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_a_document_links_only_to_files_that_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("name", READMES)
def test_every_file_a_readme_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)+[A-Za-z0-9_.-]*)`", text)
    assert named, "a README that names no file"
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_setting_a_readme_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = {variable.lower() for variable in re.findall(r"XUNCHA_([A-Z_]+)", text)}
    assert named - set(Settings.model_fields) == set()


@pytest.mark.parametrize("name", READMES)
def test_every_target_of_make_a_readme_names_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z]+)\b", text, re.MULTILINE))
    assert named
    assert named - targets == set()


def unknown_words(line: str) -> list[str]:
    """The verbs and options of one command line that the command does not know."""
    words = line.split("#", 1)[0].split()[1:]
    command: Any = typer.main.get_command(cli.app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    verb = words[:1] if getattr(command, "commands", {}) and not words[0].startswith("-") else []
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    return verb + [word for word in words if word.startswith("--") and word not in known]


@pytest.mark.parametrize("name", [*READMES, "deploy/crontab", "deploy/xuncha-nightly.service"])
def test_every_command_that_is_shown_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = re.findall(r"(?:bin/|`|^[0-9* ]{9,})(xuncha(?: [^`\n>，。]+)+)", text, re.MULTILINE)
    assert shown
    assert [line for line in shown if unknown_words(line)] == []


def test_a_command_that_does_not_exist_would_be_seen() -> None:
    assert unknown_words("xuncha registry imprt a.csv") == ["imprt"]
    assert unknown_words("xuncha nightly --resum") == ["--resum"]


def test_both_readmes_have_the_same_sections_and_commands() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in READMES)
    for pattern in (r"^#+ ", r"^```\w*$", r"^\|"):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)]
        assert counts[0] == counts[1], pattern
    commands = [
        [
            line.split("#", 1)[0].strip()
            for line in text.splitlines()
            if line.startswith(("make ", "xuncha ", ".venv/bin/xuncha "))
        ]
        for text in (english, chinese)
    ]
    assert commands[0] == commands[1]


def test_no_file_names_a_path_of_one_machine() -> None:
    suffixes = {".py", ".md", ".toml", ".txt", ".in", ".yaml", ".ini", ".sh", ".service", ".mako"}
    wrong = [
        relative(file)
        for folder in ("", "docs", "deploy", "scripts", "requirements", "alembic")
        for file in sorted((ROOT / folder).glob("**/*" if folder else "*"))
        if file.is_file()
        and file.suffix in suffixes
        and re.search(r"(?<![\w.])/(?:root|tmp/w|work)/", file.read_text(encoding="utf-8"))
    ]
    assert wrong == []
