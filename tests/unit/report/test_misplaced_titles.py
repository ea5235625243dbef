"""Content in the wrong column: plain signs alone, several of them, and never of news or notices."""

from __future__ import annotations

import pytest

from crawler.extract.column_kinds import ColumnKind
from report.misplaced import enough, kind, sign


@pytest.mark.parametrize(
    ("column", "title", "told"),
    [
        (ColumnKind.POLICY, "市教育局召开春季开学工作会议", "像工作动态"),
        (ColumnKind.POLICY, "局长到乡镇调研乡村振兴", "像工作动态"),
        (ColumnKind.POLICY, "关于召开全市教育工作会议的通知", ""),
        (ColumnKind.POLICY, "邵东市2023年教育工作要点", ""),
        (ColumnKind.POLICY, "办公楼物业服务采购公告", "像采购招标公告"),
        (ColumnKind.INTERPRETATION, "关于印发《邵东市就业补助办法》的通知", "像政策文件本身"),
        (ColumnKind.INTERPRETATION, "《关于促进就业的意见》政策解读", ""),
        (ColumnKind.INTERPRETATION, "一图读懂就业补助办法", ""),
        (ColumnKind.INTERPRETATION, "市政府召开政策解读新闻发布会", ""),
        (ColumnKind.PERSONNEL, "我局开展学雷锋志愿服务活动", "像工作动态"),
        (ColumnKind.PERSONNEL, "关于张三等同志任免的通知", ""),
        (ColumnKind.NEWS, "办公楼物业服务采购公告", ""),
        (ColumnKind.NOTICE, "市教育局召开会议", ""),
        (ColumnKind.LEADERS, "市长走访慰问困难群众", ""),
        (ColumnKind.POLICY, "", ""),
    ],
)
def test_a_title_is_judged_by_plain_words(column: ColumnKind, title: str, told: str) -> None:
    assert sign(column, title) == told


@pytest.mark.parametrize(
    ("suspected", "items", "named"),
    [(2, 2, False), (3, 3, True), (3, 10, True), (3, 11, False), (30, 100, True), (0, 0, False)],
)
def test_a_column_is_named_for_several_titles_and_a_good_part_of_all(
    suspected: int, items: int, named: bool
) -> None:
    assert enough(suspected, items) is named


def test_the_registered_type_goes_before_the_name() -> None:
    assert kind("人事", "政策文件") is ColumnKind.PERSONNEL
    assert kind("", "政策文件") is ColumnKind.POLICY
    assert kind("本地自定", "政策文件") is ColumnKind.POLICY
