"""F-TYPO 错别字: words of the lexicons on pages, as candidates for a person."""

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
    """Each place is shown with the words around it and what to write; a person decides."""
    del as_of
    return candidates(CODE, site, parameters)


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
