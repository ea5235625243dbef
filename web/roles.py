"""Roles and what each may do; a unit bounds all of it to a subtree of the registry."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """What an endpoint asks for."""

    READ = "read"
    DECIDE = "decide"
    REGISTER = "register"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What a user is."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    @property
    def chinese(self) -> str:
        """The word on the pages."""
        return _CHINESE[self]

    @property
    def rights(self) -> frozenset[Right]:
        """Everything this role may do."""
        return _RIGHTS[self]


_CHINESE = {Role.VIEWER: "查看", Role.OPERATOR: "检查员", Role.ADMIN: "管理员"}
_RIGHTS = {
    Role.VIEWER: frozenset({Right.READ}),
    Role.OPERATOR: frozenset({Right.READ, Right.DECIDE, Right.REGISTER}),
    Role.ADMIN: frozenset(Right),
}
