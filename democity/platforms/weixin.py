"""Article pages of WeChat accounts, to which the feeds point: the layout of 2025, anonymous view.

A list of an account's articles is not public on this platform and is not served.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from democity.platforms.base import post
from democity.replies import Reply, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.replies import Asked

HOST = "mp.weixin.qq.com"
_SHORT = re.compile(r"/s/(\d{4,5})x(\d{6})Qw")

_CAPTCHA = (
    "<html><head><meta charset='utf-8'><title>Weixin Official Accounts Platform</title></head><body>"
    "<h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a id='js_verify'>去验证</a></body></html>"
)
_GONE = (
    "<html><head><meta charset='utf-8'><title></title></head><body>"
    "<div class='weui-msg__title warn'>该内容已被发布者删除</div></body></html>"
)


def answer(accounts: Sequence[AccountPlan], asked: Asked, now: Now) -> Reply:
    """An article by its short address, a captcha, or the words for what was deleted."""
    if "captcha" in asked.path:
        return text(_CAPTCHA)
    found = _SHORT.fullmatch(asked.path)
    number = int(found[1]) if found else 0
    if not found or not 1 <= number <= len(accounts):
        return text(_GONE)
    account, k = accounts[number - 1], int(found[2]) - 500_000
    if account.silent or k not in account.schedule.shown(now.limit):
        return text(_GONE)
    return text(_article(account, k))


def _article(account: AccountPlan, k: int) -> str:
    one = post(account, k)
    seconds = int(one.at.timestamp())
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta property="og:title" content="{one.text[:30]}">
<meta property="og:site_name" content="微信公众平台"><title></title></head><body>
<script type="text/javascript">
var biz = ""||"MzA{account.number:05d}==";
var user_name = "{account.platform_id}";
var nickname = "{account.name}";
var msg_title = '{one.text[:30]}';
var ct = "{seconds}";
var oriCreateTime = '{seconds}';
var createTime = '{one.at:%Y-%m-%d %H:%M}';
var verify_status = "2";
var svr_time = "{seconds + 8640000}";
window.cgiDataNew = {{nick_name: '{account.name}', ori_send_time: '{seconds}', verify_status: '2'}};
</script>
<h1 id="activity-name">{one.text[:30]}</h1><a id="js_name">{account.name}</a><em id="publish_time"></em>
<div id="js_content"><p>{one.text}</p></div></body></html>
"""
