"""Names are compared by what identifies a body; near misses are for a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.names import Likeness, account_names, bodies, names_a_body, same_but_for_platform

SAME = [
    ("例市公安局", "例市公安局官方账号"),
    ("例市人民政府办公室", "例省例市人民政府办公厅官方微博"),
    ("例市人民政府", "例市人民政府办公室"),
    ("鹤山区教育局", "例市鹤山区教育局"),
    ("共青团例市委", "共青团例市委员会"),
    ("中共例市委宣传部", "中国共产党例市委员会宣传部"),
    ("例市人民政府", " 例市 政府（官方）"),
    ("国家税务总局例沙市税务局", "例沙市国家税务局"),
    ("国家税务总局例沙市税务局", "国家税务总局例沙市税务局官方微信"),
]
SIMILAR = [
    ("例东县公安局", "例东市公安局"),
    ("例阳市公安局", "例阳市公安局大山分局"),
    ("例沙市卫健委", "例沙市卫生健康委员会"),
    ("例沙市北塔区城市管理局", "例沙市北塔区城市管理和综合执法局"),
    ("例沙市数据局", "例省例沙市政府门户网站官方微博"),
    ("湘西土家族苗族自治州财政局", "湘西州财政局"),
    ("例沙市住房和城乡建设局", "例沙市住建局"),
    ("例沙市住房和城乡建设委员会", "例沙住建委"),
    ("例沙市城市管理和综合执法局", "例沙市城管局"),
    ("例沙市民族宗教事务局", "例沙市民宗局"),
    ("例沙市税务局", "国家税务总局"),
    ("例沙交警", "例沙市公安局交通警察支队"),
    ("例沙市公安局", "例沙发布官方微博"),
    ("例沙市公安局", "例沙市雨花区公安局"),
    ("", "例沙市公安局"),
]
DIFFERENT = [
    ("例沙市公安局", "株沙市公安局"),
    ("例阳县人民政府办公室", "例阳县融媒体中心"),
    ("例沙市卫生健康委员会", "某省腾飞文化传媒有限公司"),
    ("隆回县人民政府", "洞口县人民政府"),
    ("国家税务总局例沙市税务局", "国家税务总局株沙市税务局"),
    ("例沙市教育局", "例沙市教师发展中心"),
    ("例市人民政府办公室", "例市融媒体中心"),
]


@pytest.mark.parametrize(("sponsor", "text"), SAME)
def test_a_body_under_its_longer_or_shorter_name_is_the_same(sponsor: str, text: str) -> None:
    assert bodies(sponsor, text) is Likeness.SAME


@pytest.mark.parametrize(("sponsor", "text"), SIMILAR)
def test_renamed_counties_branches_abbreviations_and_prose_are_for_a_person(
    sponsor: str, text: str
) -> None:
    assert bodies(sponsor, text) is Likeness.SIMILAR


@pytest.mark.parametrize(("sponsor", "text"), DIFFERENT)
def test_another_body_or_another_place_is_different(sponsor: str, text: str) -> None:
    assert bodies(sponsor, text) is Likeness.DIFFERENT


def test_prose_without_an_organisation_names_no_body() -> None:
    assert not names_a_body("例沙市政府门户网站官方微博")
    assert not names_a_body("例沙发布官方抖音号")
    assert names_a_body("例沙市公安局官方微博")


def test_account_names_differ_only_when_most_of_their_letters_do() -> None:
    assert account_names("例市发布", " @例市发布★") is Likeness.SAME
    assert account_names("例市ABC", "例市ａｂｃ") is Likeness.SAME
    assert account_names("例市体育", "例市体育（新）") is Likeness.SIMILAR
    assert account_names("平安例市", "快乐购物") is Likeness.DIFFERENT


def test_platform_words_behind_a_name_do_not_make_another_name() -> None:
    assert same_but_for_platform("例市发布", "例市发布微博")
    assert same_but_for_platform("例市公安视频号", "例市公安")
    assert not same_but_for_platform("例市公安", "平安例市")


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_texts_are_compared_without_failing(one: str, other: str) -> None:
    assert bodies(one, other) in Likeness
    assert account_names(one, other) in Likeness
    assert account_names(one, one) is not Likeness.DIFFERENT
