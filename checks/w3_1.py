"""W3.1 首页不更新: no own item on the home page within two weeks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, read_whole, site_out_of_scope, unread
from checks.deadlines import BEIJING, age_in_days
from crawler.extract.dates import beijing_day
from crawler.extract.elsewhere import is_item
from crawler.extract.facts import Provenance
from crawler.extract.lone_links import newest_headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from checks.facts import SiteFacts
    from crawler.extract.facts import PageFacts, Row


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Stale needs positive proof: a good home page, every list of it read, newest item old.

    Where that was not to be had, a person's look decides; a fresh item that a person saw clears.
    """
    told = _by_machine(site, parameters, as_of)
    return _by_person(told, site, parameters, as_of) or told


def _by_machine(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    captures = (home.capture_id,)
    if site.navigation_only:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "navigation_only", captures=captures)
    newest, told = _newest(site, home.facts, as_of)
    evidence = bounded({"url": home.url, "rows": len(home.facts.rows), **told})
    if newest is None:
        reason = "no_dated_item" if read_whole(home) else "script_lists_unread"
        return Verdict(CODE, Outcome.UNDETERMINED, reason, evidence, captures, site.newest_known)
    age = age_in_days(newest, as_of)
    evidence["age_days"] = age
    # A second look needs to know what else stands on the page, not only the newest item.
    evidence["recent_dates"] = bounded(_dates(home.facts.rows, newest))
    if age < parameters["days"]:
        warning = "early" if age >= parameters["warning_days"] else None
        return Verdict(CODE, Outcome.PASS, "fresh", evidence, captures, newest, warning=warning)
    if not read_whole(home):
        # A list that a script fills, or that stands behind the cut, may hold the newest item.
        return Verdict(
            CODE, Outcome.UNDETERMINED, "script_lists_unread", evidence, captures, newest
        )
    if site.undated_unresolved:
        return Verdict(CODE, Outcome.UNDETERMINED, "undated_unread", evidence, captures, newest)
    elsewhere = _fresh_elsewhere(home.facts.rows, as_of, parameters["days"])
    if elsewhere:
        evidence["elsewhere"] = bounded([f"{row.title} {row.url}" for row in elsewhere])
        return Verdict(CODE, Outcome.UNDETERMINED, "foreign_items", evidence, captures, newest)
    reason = "boundary" if age == parameters["days"] else "stale"
    return Verdict(CODE, Outcome.FAIL, reason, evidence, captures, newest)


def _by_person(
    told: Verdict, site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime
) -> Verdict | None:
    """The verdict on what a person saw on the home page; None where that settles nothing."""
    look = site.look
    if look is None or look.newest is None:
        return None
    if told.outcome not in {Outcome.FAIL, Outcome.UNDETERMINED}:
        return None
    age = age_in_days(look.newest, as_of)
    evidence = bounded(
        {
            "url": look.url or site.home_url,
            "provenance": Provenance.OPERATOR.value,
            "seen_by": look.by,
            "seen_at": look.seen_at.astimezone(BEIJING).isoformat(timespec="minutes"),
            "text": look.text,
            "machine": told.reason,
            "age_days": age,
        }
    )
    if age < parameters["days"]:
        warning = "early" if age >= parameters["warning_days"] else None
        return Verdict(
            CODE, Outcome.PASS, "fresh", evidence, told.captures, look.newest, warning=warning
        )
    known = max(filter(None, (look.newest, site.newest_home, site.newest_known)))
    unproven = not look.holds or age_in_days(known, as_of) < parameters["days"]
    if told.outcome is Outcome.FAIL or unproven:
        return None
    evidence["age_days"] = age_in_days(known, as_of)
    reason = "boundary" if evidence["age_days"] == parameters["days"] else "stale"
    return Verdict(CODE, Outcome.FAIL, reason, evidence, told.captures, known)


def _newest(
    site: SiteFacts, home: PageFacts, as_of: datetime
) -> tuple[date | None, dict[str, str]]:
    """The newest own item of the home page: a row of its lists, or a headline outside them."""
    headline = newest_headline(home, beijing_day(as_of))
    if headline is None or headline.date is None:
        return site.newest_home, site.newest_home_evidence
    if site.newest_home is not None and site.newest_home >= headline.date:
        return site.newest_home, site.newest_home_evidence
    told = {"title": headline.title, "item_url": headline.url, "provenance": Provenance.URL.value}
    return headline.date, told


def _fresh_elsewhere(rows: Iterable[Row], as_of: datetime, days: int) -> list[Row]:
    """Fresh rows that lead to other sites and may be the body's own news all the same.

    One is enough that leads to another government's site or to an account: notices are published
    there, too. Of other sites (a county's own paper) it takes a few. What the State Council and the
    papers of the country publish stands on every site and is news of none.
    """
    fresh = [
        row
        for row in rows
        if not row.own and row.date is not None and is_item(row.url)
        if 0 <= age_in_days(row.date, as_of) < days and not _EVERYWHERE.match(row.url)
    ]
    houses = [row for row in fresh if _HOUSES.match(row.url)]
    return houses or (fresh if len(fresh) >= FEW else [])


def _dates(rows: Iterable[Row], newest: date) -> list[date]:
    """The newest distinct days of own rows, newest first."""
    days = {row.date for row in rows if row.own and row.date is not None and row.date <= newest}
    return sorted(days | {newest}, reverse=True)


FEW = 3
_HOUSES = re.compile(
    r"https?://(?:mp\.weixin\.qq\.com|[\w.-]{1,100}\.gov\.cn)(?:[/:]|$)", re.IGNORECASE
)
_EVERYWHERE = re.compile(
    r"https?://(?:www\.gov\.cn|(?:[\w-]{1,40}\.){0,3}(?:people\.com\.cn|people\.cn|xinhuanet\.com|news\.cn"
    r"|cctv\.(?:com|cn)|chinanews\.com(?:\.cn)?|gmw\.cn|ce\.cn|cnr\.cn|china\.com\.cn|qstheory\.cn|xuexi\.cn"
    r"|12371\.cn))(?:[/:]|$)",
    re.IGNORECASE,
)
CODE = "W3.1"
CHECK = Check(
    code=CODE,
    title="首页不更新",
    label="首页面长时间未更新",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="监测2周，首页无信息更新",
    parameters={"days": 14, "warning_days": 10},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "stale": "首页最新信息超过规定期限（全国规则为两周）",
        "boundary": "首页最新信息距监测时间点恰为规定期限（全国规则为 14 天）",
        "fresh": "首页两周内有信息更新",
        "navigation_only": "首页仅为栏目导航入口，按二级页面判定",
        "no_dated_item": "首页信息均未读到日期，需人工核实",
        "undated_unread": "首页部分信息未标日期且正文未能打开，需人工核实",
        "foreign_items": "首页规定期限内的信息都链接到其他网站或公众号，是否为本网站的更新由人工核实",
        "script_lists_unread": "首页部分列表由脚本生成或页面过大，未能读全",
    },
    judge=judge,
    needs=("home",),
)
