"""Pages made into fixtures: the words go, what readers look for stays."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from crawler.extract.filler import replaced
from verbs.fixture import Page, write

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = datetime.fromisoformat("2024-03-10T23:59:59+08:00")
PAGE = """<html><head><meta charset="gb2312"><title>桃源县农业农村局</title></head><body>
<div class="dqwz">当前位置：首页 &gt; 通知公告</div><ul>
<li><a href="http://www.taoyuan.gov.cn/a/1.html">关于张三丰等人职称评审结果的公示</a><span>2024-03-08</span></li>
<li><a href="http://www.taoyuan.gov.cn/a/2.html">农机购置补贴申领工作的通知</a><span>2024年3月1日</span></li>
<li><a href="http://www.taoyuan.gov.cn/a/3.html">春耕备耕物资供应情况通报</a><span>2024-02-21</span></li></ul>
<div class="foot">主办：桃源县农业农村局 湘ICP备05001234号 网站标识码：4307250012 联系电话：0736-6622345
手机 13912345678 邮箱 zhangsan@taoyuan.gov.cn 身份证 430725198001011234
<a href="http://bszs.conac.cn/sitename?method=show&id=1"><img src="red.png"></a></div></body></html>"""


def test_names_and_numbers_of_persons_are_gone_and_structure_stays() -> None:
    text = replaced(PAGE, seed="1", site="taoyuan.gov.cn")
    for told in (
        "桃源",
        "张三丰",
        "13912345678",
        "zhangsan",
        "430725198001011234",
        "taoyuan",
        "gb2312",
    ):
        assert told not in text
    for kept in (
        "2024-03-08",
        "2024年3月1日",
        "湘ICP备05001234号",
        "4307250012",
        "bszs.conac.cn",
        "当前位置",
    ):
        assert kept in text
    assert text.count("<li>") == PAGE.count("<li>")


def test_the_same_seed_gives_the_same_text_and_another_one_another() -> None:
    assert replaced(PAGE, seed="1") == replaced(PAGE, seed="1") != replaced(PAGE, seed="2")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_fixture_folder_is_read_as_its_page_was(tmp_path: Path, encoding: str) -> None:
    page = Page(PAGE.encode(encoding), "http://www.taoyuan.gov.cn/tz/", AS_OF)
    assert write(page, tmp_path / "case", covers="list") == []
    case = json.loads((tmp_path / "case" / "expected.json").read_text(encoding="utf-8"))
    assert case["url"] == "http://www.example.gov.cn/tz/"
    assert case["expected"]["newest_date"] == "2024-03-08"
    assert case["expected"]["badges"]["conac"] is True
    assert [row["date"] for row in case["expected"]["rows"]] == [
        "2024-03-08",
        "2024-03-01",
        "2024-02-21",
    ]
    assert "桃源" not in (tmp_path / "case" / "page.html").read_text(encoding="utf-8")
