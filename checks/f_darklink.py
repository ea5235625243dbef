"""F-DARKLINK 暗链: links slipped into a page, and links to sites that changed hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts

# Roles of `crawler.extract.dark_links`.
_HIDDEN, _FARM, _GAMBLING, _TITLE = "hidden", "farm", "gambling", "title"


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Hidden blocks of strangers, gambling under our own name or behind a link: proof enough.

    A visible block of strangers behind the footer, one single odd anchor, or a linked site that
    took another name need a person.
    """
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    pages = [page for page in _pages(site) if page.good and page.facts is not None]
    if not pages:
        return unread(CODE, site.home)
    told = _slipped_in(pages)
    dangerous = [link for link in site.links or () if link.danger]
    drifted = [link for link in site.links or () if link.title_before and not link.danger]
    captures = tuple(page.capture_id for page, _, _ in told)[:8]
    evidence = bounded(
        {
            "pages": len({page.url for page, _, _ in told}),
            "links": [f"{_WORDS[role]} {text} 见于 {page.url}" for page, role, text in told],
            "dangerous": [f"{one.url} {one.danger} 见于 {one.parent}" for one in dangerous],
            "renamed": [f"{one.url} 原「{one.title_before}」现「{one.title}」" for one in drifted],
        }
    )
    roles = [role for _, role, _ in told]
    if _HIDDEN in roles or _TITLE in roles or roles.count(_GAMBLING) >= parameters["anchors"]:
        return Verdict(CODE, Outcome.FAIL, "slipped_in", evidence, captures)
    if dangerous:
        return Verdict(CODE, Outcome.FAIL, "changed_hands", evidence)
    if told:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    if site.links is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "links_unchecked", evidence)
    renamed = "renamed" if drifted else None
    return Verdict(CODE, Outcome.PASS, "none", evidence, warning=renamed)


def _pages(site: SiteFacts) -> Iterator[PageReading]:
    if site.home is not None:
        yield site.home
    yield from (column.page for column in site.columns if column.page is not None)
    yield from (*site.articles, *site.boards, *site.channels, *site.guides)


def _slipped_in(pages: list[PageReading]) -> list[tuple[PageReading, str, str]]:
    """Page, role and a text for each link slipped in; a block that every page carries counts once."""
    found: dict[tuple[str, str], tuple[PageReading, str, str]] = {}
    for page in pages:
        for link in page.facts.dark_links if page.facts is not None else ():
            text = f"「{link.text[:30]}」{link.url}"
            found.setdefault((link.role, link.url), (page, link.role, text))
    return list(found.values())


_WORDS = {
    _HIDDEN: "隐藏链接",
    _FARM: "页脚之后的外链群",
    _GAMBLING: "违法广告链接",
    _TITLE: "页面标题被篡改",
}


CODE = "F-DARKLINK"
CHECK = Check(
    code=CODE,
    title="暗链与不良链接",
    label="存在网站暗链",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="网站不得出现暗链，不得链接赌博、色情等不良网站",
    parameters={"anchors": 2},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "slipped_in": "页面中被植入暗链或违法广告",
        "changed_hands": "链接的外部网站已变为赌博、色情等不良网站",
        "none": "已检查的页面没有发现暗链",
        "links_unchecked": "本次没有检查链接",
        "needs_person": "发现可疑的外链，请人工核实",
    },
    judge=judge,
    needs=("home", "links"),
    blind_to="样式表中隐藏的链接、仅对搜索引擎显示的内容看不到",
)
