"""What the guides say can be typed, named and found; Chinese and English say the same."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from settings import Settings
from tests.unit.house.imports import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("zh/*.md"), *DOCS.glob("en/*.md"), DOCS / "scale.md"])
FENCE = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(xuncha [^`]+)`")


def commands(page: Path) -> list[str]:
    """Every line that begins with `xuncha`, in blocks and in sentences."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in FENCE.findall(text) for line in block.splitlines()]
    found = [line for line in lines if line.startswith("xuncha ")]
    return found + [one for one in INLINE.findall(text) if "…" not in one]


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


CASES = [(page.relative_to(DOCS).as_posix(), line) for page in PAGES for line in commands(page)]


@pytest.mark.parametrize(("where", "line"), CASES + files_with_commands())
def test_a_command_in_the_guides_is_understood(where: str, line: str) -> None:
    parse(line)


def test_a_command_that_is_none_would_be_seen() -> None:
    for line in ("xuncha nightley", "xuncha db thin --dry", "xuncha findings confirm 12"):
        with pytest.raises(Exception, match=r"No such|Missing|no such"):
            parse(line)


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
