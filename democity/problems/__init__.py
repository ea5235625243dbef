"""Planted problems of sites, in the order of the indicators; a new one is added here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from democity import wishes
from democity.language import one_block
from democity.problems.furniture import BareFooter, DeadLinks, NoFindErrors
from democity.problems.identity import IDENTITY
from democity.problems.indicators import INDICATORS
from democity.problems.interaction import INTERACTION
from democity.problems.links import LINKS
from democity.problems.publishing import PUBLISHING
from democity.problems.service import LateLetters, NoChannel, NoServices, Unreachable
from democity.problems.updates import (
    BlankColumns,
    ManyStaleColumns,
    StaleBehindNavigation,
    StaleColumns,
    StaleHome,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from democity.problems.base import Problem

_SITE_PROBLEMS: tuple[type[Problem], ...] = (
    Unreachable,
    StaleHome,
    StaleBehindNavigation,
    StaleColumns,
    ManyStaleColumns,
    BlankColumns,
    NoChannel,
    LateLetters,
    NoServices,
    BareFooter,
    NoFindErrors,
    DeadLinks,
    *INDICATORS,
    *INTERACTION,
    *PUBLISHING,
    *LINKS,
    *IDENTITY,
)
SITE_PROBLEMS: dict[str, type[Problem]] = {one.code: one for one in _SITE_PROBLEMS}


def read(raw: Mapping[str, Mapping[str, Any]], where: str) -> tuple[Problem, ...]:
    """The problems of a block in the order of the catalogue; a bad one is named by its path."""
    for code in raw:
        wishes.known(code, SITE_PROBLEMS, f"{where}.problems")
    return tuple(
        one_block(kind, raw[code], f"{where}.problems.{code}")
        for code, kind in SITE_PROBLEMS.items()
        if code in raw
    )
