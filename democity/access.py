"""Sites that do not simply answer: walls, challenges, loops, hangs and servers that are down.

None of the challenges can be solved by reading it, except `challenge_plain`, which any browser
passes because its script sets one cookie and loads the page again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from democity.replies import Reply, redirect, text
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from democity.plans import SitePlan
    from democity.replies import Asked

BROWSER_FAMILIES = frozenset({"script"})
"""Families whose lists only a browser can see."""


@dataclass(frozen=True, slots=True)
class StateRule:
    """`reasons` are what a reader may truthfully say of a site in this state; `hides` that

    nothing behind it can be judged; `host` where its name leads.
    """

    reasons: frozenset[str] = frozenset()
    hides: bool = True
    host: str = "city"
    needs_browser: bool = False


def _rule(*reasons: str, host: str = "city") -> StateRule:
    return StateRule(frozenset(reasons), host=host)


STATES: dict[str, StateRule] = {
    "ok": StateRule(hides=False),
    "challenge_rs": _rule("challenge"),
    "challenge_jsl": _rule("challenge"),
    "challenge_wzws": _rule("challenge"),
    "challenge_slider": _rule("challenge"),
    "challenge_plain": StateRule(frozenset({"challenge"}), hides=False, needs_browser=True),
    "waf_403": _rule("blocked", "challenge"),
    "login_wall": _rule("login_wall"),
    "rate_limited": _rule("rate_limited"),
    "dns": _rule("dns", host="invalid"),
    "connect": _rule("connect", host="closed"),
    "reset": _rule("connect", "server_error", "our_fault"),
    "hang": _rule("timeout"),
    "loop": _rule("redirect_loop"),
    "parked": _rule("soft_404", "parse_drift", "empty_unproven", "not_found", "no_dated_item"),
    "closed_notice": _rule("closed", "soft_404", "parse_drift", "empty_unproven", "no_dated_item"),
    "empty": _rule("empty_unproven", "empty_shell"),
    "soft_404": _rule("soft_404"),
    "undecodable": _rule("undecodable"),
    "error_500": _rule("server_error"),
    "error_502": _rule("server_error"),
    "error_503": _rule("server_error"),
}
"""Every state a site can be in."""

_PASSED = "jscheck=passed"


def answer(state: str, site: SitePlan, asked: Asked) -> Reply | None:
    """What a site in that state answers, or None when it answers as usual."""
    make = _ANSWERS.get(state)
    return make(site, asked) if make else None


def _river(site: SitePlan, asked: Asked) -> Reply:
    token = f"{draw(site.key, 1):x}{draw(site.key, 2):x}"
    page = (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f'<meta id="9DhefwqGPrzGxEp9hPaoag" content="{token}" r="m">'
        '<script type="text/javascript" charset="utf-8" src="/4QbVtADbnLVIc/d.FxJzG50F.dfe1675.js"'
        ' r="m"></script><script type="text/javascript" r="m">(function(){var _$aF=0;'
        "if(!window['$_ts'])window['$_ts']={};$_ts=window['$_ts'];$_ts.nsd=96421;"
        f'$_ts.cd="{token}";}})();</script></head><body></body></html>'
    )
    cookies = (
        ("Set-Cookie", f"FSSBBIl1UgzbN7N80S={token}; Path=/; HttpOnly"),
        ("Set-Cookie", f"FSSBBIl1UgzbN7N80T={token}; Path=/"),
    )
    status = 202 if "r=m" in asked.query else 412
    return Reply(page.encode(), status, "text/html; charset=utf-8", cookies)


def _jiasule(site: SitePlan, asked: Asked) -> Reply:
    del asked
    token = f"{draw(site.key, 3):x}"
    page = (
        "<script>document.cookie=('_')+('_')+('jsl_clearance_s')+('=')+(-~[]+'')+(3+4+'')"
        f"+('.{token[:3]}|-1|{token}')+(';max-age=3600;path=/');"
        "location.href=location.pathname+location.search</script>"
    )
    headers = (
        ("Set-Cookie", f"__jsluid_s={token}; max-age=31536000; path=/; HttpOnly"),
        ("X-Via-JSL", "4a1c7d0,-"),
        ("X-Cache", "bypass"),
    )
    return Reply(page.encode(), 521, "text/html; charset=utf-8", headers)


def _wzws(site: SitePlan, asked: Asked) -> Reply:
    page = (
        '<html><head><meta charset="utf-8"><title></title></head><body><noscript>'
        '<h1 style="text-align:center">请开启JavaScript并刷新该页。</h1></noscript>'
        f'<script type="text/javascript">eval(function(p,a,c,k,e,d){{return p}}("{draw(site.key):x}"'
        f',"/wzws-waf-cgi/","{asked.path}"));</script></body></html>'
    )
    return Reply(page.encode(), 200, "text/html", (("Set-Cookie", "wzws_cid=a1; path=/"),))


def _slider(site: SitePlan, asked: Asked) -> Reply:
    del site
    if asked.path == "/waf_slider_verify.html":
        return text(
            "<html><head><title>访问验证</title></head><body><div id='slider'>"
            "请按住滑块，拖动到最右边完成验证</div></body></html>"
        )
    return redirect("/waf_slider_verify.html")


def _plain(site: SitePlan, asked: Asked) -> Reply | None:
    del site
    if _PASSED in asked.cookies:
        return None
    page = (
        '<html><head><meta charset="utf-8"></head><body><script>'
        f'document.cookie="{_PASSED}; path=/; max-age=3600";'
        "location.href=location.pathname+location.search;</script></body></html>"
    )
    headers = (("X-Via-JSL", "77c2f1a,-"), ("Set-Cookie", "__jsluid_h=5f2a; path=/; HttpOnly"))
    return Reply(page.encode(), 521, "text/html; charset=utf-8", headers)


def _waf(site: SitePlan, asked: Asked) -> Reply:
    del asked
    return refused(site)


def refused(site: SitePlan) -> Reply:
    """What a firewall says to a machine."""
    del site
    return text(
        "<html><head><title>访问被拦截</title></head><body><h2>您的请求疑似攻击行为，已被网站防火墙拦截"
        "</h2><p>如有疑问请联系网站管理员。事件编号：1873-22</p></body></html>",
        403,
    )


def _login(site: SitePlan, asked: Asked) -> Reply:
    if asked.path != "/sso/login":
        return redirect(f"/sso/login?service={site.scheme}%3A%2F%2F{site.host}%2F")
    return text(
        "<html><head><title>统一身份认证平台</title></head><body><h1>用户登录</h1>"
        '<form method="post" action="/sso/login"><input name="username" placeholder="请输入用户名">'
        '<input type="password" name="password" placeholder="请输入密码">'
        '<input name="code" placeholder="验证码"><button>登录</button></form>'
        "<p>请登录后访问</p></body></html>"
    )


def _limited(site: SitePlan, asked: Asked) -> Reply:
    del site, asked
    return Reply(b"Too Many Requests", 429, "text/plain", (("Retry-After", "3600"),))


def _hang(site: SitePlan, asked: Asked) -> Reply:
    del asked
    return Reply(b"<html><body></body></html>", delay=site.state.seconds or 30.0)


def _loop(site: SitePlan, asked: Asked) -> Reply:
    del site
    return redirect("/index.html" if asked.path != "/index.html" else "/default.html")


def _parked(site: SitePlan, asked: Asked) -> Reply:
    del asked
    return text(
        f"<html><head><title>{site.host}</title></head><body><h1>{site.host}</h1>"
        "<p>该域名正在出售，如需购买请联系域名持有人。</p>"
        "<p>This domain is for sale.</p></body></html>"
    )


def _closed(site: SitePlan, asked: Asked) -> Reply:
    del asked
    return text(
        f"<html><head><meta charset='utf-8'><title>{site.name}</title></head><body><h2>关停公告</h2>"
        f"<p>按照政府网站集约化工作要求，{site.name}网站已关停，相关内容已整合迁移，感谢您的支持。</p>"
        "</body></html>"
    )


def _empty(site: SitePlan, asked: Asked) -> Reply:
    del site, asked
    return Reply(b"", 200, "text/html; charset=utf-8")


def missing_page(site: SitePlan, status: int) -> Reply:
    """The site's own words for a page that is not there."""
    return text(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>404-{site.name}</title></head><body>"
        "<div class='error'><h1>404</h1><p>抱歉，您访问的页面不存在或已删除！</p>"
        "<a href='/'>返回首页</a></div></body></html>",
        status,
    )


