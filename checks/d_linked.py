"""D-LINKED 解读关联: interpretations that lead to no document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.portal import PORTAL_STATES, not_judged, read_pages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts

_INTERPRETATION = re.compile(r"解读|一图读懂|图解|一图看懂")
_DOCUMENT = re.compile(
    r"原文|通知|意见|办法|规定|方案|条例|决定|规划|细则|措施|文件|公告|批复|政策链接"
)


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A tie proves itself; where none is seen a script may still draw it: for a person."""
    del as_of
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    pages = [page for page in read_pages(site) if _interprets(page)]
    if not pages:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_interpretation_seen")
    loose = [page for page in pages if not _tied(page)]
    evidence = bounded({"pages": len(pages), "without": [page.url for page in loose]})
    captures = tuple(page.capture_id for page in (loose or pages))[:12]
    if loose:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    return Verdict(CODE, Outcome.PASS, "linked", evidence, captures)


def _interprets(page: PageReading) -> bool:
    facts = page.facts
    if facts is None or facts.signs is None or not facts.signs.text:
        return False
    return facts.published_on is not None and bool(_INTERPRETATION.search(facts.title[:80]))


def _tied(page: PageReading) -> bool:
    """Whether the page leads to a document that is no interpretation itself."""
    signs = page.facts.signs if page.facts else None
    return any(
        ("《" in link.text or _DOCUMENT.search(link.text)) and not _INTERPRETATION.search(link.text)
        for link in (signs.related if signs else ())
    )


CODE = "D-LINKED"
CHECK = Check(
    code=CODE,
    title="解读关联",
    label="政策解读未与原文关联",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="政策解读与被解读的政策文件未相互关联的，逐个扣分",
    parameters={"portals_only": True},
    reasons={
        **PORTAL_STATES,
        "linked": "抽查的解读均链接到政策文件",
        "needs_person": "抽查的解读没有发现指向政策文件的链接，由人工核实",
        "no_interpretation_seen": "没有读到政策解读的正文",
    },
    judge=judge,
    needs=("articles",),
    blind_to="由脚本生成的关联；文件页是否回链解读",
)
