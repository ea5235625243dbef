"""The list of checks: explicit, in the order in which findings and documents name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks import (
    d_finderr,
    d_footer,
    d_link_1,
    d_link_2,
    f_darklink,
    f_intranet,
    f_menu,
    f_offtopic,
    m2_1,
    m3_1,
    r_acctcode,
    r_duplicate,
    r_notclosed,
    r_renamed,
    r_samename,
    r_security,
    r_subject,
    r_uncertified,
    r_unreported,
    w2_1,
    w3_1,
    w3_2,
    w4_1,
    w4_2,
    w4_3,
    w5_1,
    w5_2,
    w6_1,
)

if TYPE_CHECKING:
    from checks.base import Check, Scope

ALL: tuple[Check, ...] = (
    w2_1.CHECK,
    w3_1.CHECK,
    w3_2.CHECK,
    w4_1.CHECK,
    w4_2.CHECK,
    w4_3.CHECK,
    w5_1.CHECK,
    w5_2.CHECK,
    w6_1.CHECK,
    d_footer.CHECK,
    d_finderr.CHECK,
    d_link_1.CHECK,
    d_link_2.CHECK,
    f_darklink.CHECK,
    f_intranet.CHECK,
    r_security.CHECK,
    m2_1.CHECK,
    m3_1.CHECK,
    r_subject.CHECK,
    r_uncertified.CHECK,
    r_renamed.CHECK,
    r_notclosed.CHECK,
    r_duplicate.CHECK,
    r_unreported.CHECK,
    r_acctcode.CHECK,
    r_samename.CHECK,
    f_menu.CHECK,
    f_offtopic.CHECK,
)

BY_CODE: dict[str, Check] = {check.code: check for check in ALL}


def of_scope(scope: Scope) -> tuple[Check, ...]:
    """The checks that accuse sites, or accounts."""
    return tuple(check for check in ALL if check.scope is scope)