def _missing(site: SitePlan, asked: Asked) -> Reply:
    del asked
    return missing_page(site, 200)


def _garbled(site: SitePlan, asked: Asked) -> Reply:
    del asked
    noise = b"".join(bytes((0x81 + draw(site.key, n) % 0x70, 0xFF)) for n in range(2000))
    return Reply(b"<html><body>" + noise + b"</body></html>", 200, "text/html; charset=utf-8")


def _reset(site: SitePlan, asked: Asked) -> Reply:
    del site, asked
    return Reply(drop=True)


def _failing(status: int, words: str) -> Callable[[SitePlan, Asked], Reply]:
    page = f"<html><head><title>{status} {words}</title></head><body><center><h1>{status} {words}</h1></center><hr><center>nginx</center></body></html>"
    return lambda _site, _asked: text(page, status)


_ANSWERS: dict[str, Callable[[SitePlan, Asked], Reply | None]] = {
    "challenge_rs": _river,
    "challenge_jsl": _jiasule,
    "challenge_wzws": _wzws,
    "challenge_slider": _slider,
    "challenge_plain": _plain,
    "waf_403": _waf,
    "login_wall": _login,
    "rate_limited": _limited,
    "hang": _hang,
    "loop": _loop,
    "parked": _parked,
    "closed_notice": _closed,
    "empty": _empty,
    "soft_404": _missing,
    "undecodable": _garbled,
    "reset": _reset,
    "error_500": _failing(500, "Internal Server Error"),
    "error_502": _failing(502, "Bad Gateway"),
    "error_503": _failing(503, "Service Temporarily Unavailable"),
}
