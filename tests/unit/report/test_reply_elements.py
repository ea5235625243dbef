"""The seven elements of a reply, each with what makes it missing, unsure or not due."""

from __future__ import annotations

from datetime import date

import pytest

from report.replies import docx
from report.replies.document import Doubt, Picture, Reading, UnjudgedError
from report.replies.elements import Element, Name, Presence, elements, masked
from tests.unit.report.reply_files import GOOD
from tests.unit.report.reply_files import docx as made

TODAY = date(2023, 4, 1)
SEAL = Picture(len(GOOD) - 1, 4.2, 4.2)


def told(
    *lines: str,
    pictures: tuple[Picture, ...] = (SEAL,),
    signed: bool = False,
    recognised: bool = False,
) -> dict[Name, Element]:
    reading = Reading(lines or GOOD, pictures, signed=signed, recognised=recognised)
    found = elements(reading, TODAY)
    return {one.name: one for one in found}


def changed(old: str, new: str) -> tuple[str, ...]:
    lines = tuple(line.replace(old, new) for line in GOOD)
    assert lines != GOOD, old
    return tuple(line for line in lines if line)


def test_a_reply_that_has_everything_lacks_nothing() -> None:
    assert {one.presence for one in elements(docx.read(made()), TODAY)} == {Presence.PRESENT}


def test_the_applicant_is_named_nowhere_in_what_is_told() -> None:
    assert told()[Name.ADDRESSEE].told == "张＊＊"
    assert not any("张三" in one.told for one in told().values())
    assert masked("尊敬的李四女士") == "李＊＊"


@pytest.mark.parametrize(
    ("name", "old", "new", "presence", "word"),
    [
        (Name.TITLE, "政府信息公开申请答复告知书", "", Presence.MISSING, "标题"),
        (Name.TITLE, "政府信息公开申请答复告知书", "特此答复", Presence.MISSING, "标题"),
        (Name.TITLE, "政府信息公开申请答复告知书", "关于您申请公开教师编制信息的答复", Presence.PRESENT, ""),
        (Name.TITLE, "政府信息公开申请答复告知书", "政 府 信 息 公 开 告 知 书", Presence.PRESENT, ""),
        (Name.NUMBER, "〔2023〕第5号", "（2023）第5号", Presence.PRESENT, "(2023)第5号"),
        (Name.NUMBER, "〔2023〕第5号", "[2023]5号-告", Presence.PRESENT, ""),
        (Name.NUMBER, "邵东教公开复〔2023〕第5号", "编号：2023-000123", Presence.PRESENT, ""),
        (Name.NUMBER, "〔2023〕第5号", "〔2023〕　号", Presence.MISSING, "没有填写"),
        (Name.NUMBER, "〔2023〕第5号", "〔××××〕××号", Presence.MISSING, "没有填写"),
        (Name.NUMBER, "邵东教公开复〔2023〕第5号", "", Presence.MISSING, "开头没有"),
        (Name.ADDRESSEE, "张三先生：", "申请人：张三", Presence.PRESENT, "张＊＊"),
        (Name.ADDRESSEE, "张三先生：", "某某信息科技有限公司：", Presence.PRESENT, ""),
        (Name.ADDRESSEE, "张三先生：", "×××：", Presence.MISSING, "没有填写"),
        (Name.ADDRESSEE, "张三先生：", "您好：", Presence.MISSING, "没有填写"),
        (Name.ADDRESSEE, "张三先生：", "联系电话：", Presence.MISSING, "没有称呼"),
        (Name.BASIS, "第三十六条第（一）项", "", Presence.UNDETERMINED, "没有写明条款"),
        (Name.BASIS, "根据《中华人民共和国政府信息公开条例》第三十六条第（一）项的规定，", "", Presence.MISSING, "依据"),
        (Name.BASIS, "《中华人民共和国政府信息公开条例》", "政府信息公开条例", Presence.PRESENT, "条例第三十六条"),
        (Name.BASIS, "中华人民共和国政府信息公开条例", "某市政府信息公开办法（试行）", Presence.PRESENT, "第三十六条"),
        (Name.REMEDY, "，或者六个月内向人民法院提起行政诉讼", "", Presence.MISSING, "行政诉讼"),
        (Name.REMEDY, "申请行政复议", "反映", Presence.MISSING, "行政复议"),
        (Name.REMEDY, "六个月内", "", Presence.MISSING, "六个月"),
        (Name.REMEDY, "六十日", "60日", Presence.PRESENT, ""),
        (Name.DATE, "二〇二三年三月十五日", "2023 年 3 月 15 日（印章）", Presence.PRESENT, "2023-03-15"),
        (Name.DATE, "二〇二三年三月十五日", "邵东市教育局 2023年3月15日", Presence.PRESENT, "2023-03-15"),
        (Name.DATE, "二〇二三年三月十五日", "二○二三年十二月三十一日", Presence.UNDETERMINED, "晚于今天"),
        (Name.DATE, "二〇二三年三月十五日", "2023年2月30日", Presence.MISSING, "不存在"),
        (Name.DATE, "二〇二三年三月十五日", "2023年  月  日", Presence.MISSING, "没有填写"),
        (Name.DATE, "二〇二三年三月十五日", "××××年××月××日", Presence.MISSING, "没有填写"),
        (Name.DATE, "二〇二三年三月十五日", "", Presence.MISSING, "没有落款日期"),
    ],
)  # fmt: skip
def test_each_element_is_judged_for_itself(
    name: Name, old: str, new: str, presence: Presence, word: str
) -> None:
    found = told(*changed(old, new))
    assert found[name].presence is presence, found[name].told
    assert word in found[name].told
    others = [one for one in found.values() if one.name not in {name, Name.SEAL}]
    assert {one.presence for one in others} == {Presence.PRESENT}


