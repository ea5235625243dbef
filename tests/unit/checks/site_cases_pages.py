"""Sites for the checks of labels, ties, letters and classes of columns: each side of each rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from checks.d_meta import ARTICLE_LABELS, COLUMN_LABELS, SITE_LABELS
from checks.facts import PageReading, SiteFacts
from crawler.extract.facts import Letter, PageKind, PageLink, PageSigns, Row
from crawler.fetch.access import AccessState
from tests.unit.checks.site_cases import CASES
from tests.unit.checks.site_cases_elsewhere import ELSEWHERE_CASES
from tests.unit.checks.site_cases_vetoes import VETO_CASES
from tests.unit.checks.site_parts import (
    FAIL,
    PASS,
    TWO_MONTHS,
    UNKNOWN,
    Case,
    article,
    board,
    letter,
)
from tests.unit.checks.world import (
    HOME,
    TODAY,
    column,
    days_ago,
    home,
    page,
    site,
)


def _labels() -> Iterator[Case]:
    sure = {"rule_confirmed": True}
    every = dict.fromkeys((*SITE_LABELS, *COLUMN_LABELS, *ARTICLE_LABELS), "有")

    def labelled(kind: PageKind, lacks: str = "", **facts: Any) -> PageReading:
        meta = {name: value for name, value in every.items() if name != lacks}
        return page("column", url=f"{HOME}{kind}/", page_kind=kind, meta=meta, title="x", **facts)

    whole = labelled(PageKind.HOME)
    for lacks in (*COLUMN_LABELS, *SITE_LABELS):
        seen = column("通知公告", TODAY, page=labelled(PageKind.COLUMN_LIST, lacks))
        told = site(home=whole, columns=(seen,))
        yield Case("D-META", f"a column without {lacks}", told, FAIL, "missing", sure)
    for lacks in (*ARTICLE_LABELS, *SITE_LABELS):
        told = site(home=whole, articles=(labelled(PageKind.ARTICLE, lacks),))
        yield Case("D-META", f"an article without {lacks}", told, FAIL, "missing", sure)
    for kind in (PageKind.OTHER, PageKind.SOFT_404):
        poor = labelled(kind, "ColumnName")
        told = site(home=whole, columns=(column("通知公告", TODAY, page=poor),), articles=(poor,))
        yield Case("D-META", f"pages that are {kind}", told, PASS, "complete", sure)
    bare = labelled(PageKind.COLUMN_LIST, "ColumnName")
    for shows, seen in (
        ("refused", column("通知公告", None, page=replace(bare, access=AccessState.CHALLENGE))),
        ("never opened", column("通知公告", None, page=None)),
        ("of another site", column("通知公告", TODAY, page=bare, external=True)),
    ):
        told = site(home=whole, columns=(seen,))
        yield Case("D-META", f"a column {shows}", told, PASS, "complete", sure)
    shut = replace(labelled(PageKind.ARTICLE, "PubDate"), access=AccessState.CHALLENGE)
    yield Case("D-META", "an article refused", site(home=whole, articles=(shut,)), PASS, "complete")
    enough = {"ArticleTitle": "有", **every}
    del enough["ColumnName"]
    fit = page("article", url=f"{HOME}f.html", page_kind=PageKind.ARTICLE, meta=enough)
    yield Case(
        "D-META", "an article needs no column", site(home=whole, articles=(fit,)), PASS, "complete"
    )


def _ties() -> Iterator[Case]:
    text = PageSigns(text="现就有关内容解读如下")
    for words, outcome, reason in (
        ("《关于工作的通知》", PASS, "linked"),
        ("例市人民政府关于印发工作方案的通知", PASS, "linked"),
        ("《关于工作的通知》政策解读", UNKNOWN, "needs_person"),
        ("一图读懂", UNKNOWN, "needs_person"),
        ("关于工作的通知（图解）", UNKNOWN, "needs_person"),
    ):
        signs = replace(text, related=(PageLink(f"{HOME}t1.html", words),))
        shown = article(1, title="《关于工作的通知》政策解读", signs=signs)
        yield Case("D-LINKED", f"a tie called {words}", site(articles=(shown,)), outcome, reason)
    for shows, facts in (
        ("without a day", {"signs": text, "published_on": None}),
        ("without a text", {"signs": PageSigns()}),
        ("without signs", {"signs": None}),
    ):
        shown = article(1, **{"title": "《关于工作的通知》政策解读", **facts})
        told = site(articles=(shown,))
        yield Case(
            "D-LINKED", f"an interpretation {shows}", told, UNKNOWN, "no_interpretation_seen"
        )


def _orders() -> Iterator[Case]:
    """Of six steps from letter to letter five may go down in time: one was entered late."""
    old = [TWO_MONTHS - timedelta(days=30 + 7 * step) for step in range(6)]
    for shows, days, outcome, reason in (
        ("one of five steps up", [old[1], old[0], *old[2:]], FAIL, "stale"),
        (
            "two of five steps up",
            [old[1], old[0], old[3], old[2], *old[4:]],
            UNKNOWN,
            "order_unknown",
        ),
        ("a single letter thrice", [old[0]] * 3, FAIL, "stale"),
    ):
        letters = tuple(letter(day, day, n=number) for number, day in enumerate(days))
        yield Case("D-MSG.2", shows, site(boards=(board(*letters),)), outcome, reason)


def _classes() -> Iterator[Case]:
    """Columns of another class, or of the second level, are another check's."""
    fresh = {"D-NEWS": column("动态要闻", TODAY), "D-POLICY": column("政策文件", TODAY)}
    for code, own in fresh.items():
        for kind, level in (("通知公告", 1), (own.kind, 2), ("概况", 1)):
            other = column("别的", days_ago(900), kind=kind, level=level, url=f"{HOME}o/")
            beside = site(columns=(own, other))
            yield Case(code, f"beside {kind} of level {level}", beside, PASS, "updated")
            alone = site(columns=(other,))
            yield Case(code, f"only {kind} of level {level}", alone, UNKNOWN, "none_seen")


