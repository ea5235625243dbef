"""W1.1 严重表述错误: words that lexicons call serious, as candidates for a person."""

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
    """A word alone is no error of statement; what it says in its place a person judges."""
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


CODE = "W1.1"
CHECK = Check(
    code=CODE,
    title="严重表述错误",
    label="严重表述错误",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="出现严重表述错误",
    parameters={"levels": ["严重"]},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "needs_person": "发现词库中标为严重的词语，由人工核实是否为严重表述错误",
        "nothing_found": "读到的文字中没有词库标为严重的词语",
        "not_scanned": "本次没有检查文字",
    },
    judge=judge,
    needs=("wording",),
    blind_to="词库没有收录的表述；图片、视频和附件里的文字",
)