def test_the_day_on_which_the_request_came_is_not_the_day_of_the_reply() -> None:
    lines = tuple(line for line in GOOD if "二〇二三" not in line)
    assert told(*lines)[Name.DATE].presence is Presence.MISSING


def test_a_headline_with_a_day_below_the_reply_is_not_its_day() -> None:
    assert told(*GOOD, "我市召开工作会议2023-03-20")[Name.DATE].told == "2023-03-15"


def test_the_law_of_the_remedy_is_no_basis_of_the_reply() -> None:
    lines = changed("《中华人民共和国政府信息公开条例》第三十六条第（一）项的规定", "有关规定")
    lines = (*lines[:-2], "依照《中华人民共和国行政复议法》第九条申请。", *lines[-2:])
    assert told(*lines)[Name.BASIS].presence is Presence.MISSING


def test_a_notice_along_the_way_needs_no_remedy() -> None:
    lines = [line for line in changed("答复告知书", "补正告知书") if "复议" not in line]
    assert told(*lines)[Name.REMEDY].presence is Presence.NOT_APPLICABLE


def test_remedies_by_the_law_s_own_terms_are_for_a_person() -> None:
    lines = changed("自收到之日起六十日内", "在法定期限内")
    assert told(*lines)[Name.REMEDY].presence is Presence.UNDETERMINED


@pytest.mark.parametrize(
    ("pictures", "presence"),
    [
        ((SEAL,), Presence.PRESENT),
        ((Picture(9),), Presence.PRESENT),
        ((Picture(1, 4.0, 4.0),), Presence.PRESENT),
        ((), Presence.MISSING),
        ((Picture(9, 0.5, 0.5),), Presence.MISSING),
        ((Picture(9, 16.0, 0.1),), Presence.MISSING),
    ],
)
def test_a_seal_is_a_picture_of_its_size_near_the_end(
    pictures: tuple[Picture, ...], presence: Presence
) -> None:
    assert told(pictures=pictures)[Name.SEAL].presence is presence


def test_a_picture_far_from_the_end_may_be_anything() -> None:
    lines = (*GOOD[:6], *["正文。"] * 30, *GOOD[6:])
    found = told(*lines, pictures=(Picture(3, 4.0, 4.0),))
    assert found[Name.SEAL].presence is Presence.UNDETERMINED


def test_an_electronic_signature_is_a_seal() -> None:
    assert told(pictures=(), signed=True)[Name.SEAL].told == "有电子签章"


def test_what_a_machine_did_not_read_off_a_scan_is_never_missing() -> None:
    found = told("政府信息公开答复书", "王五：", pictures=(), recognised=True)
    assert Presence.MISSING not in {one.presence for one in found.values()}
    assert found[Name.TITLE].presence is Presence.PRESENT
    assert "公章在图中" in found[Name.SEAL].told


def test_a_document_of_something_else_is_not_judged() -> None:
    with pytest.raises(UnjudgedError) as caught:
        told("关于召开会议的通知", "各单位：", "请准时参会。", "办公室", "2023年3月1日")
    assert caught.value.doubt is Doubt.NOT_A_REPLY
