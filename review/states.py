"""The states of a finding, which change may follow which, and why a finding is dismissed."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The life of a finding."""

    FLAGGED = "flagged"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    RECTIFIED = "rectified"

    @property
    def chinese(self) -> str:
        """The word an operator reads."""
        return _CHINESE[self]

    @property
    def printed(self) -> bool:
        """Whether the notice prints it: confirmed, and also when repaired since."""
        return self in {State.CONFIRMED, State.RECTIFIED}

    @property
    def counts(self) -> bool:
        """Whether the failing verdict behind it still counts."""
        return self not in {State.DISMISSED, State.WITHDRAWN}


_CHINESE = {
    State.FLAGGED: "待审核",
    State.CONFIRMED: "已确认",
    State.DISMISSED: "已排除",
    State.WITHDRAWN: "已撤回",
    State.RECTIFIED: "已整改",
}

# What a person may do; what the machine does alone is in review.findings and review.looks.
BY_PERSON: dict[State, frozenset[State]] = {
    State.CONFIRMED: frozenset({State.FLAGGED, State.DISMISSED, State.WITHDRAWN}),
    State.DISMISSED: frozenset({State.FLAGGED, State.CONFIRMED}),
    State.RECTIFIED: frozenset({State.CONFIRMED}),
}
"""New state → the states from which a person may go there."""


class ReasonCode(StrEnum):
    """Why a person dismissed a finding; feeds the figures on precision."""

    UPDATED = "updated"
    MISREAD = "misread"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    REGISTRY = "registry"
    EXEMPT = "exempt"
    OTHER = "other"

    @property
    def chinese(self) -> str:
        """The words an operator chooses from."""
        return _REASONS[self]


_REASONS = {
    ReasonCode.UPDATED: "监测时段内实际有更新",
    ReasonCode.MISREAD: "系统误读页面",
    ReasonCode.UNREACHABLE: "当时无法正常访问，不能证明",
    ReasonCode.CLOSED: "已关停、注销或迁移",
    ReasonCode.REGISTRY: "登记信息有误",
    ReasonCode.EXEMPT: "按规定可不更新",
    ReasonCode.OTHER: "其他",
}
