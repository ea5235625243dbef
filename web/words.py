"""The words that pages print for stored codes; Chinese, for the catalogues to translate."""

from __future__ import annotations

from checks.base import Outcome, Severity
from checks.registry import BY_CODE
from crawler.fetch.access import AccessState
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
    return access(code)


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
    """A platform by its canonical name."""
    return PLATFORMS.get(code or "", code or "")


def kind(code: str) -> str:
    """网站, 账号 or 单位."""
    return KINDS.get(code, code)


def reason_code(code: str) -> str:
    """Why a person dismissed a finding."""
    try:
        return ReasonCode(code).chinese
    except ValueError:
        return code
