"""What a refusal looks like, before any parser reads the payload (accounts.md 1 and 6).

By address, by page structure and by sentences that only refusals print. Never by the word
`verify`, which stands in every good payload.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

_SHORT: Final = 1500
_BARE_PAGE: Final = 4000
_MOST_NODES: Final = 200_000
_ADDRESSES: Final = (
    (AccessState.CHALLENGE, ("wappoc_appmsgcaptcha", "/antispider", "captcha", "/verifycenter")),
    (
        AccessState.LOGIN_WALL,
        ("passport.weibo", "/signin/", "passport.bilibili", "/login?", "sso.toutiao", "sso.douyin"),
    ),
    (AccessState.CHALLENGE, ("visitor.passport", "/visitor/visitor")),
)
_SENTENCES: Final = (
    (AccessState.CHALLENGE, (
        "环境异常", "完成验证后即可继续访问", "请输入验证码", "请完成安全验证", "安全验证", "滑动验证",
        "拖动滑块", "滑块验证", "人机验证", "验证码中间页", "协助验证", "Sina Visitor System", "访问过于频繁，为确认",
        "风控校验失败", "安全风控策略", "请先完成验证", "Just a moment", "environment is abnormal", "Environment error", "Checking your browser",
    )),
    (AccessState.RATE_LIMITED, (
        "访问过于频繁", "操作过于频繁", "请求过于频繁", "请求过快", "访问频次过高", "操作太频繁", "Too Many Requests",
        "freq control", "当前服务繁忙", "服务繁忙",
    )),
    (AccessState.LOGIN_WALL, (
        "请先登录", "用户未登录", "账号未登录", "登录后查看", "登录后即可查看", "登录已过期", "无登录信息", "请使用微信扫描",
        "请重新登录", "invalid session",
    )),
    (AccessState.BLOCKED, (
        "请在微信客户端打开链接", "in the Weixin client", "in WeChat client", "on the WeChat client", "请求被拦截", "错误号: 412", "error: 412", "The request was rejected",
        "Cookies expired", "Cookie expired", "Cooling down", "cookie 已失效", "Cookie已失效",
        "访问被拒绝", "Access Denied", "403 Forbidden", "IP存在风险", "网络环境存在风险",
    )),
)  # fmt: skip
STATUSES: Final = {
    401: AccessState.LOGIN_WALL,
    404: AccessState.NOT_FOUND,
    410: AccessState.NOT_FOUND,
    412: AccessState.CHALLENGE,
    429: AccessState.RATE_LIMITED,
    461: AccessState.CHALLENGE,
    471: AccessState.CHALLENGE,
}
_STATUS_TITLE: Final = re.compile(r"(?:HTTP |Error )?([45]\d\d)(?:\D|$)", re.IGNORECASE)
_STORED_CAPTCHA: Final = (
    "当前环境异常", "完成验证后即可继续访问", "请完成安全验证", "请输入验证码", "Sina Visitor System",
    "请在微信客户端打开链接", "拖动滑块",
)  # fmt: skip
_CAPTCHA_TITLES: Final = frozenset(
    ["环境异常", "验证码", "安全验证", "滑动验证", "验证码中间页", "去验证"]
)
_CAPTCHA_NODES: Final = (
    "#captcha_container, #seccodeForm, #seccodeImage, #js_verify, .geetest_holder, #nocaptcha,"
    " #tcaptcha_transform_dy, form[action*=captcha], .captcha-verify-container, .vc-captcha-verify,"
    " iframe[src*=captcha], .red-captcha, #red-captcha"
)
_SCRIPT_WALLS: Final = re.compile(
    r"__ac_nonce|_\$jsvmprt|isSpider[\"']?\s{0,3}:\s{0,3}true|/_sec/cp_challenge|window\._waf_"
)
_LOG_IN: Final = re.compile(r"(?:用户|账号|帐号|统一)?(?:登录|登陆)|[Ll]og ?in\b|[Ss]ign ?in\b")
_VISITOR: Final = re.compile(r"Sina Visitor System|visitor/genvisitor", re.IGNORECASE)


def by_address(url: str) -> AccessState | None:
    """The refusal that an address alone betrays (a redirect to a captcha or a log-in page)."""
    path = url.lower().split("#", 1)[0][:500]
    asked = path.split("?", 1)[0] + ("?" if "?" in path else "")
    return next(
        (state for state, marks in reversed(_ADDRESSES) if any(mark in asked for mark in marks)),
        None,
    )


def by_sentence(text: str) -> AccessState | None:
    """The refusal that a short text states; long texts are content and are never matched."""
    if len(text) > _SHORT:
        return None
    return next((state for state, words in _SENTENCES if any(word in text for word in words)), None)


def by_status(status: int | None) -> AccessState | None:
    """What an HTTP status says where nothing else is known; below 400 it says nothing."""
    if status is None or not 400 <= status < 600:
        return None
    plain = AccessState.SERVER_ERROR if status >= 500 else AccessState.BLOCKED
    return STATUSES.get(status, plain)


def by_answer(value: dict[str, Any]) -> AccessState | None:
    """The captcha that a JSON answer is, in the forms that several platforms share."""
    if value.get("type") == "verify" or ("verify_data" in value and "aweme_list" not in value):
        return AccessState.CHALLENGE
    return None


def stored_captcha(title: str, body: str) -> bool:
    """Whether a bridge stored a captcha page as a post: an exact title, or a short telling body."""
    told = len(body) <= 200 and any(words in body for words in _STORED_CAPTCHA)
    return told or title.strip(" 。!！") in _CAPTCHA_TITLES


def by_page(tree: LexborHTMLParser, page: str) -> AccessState | None:
    """The refusal that an HTML page is: its visible words, its captcha form, its script wall."""
    head = page[:20_000]
    if _VISITOR.search(head):
        return AccessState.CHALLENGE
    if tree.css_first(_CAPTCHA_NODES) is not None:
        return AccessState.CHALLENGE
    said = by_sentence(visible(tree))
    if said is not None:
        return said
    title = _title(tree)
    if _LOG_IN.match(title):
        return AccessState.LOGIN_WALL
    served = _STATUS_TITLE.match(title) if len(page) < _BARE_PAGE else None
    if served is not None:
        return by_status(int(served[1]))
    return AccessState.CHALLENGE if len(page) < 30_000 and _SCRIPT_WALLS.search(page) else None


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("title")
    return node.text(deep=True).strip()[:100] if node is not None else ""


def visible(tree: LexborHTMLParser, limit: int = 20_000) -> str:
    """The words a reader sees, title first; scripts and styles left out."""
    title = tree.css_first("title")
    words = [title.text(deep=True)] if title is not None else []
    length = 0
    for text in _texts(tree):
        words.append(text)
        length += len(text)
        if length > limit:
            break
    return " ".join(" ".join(words).split())[:limit]


def _texts(tree: LexborHTMLParser) -> Iterator[str]:
    nodes = tree.body.traverse(include_text=True) if tree.body is not None else ()
    for node in islice(nodes, _MOST_NODES):
        if node.tag == "-text" and node.parent is not None and node.parent.tag not in _UNSEEN:
            yield node.text(deep=False).strip()


_UNSEEN: Final = frozenset(["script", "style", "noscript", "template", "title"])
