"""F-XXGK 依申请公开: the page on disclosure by request and the bodies that receive requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.portal import read_pages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts

_NAME = "依申请公开"
_RECEIVER = re.compile(r"受理(?:机构|部门|单位|机关|地址)|(?:申请|公开)受理|收件(?:人|地址|单位)")


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """That a receiver is named can be read; whether the list of bodies is sensible cannot."""
    del as_of, parameters
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or site.home.facts is None or not site.home.good:
        return unread(CODE, site.home)
    pages = [page for page in read_pages(site) if page.facts and _NAME in page.facts.title[:60]]
    evidence = bounded({"pages": [page.url for page in pages], "entry": _entry(site.home)})
    captures = tuple(page.capture_id for page in pages)[:12]
    for page in pages:
        text = page.facts.signs.text if page.facts and page.facts.signs else ""
        if _RECEIVER.search(text):
            return Verdict(CODE, Outcome.PASS, "receiver_named", evidence, captures)
    if pages:
        return Verdict(CODE, Outcome.UNDETERMINED, "receiver_not_read", evidence, captures)
    reason = "entry_only" if evidence["entry"] else "none_seen"
    return Verdict(CODE, Outcome.UNDETERMINED, reason, evidence)


def _entry(home: PageReading) -> str:
    facts = home.facts
    if facts is None:
        return ""
    named = [(column.name, column.url) for column in facts.columns]
    named += [(channel.name, channel.url) for channel in facts.channels]
    named += [(link.text, link.url) for link in facts.links]
    return next((f"{name} {url}" for name, url in named if _NAME in name[:40]), "")


CODE = "F-XXGK"
CHECK = Check(
    code=CODE,
    title="依申请公开页面",
    label="依申请公开页面受理部门设置不合理",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="依申请公开页面应列明受理机构，受理部门设置应合理",
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "receiver_named": "依申请公开页面写明了受理机构",
        "receiver_not_read": "依申请公开页面没有读到受理机构，请人工核实",
        "entry_only": "有依申请公开入口，页面未打开",
        "none_seen": "没有发现依申请公开入口，请人工核实",
    },
    judge=judge,
    needs=("home", "columns"),
    blind_to="受理部门的设置是否合理",
)
