"""The access states of a capture: one enum, with what each says about whose fault it is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Persistence(StrEnum):
    """Whether trying again later the same night can change the answer."""

    GOOD = "good"
    TRANSIENT = "transient"
    PERMANENT = "permanent"


class AccessState(StrEnum):
    """What happened when a page was asked for. Finer platform words map onto these."""

    OK = "ok"
    NOT_FOUND = "not_found"
    SOFT_404 = "soft_404"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    DNS = "dns"
    CONNECT = "connect"
    TLS_ERROR = "tls_error"
    REDIRECT_LOOP = "redirect_loop"
    TOO_LARGE = "too_large"
    CHALLENGE = "challenge"
    LOGIN_WALL = "login_wall"
    RATE_LIMITED = "rate_limited"
    BLOCKED = "blocked"
    ROBOTS_DENIED = "robots_denied"
    EMPTY_SHELL = "empty_shell"
    UNDECODABLE = "undecodable"
    DELETED = "deleted"
    PARSE_DRIFT = "parse_drift"
    OUR_FAULT = "our_fault"
    EMPTY_UNPROVEN = "empty_unproven"

    @property
    def persistence(self) -> Persistence:
        """Good, worth a retry tonight, or settled for tonight."""
        return _NATURE[self].persistence

    @property
    def targets_fault(self) -> bool:
        """True only where the target's own server or editor caused the state."""
        return _NATURE[self].targets_fault

    @property
    def chinese(self) -> str:
        """The words an operator reads."""
        return _NATURE[self].chinese


class _Nature(NamedTuple):
    persistence: Persistence
    targets_fault: bool
    chinese: str


_GOOD, _TRANSIENT, _PERMANENT = Persistence.GOOD, Persistence.TRANSIENT, Persistence.PERMANENT

_NATURE: dict[AccessState, _Nature] = {
    AccessState.OK: _Nature(_GOOD, targets_fault=False, chinese="正常"),
    AccessState.NOT_FOUND: _Nature(_PERMANENT, targets_fault=True, chinese="页面不存在"),
    AccessState.SOFT_404: _Nature(
        _PERMANENT, targets_fault=True, chinese="页面不存在（返回正常状态码）"
    ),
    AccessState.SERVER_ERROR: _Nature(_TRANSIENT, targets_fault=True, chinese="服务器错误"),
    AccessState.TIMEOUT: _Nature(_TRANSIENT, targets_fault=True, chinese="超时"),
    AccessState.DNS: _Nature(_TRANSIENT, targets_fault=True, chinese="域名无法解析"),
    AccessState.CONNECT: _Nature(_TRANSIENT, targets_fault=True, chinese="无法建立连接"),
    AccessState.TLS_ERROR: _Nature(_PERMANENT, targets_fault=True, chinese="HTTPS 握手失败"),
    AccessState.REDIRECT_LOOP: _Nature(_PERMANENT, targets_fault=True, chinese="循环跳转"),
    AccessState.TOO_LARGE: _Nature(_PERMANENT, targets_fault=False, chinese="页面过大"),
    AccessState.CHALLENGE: _Nature(
        _PERMANENT, targets_fault=False, chinese="被防护系统质询（验证码或脚本验证）"
    ),
    AccessState.LOGIN_WALL: _Nature(_PERMANENT, targets_fault=False, chinese="需要登录"),
    AccessState.RATE_LIMITED: _Nature(_TRANSIENT, targets_fault=False, chinese="访问频率受限"),
    AccessState.BLOCKED: _Nature(_PERMANENT, targets_fault=False, chinese="访问被拒绝"),
    AccessState.ROBOTS_DENIED: _Nature(
        _PERMANENT, targets_fault=False, chinese="robots 协议不允许"
    ),
    AccessState.EMPTY_SHELL: _Nature(
        _PERMANENT, targets_fault=False, chinese="页面内容由脚本生成，未能读到"
    ),
    AccessState.UNDECODABLE: _Nature(_PERMANENT, targets_fault=False, chinese="编码无法识别"),
    AccessState.DELETED: _Nature(_PERMANENT, targets_fault=True, chinese="内容已删除"),
    AccessState.PARSE_DRIFT: _Nature(
        _PERMANENT, targets_fault=False, chinese="页面结构变化，未能读懂"
    ),
    AccessState.OUR_FAULT: _Nature(_TRANSIENT, targets_fault=False, chinese="巡查系统自身原因"),
    AccessState.EMPTY_UNPROVEN: _Nature(
        _TRANSIENT, targets_fault=False, chinese="列表为空，不能证明没有内容"
    ),
}
