"""Sites on both sides of each number of a veto, and sites that leave one open, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from crawler.extract.facts import Badges, PageKind, Row
from crawler.fetch.access import AccessState
from tests.unit.checks.site_parts import (
    FAIL,
    NOT,
    ONE,
    PASS,
    QUARTER,
    SIX_MONTHS,
    TWO_MONTHS,
    UNKNOWN,
    YEAR,
    Case,
    article,
    blank,
    board,
    letter,
    letters_of,
    unread_column,
)
from tests.unit.checks.world import (
    BADGES,
    HOME,
    TODAY,
    column,
    columns,
    days_ago,
    home,
    page,
    refused,
    site,
    week,
)


def _numbers() -> Iterator[Case]:
    for failed, outcome, reason in ((7, FAIL, "unreachable"), (6, PASS, "reachable")):
        # 140 probes a week: seven of them are exactly 5.0 %.
        days = (replace(week()[0], failed=failed), *week()[1:])
        yield Case("W2.1", f"{failed} of 140", site(probes=days), outcome, reason)
    yield Case("W2.1", "six days", site(probes=week(days=6)), UNKNOWN, "too_few_probes")
    yield Case("W2.1", "nineteen a day", site(probes=week(19)), UNKNOWN, "too_few_probes")
    for age, outcome, reason in ((13, PASS, "fresh"), (14, FAIL, "boundary"), (15, FAIL, "stale")):
        yield Case("W3.1", f"{age} days", site(newest_home=days_ago(age)), outcome, reason)
        led = site(navigation_only=True, columns=columns("通知公告", days_ago(age), 2))
        yield Case("W3.2", f"{age} days", led, outcome, reason)
    for count, outcome, reason in ((4, PASS, "in_order"), (5, FAIL, "too_many")):
        stale = site(columns=columns("动态要闻", days_ago(14), count))
        yield Case("W4.1", f"{count} columns", stale, outcome, reason)
        old = site(columns=columns("通知公告", SIX_MONTHS - ONE, count))
        yield Case("W4.1", f"{count} notices", old, outcome, reason)
        empty = site(
            columns=tuple(replace(blank("公示"), url=f"{HOME}b{n}/") for n in range(count))
        )
        yield Case("W4.3", f"{count} blanks", empty, outcome, reason)
    fresh = site(columns=columns("动态要闻", days_ago(13), 5))
    yield Case("W4.1", "13 days", fresh, PASS, "in_order")
    exact = site(columns=columns("通知公告", SIX_MONTHS, 5))
    yield Case("W4.1", "exactly six months", exact, PASS, "in_order")
    second = site(columns=columns("通知公告", SIX_MONTHS - ONE, 5, level=2))
    yield Case("W4.1", "of the second level", second, PASS, "in_order")
    for kind, limit in (
        ("动态要闻", days_ago(13)),
        ("政策文件", SIX_MONTHS),
        ("人事", YEAR),
        ("办事统计", QUARTER),
        ("留言公开", TWO_MONTHS),
    ):
        for count, outcome, reason in ((9, PASS, "in_order"), (10, FAIL, "too_many")):
            stale = site(columns=columns(kind, limit - ONE, count))
            yield Case("W4.2", f"{count} of {kind}", stale, outcome, reason)
        in_time = site(columns=columns(kind, limit, 10))
        yield Case("W4.2", f"{kind} in time", in_time, PASS, "in_order")
    # 浦北县 2021: nine columns long stale and four of news are thirteen in the sum.
    qinzhou = (*columns("通知公告", days_ago(400), 9), *columns("动态要闻", days_ago(30), 4))
    yield Case("W4.2", "nine and four", site(columns=qinzhou), FAIL, "too_many")
    yield Case("W4.1", "nine and four", site(columns=qinzhou[9:]), PASS, "in_order")
    topic = columns("专题", days_ago(900), 12)
    yield Case("W4.2", "finished topics", site(columns=topic), PASS, "in_order")
    waived = columns("人事", days_ago(900), 10, waived_until=TODAY)
    yield Case("W4.2", "waived to this day", site(columns=waived), PASS, "in_order")
    over = columns("人事", days_ago(900), 10, waived_until=days_ago(1))
    yield Case("W4.2", "a waiver that ended", site(columns=over), FAIL, "too_many")
    asked = date(2022, 11, 1)
    for replied, outcome, reason in (
        (date(2023, 2, 1), PASS, "answered"),
        (date(2023, 2, 2), FAIL, "answered_late"),
    ):
        told = site(boards=(board(letter(asked, replied)),))
        yield Case("W5.2", f"answered {replied}", told, outcome, reason)
    for day, outcome, reason in (
        (date(2022, 12, 20), PASS, "answered"),
        (date(2022, 12, 19), FAIL, "unanswered"),
    ):
        open_one = site(boards=(board(letter(day, None, "办理中")),))
        yield Case("W5.2", f"asked {day}", open_one, outcome, reason)


def _reachable() -> Iterator[Case]:
    down = week(20, 1)
    notice = (replace(down[0], maintenance=1), *down[1:])
    yield Case("W2.1", "a notice of maintenance", site(probes=notice), UNKNOWN, "maintenance")
    calm = (replace(week()[0], maintenance=5), *week()[1:])
    yield Case("W2.1", "a notice, and open", site(probes=calm), PASS, "reachable")
    abroad = site(probes=down, vantage="境外 法兰克福")
    yield Case("W2.1", "seen from abroad", abroad, UNKNOWN, "outside_vantage")
    warned = (*week(50, 2, days=2), *week(20)[2:])
    yield Case("W2.1", "a share of two in a hundred", site(probes=warned), PASS, "reachable")


def _home_pages() -> Iterator[Case]:
    led = site(navigation_only=True, newest_home=None, columns=columns("通知公告", days_ago(3), 3))
    yield Case("W3.1", "only navigation", led, NOT, "navigation_only")
    yield Case("W3.1", "no date at all", site(newest_home=None), UNKNOWN, "no_dated_item")
    old = days_ago(60)
    unopened = site(newest_home=old, undated_unresolved=1)
    yield Case("W3.1", "an item not opened", unopened, UNKNOWN, "undated_unread")
    for shows, facts in (
        ("a list by script", {"needs_browser": True}),
        ("a page cut off", {"truncated": True}),
    ):
        seen = home(**facts)
        stale = site(home=seen, newest_home=old)
        yield Case("W3.1", shows, stale, UNKNOWN, "script_lists_unread")
        undated = site(home=seen, newest_home=None)
        yield Case("W3.1", f"{shows}, undated", undated, UNKNOWN, "script_lists_unread")
        fresh = site(home=seen, newest_home=days_ago(13))
        yield Case("W3.1", f"{shows}, fresh", fresh, PASS, "fresh")
    for shows, address, count, outcome, reason in (
        ("items of the portal above", "http://www.portal.gov.cn/a", 3, UNKNOWN, "foreign_items"),
        ("one of them", "http://www.portal.gov.cn/a", 1, UNKNOWN, "foreign_items"),
        ("a paper of the place", "http://www.example-news.cn/a", 3, UNKNOWN, "foreign_items"),
        ("two of the paper", "http://www.example-news.cn/a", 2, FAIL, "stale"),
        ("items of its account", "https://mp.weixin.qq.com/s/a", 3, UNKNOWN, "foreign_items"),
        ("the State Council's", "http://www.gov.cn/a", 9, FAIL, "stale"),
        ("a paper's", "http://paper.people.com.cn/a", 9, FAIL, "stale"),
        ("the papers of the country", "http://example.people.com.cn/a", 9, FAIL, "stale"),
        ("what only looks so", "http://www.gov.cn.example.com/a", 2, FAIL, "stale"),
    ):
        too_old = (FAIL, "stale")
        fresh_ones = (outcome, reason)
        for age, wanted in ((0, fresh_ones), (13, fresh_ones), (14, too_old), (-1, too_old)):
            rows = tuple(
                Row(f"工作动态第{n}期", f"{address}{n}.html", days_ago(age), own=False)
                for n in range(count)
            )
            fed = site(home=home(rows=rows), newest_home=old)
            yield Case("W3.1", f"{shows}, {age} days old", fed, *wanted)
    own = tuple(Row(f"工作动态第{n}期", f"{HOME}{n}.html", days_ago(1)) for n in range(9))
    yield Case("W3.1", "rows of its own", site(home=home(rows=own), newest_home=old), FAIL, "stale")
    yield Case("W3.2", "items on the home page", site(), NOT, "home_has_items")
    part = replace(led, columns=(*columns("通知公告", old, 3), unread_column("公示")))
    yield Case("W3.2", "one column not read", part, UNKNOWN, "columns_unread")
    cut = page("column", url=f"{HOME}c/", truncated=True)
    shortened = replace(led, columns=(*columns("通知公告", old, 3), column("公示", old, page=cut)))
    yield Case("W3.2", "one column cut off", shortened, UNKNOWN, "columns_unread")
    rows = (Row("关于工作的通知", f"{HOME}u.html"),)
    silent = column("公示", None, page=page("column", url=f"{HOME}u/", rows=rows))
    open_one = replace(led, columns=(*columns("通知公告", old, 3), silent))
    yield Case("W3.2", "one column undated", open_one, UNKNOWN, "columns_unread")


def _columns() -> Iterator[Case]:
    lost = unread_column("动态要闻")
    news = columns("动态要闻", days_ago(14), 4)
    yield Case("W4.1", "a fifth not read", site(columns=(*news, lost)), UNKNOWN, "columns_unread")
    yield Case("W4.1", "a fourth not read", site(columns=(*news[1:], lost)), PASS, "in_order")
    cut = page("column", url=f"{HOME}c/", truncated=True)
    fifth = column("动态要闻", days_ago(14), page=cut, url=f"{HOME}c/")
    yield Case("W4.1", "a fifth cut off", site(columns=(*news, fifth)), UNKNOWN, "columns_unread")
    old = columns("人事", YEAR.replace(year=2020), 9)
    more = (*old, unread_column("财政"))
    yield Case("W4.2", "a tenth not read", site(columns=more), UNKNOWN, "columns_unread")
    resting = columns("概况", days_ago(900), 10, registered=False)
    yield Case("W4.2", "ten quiet ones found", site(columns=resting), UNKNOWN, "needs_person")
    yield Case("W4.2", "nine quiet ones found", site(columns=resting[1:]), PASS, "in_order")
    mixed = (*old, resting[0])
    yield Case("W4.2", "nine and a quiet one", site(columns=mixed), UNKNOWN, "needs_person")
    known = tuple(replace(one, registered=True) for one in resting)
    yield Case("W4.2", "ten registered ones", site(columns=known), FAIL, "too_many")
    dated = tuple(replace(one, deadline_days=30) for one in resting)
    yield Case("W4.2", "ten with a deadline", site(columns=dated), FAIL, "too_many")
    empty = tuple(replace(blank("公示"), url=f"{HOME}b{n}/") for n in range(4))
    for shows, fifth in (
        ("not read", unread_column("公告")),
        ("never opened", column("公告", None, page=None)),
        ("seen by no browser", replace(blank("公告"), page=page("column", blank_list=True))),
        ("by a script", column("公告", None, page=page("column", needs_browser=True))),
    ):
        seen = site(columns=(*empty, fifth))
        yield Case("W4.3", f"a fifth {shows}", seen, UNKNOWN, "columns_unread")
        filled = site(columns=(*empty, replace(fifth, ever_filled=True)))
        yield Case("W4.3", f"a fifth {shows}, once filled", filled, PASS, "in_order")
        leave = site(columns=(*empty, replace(fifth, may_be_empty=True)))
        yield Case("W4.3", f"a fifth {shows}, by leave", leave, PASS, "in_order")
        waived = site(columns=(*empty, replace(fifth, waived_until=TODAY)))
        yield Case("W4.3", f"a fifth {shows}, waived", waived, PASS, "in_order")
    allowed = site(columns=(*empty, blank("公告", may_be_empty=True)))
    yield Case("W4.3", "a fifth empty by leave", allowed, PASS, "in_order")
    mailbox = blank("书记信箱")
    facts = replace(mailbox.page.facts, page_kind=PageKind.MESSAGE_BOARD)  # type: ignore[union-attr, type-var]
    mailbox = replace(mailbox, page=replace(mailbox.page, facts=facts))  # type: ignore[type-var]
    yield Case("W4.3", "a fifth is a board", site(columns=(*empty, mailbox)), PASS, "in_order")


def _boards() -> Iterator[Case]:
    yield Case("W5.2", "no letters", site(), UNKNOWN, "no_letters_seen")
    ancient = site(boards=(board(*letters_of(days_ago(400))),))
    yield Case("W5.2", "old letters alone", ancient, UNKNOWN, "no_recent_letters")
    shut = refused(AccessState.TIMEOUT, "board")
    yield Case("W5.2", "no board read", site(boards=(shut,)), UNKNOWN, "timeout")
    part = site(boards=(board(letter(days_ago(20), days_ago(10))), shut))
    yield Case("W5.2", "a second page not read", part, UNKNOWN, "timeout")
    asked = days_ago(120)
    late = letter(asked, days_ago(5))
    yield Case(
        "W5.2", "late, a page not read", site(boards=(board(late), shut)), FAIL, "answered_late"
    )
    for status in ("已受理", "已转办"):
        told = site(boards=(board(letter(asked, None, status)),))
        yield Case("W5.2", status, told, UNKNOWN, "needs_person")
    for shows, one, outcome, reason in (
        ("asked today", letter(TODAY), PASS, "answered"),
        ("asked tomorrow", letter(days_ago(-1)), UNKNOWN, "no_recent_letters"),
        ("answered, still called open", letter(asked, days_ago(100), "处理中"), PASS, "answered"),
        ("open, asked on no day", letter(None, None, "办理中"), UNKNOWN, "no_recent_letters"),
    ):
        yield Case("W5.2", shows, site(boards=(board(one),)), outcome, reason)
    for title in ("网上信访", "纪检举报-例市人民政府", "征集调查_例市", "在线访谈|例市人民政府"):
        special = site(boards=(board(late, title=title),))
        yield Case("W5.2", f"a board of {title}", special, UNKNOWN, "no_letters_seen")
    for name, title in (
        ("例市信访局", "局长信箱-例市信访局"),
        ("国家统计局例市调查队", "队长信箱-国家统计局例市调查队"),
    ):
        own = site(name=name, boards=(board(late, title=title),))
        yield Case("W5.2", f"a mailbox of {name}", own, FAIL, "answered_late")
        other = site(name="某站", boards=(board(late, title=title),))
        yield Case("W5.2", f"a mailbox of {name}, else called", other, FAIL, "answered_late")


def _footers() -> Iterator[Case]:
    bare = replace(BADGES, police=None)
    yield Case("D-FOOTER", "no police mark", site(home=home(badges=bare)), FAIL, "missing")
    for facts in ({"needs_browser": True}, {"truncated": True}):
        seen = site(home=home(badges=bare, **facts))
        yield Case("D-FOOTER", f"{next(iter(facts))}", seen, UNKNOWN, "footer_unread")
        entry = replace(BADGES, jiucuo=False)
        gone = site(home=home(badges=entry, **facts))
        yield Case("D-FINDERR", f"{next(iter(facts))}", gone, UNKNOWN, "footer_unread")
    unread = site(home=home(badges=Badges()))
    yield Case("D-FOOTER", "by a script of its own", unread, UNKNOWN, "footer_unread")
    wrong = site(home=home(badges=replace(BADGES, conac_error=True)))
    yield Case("D-FOOTER", "a mark in error", wrong, FAIL, "wrong_mark")
    half = replace(BADGES, conac=False)
    for shows, badges in (("one mark", half), ("the other", replace(BADGES, site_code=None))):
        seen = site(articles=tuple(article(n, badges=badges) for n in range(3)))
        yield Case("D-FOOTER", f"pages that lack {shows}", seen, PASS, "complete")
    reached = replace(BADGES, contact=False, contact_entry=True)
    yield Case("D-FOOTER", "a way to the office", site(home=home(badges=reached)), PASS, "complete")
    other = replace(reached, police=None)
    yield Case("D-FOOTER", "a way, no police mark", site(home=home(badges=other)), FAIL, "missing")
    spared = {"items": ["icp"]}
    yield Case("D-FOOTER", "a mark nobody asks for", wrong, PASS, "complete", spared)


def _entries() -> Iterator[Case]:
    for change, reason in (
        ({"jiucuo": False}, "missing"),
        ({"jiucuo_obsolete": True}, "obsolete_entry"),
        ({"jiucuo_code": "4301000009"}, "wrong_code"),
    ):
        spoiled = site(home=home(badges=replace(BADGES, **change)))
        yield Case("D-FINDERR", reason, spoiled, FAIL, reason)
    yield Case("D-FINDERR", "a live entry", site(), PASS, "present")
    capitals = site(code="bm36000002", home=home(badges=replace(BADGES, jiucuo_code="BM36000002")))
    yield Case("D-FINDERR", "the code in capitals", capitals, PASS, "present")
    bare = replace(BADGES, jiucuo=False)
    for count, warning in ((1, None), (2, "not_on_all_pages")):
        seen = site(articles=tuple(article(n, badges=bare) for n in range(count)))
        yield Case("D-FINDERR", f"{count} without", seen, PASS, "present", {}, warning)


VETO_CASES: tuple[Case, ...] = (
    *_numbers(),
    *_reachable(),
    *_home_pages(),
    *_columns(),
    *_boards(),
    *_footers(),
    *_entries(),
)
