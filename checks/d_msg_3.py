"""D-MSG.3 留言公开: statistics of letters received and answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.portal import PORTAL_STATES, not_judged, read_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts

# The words close a name, a period in brackets aside: 「咨询数据共享的条件」 is a letter.
_STATISTICS = re.compile(
    r"(?:留言|信件|来信|信箱|咨询|互动|答复|受理|办理|诉求).{0,6}"
    r"(?:统计(?:数据|情况|结果|分析|报表|表|图)?|情况通报|数据)(?:[（(][^（）()]{0,14}[)）])?$"
    r"|(?:受理|办理)反馈情况"
)

LONGEST = 120
"""Characters of a name; 「…门户网站2023年第一季度网民留言受理办理情况统计」 is a common one."""


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A link or a column of that name proves them; their absence is for a person."""
    del as_of
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    for page in read_pages(site):
        for name, url in _named(page):
            if _STATISTICS.search(name.strip()[:LONGEST]):
                evidence = bounded({"entry": f"{name} {url}", "page": page.url})
                return Verdict(CODE, Outcome.PASS, "published", evidence, (page.capture_id,))
    if not site.boards:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_board_seen")
    captures = tuple(page.capture_id for page in site.boards)[:12]
    evidence = bounded({"board": site.boards[0].url})
    return Verdict(CODE, Outcome.UNDETERMINED, "none_seen", evidence, captures)


def _named(page: PageReading) -> Iterator[tuple[str, str]]:
    facts = page.facts
    if facts is None:
        return
    yield from ((column.name, column.url) for column in facts.columns)
    yield from ((channel.name, channel.url) for channel in facts.channels)
    yield from ((link.text, link.url) for link in facts.links)
    yield from ((row.title, row.url) for row in facts.rows if len(row.title) <= LONGEST)
    yield from ((link.text, link.url) for link in (facts.signs.related if facts.signs else ()))


CODE = "D-MSG.3"
CHECK = Check(
    code=CODE,
    title="留言公开（统计数据）",
    label="未公开留言受理反馈情况统计数据",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="未公开留言受理反馈情况统计数据",
    parameters={"portals_only": True},
    reasons={
        **PORTAL_STATES,
        "published": "有留言受理反馈情况统计的入口",
        "none_seen": "没有发现留言受理反馈情况统计，请人工核实",
        "no_board_seen": "没有读到留言栏目",
    },
    judge=judge,
    needs=("boards",),
    blind_to="画在图里的统计；统计数据是否更新",
)
