"""Which addresses a page names, and for what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.addresses import Resolver
from crawler.extract.document import parse
from crawler.extract.facts import PageLink
from crawler.extract.links import read_links
from crawler.extract.references import base_of, is_illegal, read_references
from crawler.fetch.fetcher import canonical
from crawler.links_found import Targets

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
        ("<a href='HTTP://B.test/x'>文</a>", "http://B.test/x", "a"),
        ("<a href='\\zw\\b.html'>文</a>", FOLDER + "b.html", "a"),
        ("<a href='..\\a\\b.html?x=c\\d'>文</a>", "http://www.example.gov.cn/a/b.html?x=c\\d", "a"),
        ("<a href='http:\\\\b.test\\x'>文</a>", "http://b.test/x", "a"),
        ("<a href='///b.test/x'>文</a>", "http://b.test/x", "a"),
        ("<a href='https:///b.test/x'>文</a>", "https://b.test/x", "a"),
        ("<a href='https:/b.test/x'>文</a>", "https://b.test/x", "a"),
        ("<a href='http:/zw/a.html'>文</a>", FOLDER + "a.html", "a"),
        ("<a href='http:a.html'>文</a>", FOLDER + "a.html", "a"),
        ("<a href='htttp://b.test/x'>文</a>", "htttp://b.test/x", "illegal"),
        ("<a href='\\\\fileserver\\share\\1.doc'>文</a>", "http://fileserver/share/1.doc", "attachment"),
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


@pytest.mark.parametrize(
    ("href", "asked", "named"),
    [
        ("http://www。example。gov。cn/x", "http://www.example.gov.cn/x", "站内"),
        ("http://ｗｗｗ．b.cn/x", "http://www.b.cn/x", "站外"),
        ("http://某市.政务/首页.html", "http://某市.政务/首页.html", "站外"),
        ("HTTPS://WWW.Example.gov.cn/X#y", "https://WWW.Example.gov.cn/X", "站内"),
        ("http://http://www.b.cn/x", "http://http://www.b.cn/x", "非法链接"),
        ("http://oa/x", "http://oa/x", "内网地址"),
        ("http://oa-2:8080/x", "http://oa-2:8080/x", "内网地址"),
        ("http://[fd00::1]/x", "http://[fd00::1]/x", "内网地址"),
        ("http://nas.local/x", "http://nas.local/x", "内网地址"),
        ("http://首页/", "http://首页/", "非法链接"),
        ("http://{{host}}/x", "http://{{host}}/x", "非法链接"),
        ("http://www/x", "http://www/x", "非法链接"),
        ("http://12345/", "http://12345/", "非法链接"),
    ],
)
def test_hosts_are_told_as_a_browser_reads_them(href: str, asked: str, named: str) -> None:
    targets = Targets(URL, 10)
    targets.add(URL, [PageLink(href)])
    assert [(one.url, one.link_class) for one in targets.found.values()] == [(asked, named)]


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://某市.政务/首 页.html", "http://xn--7st21t.xn--zfr164b/%E9%A6%96%20%E9%A1%B5.html"),
        ("http://b.cn/a%20b%E4%B8%AD.html", "http://b.cn/a%20b%E4%B8%AD.html"),
        ("http://b.cn/100%.html?x=%D6%D0", "http://b.cn/100%.html?x=%D6%D0"),
        ("http://b.cn/%zz", "http://b.cn/%zz"),
    ],
)
def test_addresses_are_sent_encoded_once_and_never_twice(url: str, sent: str) -> None:
    assert canonical(url) == sent
