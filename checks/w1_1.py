"""W1.1 严重表述错误: words that lexicons call serious, as candidates for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Scope, Severity, Verdict
from checks.common import SITE_STATES, UNREAD_REASONS
from checks.wording import candidates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A word alone is no error of statement; what it says in its place a person judges."""
    del as_of
    return candidates(CODE, site, parameters)


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
