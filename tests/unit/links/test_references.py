"""Which addresses a page names, and for what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.addresses import Resolver
from crawler.extract.document import parse
from crawler.extract.links import read_links
from crawler.extract.references import base_of, is_illegal, read_references

URL = "http://www.example.gov.cn/zw/index.html"
FOLDER = "http://www.example.gov.cn/zw/"


def found(body: str, head: str = "") -> dict[str, str]:
    document = parse(f"<html><head>{head}</head><body>{body}</body></html>", url=URL)
    resolver = Resolver(base_of(document.tree, URL))
    told = {one.url: one.role for one in read_references(document.tree, resolver)}
    assert {one.url: one.role for one in read_links(document)} == told, "both readers agree"
    return told


@pytest.mark.parametrize(
    ("body", "url", "role"),
    [
        ("<a href='a.html'>文</a>", FOLDER + "a.html", "a"),
        ("<a href=' \n a.html#top '>文</a>", FOLDER + "a.html", "a"),
        ("<a href='//cdn.test/x'>文</a>", "http://cdn.test/x", "a"),
        ("<a href='HTTP://B.test/x'>文</a>", "HTTP://B.test/x", "a"),
        ("<a href='fj.DOCX'>附件</a>", FOLDER + "fj.DOCX", "attachment"),
        ("<a href='down.jsp?f=1.pdf'>附件</a>", FOLDER + "down.jsp?f=1.pdf", "a"),
        ("<map><area href='m.html'></map>", FOLDER + "m.html", "a"),
        ("<img src='i.png'>", FOLDER + "i.png", "img"),
        ("<img src='blank.gif' data-original='real.jpg'>", FOLDER + "real.jpg", "img"),
        ("<input type='image' src='go.gif'>", FOLDER + "go.gif", "img"),
        ("<table background='bg.gif'><tr><td>x</table>", FOLDER + "bg.gif", "img"),
        ("<script src='s.js'></script>", FOLDER + "s.js", "script"),
        ("<iframe src='f.html'></iframe>", FOLDER + "f.html", "frame"),
        ("<video src='v.mp4' poster='p.jpg'></video>", FOLDER + "v.mp4", "media"),
        ("<embed src='e.swf'>", FOLDER + "e.swf", "media"),
        ("<object data='o.pdf'></object>", FOLDER + "o.pdf", "media"),
        ("<a href='javascript:;' oldsrc='W02.doc'>附件</a>", FOLDER + "W02.doc", "attachment"),
        ("<img src='w.jpg' _src='../../file/r.jsp?F=1'>", "http://www.example.gov.cn/file/r.jsp?F=1", "indirect"),
        ('<script>window.location.href ="/s.html?k=" + key;</script>', "http://www.example.gov.cn/s.html?k=", "indirect"),
        ("<script>x.src='/i.jsp?a&' + Math.random()</script>", "http://www.example.gov.cn/i.jsp?a&", "indirect"),
        ("<a href='file:///C:/Users/x/wps1.png'>图</a>", "file:///C:/Users/x/wps1.png", "illegal"),
        ("<img src='C:\\tmp\\1.png'>", "C:\\tmp\\1.png", "illegal"),
        ("<a href='http://'>空</a>", "http://", "illegal"),
        ("<a href='http:///x'>空</a>", "http:///x", "illegal"),
    ],
)  # fmt: skip
def test_every_kind_of_reference_is_read(body: str, url: str, role: str) -> None:
    assert found(body).get(url) == role


@pytest.mark.parametrize(
    "body",
    [
        "<a href=''>空</a>", "<a href='#'>顶</a>", "<a href='#x'>锚</a>", "<a>无</a>",
        "<a href='javascript:void(0)'>脚本</a>", "<a href='JavaScript:go()'>脚本</a>",
        "<a href='mailto:a@b.cn'>邮</a>", "<a href='tel:12345'>电</a>",
        "<a href='weixin://dl/business'>微信</a>", "<img src='data:image/png;base64,AAAA'>",
        "<a href='about:blank'>空</a>", "<!-- <a href='gone.html'>注释</a> -->",
        "<form action='/submit.do' method='post'></form>",
        "<script>x.href = base + '/a.html'; y.href='/a/' + id;</script>",
        "<link rel='canonical' href='/c.html'>",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_left_out(body: str) -> None:
    assert found(body) == {}


def test_a_base_address_moves_every_relative_reference() -> None:
    told = found("<a href='a.html'>文</a><img src='i.png'>", "<base href='/other/'>")
    assert set(told) == {
        "http://www.example.gov.cn/other/a.html",
        "http://www.example.gov.cn/other/i.png",
    }


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_spelling_of_an_address_breaks_the_reader(href: str) -> None:
    is_illegal(href)
    markup = href.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    document = parse(f"<a href='{markup}'>x</a><img src='{markup}'>", url=URL)
    for link in read_links(document):
        assert link.url
