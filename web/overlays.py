"""Overlays of the national ruleset as the desk edits them: checked, compared, then put in place."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from checks.registry import ALL
from checks.ruleset import OVERLAY_BYTES, Ruleset, RulesetError, built_in, changes, load
from web.desk import DeskError

if TYPE_CHECKING:
    from datetime import datetime

    from settings import Settings

EMPTY = 'name: 本地\nclause: ""\nchecks: {}\n'


def current(settings: Settings) -> Ruleset:
    """The ruleset in force; raises RulesetError when its file cannot be used."""
    return load(settings.ruleset, ALL)


def text(settings: Settings) -> str:
    """The overlay as it was edited last, else the one in force, else an empty one."""
    draft = draft_path(settings)
    path = draft if draft.is_file() else settings.ruleset
    if path is None:
        return EMPTY
    try:
        return path.read_bytes()[:OVERLAY_BYTES].decode("utf-8", "replace")
    except OSError:
        return EMPTY


def examples() -> dict[str, str]:
    """The overlays that come with the product, by name."""
    return {name: path.read_text(encoding="utf-8") for name, path in built_in().items()}


def draft_path(settings: Settings) -> Path:
    """Where the overlay that is being edited lies. Word lists are found beside the one in force."""
    beside = settings.ruleset.parent if settings.ruleset else settings.home / "rulesets"
    return beside / ".desk-draft.yaml"


def checked(settings: Settings, overlay: str) -> tuple[Ruleset, dict[str, list[str]]]:
    """The ruleset that an overlay gives, and what it changes by check. Raises DeskError."""
    if len(overlay.encode()) > OVERLAY_BYTES:
        raise DeskError(422, "规则文件过大")
    path = draft_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, suffix=".yaml", encoding="utf-8", delete=True
        ) as file:
            file.write(overlay)
            file.flush()
            after = load(Path(file.name), ALL)
        before = current(settings)
    except RulesetError as error:
        raise DeskError(422, str(error)) from error
    told = {check.code: changes(before, after, check.code) for check in ALL}
    return after, {code: lines for code, lines in told.items() if lines}


def keep_draft(settings: Settings, overlay: str) -> Path:
    """Keep an overlay that was checked as the draft; the file for `judge --ruleset`."""
    path = draft_path(settings)
    path.write_text(overlay, encoding="utf-8")
    return path


def apply(settings: Settings, at: datetime) -> Path:
    """Put the draft in force and keep the old overlay beside it. Raises DeskError."""
    draft = draft_path(settings)
    if settings.ruleset is None:
        raise DeskError(
            409,
            f"设置里还没有规则文件：请把 XUNCHA_RULESET 设为 {draft.with_name('local.yaml')} 并重启",
        )
    if not draft.is_file():
        raise DeskError(409, "没有待启用的规则，请先比较")
    load(draft, ALL)
    if settings.ruleset.is_file():
        kept = settings.ruleset.with_suffix(f".{at:%Y%m%d-%H%M%S}.yaml")
        kept.write_bytes(settings.ruleset.read_bytes())
    draft.replace(settings.ruleset)
    return settings.ruleset
