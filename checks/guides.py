"""The service guides of a site as sampled, and the classes of elements that each lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.base import Outcome, Verdict
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from checks.facts import PageReading, SiteFacts

CLASSES = (
    "事项名称",
    "设定依据",
    "申请条件",
    "办理材料",
    "办理地点",
    "办理时间",
    "联系电话",
    "办理流程",
)
"""The eight classes that the clause of W6.2 names."""

STATES: dict[str, str] = {
    **SITE_STATES,
    **UNREAD_REASONS,
    "guides_unread": "部分办事指南未能读到，不能判定",
    "no_guides_seen": "没有读到办事指南",
    "no_outward_services": "登记为不提供办事服务",
}


def not_judged(check: str, site: SiteFacts) -> Verdict | None:
    """A closed site, one without outward services, an unread home page, or not a single guide."""
    outside = site_out_of_scope(check, site)
    if outside:
        return outside
    if site.offers_services is False:
        return Verdict(check, Outcome.NOT_APPLICABLE, "no_outward_services")
    if site.home is None or not site.home.good:
        return unread(check, site.home)
    if not sampled(site):
        return Verdict(check, Outcome.UNDETERMINED, "no_guides_seen")
    return None


def sampled(site: SiteFacts) -> list[PageReading]:
    """The guides that were read well, each address once."""
    found = {
        page.url: page for page in site.guides if page.good and page.facts and page.facts.guide
    }
    return list(found.values())


def unread_guides(site: SiteFacts) -> bool:
    """Whether a page of the sample was not read: it may be the one that lacks or has everything."""
    return any(not page.good for page in site.guides)


def lacking(page: PageReading) -> list[str]:
    """The classes without content in one guide, in the order of the clause."""
    guide = (page.facts.guide if page.facts else None) or {}
    return [name for name in CLASSES if not guide.get(name)]
