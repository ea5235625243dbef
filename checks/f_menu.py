"""F-MENU 菜单链接错误: menu links that are dead twice; what only the client opens is not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.accounts import PROFILE_STATES, not_to_be_judged, undetermined
from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts, LinkReading


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Dead means confirmed by a second failure; refused and client-only links are not broken."""
    outside = not_to_be_judged(CODE, account, as_of)
    if outside:
        return outside
    assert account.observation is not None
    menu = [entry for source in account.observation.sources for entry in source.reading.menu]
    if not menu:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "menu_not_shown")
    links = account.menu_links
    if links is None:
        return undetermined(CODE, "links_unchecked", account, as_of, entries=len(menu))
    if not links:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "not_checkable", {"entries": len(menu)})
    found = {state: [one for one in links if one.state == state] for state in _STATES}
    evidence = bounded(
        {
            "entries": len(menu),
            "checked": len(links),
            **{state: len(of_state) for state, of_state in found.items()},
            "links": [_line(one) for one in (*found["dead"], *found["suspected"])],
        }
    )
    if len(found["dead"]) >= parameters["dead_links"]:
        return Verdict(CODE, Outcome.FAIL, "dead", evidence, account.captures[:12])
    if found["suspected"]:
        return undetermined(CODE, "suspected", account, as_of, **evidence)
    if not found["ok"]:
        return undetermined(CODE, "links_refused", account, as_of, **evidence)
    return Verdict(CODE, Outcome.PASS, "alive", evidence, account.captures[:12])


def _line(link: LinkReading) -> str:
    return f"{link.text[:40]} {link.status or link.detail} {link.url}"


_STATES = ("ok", "dead", "suspected", "blocked", "undetermined")
CODE = "F-MENU"
CHECK = Check(
    code=CODE,
    title="菜单链接",
    label="菜单链接错误",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="通报用语：菜单链接错误（全国指标没有单独的分值）",
    parameters={"dead_links": 1},
    reasons={
        **PROFILE_STATES,
        "dead": "菜单中有两次核实均打不开的链接",
        "suspected": "菜单中有打不开的链接，须隔时再次核实",
        "alive": "菜单中可查的链接都能打开或未见错误",
        "links_refused": "菜单链接拒绝访问，未能核实",
        "links_unchecked": "本次没有检查菜单链接",
        "not_checkable": "菜单只通向客户端内的页面，不作检查",
        "menu_not_shown": "平台没有公开菜单",
    },
    judge=judge,
    needs=("observation", "menu_links"),
    blind_to="小程序、点击事件和只在客户端打开的页面",
)
