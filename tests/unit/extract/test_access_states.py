"""The body decides whether a page is a page (traps 1-4, 12, 28, 35)."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.extract.access import fingerprint_of
from crawler.extract.dates import BEIJING
from crawler.extract.document import parse
from crawler.extract.facts import PageFacts
from crawler.extract.page import read_page
from crawler.fetch.access import AccessState

AS_OF = datetime(2021, 4, 7, 12, tzinfo=BEIJING)
URL = "http://www.example.gov.cn/a/b.html"
FRAME = (
    "<div class='nav'><ul>"
    + "".join(f"<li><a href='/c{n}/'>栏目{n}名称</a></li>" for n in range(20))
    + "</ul></div>"
)
ROWS = (
    "<ul>"
    + "".join(
        f"<li><a href='/a/{n}.html'>关于召开第{n}次工作会议的通知</a><span>2021-03-{n + 10}</span></li>"
        for n in range(8)
    )
    + "</ul>"
)


def read(body: str, **more: object) -> PageFacts:
    return read_page(body.encode(), url=URL, as_of=AS_OF, **more)  # type: ignore[arg-type]


def html(title: str, body: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


CHALLENGES = {
    "jsl": "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_')+('clearance')+('=')+(1+2+'');location.href=location.pathname</script>",
    "ruishu": "<html><head><meta content='x' r='m'><script r='m'>$_ts=window['$_ts'];</script></head><body></body></html>",
    "wzws": "<noscript>请开启JavaScript并刷新该页.</noscript><script>var wzwschallenge='a'</script>",
    "cloudflare": html(
        "Just a moment...",
        "<p>Checking your browser</p>",
        "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script>",
    ),
    "aliyun": "<html><script>var arg1='ABC';var s='acw_sc__v2=';document.cookie=s</script></html>",
    "tencent": html(
        "安全验证",
        "<div id='cap'></div>",
        "<script src='https://turing.captcha.qcloud.com/TCaptcha.js'></script>",
    ),
    "yunsuo": "<html><script>location='?security_verify_data=1';document.cookie='security_session_verify=1'</script></html>",
    "anti_cc": "<html><script src='/_guard/auto.js'></script></html>",
    "safeline": html("访问验证", "<div>安全检测能力由 长亭雷池 WAF 驱动</div>"),
    "geetest": html("验证", "<script src='https://static.geetest.com/v4/gt4.js'></script>"),
    "words": html("安全检查", "<p>正在进行浏览器安全检查，请稍候</p>"),
    "cookie": "<script>document.cookie='a=1';location.reload();</script>",
}


@pytest.mark.parametrize("family", CHALLENGES)
def test_each_challenge_family_is_recognised_on_a_200(family: str) -> None:
    facts = read(CHALLENGES[family])
    assert facts.access is AccessState.CHALLENGE
    assert facts.page_kind == "challenge"


@pytest.mark.parametrize("family", CHALLENGES)
def test_the_same_marks_inside_a_good_page_change_nothing(family: str) -> None:
    facts = read(html("通知公告", FRAME + ROWS + CHALLENGES[family]))
    assert facts.access is AccessState.OK
    assert len(facts.rows) == 8


@pytest.mark.parametrize(
    ("status", "headers", "state"),
    [
        (412, (), AccessState.CHALLENGE), (521, (("X-Via-JSL", "abc"),), AccessState.CHALLENGE), (403, (("cf-mitigated", "challenge"),), AccessState.CHALLENGE),
        (403, (), AccessState.BLOCKED), (404, (), AccessState.NOT_FOUND), (410, (), AccessState.NOT_FOUND), (429, (), AccessState.RATE_LIMITED),
        (401, (), AccessState.LOGIN_WALL), (500, (), AccessState.SERVER_ERROR), (502, (), AccessState.SERVER_ERROR), (493, (), AccessState.CHALLENGE),
        (202, (("Set-Cookie", "FSSBBIl1UgzbN7N80S=x"),), AccessState.CHALLENGE),
    ],
)  # fmt: skip
def test_status_and_headers_speak_where_the_body_is_silent(
    status: int, headers: tuple[tuple[str, str], ...], state: AccessState
) -> None:
    assert read("<html><body></body></html>", status=status, headers=headers).access is state


MISSING = {
    "title": html(
        "404 Not Found", "<h1>Not Found</h1><p>The requested URL was not found on this server.</p>"
    ),
    "tomcat": html("Apache Tomcat - Error report", "<h1>HTTP Status 404 - /a.html</h1>"),
    "chinese": html("提示", "<p>您访问的页面不存在，3秒后返回首页</p>"),
    "deleted": html("某某县人民政府", "<p>对不起，该信息已被删除！</p>"),
    "moved": html("公告", "<p>本网站已迁移至新平台，请使用新域名访问。</p>"),
    "prompt": html("提示信息", "<p>参数错误</p>"),
    "alert": "<script>alert('您要查看的信息不存在或者还未通过审批！');history.go(-1);</script>",
    "nginx": html("Welcome to nginx!", "<h1>Welcome to nginx!</h1>"),
    "maintenance": html("系统维护", "<p>网站正在维护升级，请稍后访问</p>"),
    "for_sale": html("域名出售", "<p>此域名出售</p>"),
    "framed": html("某某县人民政府", FRAME + "<div><p>抱歉，您访问的页面不存在或已删除</p></div>"),
}


@pytest.mark.parametrize("case", MISSING)
def test_pages_that_say_that_there_is_none_are_soft_404(case: str) -> None:
    facts = read(MISSING[case])
    assert facts.access is AccessState.SOFT_404
    assert facts.page_kind == "soft_404"
    assert facts.access_detail


ARTICLES = {
    "maintenance": (
        "关于网站维护的公告",
        "因系统升级改造，网站将暂停服务，届时您访问的页面不存在属正常现象。",
    ),
    "moved": ("关于网站迁移的通知", "我局网站已迁移至市政府门户网站，请访问新网址。"),
    "blocked": (
        "网络安全提示",
        "如提示您的访问被拦截，请联系管理员，勿重复请求。访问过于频繁会被限制。",
    ),
    "captcha": ("关于启用安全验证的通知", "登录时请完成安全验证，拖动滑块即可。"),
}


@pytest.mark.parametrize("case", ARTICLES)
def test_articles_about_such_things_are_articles(case: str) -> None:
    title, text = ARTICLES[case]
    body = f"{FRAME}<h1>{title}</h1><div>发布时间：2021-03-05 来源：办公室</div><p>{text}</p>"
    facts = read(html(f"{title}_某某县人民政府", body))
    assert (facts.access, facts.page_kind) == (AccessState.OK, "article")


def test_a_list_whose_titles_speak_of_404_is_a_list() -> None:
    facts = read(html("通知公告", FRAME + ROWS.replace("工作会议", "页面不存在")))
    assert facts.access is AccessState.OK


def test_server_errors_in_words_are_the_servers() -> None:
    assert (
        read(html("Runtime Error", "<h1>Server Error in '/' Application.</h1>")).access
        is AccessState.SERVER_ERROR
    )


def test_a_login_form_is_a_wall_and_a_login_box_beside_a_list_is_none() -> None:
    form = "<form>用户登录<input type=password name=p></form>"
    assert read(html("登录", form)).access is AccessState.LOGIN_WALL
    assert read(html("通知公告", FRAME + ROWS + form)).access is AccessState.OK


def test_an_empty_body_and_a_shell_are_shells_that_need_a_browser() -> None:
    for body in ("", html("某某局", "<div id=app></div><script src=app.js></script>")):
        facts = read(body)
        assert (facts.access, facts.needs_browser) == (AccessState.EMPTY_SHELL, True)


def test_the_answer_for_a_page_that_cannot_exist_is_known_again() -> None:
    missing = html("某某网", FRAME + "<div class=tip><b>哎</b><p>换个栏目看看</p></div>")
    known = fingerprint_of(parse(missing, url="http://www.example.gov.cn/nosuch-8f3a"))
    assert read(missing, fingerprint=known).access is AccessState.SOFT_404
    other = html("某某网", FRAME + "<div><p>某某局位于某某路，负责某某工作。</p></div>")
    assert read(other, fingerprint=known).access is AccessState.OK


def test_frames_and_redirects_lead_on() -> None:
    frames = read(
        "<frameset><frame src='top.asp'><frame src='http://www.example.gov.cn/m.asp'></frameset>"
    )
    assert frames.frames == (
        "http://www.example.gov.cn/a/top.asp",
        "http://www.example.gov.cn/m.asp",
    )
    assert (
        read("<meta http-equiv=Refresh content='0;URL=./x/'>").redirect
        == "http://www.example.gov.cn/a/x/"
    )
    assert (
        read("<script>top.location.replace('/y/')</script>").redirect
        == "http://www.example.gov.cn/y/"
    )
    written = (
        '<script>document.write(\'<meta http-equiv="Refresh" content="0;URL=/z/" />\')</script>'
    )
    assert read(written).redirect == "http://www.example.gov.cn/z/"


def test_a_frame_that_a_script_writes_is_a_frame() -> None:
    body = (
        '<script>document.write(\'<iframe width="99" src="/foot/index.html"></iframe>\')</script>'
    )
    assert read(html("某某县", ROWS + body)).frames == (
        "http://www.example.gov.cn/foot/index.html",
    )
    assert (
        read(html("某某县", "<script>document.write('<iframe src=\"'+u+'\">')</script>")).frames
        == ()
    )


def test_a_redirect_for_telephones_is_none_for_us() -> None:
    body = "<script>if(/iPhone|Android/.test(navigator.userAgent)){location.href='/m/'}</script>"
    assert read(html("某某县", FRAME + ROWS + body)).redirect is None
    assert read(html("某某县", body)).redirect is None


@pytest.mark.parametrize(
    "page",
    [
        "<script>//location.href='/old/'\nlocation.href='/y/'</script>",
        "<script>/* location='/old/' */ window.location = '/y/';</script>",
        "<script>var to = '/y/';\nwindow.location.href = to;</script>",
        "<script>window.open('/y/', '_self')</script>",
        "<script>window.navigate('/y/')</script>",
        "<body onload=\"location.href='/y/'\"></body>",
        "<script>if(/iPhone/.test(navigator.userAgent)){location.href='/m/'}else{location.href='/y/'}</script>",
        "<script>if(/Android/.test(navigator.userAgent)){location='http://m.example.gov.cn/'} else {location='/y/'}</script>",
    ],
)
def test_a_page_that_only_leads_on_says_where(page: str) -> None:
    assert read(page).redirect == "http://www.example.gov.cn/y/"


@pytest.mark.parametrize(
    "page",
    [
        "<script>window.open('/ad.html', '_blank')</script>",
        "<script>location.href = unknown;</script>",
        "<script>//location.href='/old/'</script>",
        "<script>if(top.location != self.location){top.location = self.location;}</script>",
        "<script>if(/iPhone/.test(navigator.userAgent)){location='/m/'}else{location='/wap/'}</script>",
    ],
)
def test_other_calls_of_a_script_lead_nowhere(page: str) -> None:
    assert read(page).redirect is None


def test_a_slow_refresh_of_a_page_is_no_redirect() -> None:
    assert (
        read(html("某某县", ROWS, "<meta http-equiv=refresh content='600;url=/other/'>")).redirect
        is None
    )
