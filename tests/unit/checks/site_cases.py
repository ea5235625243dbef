"""Every reason of every site check of this room: the smallest site that must give it.

A case is (check, what it shows, site, outcome, reason, changed parameters). Sites on both sides of
each threshold are here, so that moving a threshold by one turns a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from crawler.extract.facts import (
    Badges,
    Channel,
    ColumnLink,
    PageLink,
    PageSigns,
    Row,
)
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
    address,
    article,
    blank,
    board,
    danger,
    guides,
    labelled,
    late,
    letter,
    letters_of,
    number,
    opened,
    posted,
    reports,
    unread_column,
    word,
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
)

# Classes of columns -------------------------------------------------------------------------------

CLASS_LIMITS = {
    "D-PROFILE": ("概况", YEAR, False),
    "D-ORGAN": ("机构职能", YEAR, False),
    "D-LEADER": ("领导信息", YEAR, False),
    "D-NEWS": ("动态要闻", days_ago(13), False),
    "D-POLICY": ("政策文件", SIX_MONTHS, False),
    "D-STATS": ("办事统计", QUARTER, False),
    "D-INTERP": ("政策解读", SIX_MONTHS, True),
    "D-COLUMN": ("通知公告", SIX_MONTHS, False),
}


def _classes() -> Iterator[Case]:
    for code, (kind, limit, unconfirmed) in CLASS_LIMITS.items():
        just, old = column(kind, limit), column(kind, limit - ONE)
        yield Case(code, "in time on the last day", site(columns=(just,)), PASS, "updated")
        sure = {"rule_confirmed": True} if unconfirmed else {}
        yield Case(code, "stale a day later", site(columns=(old,)), FAIL, "stale", sure)
        if unconfirmed:
            yield Case(code, "an unconfirmed rule", site(columns=(old,)), UNKNOWN, "needs_person")
        yield Case(code, "proven blank", site(columns=(blank(kind),)), FAIL, "blank", sure)
        found = replace(old, registered=False)
        yield Case(code, "found by the patrol", site(columns=(found,)), UNKNOWN, "needs_person")
        unread = site(columns=(unread_column(kind),))
        yield Case(code, "not read", unread, UNKNOWN, "columns_unread")
        part = site(site_kind="部门", columns=(old,))
        yield Case(code, "no portal", part, NOT, "not_portal")
        if code != "D-COLUMN":
            yield Case(code, "no such column", site(), UNKNOWN, "none_seen")
            scripted = home(needs_browser=True)
            yield Case(code, "a menu by script", site(home=scripted), UNKNOWN, "navigation_unread")
    charged = site(columns=columns("动态要闻", days_ago(90), 3))
    yield Case("D-COLUMN", "charged by D-NEWS", charged, NOT, "no_others")
    archived = site(columns=(column("往期通知公告", days_ago(900)), column("公示", TODAY)))
    yield Case("D-COLUMN", "an archived topic", archived, PASS, "updated")
    news = column("基层动态", days_ago(14), kind="动态要闻", level=2)
    yield Case("D-COLUMN", "level-2 news at 14 days", site(columns=(news,)), FAIL, "stale")
    fresh = site(columns=(replace(news, newest=days_ago(13)),))
    yield Case("D-COLUMN", "level-2 news at 13 days", fresh, PASS, "updated")
    for day, outcome, reason in ((YEAR, PASS, "updated"), (YEAR - ONE, FAIL, "stale")):
        yearly = site(columns=(column("人事", day),))
        yield Case("D-COLUMN", "personnel by the year", yearly, outcome, reason)


# Letters, guides, pages ---------------------------------------------------------------------------


def _letters() -> Iterator[Case]:
    asked = TWO_MONTHS
    for day, outcome, reason in ((asked, PASS, "updated"), (asked - ONE, FAIL, "stale")):
        shown = site(boards=(board(*letters_of(day)),))
        yield Case("D-MSG.2", f"the newest of {day}", shown, outcome, reason)
    old = asked - timedelta(days=30)
    for count, reason in ((3, "stale"), (2, "undated_letters")):
        outcome = FAIL if reason == "stale" else UNKNOWN
        few = site(boards=(board(*letters_of(old, count)),))
        yield Case("D-MSG.2", f"{count} letters", few, outcome, reason)
    yield Case("D-MSG.2", "nothing to read", site(), UNKNOWN, "no_letters_seen")
    broken = site(boards=(board(*letters_of(old)), refused(AccessState.TIMEOUT, "board")))
    yield Case("D-MSG.2", "a page not read", broken, UNKNOWN, "boards_unread")
    rising = tuple(reversed(letters_of(old)))
    yield Case("D-MSG.2", "oldest first", site(boards=(board(*rising),)), UNKNOWN, "order_unknown")
    one = site(boards=(board(letter(TODAY)),))
    yield Case("D-MSG.1", "one letter", one, PASS, "published")
    yield Case("D-MSG.1", "no board", site(), UNKNOWN, "no_board_seen")
    consult = (Channel("局长信箱", HOME + "jzxx/", "consult", form=True),)
    empty = page("channel", url=HOME + "jzxx/", channels=consult, blank_list=True)
    offered = replace(empty, facts=replace(empty.facts, blank_list=False))  # type: ignore[type-var]
    yield Case("D-MSG.1", "a form", site(channels=(offered,)), UNKNOWN, "no_letters_seen")
    seen = site(channels=(replace(empty, rendered=True),))
    yield Case("D-MSG.1", "an empty board", seen, UNKNOWN, "needs_person")
    counted = home(links=(PageLink(HOME + "tj.html", "信件统计"),))
    yield Case("D-MSG.3", "statistics", site(home=counted), PASS, "published")
    for name in ("2023年第一季度信件受理情况通报", "留言统计（2023年1月）"):
        named = home(links=(PageLink(HOME + "tj.html", name),))
        yield Case("D-MSG.3", name, site(home=named), PASS, "published")
    for name in ("咨询数据共享的办理条件", "咨询统计从业资格如何补办"):
        named = home(links=(PageLink(HOME + "x.html", name),))
        read = site(home=named, boards=(board(letter(TODAY)),))
        yield Case("D-MSG.3", name, read, UNKNOWN, "none_seen")
    yield Case("D-MSG.3", "none", one, UNKNOWN, "none_seen")
    yield Case("D-MSG.3", "no board", site(), UNKNOWN, "no_board_seen")
    whole = site(boards=(board(letter(TODAY, TODAY)),))
    yield Case("D-MSG.4", "both days", whole, PASS, "complete")
    unopened = letter(TODAY, None, "已回复")
    half = site(boards=(board(replace(unopened, opened=True)),))
    yield Case("D-MSG.4", "answered on no day", half, UNKNOWN, "needs_person")
    in_list = site(boards=(board(unopened),))
    yield Case("D-MSG.4", "its own page is unread", in_list, PASS, "complete")
    without_page = site(boards=(board(replace(unopened, url="")),))
    yield Case("D-MSG.4", "it has no page", without_page, UNKNOWN, "needs_person")
    yield Case("D-MSG.4", "still open", one, PASS, "complete")
    yield Case("D-MSG.4", "no letters", site(), UNKNOWN, "no_letters_seen")
    # 2023-01-29 was a Sunday of make-up work: the holiday before it counts no working day.
    for last, outcome, reason in (
        (date(2023, 2, 1), PASS, "in_time"),
        (date(2023, 2, 2), UNKNOWN, "needs_person"),
    ):
        told = site(boards=(board(letter(date(2023, 1, 20), last)),))
        yield Case("D-REPLY.1", f"answered on {last}", told, outcome, reason)
    yield Case("D-REPLY.1", "no answers", one, UNKNOWN, "no_answers_seen")


def _guides() -> Iterator[Case]:
    sure = {"rule_confirmed": True}
    for code in ("W6.2", "W6.3", "D-GUIDE"):
        none = site(offers_services=False, guides=guides(6, 5))
        yield Case(code, "no services", none, NOT, "no_outward_services")
        yield Case(code, "no guides", site(), UNKNOWN, "no_guides_seen")
    five, four = site(guides=guides(5, 4, 1)), site(guides=guides(4, 4, 2))
    yield Case("W6.2", "five poor ones", five, FAIL, "too_many", sure)
    yield Case("W6.2", "an unconfirmed rule", five, UNKNOWN, "needs_person")
    yield Case("W6.2", "four poor ones", four, UNKNOWN, "more_to_look_at", sure)
    yield Case("W6.2", "three gaps each", site(guides=guides(5, 3)), PASS, "in_order", sure)
    few = site(guides=guides(4, 4))
    yield Case("W6.3", "all four poor", few, FAIL, "all_poor", sure)
    yield Case("W6.3", "an unconfirmed rule", few, UNKNOWN, "needs_person")
    yield Case("W6.3", "three gaps each", site(guides=guides(4, 3)), PASS, "in_order", sure)
    yield Case("W6.3", "one is rich", site(guides=guides(3, 4, 1)), PASS, "in_order", sure)
    yield Case("W6.3", "five of them", site(guides=guides(5, 4)), NOT, "enough_items", sure)
    lost = site(guides=(*guides(3, 4), refused(AccessState.TIMEOUT, "guide")))
    yield Case("W6.3", "one not read", lost, UNKNOWN, "guides_unread", sure)
    part = site(guides=(*guides(2, 0), refused(AccessState.TIMEOUT, "guide")))
    yield Case("W6.2", "one not read", part, UNKNOWN, "guides_unread", sure)
    yield Case("D-GUIDE", "one not read", part, UNKNOWN, "guides_unread")
    yield Case("D-GUIDE", "whole", site(guides=guides(2, 0)), PASS, "complete")
    yield Case("D-GUIDE", "one gap", site(guides=guides(1, 1)), FAIL, "missing", sure)
    yield Case(
        "D-GUIDE", "one gap, unconfirmed", site(guides=guides(1, 1)), UNKNOWN, "needs_person"
    )


def _pages() -> Iterator[Case]:
    gov = "http://www.example.gov.cn/"
    for url, outcome, reason in (
        (gov, PASS, "in_order"),
        ("http://www.example.政务/", PASS, "in_order"),
        ("http://www.example.com/", FAIL, "wrong_suffix"),
        ("http://www.example.gov.cn.com/", FAIL, "wrong_suffix"),
        ("http://10.1.2.3/", UNKNOWN, "no_domain"),
    ):
        seen = home()
        told = replace(seen, facts=replace(seen.facts, url=url))  # type: ignore[type-var]
        yield Case("D-DOMAIN", url, site(home=told, home_url=url), outcome, reason)
    away = replace(seen, facts=replace(seen.facts, url="http://notice.example.com/"))  # type: ignore[type-var]
    yield Case("D-DOMAIN", "sent on elsewhere", site(home=away), UNKNOWN, "needs_person")
    box = home(signs=PageSigns(search=True))
    yield Case("D-SEARCH", "a box", site(home=box), PASS, "offered")
    yield Case("D-SEARCH", "none", site(), UNKNOWN, "needs_person")
    script = site(home=home(needs_browser=True))
    yield Case("D-SEARCH", "by script", script, UNKNOWN, "script_page_unread")
    emblem = home(signs=PageSigns(emblem=True))
    yield Case("R-EMBLEM", "a picture", site(home=emblem), PASS, "shown")
    yield Case("R-EMBLEM", "none", site(), UNKNOWN, "none_seen")
    whole = ("SiteName", "SiteDomain", "SiteIDCode")
    yield Case("D-META", "labelled", labelled(*whole), PASS, "complete")
    yield Case("D-META", "one lacks", labelled(*whole[:2]), UNKNOWN, "needs_person")
    sure = {"rule_confirmed": True}
    yield Case("D-META", "confirmed", labelled(*whole[:2]), FAIL, "missing", sure)
    text = PageSigns(text="现就有关内容解读如下")
    tied = replace(text, related=(PageLink(HOME + "t1_2.html", "《关于工作的通知》"),))
    only = replace(text, related=(PageLink(HOME + "t1_3.html", "《通知》图解"),))
    title = "《关于工作的通知》政策解读"
    for signs, outcome, reason in (
        (tied, PASS, "linked"),
        (text, UNKNOWN, "needs_person"),
        (only, UNKNOWN, "needs_person"),
    ):
        shown = site(articles=(article(1, title=title, signs=signs),))
        yield Case("D-LINKED", reason, shown, outcome, reason)
    other = site(articles=(article(1, title="关于工作的通知", signs=text),))
    yield Case("D-LINKED", "no interpretation", other, UNKNOWN, "no_interpretation_seen")
    yield from _registry()
    yield from _footers()


def _footers() -> Iterator[Case]:
    bare = Badges(conac=False, jiucuo=False, contact=True)
    for count, outcome, reason in ((2, FAIL, "missing_on_pages"), (1, PASS, "complete")):
        seen = site(articles=tuple(article(n, badges=bare) for n in range(count)))
        yield Case("D-FOOTER", f"{count} bare pages", seen, outcome, reason)
    unread = site(articles=tuple(article(n, badges=Badges()) for n in range(3)))
    yield Case("D-FOOTER", "footers by script", unread, PASS, "complete")


def _registry() -> Iterator[Case]:
    for code, outcome, reason in (
        ("4301000001", PASS, "agrees"),
        ("4301000002", FAIL, "footer_differs"),
        ("28", UNKNOWN, "no_code_read"),
        (None, UNKNOWN, "no_code_read"),
    ):
        seen = home(badges=replace(BADGES, site_code=code))
        yield Case("R-SITECODE", str(code), site(home=seen), outcome, reason)
    yield Case("R-SITECODE", "no code", site(code="内部1"), NOT, "no_official_code")
    for url, outcome, reason in (
        ("https://example.gov.cn/index.html", PASS, "agrees"),
        ("http://new.example.gov.cn/", PASS, "agrees"),
        ("http://www.elsewhere.gov.cn/", UNKNOWN, "needs_person"),
    ):
        seen = home()
        told = replace(seen, facts=replace(seen.facts, url=url))  # type: ignore[type-var]
        yield Case("R-ADDRESS", url, site(home=told), outcome, reason)
    yield Case("R-YEARREPORT", "last year's", reports(2021, 2022), PASS, "published")
    yield Case("R-YEARREPORT", "two earlier ones", reports(2020, 2021), UNKNOWN, "needs_person")
    yield Case("R-YEARREPORT", "one earlier one", reports(2021), UNKNOWN, "none_seen")
    yield Case("R-YEARREPORT", "none", site(), UNKNOWN, "none_seen")
    disclosure = home(rows=(Row("2022年政府信息公开工作年度报告", HOME + "x.html"),))
    yield Case("R-YEARREPORT", "of disclosure", site(home=disclosure), UNKNOWN, "none_seen")


# Words, dates, links ------------------------------------------------------------------------------


def _words() -> Iterator[Case]:
    clean = site(wording=(), personal=())
    for code, level, other in (("W1.1", "严重", "一般"), ("F-TYPO", "一般", "严重")):
        yield Case(code, "clean", clean, PASS, "nothing_found")
        yield Case(code, "not scanned", site(), UNKNOWN, "not_scanned")
        yield Case(code, level, site(wording=(word(level),)), UNKNOWN, "needs_person")
        yield Case(code, "of the other check", site(wording=(word(other),)), PASS, "nothing_found")
    yield Case("F-PRIVACY", "clean", clean, PASS, "nothing_found")
    yield Case("F-PRIVACY", "not scanned", site(), UNKNOWN, "not_scanned")
    for kind in ("身份证号", "银行卡号"):
        yield Case("F-PRIVACY", kind, site(personal=(number(kind),)), UNKNOWN, "needs_person")
    doubtful = site(wording=(word("疑似"),))
    yield Case("F-TYPO", "a suspected word", doubtful, UNKNOWN, "needs_person")
    yield Case("W1.1", "a suspected word", doubtful, PASS, "nothing_found")
    for count, outcome, reason in ((0, PASS, "none"), (1, FAIL, "published")):
        inner = site(links=tuple(address("private literal") for _ in range(count)))
        yield Case("F-INTRANET", f"{count} inner addresses", inner, outcome, reason)
    looked_up = site(links=(address("private"),))
    yield Case("F-INTRANET", "a name looked up", looked_up, UNKNOWN, "needs_person")
    yield Case("F-INTRANET", "links not asked", site(links=None), UNKNOWN, "links_unchecked")
    for count, outcome, reason in ((9, PASS, "nothing_found"), (10, UNKNOWN, "needs_person")):
        many = site(personal=tuple(number("手机号", n=n) for n in range(count)))
        yield Case("F-PRIVACY", f"{count} mobile numbers", many, outcome, reason)
    yield Case("W1.3", "nothing", clean, PASS, "nothing_found")
    yield Case("W1.3", "links not asked", site(links=None), UNKNOWN, "links_unchecked")
    yield Case("W1.3", "a link that turned", site(links=(danger(),)), UNKNOWN, "needs_person")
    slipped = home(dark_links=(PageLink("http://b.cn/", "博彩", "gambling"),))
    yield Case("W1.3", "slipped in", site(home=slipped), UNKNOWN, "needs_person")
    yield Case("W1.5", "nothing", clean, NOT, "nothing_found")
    yield Case("W1.5", "first run", site(first_run=True), NOT, "nothing_found")
    for behind, outcome, reason in ((3, NOT, "nothing_found"), (4, UNKNOWN, "needs_person")):
        yield Case("W1.5", f"{behind} days", site(late_items=(late(behind),)), outcome, reason)
    for shows, item, outcome, reason in (
        ("watched the day after", late(10, watched=9), UNKNOWN, "needs_person"),
        ("watched that day", late(10, watched=10), NOT, "nothing_found"),
        ("a day above the end of the list", late(10, oldest=11), UNKNOWN, "needs_person"),
        ("on the last day of the list", late(10, oldest=10), NOT, "nothing_found"),
    ):
        yield Case("W1.5", shows, site(late_items=(item,)), outcome, reason)
    unwatched = site(late_items=(late(10, watched=20),))
    yield Case("W1.5", "not watched then", unwatched, NOT, "nothing_found")
    beyond = site(late_items=(late(30, oldest=20),))
    yield Case("W1.5", "beyond the list", beyond, NOT, "nothing_found")


def _postings() -> Iterator[Case]:
    yield Case("F-DUP", "ten columns", posted(10), FAIL, "many_columns")
    yield Case("F-DUP", "nine columns", posted(9), PASS, "in_order")
    shared = posted(12, one_address=True)
    yield Case("F-DUP", "one address in side bars", shared, PASS, "in_order")
    yield Case("F-DUP", "no lists", site(), UNKNOWN, "no_lists_read")
    everywhere = replace(posted(10), columns=posted(10).columns[:10])
    yield Case("F-DUP", "in every column", everywhere, UNKNOWN, "needs_person")
    yield Case("F-DUP", "one article under many menus", opened(12), PASS, "in_order")
    yield Case(
        "F-DUP", "twelve articles of one script", opened(12, apart=True), FAIL, "many_columns"
    )
    for count, outcome, reason in (
        (3, UNKNOWN, "needs_person"),
        (2, UNKNOWN, "too_few_articles"),
    ):
        silent = site(articles=tuple(article(n, source=None) for n in range(count)))
        yield Case("F-SOURCE", f"{count} without", silent, outcome, reason)
    mixed = site(articles=(article(0), *(article(n, source=None) for n in (1, 2))))
    yield Case("F-SOURCE", "one names it", mixed, PASS, "shown")
    for day, outcome, reason in ((YEAR, PASS, "updated"), (YEAR - ONE, UNKNOWN, "needs_person")):
        survey = site(columns=(column("网上调查", day),))
        yield Case("F-SURVEY", str(day), survey, outcome, reason)
    studied = site(columns=(column("调查研究", YEAR - ONE), column("调查队动态", YEAR - ONE)))
    yield Case("F-SURVEY", "studies in the country", studied, NOT, "no_column")
    yield Case("F-SURVEY", "undated", site(columns=(blank("意见征集"),)), UNKNOWN, "undated")
    yield Case("F-SURVEY", "no column", site(), NOT, "no_column")
    request = page("column", url=HOME + "ysq/", title="依申请公开-例市", number=5)
    named = replace(
        request,
        facts=replace(request.facts, signs=PageSigns(text="受理机构：例市政府办公室")),  # type: ignore[type-var]
    )
    for seen, outcome, reason in (
        (named, PASS, "receiver_named"),
        (request, UNKNOWN, "receiver_not_read"),
    ):
        told = site(columns=(column("依申请公开", None, page=seen),))
        yield Case("F-XXGK", reason, told, outcome, reason)
    entry = home(columns=(ColumnLink("依申请公开", HOME + "ysq/"),))
    yield Case("F-XXGK", "an entry", site(home=entry), UNKNOWN, "entry_only")
    yield Case("F-XXGK", "nothing", site(), UNKNOWN, "none_seen")


CASES: tuple[Case, ...] = (
    *_classes(),
    *_letters(),
    *_guides(),
    *_pages(),
    *_words(),
    *_postings(),
)
