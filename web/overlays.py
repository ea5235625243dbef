"""Overlays of the national ruleset as the desk edits them: checked, compared, then put in force.

An overlay that was checked lies in a file of its own, by its digest, for `judge --ruleset`; what is
in force lies in the database (review.rulesets).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from checks.registry import ALL
from checks.ruleset import OVERLAY_BYTES, Ruleset, RulesetError, built_in, changes, load
from review import rulesets
from web.desk import DeskError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from settings import Settings

EMPTY = 'name: 本地\nclause: ""\nchecks: {}\n'
_TICKET = re.compile(r"[0-9a-f]{16}")
_DRAFT = ".desk-draft-{ticket}.yaml"
DRAFTS_KEPT = 10


def text(session: Session, settings: Settings) -> str:
    """The overlay in force, else an empty one."""
    held = rulesets.applied(session)
    if held is not None:
        return held.text
    path = settings.ruleset
    if path is None:
        return EMPTY
    try:
        found = path if path.exists() else built_in().get(str(path), path)
        return found.read_bytes()[:OVERLAY_BYTES].decode("utf-8", "replace")
    except OSError:
        return EMPTY


def examples() -> dict[str, str]:
    """The overlays that come with the product, by name."""
    return {name: path.read_text(encoding="utf-8") for name, path in built_in().items()}


def checked(
    session: Session, settings: Settings, overlay: str
) -> tuple[Ruleset, dict[str, list[str]]]:
    """The ruleset that an overlay gives, and what it changes by check. Raises DeskError."""
    try:
        after = rulesets.read(overlay, settings)
        before = rulesets.in_force(session, settings)
    except RulesetError as error:
        raise DeskError(422, str(error)) from error
    told = {check.code: changes(before, after, check.code) for check in ALL}
    if before.points != after.points:
        told["scoring"] = ["分数由这份规则设定"]
    if before.lexicon.digest != after.lexicon.digest:
        told["lexicons"] = [f"词库共 {len(after.lexicon.terms)} 个词"]
    return after, {code: lines for code, lines in told.items() if lines}


def ticket_of(overlay: str) -> str:
    """What an overlay is called between its comparison and its start."""
    return hashlib.sha256(overlay.encode()).hexdigest()[:16]


def keep_draft(settings: Settings, overlay: str) -> Path:
    """Keep an overlay that was checked, beside its word lists; the file for `judge --ruleset`."""
    folder = rulesets.folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    old = sorted(folder.glob(_DRAFT.format(ticket="*")), key=lambda one: one.stat().st_mtime)
    for one in old[: max(0, len(old) - DRAFTS_KEPT + 1)]:
        one.unlink(missing_ok=True)
    path = _draft(settings, ticket_of(overlay))
    path.write_text(overlay, encoding="utf-8")
    return path


def draft(settings: Settings, ticket: str) -> str:
    """The overlay of a ticket. Raises DeskError when it is gone."""
    if not _TICKET.fullmatch(ticket):
        raise DeskError(422, "规则编号无效")
    try:
        return _draft(settings, ticket).read_text(encoding="utf-8")
    except OSError as error:
        raise DeskError(409, "这份规则没有比较过，请先比较") from error


def apply(session: Session, settings: Settings, overlay: str, *, by: str, at: datetime) -> Ruleset:
    """Put an overlay in force; an empty one gives the word back to the settings."""
    try:
        return rulesets.apply(session, settings, overlay, by=by, at=at)
    except RulesetError as error:
        raise DeskError(422, str(error)) from error


def of_settings(settings: Settings) -> str:
    """What the settings' own ruleset is called."""
    try:
        return load(settings.ruleset, ALL).name
    except RulesetError as error:
        return str(error)


def _draft(settings: Settings, ticket: str) -> Path:
    return rulesets.folder(settings) / _DRAFT.format(ticket=ticket)
