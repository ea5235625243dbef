"""The message board of a site: letters over several pages, each letter, the form to write one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from democity import words
from democity.families import planted
from democity.families.place import Place
from democity.families.rows import printed
from democity.plans import Listing
from democity.seed import draw

if TYPE_CHECKING:
    from democity.content import Now
    from democity.families.base import Family
    from democity.families.place import Page
    from democity.plans import ColumnPlan, SitePlan

# Letter numbers in addresses: regular ones may count down from zero, planted ones have their own.
_ZERO, _PLANTED = 500_000, 900_000


class Told(NamedTuple):
    """One letter as the board shows it: number, title, ordinals of question and answer."""

    number: int
    title: str
    asked: int
    answered: int | None


def letters(site: SitePlan, now: Now) -> list[Told]:
    """All letters that are on the board, newest first."""
    found = [_regular(site, k, now) for k in site.letters.schedule.shown(now.limit)]
    for place, (asked, answered) in enumerate(site.letters.planted):
        if asked.toordinal() <= now.limit:
            found.append(_told(site, _PLANTED + place, asked.toordinal(), answered, now))
    return sorted(found, key=lambda one: (-one.asked, one.number))


def _regular(site: SitePlan, k: int, now: Now) -> Told:
    asked = site.letters.schedule.day(k)
    answered = asked + 1 + draw(site.key, k, 41) % site.letters.late_days
    return _told(site, _ZERO + k, asked, date.fromordinal(answered), now)


def _told(site: SitePlan, number: int, asked: int, answered: date | None, now: Now) -> Told:
    pattern = words.LETTER_QUESTIONS[draw(site.key, number, 42) % len(words.LETTER_QUESTIONS)]
    topic = words.TOPICS[draw(site.key, number, 43) % len(words.TOPICS)]
    place = words.PLACES[draw(site.key, number, 44) % len(words.PLACES)]
    seen = answered.toordinal() if answered and answered.toordinal() <= now.limit else None
    return Told(number, pattern.format(topic=topic, place=place), asked, seen)


def listing(family: Family, page: Page, column: ColumnPlan, number: int) -> str | None:
    """Page `number` of the board."""
    size = page.site.letters.page_size
    found = [] if column.blank else letters(page.site, page.now)
    if number and number * size >= len(found):
        return None
    shown = found[number * size : (number + 1) * size]
    make = _table if page.site.key % 2 else _cards
    listed = make(family, page, column, shown)
    form = family.link(page, Place("form", column.number))
    links = "".join(
        f'<a href="{family.link(page, Place("column", column.number, there))}">{there + 1}</a> '
        for there in range((len(found) + size - 1) // size)
    )
    body = (
        f'<div class="hd"><a class="btn" href="{form}">我要写信</a></div>\n{listed}'
        f'<div class="page">共{len(found)}封来信 {links}</div>\n{planted.statistics(page)}'
    )
    return family.inner(page, column, body)


def _status(letter: Told) -> str:
    return "已回复" if letter.answered else "办理中"


def _link(family: Family, page: Page, column: ColumnPlan, letter: Told) -> str:
    there = family.link(page, Place("letter", column.number, letter.number))
    return f'<a href="{there}" target="_blank">{letter.title}</a>'


def _table(family: Family, page: Page, column: ColumnPlan, shown: list[Told]) -> str:
    lines = "".join(
        f"<tr><td>{page.site.number}{letter.number % 1000:03d}</td>"
        f"<td>{_link(family, page, column, letter)}</td><td>{printed(letter.asked).iso}</td>"
        f"{_answer_cell(page.site, letter)}<td>{_status(letter)}</td></tr>\n"
        for letter in shown
    )
    head = "<th>回复时间</th>" if _tells_answers(page.site) else ""
    return (
        '<table class="xjlist" width="100%"><tr><th>编号</th><th>信件标题</th><th>来信时间</th>'
        f"{head}<th>状态</th></tr>\n{lines}</table>\n"
    )


def _tells_answers(site: SitePlan) -> bool:
    return site.flaws.replied == "both"


def _answer_cell(site: SitePlan, letter: Told) -> str:
    told = printed(letter.answered).iso if letter.answered else ""
    return f"<td>{told}</td>" if _tells_answers(site) else ""


def _cards(family: Family, page: Page, column: ColumnPlan, shown: list[Told]) -> str:
    lines = "".join(
        f'<li class="letter"><p class="t">{_link(family, page, column, letter)}</p>'
        f'<p class="s"><span>留言时间：{printed(letter.asked).iso}</span>'
        f"{_answer_date(page.site, letter)}<span>办理状态：{_status(letter)}</span></p></li>\n"
        for letter in shown
    )
    return f'<ul class="lylist">\n{lines}</ul>\n'


def _answer_date(site: SitePlan, letter: Told) -> str:
    if not letter.answered or not _tells_answers(site):
        return ""
    return f"<span>答复时间：{printed(letter.answered).iso}</span>"


def page(family: Family, page: Page, column: ColumnPlan, place: Place) -> str | None:
    """One letter with its answer, or the form."""
    if place.kind == "form":
        return family.inner(page, column, _form(column))
    found = {letter.number: letter for letter in letters(page.site, page.now)}
    letter = found.get(place.number)
    return family.inner(page, column, _letter(page, letter)) if letter else None


def _letter(page: Page, letter: Told) -> str:
    reply = ""
    if letter.answered:
        day = f"<tr><th>答复时间</th><td>{printed(letter.answered).iso}</td></tr>"
        reply = (
            f"<tr><th>答复单位</th><td>{page.site.sponsor}</td></tr>"
            f"{day if page.site.flaws.replied != 'nowhere' else ''}"
            "<tr><th>答复内容</th><td>您好，来信收悉。经核实，现答复如下：请携带有关材料到政务服务大厅窗口办理，"
            "也可通过网上办事入口提交申请。感谢您的关注与支持。</td></tr>"
        )
    return (
        f'<table class="xj"><tr><th>信件标题</th><td>{letter.title}</td></tr>'
        f"<tr><th>来信时间</th><td>{printed(letter.asked).iso}</td></tr>"
        f"<tr><th>来信内容</th><td>您好，{letter.title}，请答复，谢谢。</td></tr>"
        f"<tr><th>办理状态</th><td>{_status(letter)}</td></tr>{reply}</table>"
    )


def _form(column: ColumnPlan) -> str:
    return (
        f'<form id="letter" method="post" action="/hdjl/submit"><h3>{column.name}</h3>'
        '<p>标题：<input type="text" name="title"></p><p>姓名：<input type="text" name="name"></p>'
        '<p>联系电话：<input type="text" name="phone"></p>'
        '<p>信件类型：<select name="type"><option>咨询</option><option>建议</option><option>投诉</option></select></p>'
        '<p>内容：<textarea name="content" rows="8" cols="60"></textarea></p>'
        '<p>验证码：<input name="code" size="4"></p><button type="submit">提交</button></form>'
    )


def special(page: Page, column: ColumnPlan) -> str:
    """The page of a channel that is no way to consult."""
    if column.listing is Listing.PETITION:
        return (
            "<p>网上信访须知：信访人提出信访事项，应当客观真实。信访事项通过国家信访局网上信访平台受理。</p>"
            f'<p><a href="http://wsxf.{page.site.domain}/">进入网上信访平台</a></p>'
        )
    if column.listing is Listing.REQUESTS:
        return planted.requests(page)
    if column.listing is Listing.DISCIPLINE:
        return (
            "<p>纪检监察举报受理范围：对党组织、党员违反政治纪律、廉洁纪律等行为的检举控告。</p>"
            f'<p><a href="http://jb.{page.site.domain}/">进入纪检监察举报网站</a></p>'
        )
    return "<p>当前没有正在进行的民意调查。历次调查结果请见网站公告。</p>"
