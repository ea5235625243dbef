"""What the guides say can be typed, named and found; Chinese and English say the same."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from registry.schema import SCHEMAS
from settings import Settings
from tests.unit.house.imports import ROOT
from tests.unit.upkeep_docs.guides import DOCS, PAGES, PRINTED, commands, verb, verbs


def files_with_commands() -> list[tuple[str, str]]:
    """Command lines of units, crontab and containers."""
    found = []
    for file in sorted((ROOT / "deploy").iterdir()):
        text = file.read_text(encoding="utf-8")
        lists = re.findall(r"(?:command: |CMD )\[(.+)\]", text)
        lines = [f"xuncha {one}".replace('"', "").replace(",", "") for one in lists]
        lines += re.findall(r"/bin/(xuncha [^\n>]+)", text)
        found += [(file.name, line.strip()) for line in lines]
    return found


def parse(line: str) -> None:
    """Raise what click raises for a command line that would not be understood."""
    command: Any = typer.main.get_command(cli.app)
    words = shlex.split(line)[1:]
    context = command.make_context("xuncha", list(words))
    while words and not words[0].startswith("-") and hasattr(command, "commands"):
        name, command, words = command.resolve_command(context, words)
        context = command.make_context(name, list(words), parent=context)


CASES = [(page.relative_to(ROOT).as_posix(), line) for page in PRINTED for line in commands(page)]


@pytest.mark.parametrize(("where", "line"), CASES + files_with_commands())
def test_a_command_in_the_guides_is_understood(where: str, line: str) -> None:
    parse(line)


def test_a_command_that_is_none_would_be_seen() -> None:
    for line in ("xuncha nightley", "xuncha db thin --dry", "xuncha findings confirm 12"):
        with pytest.raises(Exception, match=r"No such|Missing|no such"):
            parse(line)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("```\nxuncha db check\n```", "xuncha db check"),
        ("```\n.venv/bin/xuncha serve   # the desk\n```", "xuncha serve"),
        ("```\n0 1 * * *     xuncha nightly --json >> nightly.jsonl\n```", "xuncha nightly --json"),
        ("go on with `xuncha nightly --resume`.", "xuncha nightly --resume"),
        ("`.venv/bin/xuncha runs report`", "xuncha runs report"),
    ],
)
def test_a_command_is_seen_however_it_is_printed(tmp_path: Path, printed: str, read: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n{printed}\n", encoding="utf-8")
    assert commands(page) == [read]
    assert verbs(page) == {verb(read.split()[1:])}


def test_a_verb_that_is_merely_named_is_seen_too(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("用 `findings add …` 录入，或 xuncha registry cookies 管理", encoding="utf-8")
    assert commands(page) == []
    assert verbs(page) == {("findings", "add"), ("registry", "cookies")}


def test_the_pages_on_the_register_name_every_column() -> None:
    for language in ("zh", "en"):
        text = (DOCS / language / "registry.md").read_text(encoding="utf-8")
        for kind, schema in SCHEMAS.items():
            assert [one.heading for one in schema.fields if one.heading not in text] == [], kind
        for schema in SCHEMAS.values():
            assert [one for one in schema.required if f"**{one}**" not in text] == []


def test_every_guide_exists_in_both_languages_with_the_same_commands() -> None:
    names = {page.name for page in PAGES if page.parent.name == "zh"}
    assert names == {page.name for page in PAGES if page.parent.name == "en"}
    for name in names:
        chinese, english = (
            [re.sub(r"zhangsan|张三", "", line) for line in commands(DOCS / language / name)]
            for language in ("zh", "en")
        )
        assert chinese == english, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_settings_and_links_of_a_guide_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"XUNCHA_([A-Z_]+[A-Z])", text))
    assert named <= {name.upper() for name in Settings.model_fields}
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), target
    for file in re.findall(r"(?<![\w/])(deploy/[\w./-]+\w)", text):
        assert (ROOT / file).exists(), file


UNITS = sorted((ROOT / "deploy").glob("*.service"))
HARDENING = (
    "NoNewPrivileges=true",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    "ProtectHome=true",
    "PrivateTmp=true",
    "PrivateDevices=true",
    "RestrictNamespaces=",
    "User=xuncha",
)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_the_least_rights(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    missing = [one for one in HARDENING if not any(line.startswith(one) for line in lines)]
    assert missing == []
    assert [line for line in lines if line.startswith("ReadWritePaths=")] == [
        "ReadWritePaths=/var/lib/xuncha"
    ]


def test_containers_have_the_least_rights() -> None:
    import yaml

    told = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in told["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
        assert service.get("read_only", name == "database"), name
    image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "USER xuncha" in image
    assert "--require-hashes" in image
    assert ":latest" not in image


def test_the_bill_of_materials_names_every_pin_once() -> None:
    from scripts.sbom import bill

    told = bill()["components"]
    names = [one["name"] for one in told]
    assert len(names) == len(set(names)) > 40
    assert all(one["hashes"] for one in told)
