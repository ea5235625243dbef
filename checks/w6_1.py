"""W6.1 服务不实用: no services offered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, read_whole, site_out_of_scope, unread
from crawler.extract.column_kinds import ColumnKind, kind_of
from crawler.extract.facts import PageKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts

SERVICE_WORDS = re.compile(r"办事指南|服务指南|办理指南|办事流程|办理流程|网上办事")

# How the columns of services are called in addresses: 办事指南, 服务指南, 网上办事, 办事服务 …
BUTTON = 8
"""A longer text is the title of an article about services, no way to one."""
SERVICE_PATHS = re.compile(r"/(?:bszn|fwzn|wsbs|bsfw|bslc|bsdt|zxbs|wsfw|zwfw)[_/]")
# A picture may lead to the hall of services without a word: zwfw.hunan.gov.cn, www.gdzwfw.gov.cn.
SERVICE_HOSTS = re.compile(
    r"//(?:[\w-]{1,40}\.){0,3}[a-z]{0,4}(?:zwfw|wsbs|wssp|bsdt|banshi|ywtb)[a-z]{0,4}\.[\w.]{2,40}(?:[/:]|$)",
    re.IGNORECASE,
)


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Only for sites registered as offering services; a blank 提供办事服务 stays undetermined."""
    del parameters, as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.offers_services is False:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_outward_services")
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    captures = tuple(page.capture_id for page in (home, *site.guides))[:12]
    entry = _entry(site)
    if entry:
        return Verdict(CODE, Outcome.PASS, "offered", bounded({"entry": entry}), captures)
    if site.offers_services is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "not_registered", captures=captures)
    if not read_whole(home):
        return Verdict(CODE, Outcome.UNDETERMINED, "script_page_unread", captures=captures)
    if not home.facts.columns:
        # An intro page, an image map, a page in another language: the way in is not read.
        return Verdict(CODE, Outcome.UNDETERMINED, "navigation_unread", captures=captures)
    return Verdict(CODE, Outcome.FAIL, "none_offered", captures=captures)


def _entry(site: SiteFacts) -> str:
    """A guide that was read, or an entry to services on any page that was read."""
    for page in _pages(site):
        facts = page.facts
        if facts is None:
            continue
        if facts.guide or facts.page_kind is PageKind.SERVICE_GUIDE:
            return page.url
        for found in facts.columns:
            if kind_of(found.kind or found.name) is ColumnKind.SERVICES:
                return f"{found.name} {found.url}"
        named = [(row.title, row.url) for row in facts.rows]
        named += [(link.text, link.url) for link in facts.links]
        for told, url in named:
            if SERVICE_WORDS.search(told) or _leads(url) or _entrance(told):
                return f"{told} {url}"
    for column in site.columns:
        if kind_of(column.kind or column.name) is ColumnKind.SERVICES:
            return f"{column.name} {column.url}"
    return ""


def _leads(url: str) -> bool:
    """Whether an address is that of services: a folder of the site, a hall on a host of its own."""
    return bool(SERVICE_PATHS.search(url) or SERVICE_HOSTS.search(url))


def _entrance(text: str) -> bool:
    """政务服务, 一网通办, 便民查询: a button that leads to services, wherever they are kept."""
    return len(text) <= BUTTON and kind_of(text) is ColumnKind.SERVICES


def _pages(site: SiteFacts) -> Iterator[PageReading]:
    """The pages that were read well, guides among them."""
    columns = (column.page for column in site.columns)
    for page in (site.home, *site.guides, *site.articles, *columns):
        if page is not None and page.good:
            yield page


CODE = "W6.1"
CHECK = Check(
    code=CODE,
    title="未提供办事服务",
    label="未提供办事服务",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="未提供办事服务",
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "offered": "提供了办事服务",
        "none_offered": "登记为提供办事服务，但未发现办事服务入口",
        "no_outward_services": "登记为不提供办事服务",
        "not_registered": "名录未填写是否提供办事服务，且未发现办事服务入口",
        "script_page_unread": "首页部分内容由脚本生成或页面过大，未能读全",
        "navigation_unread": "首页导航未能读懂",
    },
    judge=judge,
    needs=("home", "guides"),
)
