"""What several checks say alike: closed sites, unread pages, stale and fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Outcome, Verdict, bounded
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from checks.facts import AccountFacts, PageReading, SiteFacts

UNREAD_REASONS: dict[str, str] = {
    state.value: f"未能核实：{state.chinese}"
    for state in AccessState
    if state is not AccessState.OK
}
"""One typed reason for each access state that is not a good capture."""

SITE_STATES: dict[str, str] = {
    "closed": "网站已关停，不检查",
    "exempt": "网站运行状态为例外，不检查",
    "not_visited": "本次巡查没有访问到该网站",
}

ACCOUNT_STATES: dict[str, str] = {
    "closed": "账号已注销，不检查",
    "not_publishing": "非发布类账号，不检查更新",
    "not_visited": "本次巡查没有访问到该账号",
}


def site_out_of_scope(check: str, site: SiteFacts) -> Verdict | None:
    """Not applicable to a site that is registered as closed or as an exception."""
    reason = {"关停": "closed", "例外": "exempt"}.get(site.running_state)
    return Verdict(check, Outcome.NOT_APPLICABLE, reason) if reason else None


def account_out_of_scope(check: str, account: AccountFacts) -> Verdict | None:
    """Not applicable to an account that is registered as cancelled (注销)."""
    if account.running_state == "注销":
        return Verdict(check, Outcome.NOT_APPLICABLE, "closed")
    return None


def read_whole(page: PageReading | None) -> bool:
    """Whether a page was read well and to its end: no part of it left to a script that no browser

    ran, none cut off at the parse cap. Only then does what it lacks prove anything.
    """
    if page is None or page.facts is None or not page.good:
        return False
    return not page.facts.truncated and (page.rendered or not page.facts.needs_browser)


def unread(check: str, page: PageReading | None, **evidence: Any) -> Verdict:
    """Undetermined: the page could not be read; the reason is its access state."""
    if page is None:
        return Verdict(check, Outcome.UNDETERMINED, "not_visited", bounded(evidence))
    state = page.access if page.access is not AccessState.OK else AccessState.PARSE_DRIFT
    return Verdict(
        check,
        Outcome.UNDETERMINED,
        state.value,
        bounded({"url": page.url, "detail": page.detail, **evidence}),
        (page.capture_id,),
    )