def _answers() -> Iterator[Case]:
    def told(one: Letter) -> SiteFacts:
        return site(boards=(board(one),))

    def opened(one: Letter) -> SiteFacts:
        return told(replace(one, opened=True))

    yield Case("D-MSG.4", "no day asked", opened(letter(None, TODAY)), UNKNOWN, "needs_person")
    open_one = opened(letter(TODAY, None, "办理中"))
    yield Case("D-MSG.4", "asked, still open", open_one, PASS, "complete")
    bare = told(replace(letter(None, TODAY), url=""))
    yield Case("D-MSG.4", "a letter without a page", bare, UNKNOWN, "needs_person")
    unopened = told(letter(None, TODAY))
    yield Case("D-MSG.4", "a page not opened", unopened, PASS, "complete")
    year_ago = TODAY.replace(year=TODAY.year - 1)
    for shows, asked, replied, outcome, reason in (
        ("answered at once", days_ago(30), days_ago(30), PASS, "in_time"),
        ("answered before it was asked", days_ago(30), days_ago(31), UNKNOWN, "no_answers_seen"),
        ("answered tomorrow", days_ago(2), days_ago(-1), UNKNOWN, "no_answers_seen"),
        ("answered today", days_ago(2), TODAY, PASS, "in_time"),
        ("a year old", year_ago, year_ago, PASS, "in_time"),
        ("older than a year", year_ago - timedelta(days=1), year_ago, UNKNOWN, "no_answers_seen"),
    ):
        yield Case("D-REPLY.1", shows, told(letter(asked, replied)), outcome, reason)
    for length, outcome, reason in ((120, PASS, "published"), (121, UNKNOWN, "no_board_seen")):
        title = "信件统计".rjust(length, "例")
        rows = (Row(title, f"{HOME}tj.html"),)
        seen = site(home=home(rows=rows))
        yield Case("D-MSG.3", f"a title of {length}", seen, outcome, reason)


PAGE_CASES: tuple[Case, ...] = (
    *_labels(),
    *_ties(),
    *_orders(),
    *_classes(),
    *_answers(),
)
ALL_CASES: tuple[Case, ...] = (*CASES, *VETO_CASES, *ELSEWHERE_CASES, *PAGE_CASES)
