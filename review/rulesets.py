"""Which ruleset is in force: the overlay that a person applied last, else the one of the settings.

in_force     what nights, re-judging, the desk and the command judge by
applied      the overlay that holds, as it was entered; None where the settings' own does
apply        put another one in force, from the next judgement on
history      every overlay that was ever applied, newest first

An applied overlay lies in the database, so that every machine of a deployment judges by the same one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from checks.registry import ALL
from checks.ruleset import OVERLAY_BYTES, Ruleset, RulesetError, load, parse
from models import AppliedOverlay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from settings import Settings

NAME = "审核台启用的规则"
REMEMBERED = 20
"""So many overlays of before are looked at when a verdict is compared with an older one."""


def in_force(session: Session, settings: Settings) -> Ruleset:
    """The ruleset that holds now. Raises RulesetError when it can no longer be read."""
    held = applied(session)
    return load(settings.ruleset, ALL) if held is None else read(held.text, settings)


def applied(session: Session) -> AppliedOverlay | None:
    """The overlay that a person put in force, unless the settings' own was chosen again."""
    newest = next(iter(history(session, most=1)), None)
    return newest if newest is not None and newest.text else None


def history(session: Session, most: int = REMEMBERED) -> Sequence[AppliedOverlay]:
    """Who put what in force and when, newest first."""
    return session.scalars(
        select(AppliedOverlay).order_by(AppliedOverlay.id.desc()).limit(most)
    ).all()


def read(text: str, settings: Settings) -> Ruleset:
    """The ruleset that an overlay gives. Raises RulesetError."""
    if len(text.encode()) > OVERLAY_BYTES:
        raise RulesetError("规则文件过大")
    return parse(text, folder(settings) / NAME, ALL)


def apply(session: Session, settings: Settings, text: str, *, by: str, at: datetime) -> Ruleset:
    """Put an overlay in force; an empty text gives the word back to the settings.

    The caller commits. Raises RulesetError.
    """
    rules = read(text, settings) if text else load(settings.ruleset, ALL)
    session.add(
        AppliedOverlay(
            text=text, name=rules.name, digest=rules.digest, applied_by=by, applied_at=at
        )
    )
    session.flush()
    return rules


def known(session: Session, settings: Settings) -> list[Ruleset]:
    """The rulesets that verdicts may have been judged by: national, the settings', all applied."""
    found = [load(None, ALL)]
    if settings.ruleset is not None:
        found.append(load(settings.ruleset, ALL))
    for one in history(session):
        if not one.text:
            continue
        try:
            found.append(read(one.text, settings))
        except RulesetError:  # of another version of the product
            continue
    return found


def folder(settings: Settings) -> Path:
    """Where the word lists that overlays name are looked for."""
    named = settings.ruleset
    return named.parent if named is not None and named.is_file() else settings.home / "rulesets"
