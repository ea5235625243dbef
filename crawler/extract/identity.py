"""Whether the codes that a page states about its site agree with each other (R-SITECODE)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.extract.footer_items import is_site_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.extract.facts import Badges


@dataclass(frozen=True, slots=True)
class Consistency:
    """The codes stated about one site, in lower case; None where none is stated.

    `agrees` is None when fewer than two are known. `conflicts` names the pairs that differ, in
    the words an operator reads. `placeholder` says that the meta label holds something that is no
    code. Meta labels are copied with templates: `meta_only` says that the meta label alone
    differs, which is a note about the template and not about the site.
    """

    meta_code: str | None = None
    footer_code: str | None = None
    badge_code: str | None = None
    registered_code: str | None = None
    placeholder: bool = False
    agrees: bool | None = None
    conflicts: tuple[str, ...] = ()
    meta_only: bool = False


def consistency(meta: Mapping[str, str], badges: Badges, registered_code: str) -> Consistency:
    """Compare meta SiteIDCode, footer code, badge code and the registry."""
    stated = meta.get("SiteIDCode", "").strip()
    printed = not badges.evidence.get("site_code", "").startswith("<meta")
    codes = {
        "登记": _code(registered_code),
        "页脚": _code(badges.site_code) if printed else None,
        "找错入口": _code(badges.jiucuo_code),
        "页面标签": _code(stated),
    }
    known = [(name, code) for name, code in codes.items() if code]
    conflicts = _conflicts(known)
    return Consistency(
        meta_code=codes["页面标签"],
        footer_code=codes["页脚"],
        badge_code=codes["找错入口"],
        registered_code=codes["登记"],
        placeholder=bool(stated) and codes["页面标签"] is None,
        agrees=not conflicts if len(known) > 1 else None,
        conflicts=conflicts,
        meta_only=bool(conflicts)
        and not _conflicts([pair for pair in known if pair[0] != "页面标签"]),
    )


def _code(text: str | None) -> str | None:
    code = (text or "").strip().lower()
    return code if is_site_code(code) else None


def _conflicts(known: list[tuple[str, str]]) -> tuple[str, ...]:
    """Each code that differs from the first known one, which is the registry's when registered."""
    if not known:
        return ()
    name, code = known[0]
    return tuple(f"{other} {value} ≠ {name} {code}" for other, value in known[1:] if value != code)
