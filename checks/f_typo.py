"""F-TYPO 错别字: words of the lexicons on pages, as candidates for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.wording import evidence_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Each place is shown with the words around it and what to write; a person decides."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    if site.wording is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "not_scanned")
    hits = [hit for hit in site.wording if hit.level in parameters["levels"]]
    if not hits:
        return Verdict(CODE, Outcome.PASS, "nothing_found")
    captures = tuple(dict.fromkeys(hit.capture_id for hit in hits))[:12]
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence_of(hits), captures)


CODE = "F-TYPO"
CHECK = Check(
    code=CODE,
    title="错别字",
    label="错别字",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="网站信息存在错别字、错敏词",
    parameters={"levels": ["一般", "疑似"]},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "needs_person": "发现疑似错别字，由人工核实",
        "nothing_found": "读到的文字中没有词库收录的错别字",
        "not_scanned": "本次没有检查文字",
    },
    judge=judge,
    needs=("wording",),
    blind_to="词库没有收录的错误；图片、视频和附件里的文字；没有打开的页面",
)
