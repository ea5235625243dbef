"""W5.1 互动回应差: no usable way to consult or suggest; 信访 and 纪检举报 do not count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, read_whole, site_out_of_scope, unread
from checks.letters import SPECIAL, special
from crawler.extract.column_kinds import ColumnKind, kind_of
from crawler.extract.signs import BY_TELEPHONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts
    from crawler.extract.facts import Channel, PageLink

CONSULT = "consult"
# What is named so is a channel itself; 互动交流 or 公众参与 is only the section that may hold one.
SPECIFIC = re.compile(
    r"信箱|咨询|建言|献策|留言|写信|来信|寄信|提问|问政|意见|建议|诉求|投诉|热线|12345|话说|问我答|直通车"
)
# A picture may lead there without a word: 互动交流, 咨询, 信箱, 留言 in addresses.
CONSULT_PATHS = re.compile(
    r"/(?:hdjl|zmhd|gzcy|zxzx|ywzx|xzxx|jzxx|szxx|qzxx|sjxx|zxjy|wyxx|liuyan|guestbook|mailbox|letter)"
    r"[_/.]",
    re.IGNORECASE,
)
INTERACTION = frozenset({ColumnKind.INTERACTION, ColumnKind.MESSAGES})


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Missing needs proof: an interaction area that was read, and no usable channel in it."""
    del parameters, as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    offered = list(_offered(site))
    usable = _usable(site, offered)
    captures = tuple(page.capture_id for page in (home, *site.channels, *site.boards))[:12]
    if usable:
        return Verdict(CODE, Outcome.PASS, "offered", bounded({"channel": usable}), captures)
    evidence = bounded({"offered": [f"{one.name} {one.url}" for one in offered]})
    unproven = _unproven(site, offered)
    if unproven:
        return Verdict(CODE, Outcome.UNDETERMINED, unproven, evidence, captures)
    if site.offers_services is False:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    if not _area(site):
        # No page for interaction was read: the entry may be a picture, and a link called
        # 预期调查 alone may lead to articles about a survey.
        return Verdict(CODE, Outcome.UNDETERMINED, "no_interaction_area", evidence, captures)
    if any(_by_other_means(page) for page in _area(site)):
        return Verdict(CODE, Outcome.UNDETERMINED, "other_means", evidence, captures)
    if any(channel.kind in SPECIAL for channel in offered):
        return Verdict(CODE, Outcome.FAIL, "only_special", evidence, captures)
    return Verdict(CODE, Outcome.FAIL, "none_offered", evidence, captures)


def _pages(site: SiteFacts) -> Iterator[PageReading]:
    """The pages that were read well; an error page offers nothing."""
    columns = (column.page for column in site.columns)
    for page in (site.home, *site.channels, *site.boards, *columns):
        if page is not None and page.good:
            yield page


def _offered(site: SiteFacts) -> Iterator[Channel]:
    """Each channel once; the link to a page and the form on it have one name and one address."""
    seen: set[tuple[str, str, bool]] = set()
    for page in _pages(site):
        for channel in page.facts.channels if page.facts else ():
            key = (channel.name, channel.url, channel.form)
            if key not in seen:
                seen.add(key)
                yield channel


def _usable(site: SiteFacts, offered: list[Channel]) -> str:
    """A board of letters, a consult form, or a consult link whose page was read well.

    Letters of a petition or complaint column do not make it a general channel.
    """
    for page in _pages(site):
        if page.facts and page.facts.letters and not special(page, site):
            return page.url
    read = _read(site)
    for channel in offered:
        named = channel.url in read and SPECIFIC.search(channel.name)
        if channel.kind == CONSULT and (channel.form or named):
            return f"{channel.name} {channel.url}"
    return ""


def _read(site: SiteFacts) -> set[str]:
    return {page.url for page in _pages(site) if page is not site.home}


def _links(page: PageReading) -> tuple[PageLink, ...]:
    return page.facts.links if page.facts else ()


def _area(site: SiteFacts) -> list[PageReading]:
    """The pages for interaction that were read well: columns, channels and boards."""
    columns = (
        column.page
        for column in site.columns
        if kind_of(column.kind or column.name) in INTERACTION and column.page is not None
    )
    return [page for page in (*columns, *site.channels, *site.boards) if page.good]


def _by_other_means(page: PageReading) -> bool:
    """Whether the page sends its visitors to a telephone with a camera."""
    signs = page.facts.signs if page.facts else None
    return signs is not None and BY_TELEPHONE.search(signs.text) is not None


def _unproven(site: SiteFacts, offered: list[Channel]) -> str:
    """Why absence cannot be claimed: a channel that was not read, or a page only a browser sees."""
    read = _read(site)
    if any(channel.kind == CONSULT and channel.url not in read for channel in offered):
        return "channel_unread"
    for page in _pages(site):
        for link in _links(page):
            if CONSULT_PATHS.search(link.url) and link.url not in read:
                return "channel_unread"
    for page in (*site.channels, *site.boards):
        if not page.good:
            return "channel_unread"
    home = site.home
    if not all(read_whole(page) for page in (home, *_area(site))):
        return "script_page_unread"
    if home and home.facts and not home.facts.columns and not home.facts.links:
        return "navigation_unread"
    return ""


CODE = "W5.1"
CHECK = Check(
    code=CODE,
    title="未提供网上有效咨询建言渠道",
    label="未提供网上有效咨询建言渠道（网上信访、纪检举报等专门渠道除外）",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="未提供网上有效咨询建言渠道（网上信访、纪检举报等专门渠道除外）",
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "offered": "提供了网上咨询建言渠道",
        "none_offered": "互动交流栏目中没有任何网上咨询建言渠道",
        "no_interaction_area": "未发现互动交流栏目（入口可能是图片），需人工核实",
        "only_special": "只有信访、纪检举报、征集调查等专门渠道",
        "other_means": "互动交流页面要求扫码或到公众号、小程序咨询，是否为有效渠道由人工判定",
        "channel_unread": "有咨询建言入口，但其页面未能读到",
        "script_page_unread": "首页或互动交流页面部分内容由脚本生成或页面过大，未能读全",
        "navigation_unread": "首页导航未能读懂",
        "needs_person": "登记为不提供办事服务的单位，是否应设咨询建言渠道由人工判定",
    },
    judge=judge,
    needs=("home", "channels"),
    blind_to="不提交表单，不能证明提交后确有人受理",
)
