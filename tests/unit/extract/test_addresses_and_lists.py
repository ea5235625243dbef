"""Addresses made absolute, own told from foreign, list sources, next pages, nesting (traps 22, 25)."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.addresses import Resolver, registrable
from crawler.extract.dates import BEIJING
from crawler.extract.document import parse
from crawler.extract.facts import PageFacts
from crawler.extract.nesting import tame
from crawler.extract.page import EXTRACTOR, read_page

AS_OF = datetime(2021, 4, 7, 12, tzinfo=BEIJING)
BASE = "http://www.example.gov.cn/zwgk/tzgg/index.html"


def read(body: str, url: str = BASE) -> PageFacts:
    return read_page(body.encode(), url=url, as_of=AS_OF)


SEGMENTS = st.lists(st.sampled_from(["a", "b1", "..", ".", "c.html", "x y", "%20"]), max_size=6)


@given(
    parts=SEGMENTS,
    lead=st.sampled_from(["", "/", "./", "../", "../../"]),
    query=st.sampled_from(["", "?a=1"]),
)
def test_references_resolve_as_the_standard_library_does(
    parts: list[str], lead: str, query: str
) -> None:
    href = lead + "/".join(parts) + query
    if href.strip():
        assert Resolver(BASE).resolve(href) == urljoin(BASE, href.strip())


@pytest.mark.parametrize(
    "href",
    [
        "#",
        "javascript:;",
        "JavaScript:void(0)",
        "mailto:a@b",
        "tel:1",
        "data:x",
        "",
        " ",
        "ftp://a/b",
        "x" * 3000,
    ],
)
def test_references_that_lead_nowhere_are_empty(href: str) -> None:
    assert Resolver(BASE).resolve(href) == ""


def test_a_broken_address_never_raises() -> None:
    for href in ("http://[", "//[bad", "http://[::1", "//a:b:c/", "http://a b/"):
        Resolver(BASE).resolve(href)
        registrable(href)
    assert Resolver("http://[").resolve("a.html") is not None


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://www.gd.gov.cn/x", "gd.gov.cn"), ("https://jyj.sub.gd.gov.cn:8080/", "gd.gov.cn"), ("http://www.some.js.cn/", "some.js.cn"),
        ("http://www.example.com/", "example.com"), ("http://10.1.2.3:80/a", "10.1.2.3"), ("/relative", ""), ("http://localhost/", "localhost"),
    ],
)  # fmt: skip
def test_the_site_of_an_address(url: str, site: str) -> None:
    assert registrable(url) == site


def test_base_href_decides_where_links_lead() -> None:
    document = parse("<base href='/other/'><a href='x.html'>某某某某</a>", url=BASE)
    assert document.links[0].url == "http://www.example.gov.cn/other/x.html"


def test_rows_that_leave_the_site_are_not_own_and_subdomains_are() -> None:
    made = "".join(
        f"<li><a href='{href}'>关于召开工作会议的通知{n}</a><span>2021-03-0{n}</span></li>"
        for n, href in enumerate(
            ("http://jyj.example.gov.cn/1.html", "http://www.other.gov.cn/2.html", "3.html"), 1
        )
    )
    facts = read(f"<ul>{made}</ul>")
    assert [row.own for row in facts.rows] == [True, False, True]
    assert str(facts.newest_date) == "2021-03-03"


def test_without_an_address_relative_rows_are_own() -> None:
    facts = read(
        "<ul><li><a href='1.html'>关于召开工作会议的通知</a><span>2021-03-01</span></li></ul>",
        url="",
    )
    assert [(row.url, row.own) for row in facts.rows] == [("1.html", True)]


def test_jpage_parameters_make_an_address_that_can_be_asked() -> None:
    script = "<script>var p={webid:'3',columnid:'17',unitid:'5512',path:'/'};$('#5512').jpage(p)</script>"
    (source,) = read(f"<div id='5512'></div>{script}").list_sources
    assert source.startswith("http://www.example.gov.cn/module/web/jpage/dataproxy.jsp?")
    assert "columnid=17" in source
    assert "unitid=5512" in source


def test_templates_counters_posts_and_foreign_addresses_are_no_sources() -> None:
    calls = (
        "$.get('/api/list?id='+id);$.getJSON('/count/list.json');$.ajax({type:'post',url:'/api/list.do'});"
        "fetch('http://other.example.com/list.json');$.get(`/api/${x}/list`);"
    )
    assert read(f"<ul id=list></ul><script>{calls}</script>").list_sources == ()


def test_a_data_attribute_is_a_source() -> None:
    facts = read("<div class=list data-url='/api/getlist?cid=3'></div>")
    assert facts.list_sources == ("http://www.example.gov.cn/api/getlist?cid=3",)


def test_next_pages_come_from_the_pager_only() -> None:
    pager = "<div><a href='index_2.html'>2</a><a href='index_3.html'>3</a><a href='index_2.html'>下一页</a><a href='http://other.com/4'>4</a></div>"
    assert read(pager).next_pages == (
        "http://www.example.gov.cn/zwgk/tzgg/index_2.html",
        "http://www.example.gov.cn/zwgk/tzgg/index_3.html",
    )
    assert read("<a href='a.html'>2</a>").next_pages == ()


@pytest.mark.parametrize(
    "pager",
    [
        "<div class='page'>共16封来信 <a href='1.html'>1</a> <a href='2.html'>2</a></div>",
        "<div class='turn'>共 2 页 <b>1</b> <a href='2.html'>[2]</a></div>",
        "<p><span>1</span><a href='2.html'>2</a></p>",
        "<p>[1] <a href='2.html'>[2]</a></p>",
        "<div class='pagination'><ul><li><a href='2.html'>2</a></li></ul></div>",
        "<p>上一页 <a href='2.html'>2</a></p>",
    ],
)
def test_a_pager_of_two_pages_has_one_number_only(pager: str) -> None:
    page = f"<body><ul><li>来信</li></ul>{pager}</body>"
    assert "http://www.example.gov.cn/zwgk/tzgg/2.html" in read(page).next_pages


@pytest.mark.parametrize(
    "page",
    [
        "<p>附件 <a href='2.html'>2</a></p>",
        "<p>见第11号文，附件<a href='2.html'>2</a>、附表</p>",
        "<div class='homepagewide'><a href='2.html'>2</a></div>",
        "<div>1" + "全县经济工作会议" * 20 + "<a href='2.html'>2</a></div>",
    ],
)
def test_a_number_in_a_text_is_no_pager(page: str) -> None:
    assert read(page).next_pages == ()


SECOND = "http://www.example.gov.cn/zwgk/tzgg/index_2.html"
CALL = "queryArticleByCondition(this,'/zwgk/tzgg/index_2.html')"


@pytest.mark.parametrize(
    "words",
    [
        "下页",
        "【下一页】",
        "下 一 页",
        "下一頁",
        "下一页»",
        "下一页 →",
        "下一页（2）",
        "后页",
        "Next >",
        ">",
        "›",
    ],
)
def test_the_following_page_goes_by_many_words(words: str) -> None:
    pager = f"<div class='page'><a href='index_2.html'>{words}</a></div>"
    assert read(pager).next_pages == (SECOND,)


@pytest.mark.parametrize(
    "link",
    [
        "<a href='index_2.html'><img src='n.gif' alt='下一页'></a>",
        "<a href='index_2.html' title='下一页'><img src='n.gif'></a>",
        "<a href='index_2.html' class='next'><i></i></a>",
        "<a href='javascript:;' onclick=\"location.href=encodeURI('index_2.html')\">下一页</a>",
        "<a href=\"javascript:location.href='index_2.html'\">下一页</a>",
        f'<a onclick="{CALL}">下一页</a>',
        "<a tagname='/zwgk/tzgg/index_2.html'>下一页</a>",
        "<a href='javascript:;' data-href='index_2.html'>2</a>",
        "<input type=button value='下一页' onclick=\"window.location.href='index_2.html'\">",
        (
            "<select onchange='location=this.value'><option value='index.html'>第1页</option>"
            "<option value='index_2.html'>第2页</option></select>"
        ),
        "<a href='index_1.html'>01</a><a href='index_2.html'>02</a>",
    ],
)
def test_a_pager_turns_over_by_pictures_clicks_and_choices(link: str) -> None:
    assert read(f"<p>下一页</p><div class='page next'>{link}</div>").next_pages == (SECOND,)


def test_a_pager_written_by_an_old_script() -> None:
    script = """<script>var currentPage = 0;//所在页从0开始
    var nextPage = currentPage+1\nvar countPage = 3//共多少页
    document.write("<a href=\\"index"+"_" + nextPage + "."+"htm\\">下一页</a>");</script>"""
    assert [url.rpartition("/")[2] for url in read(script).next_pages] == [
        "index_1.htm",
        "index_2.htm",
    ]
    assert read(script.replace("countPage = 3", "countPage = 1")).next_pages == ()


@pytest.mark.parametrize(
    "page",
    [
        "<div class='slide'><a href='/tzgg/' class='next'></a></div><p>下一页</p>",
        "<div><b>通知公告</b><a href='/tzgg/'>&gt;</a></div>",
        "<div>" + "".join(f"<a href='/rl/{n}.html'>{n}</a>" for n in range(1, 31)) + "</div>",
        "<div class='page'><a href='javascript:goPage(2)'>2</a><a href='#'>下一页</a></div>",
        (
            "<select onchange='window.open(this.value)'><option value=''>友情链接</option>"
            "<option value='http://www.example.gov.cn/a/'>县水利局</option></select>"
        ),
        "<select onchange='go(this.value)'><option value='index.html'>2</option></select>",
    ],
)
def test_arrows_calendars_and_choices_elsewhere_are_no_pagers(page: str) -> None:
    assert read(page).next_pages == ()


def test_ordinary_markup_is_not_touched_by_taming() -> None:
    page = "<ul>" + "<li><a href='x'><b>标题</b></a><p>文<br>字" * 300 + "</ul>"
    assert tame(page) == page


def test_deep_markup_loses_its_depth_and_keeps_its_text() -> None:
    deep = "<div>" * 5000 + "深" + "</div>" * 5000
    assert "深" in parse(deep * 3).visible_text()


def test_the_extractor_says_its_version() -> None:
    assert EXTRACTOR == "4"
