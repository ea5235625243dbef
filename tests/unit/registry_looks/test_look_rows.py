"""One 人工查看记录 at a time: what a row may state, and every reason why it may not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from registry.look_rows import look_of, moment

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2023, 3, 20, 12, 0, tzinfo=BEIJING)
GOOD = {"账号名称": "例市发布", "查看时间": "2023-03-20 09:00", "查看人": "张三"}


def row(**cells: str) -> dict[str, str]:
    return GOOD | {"最新发布时间": "2023-03-01 08:30"} | cells


def why(**cells: str) -> str:
    with pytest.raises(ValueError) as caught:
        look_of(row(**cells), now=NOW)
    return str(caught.value)


def test_a_whole_row_becomes_a_look_in_beijing_time() -> None:
    look = look_of(row(账号类型="新浪微博", 链接="weibo.com/1/a", 说明="末条为通知"), now=NOW)
    assert look.platform == "weibo"
    assert look.seen.at.isoformat() == "2023-03-20T09:00:00+08:00"
    assert look.newest is not None
    assert look.newest.at.isoformat() == "2023-03-01T08:30:00+08:00"
    assert (look.url, look.text, look.by) == ("http://weibo.com/1/a", "末条为通知", "张三")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("2023-03-20", "2023-03-20T00:00:00+08:00"),
        ("2023/3/5 7:08", "2023-03-05T07:08:00+08:00"),
        ("2023年3月5日 07:08", "2023-03-05T07:08:00+08:00"),
        ("2023年3月5日7时08分", "2023-03-05T07:08:00+08:00"),
        ("2023-03-20T09:00:30+08:00", "2023-03-20T09:00:30+08:00"),
        ("２０２３-03-20 09：00", "2023-03-20T09:00:00+08:00"),
    ],
)
def test_the_usual_spellings_of_a_moment_are_read(cell: str, told: str) -> None:
    assert moment(cell).at.isoformat() == told


@pytest.mark.parametrize("cell", ["昨天", "45005", "2023-02-30", "2023-03-20 25:00", "1970-01-01"])
def test_what_is_no_moment_is_refused(cell: str) -> None:
    with pytest.raises(ValueError):
        moment(cell)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"账号名称": ""}, "账号名称和账号唯一标识至少填一项"),
        ({"查看人": ""}, "查看人未填写"),
        ({"查看时间": ""}, "查看时间未填写"),
        ({"查看时间": "2023-03-21"}, "查看时间晚于现在"),
        ({"最新发布时间": ""}, "没有写明看到了什么"),
        ({"最新发布时间": "2023-03-20 10:00"}, "最新发布时间晚于查看时间"),
        ({"最新发布时间": "2023-03-21", "查看时间": "2023-03-20"}, "最新发布时间晚于查看时间"),
        ({"从未发布": "是"}, "从未发布与最新发布时间或链接矛盾"),
        ({"从未发布": "也许"}, "应填“是”或“否”"),
        ({"账号类型": "论坛"}, "不认识的账号类型"),
        ({"链接": "javascript:alert(1)"}, "网址应以 http"),
        ({"说明": "=1+1"}, "以公式符号开头"),
        ({"说明": "a\x00b"}, "含有控制字符"),
        ({"截图": "../../etc/passwd"}, "同一文件夹"),
        ({"截图": "..\\x.png"}, "同一文件夹"),
    ],
)
def test_a_row_that_cannot_be_says_why_in_chinese(cells: dict[str, str], reason: str) -> None:
    assert reason in why(**cells)


def test_all_faults_of_a_row_are_told_at_once() -> None:
    told = why(账号类型="论坛", 从未发布="也许", 查看时间="昨天")
    assert [part.split("：")[0] for part in told.split("；")] == [
        "账号类型",
        "查看时间",
        "从未发布",
    ]


def test_a_post_of_the_same_day_fits_a_look_without_a_time() -> None:
    look = look_of(row(查看时间="2023-03-20", 最新发布时间="2023-03-20 09:30"), now=NOW)
    assert look.newest is not None


def test_never_posted_alone_is_evidence_and_the_caller_may_say_who_looked() -> None:
    cells = {"账号唯一标识": "1234567890", "查看时间": "2023-03-20", "从未发布": "是"}
    look = look_of(cells, now=NOW, by="李四")
    assert (look.never, look.by, look.newest) == (True, "李四", None)
