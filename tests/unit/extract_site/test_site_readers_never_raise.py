"""No text, however broken, makes a reader raise or take long."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.badges import merge, read_badges, read_badges_of_source, read_footer_sources
from crawler.extract.channels import read_channels
from crawler.extract.column_kinds import kind_of
from crawler.extract.columns import read_columns, read_own_column
from crawler.extract.document import parse
from crawler.extract.facts import Badges
from crawler.extract.guide import read_guide
from crawler.extract.identity import consistency
from crawler.extract.letters import read_letters
from crawler.extract.meta import read_meta

AS_OF = datetime.fromisoformat("2024-02-29T23:59:59+08:00")
FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("[bfg]*s/*.html"))
PIECES = [
    "<div class=foot>", "</div>", "<table>", "<tr>", "<td>", "</td>", "<ul class=nav>", "<li>", "<a href='/x/'>",
    "<a href='http://[bad'>", "</a>", "<!--", "-->", "<script>", "</script>", "document.write('<p>版权所有", "')",
    "网站标识码：", "4300000041", "主办单位：", "ICP备", "公网安备", "conac.cn", "jiucuo", "来信时间：", "2023-13-45", "2023-01-01",
    "回复时间", "已回复", "受理条件", "办理流程：", "申请材料", "更多", "首页", "县长信箱", "<textarea>", "<input type=submit>", "\x00", "&#0;", "<h3>",
    "<dl>", "<dt>", "<dd>", "<th>", "電話", "电话：0731-8888", "\ud800", "%3Cscript%uD800", "\\u12",
]  # fmt: skip


def read_everything(text: str, url: str = "http://www.x.gov.cn/a/") -> None:
    document = parse(text, url=url)
    meta = read_meta(document)
    badges = read_badges(document)
    source = read_badges_of_source(text, url)
    assert isinstance(merge(badges, source), Badges)
    assert consistency(meta, badges, "4300000041").registered_code == "4300000041"
    assert isinstance(read_footer_sources(document), tuple)
    assert all(column.name and column.url for column in read_columns(document))
    read_own_column(document, meta)
    assert all(channel.kind for channel in read_channels(document))
    assert all(letter.title for letter in read_letters(document, AS_OF))
    guide = read_guide(document)
    assert guide is None or len(guide) == 10


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_pieces_of_pages_in_any_order_are_read(text: str) -> None:
    read_everything(text)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["", "http://[", "x", "http://www.x.gov.cn/a/"]))
def test_any_text_at_any_address_is_read(text: str, url: str) -> None:
    read_everything(text, url)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(FIXTURES), st.data())
def test_mutated_pages_are_read(path: Path, data: st.DataObject) -> None:
    text = path.read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 200))
    put = data.draw(st.sampled_from(PIECES))
    read_everything(text[:start] + put + text[start + length :])


@given(st.text(max_size=200))
def test_any_name_has_a_type(name: str) -> None:
    assert kind_of(name).value


@pytest.mark.parametrize(
    "unit",
    [
        "网站标识码：",
        "主办单位",
        '\\"',
        "/*",
        "京ICP备 ",
        "来信时间：2023-01-01 ",
        "<td>受理条件</td>",
        "<li><a href=/a/>政务动态</a></li>",
        "<a href=x>更多</a>",
        "<script src=footer.js></script>",
        "<div class=nav>",
        "<span>已回复</span>2023-01-01",
        "<p>受理条件</p>",
        "<tr><td>来信时间</td><td>标题</td><td>x</td></tr>",
        "电话：",
        "公网安备 ",
        "<script>document.write('版权所有')</script>",
        "<textarea></textarea><button>x</button>",
    ],
)
def test_a_megabyte_of_one_thing_takes_a_moment(unit: str) -> None:
    text = "<ul class=nav><div class=foot>" + unit * (1_000_000 // len(unit))
    started = time.process_time()
    read_everything(text)
    assert time.process_time() - started < 12  # generous: the bound is on growth, not on speed
