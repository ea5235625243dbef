"""The words of the platform's list: headings, classes and states with their spellings.

Source of classes and states: the exchange files of the platform (indicators.md 15); numbers stand
for the words where a list gives numbers.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Heading(StrEnum):
    """What a column of the list holds, under the name that messages to operators use."""

    NUMBER = "留言编号"
    SITE_CODE = "网站标识码"
    SITE_NAME = "网站名称"
    KIND = "类别"
    RECEIVED = "收到时间"
    CLOSED = "办结时间"
    STATE = "状态"
    DUE = "办结期限"


REQUIRED = frozenset({Heading.NUMBER, Heading.SITE_CODE, Heading.RECEIVED})
# The first that a list has wins: 收到时间 starts the clock, 留言时间 only where nothing else does.
HEADINGS: dict[Heading, tuple[str, ...]] = {
    Heading.NUMBER: (
        "留言编号", "留言号", "留言ID", "网民留言编号", "信息编号", "工单编号", "受理编号", "消息编号",
        "纠错编号", "找错编号", "流水号", "编号",
    ),
    Heading.SITE_CODE: ("网站标识码", "政府网站标识码", "站点标识码", "标识码", "网站编码"),
    Heading.SITE_NAME: ("网站名称", "被留言网站", "被找错网站", "问题网站", "所属网站", "网站"),
    Heading.KIND: (
        "留言分类", "留言类别", "留言类型", "问题类型", "问题类别", "问题分类", "错误类型", "类别", "分类", "类型",
    ),
    Heading.RECEIVED: (
        "收到时间", "收到日期", "接收时间", "接收日期", "转办时间", "交办时间", "提交时间", "留言时间", "留言日期",
        "提交日期",
    ),
    Heading.CLOSED: (
        "办结时间", "办结日期", "完成时间", "完成日期", "办理完成时间", "答复时间", "回复时间", "处理时间",
    ),
    Heading.STATE: ("状态", "办理状态", "处理状态", "留言状态", "办理情况", "办理进度"),
    Heading.DUE: (
        "办结期限", "办理期限", "截止时间", "截止日期", "到期时间", "到期日期", "应办结时间", "应办结日期", "办理时限",
    ),
}  # fmt: skip
KINDS = (
    "内容无法访问", "信息不更新", "内容不准确", "咨询留言不回复", "错别字", "虚假伪造内容", "其他",
)  # fmt: skip
OTHER = KINDS[-1]
_KINDS = {str(number): word for number, word in enumerate(KINDS)} | {word: word for word in KINDS}
_KINDS |= {
    "网站无法访问": "内容无法访问",
    "无法访问": "内容无法访问",
    "栏目不更新": "信息不更新",
    "内容不更新": "信息不更新",
    "信息更新不及时": "信息不更新",
    "信息不准确": "内容不准确",
    "内容错误": "内容不准确",
    "留言不回复": "咨询留言不回复",
    "互动不回应": "咨询留言不回复",
    "咨询不回复": "咨询留言不回复",
    "虚假伪造": "虚假伪造内容",
    "其它": OTHER,
    "": OTHER,
}
CLOSED = "已办结"
_STATES = {
    "-1": "未处理", "0": "受理", "1": CLOSED, "2": "不予受理（无效）", "3": "不予受理", "4": "线下受理",
    "5": "已处理待审核", "6": "初审驳回", "7": "终审待审核", "8": "退回重新处理", "9": "退回重新审核",
    "10": "不予受理（业务问题）", "11": "不属实", "12": "不在普查范围", "13": "重复", "14": "已转办",
    "15": "未曝光已办结", "16": "待转办",
}  # fmt: skip
STATES = tuple(_STATES.values())
CLOSED_STATES = frozenset({CLOSED, "未曝光已办结"})
REFUSED_STATES = frozenset(
    {"不予受理（无效）", "不予受理", "不予受理（业务问题）", "不属实", "不在普查范围", "重复"}
)
"""What nobody has to deal with: it stands in no rate."""
_SPELLINGS = {
    CLOSED: "办结 已完成 完成 办理完成 处理完成 已处理 已回复 已答复 已解决 结束 已结束 按期办结 超期办结 逾期办结",
    "未处理": "待处理 未办理 待办理 待受理 未受理 未办结 超期未办结 逾期未办结",
    "受理": "已受理 受理中 办理中 处理中 正在办理 在办",
    "不予受理（无效）": "无效 无效留言 不予受理(无效)",
    "不予受理（业务问题）": "业务问题 不予受理(业务问题)",
    "不予受理": "不受理 已驳回不予受理",
    "不在普查范围": "不在范围 不属于普查范围",
    "重复": "重复留言",
    "待转办": "待转办/已转办",
    "已转办": "转办",
}


def plain(text: str) -> str:
    """A word as it is compared: no whitespace, one width, one case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


_BY_HEADING = {
    plain(word): (heading, place)
    for heading, words in HEADINGS.items()
    for place, word in enumerate(words)
}
_BY_STATE = {plain(word): word for word in STATES} | {
    plain(number): word for number, word in _STATES.items()
}
_BY_STATE |= {
    plain(spelling): word for word, told in _SPELLINGS.items() for spelling in told.split()
}
_BY_KIND = {plain(spelling): word for spelling, word in _KINDS.items()}


def columns(cells: tuple[str, ...]) -> dict[Heading, int]:
    """Which column of a header row holds what; of several that would do, the best one."""
    found: dict[Heading, tuple[int, int]] = {}
    for column, cell in enumerate(cells):
        known = _BY_HEADING.get(_bare(cell))
        if known is not None:
            heading, rank = known
            found[heading] = min(found.get(heading, (rank, column)), (rank, column))
    return {heading: column for heading, (_, column) in found.items()}


def kind_of(cell: str) -> str | None:
    """The class that a cell names; empty is 其他, an unknown word None."""
    return _BY_KIND.get(plain(cell))


def state_of(cell: str) -> str | None:
    """The state that a cell names, None for an unknown word."""
    return _BY_STATE.get(plain(cell))


def _bare(cell: str) -> str:
    """A heading without the remark in brackets behind it."""
    return plain(cell).split("(")[0].rstrip(":*")
