"""F-DUP 重复发布: one item posted to many columns, under an address of its own in each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts

_SHORTEST = 12


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """One address in the side bar of every page is one posting; short titles repeat by nature."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    places = _places(site)
    if not places:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_lists_read")
    title, columns = max(places.items(), key=lambda one: (len(one[1]), one[0]))
    evidence = bounded({"title": title, "columns": len(columns), "names": sorted(columns)})
    if len(columns) >= parameters["columns"]:
        return Verdict(CODE, Outcome.FAIL, "many_columns", evidence)
    return Verdict(CODE, Outcome.PASS, "in_order", evidence)


def _places(site: SiteFacts) -> dict[str, set[str]]:
    """For each title and day the columns that hold it under an address of no other column."""
    where: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for column in site.columns:
        page = column.page
        if page is None or not page.good or page.facts is None or column.external:
            continue
        for row in page.facts.rows:
            title = "".join(row.title.split())
            if row.own and row.date and len(title) >= _SHORTEST:
                where[title, row.date.isoformat()].setdefault(row.url, column.name)
    return {title: set(by_url.values()) for (title, _), by_url in where.items()}


CODE = "F-DUP"
CHECK = Check(
    code=CODE,
    title="重复发布",
    label="一条信息发布到十多个不同栏目",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="不得为凑更新数量把同一信息发布到多个无关栏目（拉郎配）",
    parameters={"columns": 10},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "many_columns": "同一条信息在 10 个及以上栏目中各发布了一次",
        "in_order": "没有发现同一条信息发布到多个栏目",
        "no_lists_read": "没有读到栏目列表",
    },
    judge=judge,
    needs=("columns",),
    blind_to="栏目第二页以后的信息；标题改动过的重复稿件",
)
