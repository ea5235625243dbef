"""Every form of a footer, from reduced pages of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.extract.badges import (
    is_left_to_a_script,
    merge,
    read_badges,
    read_badges_of_source,
    read_footer_sources,
)
from crawler.extract.document import parse

FOOTERS = Path(__file__).parents[2] / "fixtures" / "footers"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOOTERS / "expected.json").read_text("utf-8"))
PAGE = "http://www.x.gov.cn/a/b.html"
CONAC_LINK = (
    '<a href="https://bszs.conac.cn/sitename?method=show&id=0A87"><img src="/images/red.png"></a>'
)
JIUCUO_SCRIPT = (
    '<script id="_jiucuo_" sitecode="4300000041"'
    ' src="https://zfwzgl.www.gov.cn/exposure/jiucuo.js"></script>'
)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_footer_is_read_as_a_person_sees_it_trap_32_trap_33(name: str) -> None:
    document = parse((FOOTERS / f"{name}.html").read_text("utf-8"), url=PAGE)
    badges = read_badges(document)
    expected = dict(EXPECTED[name])
    assert list(read_footer_sources(document)) == expected.pop("sources", [])
    for item in ("site_code", "icp", "police", "sponsor", "jiucuo_code"):
        assert getattr(badges, item) == expected.get(item), item
    for item in ("conac", "jiucuo", "contact"):
        assert getattr(badges, item) is expected[item], item
    assert badges.jiucuo_obsolete is expected.get("jiucuo_obsolete", False)
    assert badges.conac_error is expected.get("conac_error", False)


def test_every_fixture_has_its_expectation() -> None:
    assert {path.stem for path in FOOTERS.glob("*.html")} == set(EXPECTED)


def test_evidence_is_the_markup_of_the_matched_node_trap_36() -> None:
    page = f'<p>文中提到 conac 和找错</p><div class="foot"><p>版权所有</p>{CONAC_LINK}{JIUCUO_SCRIPT}</div>'
    evidence = read_badges(parse(page, url=PAGE)).evidence
    assert evidence["conac"].startswith('<a href="https://bszs.conac.cn/')
    assert evidence["jiucuo"].startswith('<script id="_jiucuo_"')


def test_evidence_stays_bounded_whatever_the_page_holds() -> None:
    page = f"<div class=foot>{'<b>' + '长' * 90_000 + '</b>'}网站标识码：4300000041 版权所有</div>"
    evidence = read_badges(parse(page, url=PAGE)).evidence
    assert evidence
    assert all(len(text) <= 300 for text in evidence.values())


def test_words_about_badges_in_an_article_are_no_badges_trap_36() -> None:
    page = "<p>请各单位在页面底部添加党政机关网站标识（conac）和我为政府网站找错 jiucuo 入口。</p>"
    badges = read_badges(parse(page, url=PAGE))
    assert badges.conac is False
    assert badges.jiucuo is False


def test_a_footer_script_is_read_by_what_it_writes() -> None:
    script = r"""
    // 页脚
    document.write("<div class=\"footer\">");
    document.write('<p>主办单位：某县人民政府办公室 联系电话：0731-88880000<\/p>');
    document.write("<p>网站标识码：4300000041 湘ICP备05000001号-1<\/p>");
    document.write('<a href="https://bszs.conac.cn/sitename?method=show&id=AA"><img src="red.png"><\/a>');
    document.write("<\/div>");
    """
    badges = read_badges_of_source(script, "http://www.x.gov.cn/js/footer.js")
    assert badges.conac is True
    assert badges.jiucuo is False
    assert badges.site_code == "4300000041"
    assert badges.icp == "湘ICP备05000001号-1"
    assert badges.sponsor == "某县人民政府办公室"
    assert badges.contact is True


def test_a_footer_script_that_loads_its_content_elsewhere_settles_nothing() -> None:
    badges = read_badges_of_source('$.getJSON("/footer?id=1", show);', "http://www.x.gov.cn/f.js")
    assert badges.conac is None
    assert badges.jiucuo is None


def test_a_footer_file_is_read_like_a_page() -> None:
    badges = read_badges_of_source(
        f"<div>版权所有 {JIUCUO_SCRIPT}</div>", "http://www.x.gov.cn/f.html"
    )
    assert badges.jiucuo is True
    assert badges.jiucuo_code == "4300000041"
    assert badges.conac is False


def test_a_fetched_footer_settles_what_the_page_left_open() -> None:
    page = read_badges(parse('<p>正文</p><script src="/js/footer.js"></script>', url=PAGE))
    assert page.conac is None
    source = read_badges_of_source(f"<div>版权所有{CONAC_LINK}</div>", "http://www.x.gov.cn/f.html")
    both = merge(page, source)
    assert both.conac is True
    assert both.jiucuo is False
    assert both.evidence["conac"].startswith("<a ")


def test_an_error_picture_outweighs_the_script_that_brings_it_trap_33() -> None:
    script = (
        '<script src="//dcs.conac.cn/js/33/000/0000/60553604/CA330000000605536040002.js"></script>'
    )
    error = '<span id="_ideConac"><a href="//bszs.conac.cn/sitename?id=1"><img src="//dcs.conac.cn/image/red_error.png"></a></span>'
    badges = read_badges(parse(script + error, url=PAGE))
    assert badges.conac is False
    assert badges.conac_error is True


def test_the_code_of_the_meta_label_stands_in_only_where_none_is_printed() -> None:
    meta = '<meta name="siteidcode" content="bm36000002">'
    alone = read_badges(parse(f"<head>{meta}</head><p>正文</p>", url=PAGE))
    assert alone.site_code == "bm36000002"
    assert alone.evidence["site_code"].startswith("<meta")
    printed = read_badges(parse(f"<head>{meta}</head><p>网站标识码：bm36000005</p>", url=PAGE))
    assert printed.site_code == "bm36000005"


@pytest.mark.parametrize(
    "text",
    [
        "网站标识码：4300000041",
        "政府网站标识码4300000041",
        "政府网站标识码 : 4300000041",
        "网站标识号：4300000041",
        "标识码（4300000041）",
        "网站标识码：<span>4300000041</span>",
        "网站标识码：&nbsp;&nbsp;4300000041",
        "网站识别码：4300000041",
        "网站标识编码:4300000041",
    ],
)
def test_the_site_code_is_read_under_every_spelling_of_its_label(text: str) -> None:
    assert read_badges(parse(f"<div>版权所有 {text}</div>", url=PAGE)).site_code == "4300000041"


@pytest.mark.parametrize(
    "code", ["0000000000", "1234567890", "1111111111", "28", "XXXXXXXXXX", "43000000411"]
)
def test_a_placeholder_is_no_site_code(code: str) -> None:
    assert read_badges(parse(f"<div>网站标识码：{code} 版权所有</div>", url=PAGE)).site_code is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("京ICP备04000001号-2", "京ICP备04000001号-2"),
        ("备案号：京ICP备 04000001 号 - 2", "京ICP备04000001号-2"),
        ("ICP备案编号：吉ICP备05000001号", "吉ICP备05000001号"),
        ("(蜀)ICP备05000001号", "(蜀)ICP备05000001号"),
        ("苏IPC备16000001号", "苏IPC备16000001号"),
        ("ICP证：桂B2-20040001-5", "桂B2-20040001-5"),
        ("陇ICP备2021000001号", "陇ICP备2021000001号"),
    ],
)
def test_the_filing_number_is_kept_as_printed(text: str, number: str) -> None:
    assert read_badges(parse(f"<div>版权所有 {text}</div>", url=PAGE)).icp == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("京公网安备 11040102700068号", "11040102700068"),
        ("京公网安备11040102700068号", "11040102700068"),
        ("湘公网安备：43010202000123号", "43010202000123"),
        ("公安机关备案号：43010202000123", "43010202000123"),
        ("京公海网安备110108001852号", "110108001852"),
        ("网警备案号：45010302000153", "45010302000153"),
        ("粤公网安备 <a>44011102001603号</a>", "44011102001603"),
    ],
)
def test_the_police_number_is_its_digits(text: str, number: str) -> None:
    assert read_badges(parse(f"<div>版权所有 {text}</div>", url=PAGE)).police == number


def test_copyright_alone_names_no_sponsor() -> None:
    page = "<div>版权所有：某市档案馆 技术支持：某公司</div>"
    assert read_badges(parse(page, url=PAGE)).sponsor is None


def test_a_link_to_the_site_map_counts_only_when_it_leads_there() -> None:
    live = read_badges(parse('<div>版权所有 <a href="/map/">网站地图</a></div>', url=PAGE))
    dead = read_badges(parse('<div>版权所有 <a href="javascript:;">网站地图</a></div>', url=PAGE))
    assert live.site_map is True
    assert dead.site_map is False


def test_neighbouring_blocks_of_one_footer_are_read_together() -> None:
    blocks = (
        "<div>版权所有：苏ICP备14000001号-1 电话：025-60000000</div><div>主办单位：某省卫生健康委员会  地址：某路42号</div>"
        "<div>政府网站标识码：3200000024</div>"
    )
    badges = read_badges(parse(f"<div><p>{'正文' * 300}</p></div>{blocks}", url=PAGE))
    assert badges.sponsor == "某省卫生健康委员会"
    assert badges.contact is True


@pytest.mark.parametrize(
    ("text", "sponsor"),
    [
        ("主办：某县人民政府 承办：某县人民政府办公室 技术支持：某公司", "某县人民政府"),
        ("某县人民政府办公室主办 某县信息中心管理", "某县人民政府办公室"),
        ("中共某市委 某市人民政府主办 Tel：0536-5200000", "中共某市委 某市人民政府"),
        ("主管：某省人民政府　主办：某省人民政府办公厅　维护：某中心", "某省人民政府办公厅"),
        ("主办：某检验院主办    版权所有", "某检验院"),
        (
            "主办单位:某市人民政府办公室、某市政务服务局&nbsp;维护单位:某中心",
            "某市人民政府办公室、某市政务服务局",
        ),
        ("本站由某市信息化工作领导小组负责", None),
        ("某区人民政府版权所有 某区人民政府办公室承办", None),
    ],
)
def test_the_sponsor_is_the_body_named_as_such(text: str, sponsor: str | None) -> None:
    assert (
        read_badges(parse(f"<div class=foot>版权所有 <p>{text}</p></div>", url=PAGE)).sponsor
        == sponsor
    )


@pytest.mark.parametrize(
    "text", ["传真：0431-82700000", "邮编：132000", "访问量：12345678", "ICP备2021000001号"]
)
def test_other_numbers_are_no_telephone(text: str) -> None:
    assert read_badges(parse(f"<div class=foot>版权所有 {text}</div>", url=PAGE)).contact is False


def test_an_empty_place_for_the_footer_is_told() -> None:
    hollow = '<p>正文</p><div id="footer"></div><script src="/js/common.js"></script>'
    assert is_left_to_a_script(parse(hollow, url=PAGE)) is True
    assert (
        is_left_to_a_script(parse("<p>正文</p><div id='footer'>版权所有</div>", url=PAGE)) is False
    )
