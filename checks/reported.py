"""Parameters of the rows that a report settles and no check: overlays change them like any other.

They turn no verdict, so the digest of a ruleset does not cover them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reported:
    """One row: the clause and the parameters that its report counts by."""

    clause: str
    parameters: Mapping[str, Any]


REPORTED: dict[str, Reported] = {
    # Working days after the day on which the platform received a message.
    "S-FIND1": Reported("湖北省2018年通报：网民找错留言三个工作日办结", {"working_days": 3}),
    # Under so many in a hundred an account is named, all of them are named apart.
    "L-RELAY": Reported("通报用语：整体联动完成率低于20%（单一来源）", {"below_percent": 20}),
}
