"""The words that pages print for stored codes; Chinese, for the catalogues to translate."""

from __future__ import annotations

from checks.base import Outcome, Severity
from checks.registry import ALL, BY_CODE
from crawler.fetch.access import AccessState
from crawler.platforms.names import usual
from review.states import ReasonCode, State

SEVERITIES = {
    Severity.VETO.value: "单项否决",
    Severity.DEDUCT.value: "扣分",
    Severity.NOTE.value: "提示",
}
RUN_STATES = {
    "crawling": "巡查中",
    "judging": "判定中",
    "done": "完成",
    "held": "已扣留",
    "released": "已放行",
    "failed": "中断",
}
KINDS = {"site": "网站", "account": "账号", "unit": "单位"}
UNVISITED = {
    "closed": "已关停或注销",
    "crawler_crash": AccessState.OUR_FAULT.chinese,
    "not_visited": "未巡查",
    "no_source": "没有可用的信息源",
}
PLATFORMS = {
    "weixin": "微信公众号",
    "weixin-channels": "微信视频号",
    "weibo": "微博",
    "toutiao": "今日头条",
    "douyin": "抖音",
    "kuaishou": "快手",
    "bilibili": "哔哩哔哩",
    "xiaohongshu": "小红书",
    "feed": "订阅源",
}


GENERAL = {
    "needs_person": "需人工核实",
    "stale": "超过期限没有更新",
    "boundary": "恰好到期限",
    "fresh": "期限内有更新",
    "updated": "期限内有更新",
    "columns_unread": "部分栏目未能读到",
    "too_many": "数量达到规定的上限",
    "in_order": "没有达到规定的上限",
    "none_offered": "没有提供",
    "offered": "已提供",
    "missing": "缺少规定的内容",
    "complete": "内容齐全",
    "dead": "链接两次核实均打不开",
    "alive": "没有打不开的链接",
    "none_seen": "没有发现，需人工核实",
    "nothing_found": "没有发现问题",
    "none": "没有发现问题",
    "no_letters_seen": "没有读到公开的留言",
    "no_board_seen": "没有读到留言栏目",
    "navigation_unread": "首页导航未能读懂",
    "script_page_unread": "部分内容由脚本生成，未能读全",
    "links_unchecked": "本次没有检查链接",
    "links_refused": "链接拒绝访问，未能核实",
    "similar": "相近而不相同，须人工核实",
    "differs": "与登记的不同",
    "same": "与登记的一致",
    "agrees": "与登记的一致",
    "published": "已公开",
    "shown": "已显示",
    "closed": "已关停或注销",
    "not_visited": "未巡查",
}
"""Reasons that several checks give, each in a sentence of its own: for lists over all checks."""
REGISTERED = {
    "正常": "正常",
    "例外": "例外",
    "关停": "关停",
    "已发关停公告": "已发关停公告",
    "冻结期": "冻结期",
    "注销": "注销",
    "门户": "门户",
    "部门": "部门",
    "其他": "其他",
    "是": "是",
    "否": "否",
}
"""What registries say in closed words; other languages translate them."""


DETAILS = {
    "name_not_found": "域名不存在",
    "illegal_address": "网址不合法",
    "soft_404": "页面不存在（返回正常状态码）",
    "refused": "连接被拒绝",
    "reset": "连接被重置",
    "disconnected": "对方断开了连接",
    "timeout": "超时",
    "connect_timeout": "连接超时",
    "invalid_url": "网址不合法",
    "malformed_response": "响应格式错误",
    "incomplete_body": "内容没有传完",
}
"""Details of an access that a page prints by themselves."""


def check_title(code: str) -> str:
    """What a check is called; its code where it is entered by hand under no check of ours."""
    check = BY_CODE.get(code)
    return check.title if check else code


def reason(check: str, code: str) -> str:
    """A typed reason as the check words it."""
    if not code:
        return ""
    declared = BY_CODE.get(check)
    if declared and code in declared.reasons:
        return declared.reasons[code]
    if code in GENERAL:
        return GENERAL[code]
    return next((one.reasons[code] for one in ALL if code in one.reasons), access(code))


def detail(code: str) -> str:
    """What is known beside an access state: a code in words, or the text as it is."""
    known = DETAILS.get(code, code)
    return f"HTTP {known[5:]}" if known.startswith("http_") else known


def access(code: str) -> str:
    """An access state, or a reason of a visit."""
    if code in UNVISITED:
        return UNVISITED[code]
    try:
        return AccessState(code).chinese
    except ValueError:
        return code


def state(code: str) -> str:
    """The state of a finding."""
    try:
        return State(code).chinese
    except ValueError:
        return code


def outcome(code: str) -> str:
    """The outcome of a verdict."""
    try:
        return Outcome(code).chinese
    except ValueError:
        return code


def severity(code: str) -> str:
    """How heavy a problem is."""
    return SEVERITIES.get(code, code)


def run_state(code: str) -> str:
    """How a run stands."""
    return RUN_STATES.get(code, code)


def platform(code: str | None) -> str:
    """A platform by its canonical name; one without a patrol of its own by its usual name."""
    return PLATFORMS.get(code or "") or usual(code or "")


def kind(code: str) -> str:
    """网站, 账号 or 单位."""
    return KINDS.get(code, code)


def reason_code(code: str) -> str:
    """Why a person dismissed a finding."""
    try:
        return ReasonCode(code).chinese
    except ValueError:
        return code
