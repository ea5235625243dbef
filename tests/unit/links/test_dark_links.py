"""暗链 and sites that changed hands: what is told, and what looks like it and is ordinary."""

from __future__ import annotations

import pytest

from crawler.extract.dark_links import danger_of, read_dark_links
from crawler.extract.document import parse

URL = "http://www.example.gov.cn/"
FOOTER = "<div class='footer'>版权所有 某市人民政府 网站标识码：4301000001</div>"
STRANGERS = "".join(f"<a href='https://www.shop{n}.com/'>第{n}家</a>" for n in range(6))
COUNTIES = "".join(f"<a href='http://www.county{n}.gov.cn/'>某县{n}</a>" for n in range(12))


def roles(body: str, title: str = "某市人民政府", head: str = "") -> list[str]:
    markup = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return [one.role for one in read_dark_links(parse(markup, url=URL), {})]


@pytest.mark.parametrize(
    "opening",
    [
        "<div style='display:none'>",
        "<div style='DISPLAY : NONE;'>",
        "<div hidden>",
        "<div style='position:absolute;left:-9999px;top:-999px'>",
        "<div style='height:0px;overflow:hidden'>",
        "<div style='font-size:0'>",
        "<div style='visibility:hidden'>",
        "<marquee height='1' width='4'>",
        "<script>document.write('<div style=\"display:none\">');</script><div>",
    ],
)
def test_hidden_links_to_strangers_outside_the_page_are_told_trap_31(opening: str) -> None:
    assert set(roles(f"<div><a href='/x'>要闻</a></div>{FOOTER}{opening}{STRANGERS}</div>")) == {
        "hidden"
    }


@pytest.mark.parametrize(
    "body",
    [
        # a menu of counties that opens under the mouse
        f"{FOOTER}<div style='display:none'>{COUNTIES}</div>",
        # a hidden tab of links inside the page
        f"<div class='main'><div><div class='tab' style='display:none'>{STRANGERS}</div></div></div>{FOOTER}",
        # a hidden menu that leads into the site, too
        f"{FOOTER}<div style='display:none'>{STRANGERS}{'<a href=/a>栏目</a><a href=/b>栏目</a>' * 4}</div>",
        # a few badges off the screen
        f"{FOOTER}<div style='position:absolute;left:-2000px'><a href='https://www.a.com/'>徽标</a></div>",
        # friendly links that everybody sees
        f"<div>{STRANGERS}</div>{FOOTER}",
        f"{FOOTER}<div style='height:10px'>{STRANGERS}</div>",
        f"{FOOTER}<div style='opacity:0.9'>{STRANGERS}</div>",
    ],
)
def test_what_looks_like_it_and_is_ordinary_is_not_told(body: str) -> None:
    assert roles(body) == []


def test_a_visible_crowd_of_strangers_behind_the_footer_is_told_as_such() -> None:
    crowd = "".join(f"<a href='https://www.farm{n}.com/'>站{n}</a>" for n in range(12))
    assert set(roles(f"<div>{FOOTER}</div><div>{crowd}</div>")) == {"farm"}


def test_an_advertised_gambling_link_is_told_and_a_warning_against_it_is_not() -> None:
    told = roles(
        "<a href='http://x1.com/'>澳门葡京赌场官网</a><a href='http://x2.com/'>严打网上赌博，百家乐窝点被查处</a>"
    )
    assert told == ["gambling"]


def test_a_title_that_was_taken_over_is_told() -> None:
    assert roles("<p>x</p>", title="百家乐_时时彩平台注册") == ["title"]


@pytest.mark.parametrize(
    "title",
    [
        "某市公安局打击百家乐、老虎机赌博专项行动",
        "中国体育彩票管理中心",
        "某市福利彩票发行中心",
        "关于防范网络赌博诈骗的提醒：时时彩、百家乐都是骗局",
        "某市文化和旅游局",
        "棋牌娱乐场所管理办法",
    ],
)
def test_pages_about_such_things_are_no_danger(title: str) -> None:
    assert danger_of(title) == ""


def test_a_site_that_changed_hands_is_a_danger_trap_31() -> None:
    assert danger_of("葡京娱乐场官网-百家乐-真人视讯", "博彩平台，注册送彩金")
