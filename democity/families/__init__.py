"""Families of sites, one file each; a new one is added here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity import hostile
from democity.families import epoint, frames, gkmlpt, hanweb, script, trs

if TYPE_CHECKING:
    from democity.families.base import Family

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        trs.FAMILY,
        epoint.FAMILY,
        hanweb.FAMILY,
        gkmlpt.FAMILY,
        script.FAMILY,
        frames.FAMILY,
        hostile.FAMILY,
    )
}
