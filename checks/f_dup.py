"""F-DUP 重复发布: one item posted to many columns, under an address of its own in each."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts
    from crawler.extract.facts import Row

_SHORTEST = 12
_NUMBER = re.compile(r"(?<![0-9])[0-9]{2,12}(?![0-9])")


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """One address in the side bar of every page is one posting; short titles repeat by nature.

    What stands in every single column that was read is a block of the template: for a person.
    """
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    lists = _lists(site)
    places = _places(lists)
    if not places:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_lists_read")
    title, columns = max(places.items(), key=lambda one: (len(one[1]), one[0]))
    evidence = bounded(
        {"title": title, "columns": len(columns), "names": sorted(columns), "read": len(lists)}
    )
    if len(columns) >= parameters["columns"]:
        if len(columns) == len(lists):
            return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence)
        return Verdict(CODE, Outcome.FAIL, "many_columns", evidence)
    return Verdict(CODE, Outcome.PASS, "in_order", evidence)


def _lists(site: SiteFacts) -> dict[str, tuple[Row, ...]]:
    """The rows of every column of the site that was read, by its name."""
    return {
        column.name: column.page.facts.rows
        for column in site.columns
        if column.page and column.page.good and column.page.facts and column.page.facts.rows
        if not column.external
    }


def _places(lists: Mapping[str, tuple[Row, ...]]) -> dict[str, set[str]]:
    """For each title and day the columns that hold it under an address of no other column."""
    where: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for name, rows in lists.items():
        for row in rows:
            title = "".join(row.title.split())
            if row.own and row.date and len(title) >= _SHORTEST:
                where[title, row.date.isoformat()].setdefault(_document(row.url), name)
    return {title: set(by_url.values()) for (title, _), by_url in where.items()}


def _document(url: str) -> str:
    """What an address leads to, whichever column it was opened from.

    `content.jsp?wbtreeid=1003&wbnewsid=5471` names the article by its largest number; the path of
    a written page does so by itself.
    """
    path, mark, query = url.partition("?")
    numbers = [int(one) for one in _NUMBER.findall(query[:400])]
    return f"{path}?{max(numbers)}" if mark and numbers else url


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
        "needs_person": "同一条信息出现在读到的每一个栏目中，可能是模板里的公共区块，由人工核实",
        "in_order": "没有发现同一条信息发布到多个栏目",
        "no_lists_read": "没有读到栏目列表",
    },
    judge=judge,
    needs=("columns",),
    blind_to="栏目第二页以后的信息；标题改动过的重复稿件",
)
