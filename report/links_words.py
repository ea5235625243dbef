"""The words in which a failing link is told to the people of a site."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from checks.facts import LinkReading

BEIJING: Final = timezone(timedelta(hours=8))
DANGER: Final = "不良网站"
STATES: Final = {
    "dead": "失效",
    "suspected": "疑似失效",
    "blocked": "拒绝程序访问",
    "undetermined": "未能核实",
    "ok": "正常",
}
FAILING: Final = frozenset({"dead", "suspected"})
# What the fetcher notes, as a person says it.
_DETAILS: Final = {
    "illegal_address": "地址写错，任何人都打不开",
    "private_address": "内网地址，公众无法访问",
    "host_down": "主机不可达",
    "host_slow": "主机应答太慢，本次没有查完",
    "refused": "拒绝连接",
    "reset": "连接被重置",
    "disconnected": "服务器断开连接",
    "timeout": "超时",
    "connect_timeout": "连接超时",
    "name_not_found": "域名不存在",
    "invalid_name": "域名写错",
    "dns_timeout": "域名解析无应答",
    "dns_temporary": "域名解析无应答",
    "same_address": "循环跳转",
    "too_many_hops": "跳转次数过多",
    "malformed_response": "应答格式有误",
    "incomplete_body": "内容不完整",
    "invalid_url": "地址无法访问",
    "robots_txt": "robots 协议不允许访问",
    "our_network": "本机网络故障，未能核实",
    "outside_vantage": "探测点在境外，打不开不能说明失效",
    "soft_404": "页面不存在（返回正常状态码）",
}
_STATUSES: Final = {404: "页面不存在", 410: "页面已删除", 500: "服务器内部错误", 503: "服务不可用"}


def state_of(link: LinkReading) -> str:
    """正常, 失效, 疑似失效 …; a site that changed hands is told as such, however well it answers."""
    return DANGER if link.danger else STATES.get(link.state, link.state)


def reason_of(link: LinkReading) -> str:
    """Why a link fails, in words, with the status where there is one."""
    if link.danger:
        return f"链接的网站已变为不良网站：{link.danger}"
    return words_of(link.status, link.detail)


def words_of(status: int | None, detail: str) -> str:
    """What a status and a technical word of the fetcher mean; the word itself where none is known."""
    word = detail.partition(" ")[0].rstrip(":")
    if status is not None and status >= 400:
        return f"HTTP {status} {_STATUSES.get(status, '')}".strip()
    if word in _DETAILS:
        return _DETAILS[word]
    known = next((one for one in AccessState if one.value == word), None)
    if known is not None:
        return known.chinese
    return detail or (f"HTTP {status}" if status else "")


def moment(at: datetime | None) -> str:
    """A moment as Beijing clocks show it; empty for none."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at is not None else ""


def days_dead(link: LinkReading, as_of: datetime) -> int:
    """Beijing days from the first failure to the run, both counted; 0 for a link that never failed."""
    if link.first_failed is None:
        return 0
    first = link.first_failed.astimezone(BEIJING).date()
    return max(0, (as_of.astimezone(BEIJING).date() - first).days + 1)
