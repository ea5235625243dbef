"""Letters of message boards and elements of service guides, from reduced pages of our own."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extract.document import parse
from crawler.extract.guide import ELEMENTS, read_guide
from crawler.extract.guide_words import SYNONYMS
from crawler.extract.letters import read_letters

FIXTURES = Path(__file__).parents[2] / "fixtures"
BOARDS: dict[str, list[Any]] = json.loads(
    (FIXTURES / "boards" / "expected.json").read_text("utf-8")
)
GUIDES: dict[str, Any] = json.loads((FIXTURES / "guides" / "expected.json").read_text("utf-8"))
AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")


@pytest.mark.parametrize("name", sorted(BOARDS))
def test_letters_are_read_with_both_dates_and_state(name: str) -> None:
    page = (FIXTURES / "boards" / f"{name}.html").read_text("utf-8")
    found = [
        [
            letter.title,
            letter.asked_on and letter.asked_on.isoformat(),
            letter.replied_on and letter.replied_on.isoformat(),
            letter.status,
        ]
        for letter in read_letters(parse(page, url="http://x.gov.cn/l/"), AS_OF)
    ]
    assert found == BOARDS[name]


def test_a_board_of_thousands_stays_bounded() -> None:
    row = (
        "<tr><td><a href=1.html>关于医保的咨询</a></td><td>2023-01-01</td><td>2023-01-02</td></tr>"
    )
    page = f"<table><tr><th>标题</th><th>来信时间</th><th>回复时间</th></tr>{row * 3000}</table>"
    assert len(read_letters(parse(page, url="http://x.gov.cn/"), AS_OF)) == 200


@pytest.mark.parametrize(
    "page",
    [
        "<p>报名提交时间：2023年3月1日前，联系人：张某</p>",
        "<ul><li>咨询时间：工作日 9:00-17:00</li></ul>",
        "<p>各单位回复时间不得超过五个工作日。</p>",
    ],
)
def test_a_notice_with_such_words_is_no_letter(page: str) -> None:
    assert read_letters(parse(page, url="http://x.gov.cn/"), AS_OF) == ()


@pytest.mark.parametrize("name", sorted(GUIDES))
def test_a_guide_element_counts_only_with_content(name: str) -> None:
    page = (FIXTURES / "guides" / f"{name}.html").read_text("utf-8")
    guide = read_guide(parse(page, url="http://x.gov.cn/l/"))
    present = guide if guide is None else [element for element, there in guide.items() if there]
    assert present == GUIDES[name]


def test_the_ten_elements_are_those_of_the_indicators() -> None:
    assert ELEMENTS == (
        "事项名称", "设定依据", "申请条件", "办理材料", "办理地点",
        "办理机构", "收费标准", "办理时间", "联系电话", "办理流程",
    )  # fmt: skip


def test_no_synonym_stands_for_two_elements() -> None:
    words = [word for words in SYNONYMS.values() for word in words.split()]
    assert len(words) == len(set(words))


def test_an_article_under_the_guides_is_a_guide_however_poor() -> None:
    page = (
        "<title>职工医疗保险退休补缴</title><div>当前位置：首页 » 社保经办 » 办事指南</div>"
        "<h2>职工医疗保险退休补缴</h2><div>发布时间：2020-01-01 打印本页</div>"
        "<p>法律法规依据：《某通知》</p><div>版权所有 联系电话：0851-25780000</div>"
    )
    guide = read_guide(parse(page, url="http://x.gov.cn/"))
    assert guide is not None
    assert [element for element, there in guide.items() if there] == ["事项名称", "设定依据"]


def test_a_list_of_guides_is_no_guide() -> None:
    page = (
        "<title>某局-办事指南</title><div>当前位置：首页 » 办事指南</div>"
        "<ul><li><a href=1.html>求职补贴发放</a>2020-01-01</li></ul>"
    )
    assert read_guide(parse(page, url="http://x.gov.cn/")) is None


@pytest.mark.parametrize("empty", ["", "-", "——", "暂无", "略", "/", "&nbsp;", "null"])
def test_a_placeholder_in_a_cell_is_no_content(empty: str) -> None:
    rows = "".join(
        f"<tr><th>{label}</th><td>{value}</td></tr>"
        for label, value in (("设定依据", "《法》"), ("受理条件", "成年"), ("办理流程", empty))
    )
    guide = read_guide(parse(f"<table>{rows}</table>", url="http://x.gov.cn/"))
    assert guide is not None
    assert guide["申请条件"]
    assert not guide["办理流程"]
