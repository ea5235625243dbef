"""F-SOURCE 稿件来源: articles that name no source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, read_whole, site_out_of_scope, unread
from crawler.extract.facts import PageKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Notices and documents often name none; a template without 来源 is for a person."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    pages = [page for page in site.articles if _readable(page)]
    without = [page for page in pages if page.facts and not page.facts.source]
    evidence = bounded({"articles": len(pages), "without": [page.url for page in without]})
    captures = tuple(page.capture_id for page in without)[:12]
    if len(pages) < parameters["articles"]:
        return Verdict(CODE, Outcome.UNDETERMINED, "too_few_articles", evidence)
    if len(without) == len(pages):
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    return Verdict(CODE, Outcome.PASS, "shown", evidence)


def _readable(page: PageReading) -> bool:
    facts = page.facts
    if not page.good or facts is None or facts.published_on is None:
        return False
    return facts.page_kind is PageKind.ARTICLE and read_whole(page)


CODE = "F-SOURCE"
CHECK = Check(
    code=CODE,
    title="稿件来源",
    label="发布稿件未标明信息来源",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="政府网站发展指引（国办发〔2017〕47号）：转载信息应注明来源",
    parameters={"articles": 3},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "shown": "抽查的稿件标明了来源",
        "needs_person": "抽查的稿件均未读到来源，由人工核实",
        "too_few_articles": "读到的稿件太少，不能判定",
    },
    judge=judge,
    needs=("articles",),
    blind_to="写在图里或由脚本填写的来源；分享功能能否使用",
)
