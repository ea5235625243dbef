"""D-META 页面标签: the official labels on the home page, on columns and on articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.portal import PORTAL_STATES, not_judged
from crawler.extract.facts import PageKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts

SITE_LABELS = ("SiteName", "SiteDomain", "SiteIDCode")
COLUMN_LABELS = ("ColumnName", "ColumnType")
ARTICLE_LABELS = ("ArticleTitle", "PubDate", "ContentSource")


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """The names are confirmed, the duty to carry them is not: until then a person decides."""
    del as_of
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    pages = list(_sampled(site))
    lacking = [(page, missing) for page, wanted in pages if (missing := _missing(page, wanted))]
    captures = tuple(page.capture_id for page, _ in lacking)[:12]
    evidence = bounded(
        {
            "pages": len(pages),
            "lacking": [f"{'、'.join(missing)}：{page.url}" for page, missing in lacking],
        }
    )
    if not lacking:
        return Verdict(CODE, Outcome.PASS, "complete", evidence)
    if parameters["rule_confirmed"]:
        return Verdict(CODE, Outcome.FAIL, "missing", evidence, captures)
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)


def _sampled(site: SiteFacts) -> Iterator[tuple[PageReading, tuple[str, ...]]]:
    """Pages that were read well, with the labels that belong on them."""
    if site.home is not None:
        yield site.home, SITE_LABELS
    for column in site.columns:
        page = column.page
        if page is None or not page.good or page.facts is None or column.external:
            continue
        if page.facts.page_kind is PageKind.COLUMN_LIST and page.facts.title:
            yield page, SITE_LABELS + COLUMN_LABELS
    for page in site.articles:
        if page.good and page.facts and page.facts.page_kind is PageKind.ARTICLE:
            yield page, SITE_LABELS + ARTICLE_LABELS


def _missing(page: PageReading, wanted: tuple[str, ...]) -> list[str]:
    found = page.facts.meta if page.facts else {}
    return [label for label in wanted if not found.get(label)]


CODE = "D-META"
CHECK = Check(
    code=CODE,
    title="页面标签",
    label="页面标签缺失",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="政府网站发展指引（国办发〔2017〕47号）：网页应设置网站标签、栏目标签和内容页标签",
    parameters={"portals_only": True, "rule_confirmed": False},
    reasons={
        **PORTAL_STATES,
        "complete": "抽查的页面标签齐全",
        "missing": "抽查的页面缺少规定的标签",
        "needs_person": "抽查的页面缺少标签；是否必设由人工判定",
    },
    judge=judge,
    needs=("home", "columns", "articles"),
    blind_to="标签内容是否正确",
)
