"""Marks of what stands before a page: challenges, refusals, and the products that show them.

Each family is a name with marks of its answer body; a mark counts only on a page with little to read,
because ordinary pages carry the scripts of their own protection too (traps 1-4).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from crawler.extract.marks import Marks


class Family(NamedTuple):
    """A product that answers in place of the page; one of its marks is in its answer.

    Marks are in lower case, as UTF-8.
    """

    name: str
    marks: tuple[bytes, ...]


def _family(name: str, marks: tuple[str, ...]) -> Family:
    return Family(name, tuple(mark.encode() for mark in marks))


CHALLENGES: Final = (
    _family("jsl", ("__jsl_clearance", "__jslclearance", "__jsluid", "创宇盾")),
    _family("ruishu", ("$_ts=window", "$_ts = window", "$_ts=|", "fssbbil1ugzbn7n", ' r="m"', " r='m'")),
    _family("wzws", ("wzws-waf", "wzws_waf", "wzwschallenge", "wzws_sid", "wzws_cid", "wzws_reurl", "wzws_confirm", "wzwsconfirm", "waf_slider_verify", "请开启javascript并刷新该页")),
    _family("cloudflare", ("cf_chl_", "cf-chl-", "challenges.cloudflare.com", "/cdn-cgi/challenge-platform", "<title>just a moment", "<title>attention required!", "jschl_answer", "jschl-answer", "cf-turnstile")),
    _family("aliyun", ("acw_sc__v", "var arg1=", "aliyun_waf", "aliyunwaf", "/_____tmd_____/", "x5secdata", "aliyuncaptcha", "/awsc/", "滑动验证页面", "_waf_is_mob")),
    _family("tencent", ("tencentcaptcha", "tcaptcha.js", "eo_bot_ssid", "__tst_status")),
    _family("yunsuo", ("security_session_verify", "security_session_mid_verify", "yunsuo_session_verify", "yunsuoautojump")),
    _family("incapsula", ("_incapsula_resource", "incapsula incident")),
    _family("f5", ("tspd_101", "/tspd/", "bobcmn")),
    _family("akamai", ("sec-if-cpt-container", "bm-verify")),
    _family("safeline", ("safelinechallenge", "safeline-challenge", "/.safeline/", "长亭雷池", "雷池 waf", "雷池waf")),
    _family("baidu", ("yunjiasu", "百度云加速", "wappass.baidu.com/static/captcha")),
    _family("huawei", ("hwwafses", "hw_waf")),
    _family("wangsu", ("wscctestid", "__wafuid", "__wafver", "ws_challenge", "cdn_sec_tc")),
    _family("geetest", ("initgeetest", "static.geetest.com")),
    _family("dingxiang", ("dingxiang-inc.com", "cdn.dingxiang")),
    _family("anti_cc", ("/_guard/", "guardret", "cc_check_cookie", "btwaf", "renji_", "huadong_")),
)  # fmt: skip

_OWNERS: Final = [place for place, family in enumerate(CHALLENGES) for _ in family.marks]
_MARKS: Final = Marks(mark for family in CHALLENGES for mark in family.marks)


def family_in(body: bytes) -> str | None:
    """The first family one of whose marks is in a body of small letters."""
    found = _MARKS.found_in(body)
    return CHALLENGES[min(_OWNERS[mark] for mark in found)].name if found else None


CHALLENGE_WORDS: Final = re.compile(
    r"请开启\s?JavaScript|请启用\s?JavaScript|需要启用\s?JavaScript|enable JavaScript and cookies|"
    r"(?:安全|人机|访问|滑动|身份|机器人)(?:验证|校验|检测)(?:中|页面|[，。！!.…]|$)|请先?(?:完成|进行|通过)(?:安全|人机|滑动|以下|下列|如下)?\s?验证|"
    r"^\s*(?:安全|人机|访问|滑动|滑块|拼图|身份)(?:验证|校验|检测)|按住.{0,6}滑块|滑块.{0,8}(?:拖动|验证)|正在(?:进行|为您|验证|检测|检查).{0,12}(?:浏览器|安全|人机|环境|访问)|浏览器安全检查|拖动.{0,6}滑块|"
    r"输入.{0,6}验证码.{0,12}(?:继续|访问)|访问安全.{0,8}输入.{0,6}验证码|(?:正常|继续)访问.{0,8}输入.{0,6}验证码|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"Please wait while|正在跳转.{0,10}验证|加载中，请稍候.{0,10}验证",
    re.IGNORECASE,
)

BLOCK_WORDS: Final = re.compile(
    r"疑似.{0,6}攻击|已被.{0,16}(?:拦截|阻断)|访问(?:被|已被)(?:拒绝|阻断|拦截|禁止)|您的(?:访问|请求|IP|操作).{0,16}(?:拦截|阻断|禁止|拒绝|封禁|限制|威胁|异常|不合法)|"
    r"请求.{0,10}(?:含有|包含|存在).{0,10}(?:不合法|非法|恶意|危险|攻击|威胁)|对网站造成安全威胁|IP.{0,8}(?:黑名单|被封|禁止访问)|"
    r"The requested URL was rejected|Your support ID is|Access Denied|Request blocked|You have been blocked|"
    r"安全狗|网站防火墙|Web\s?应用(?:防火墙|防护).{0,20}(?:拦截|阻断|拒绝)|WAF.{0,12}(?:拦截|阻断|block)|"
    r"403 Forbidden|禁止访问|访问(?:受限|受到限制)|所在(?:的)?(?:地区|区域|国家|位置).{0,12}(?:不支持|暂不|禁止|限制|无法|不能)|"
    r"仅(?:限|供|允许|支持).{0,12}(?:内网|外网|专网|局域网).{0,8}(?:访问|用户|使用)|没有(?:权限|访问权限)|无权访问|Not Acceptable|Error 1020",
    re.IGNORECASE,
)

LOGIN_TITLE: Final = re.compile(
    r"^\s*(?:用户|统一|会员|系统|账号|扫码|管理员)?登\s?[录陆](?:页面?|系统)?\s*(?:$|[-_|—])|统一身份认证|单点登录|^\s*(?:sign|log) ?in\s*$",
    re.IGNORECASE,
)

RATE_WORDS: Final = re.compile(
    r"访问(?:过于|太|过)(?:频繁|快)|请求(?:过于|太|过)(?:频繁|快|多)|操作(?:过于|太|过)频繁|Too Many Requests|访问频率|"
    r"您的访问速度过快|并发.{0,6}(?:超|限)",
    re.IGNORECASE,
)

MISSING_TITLE: Final = re.compile(
    r"^\s*40[34](?:\b|[^\d-])|^\s*(?:错误|error|Error)?\s*40[34]\b|\b404\s*(?:页|错误|error|not)|(?:网页|页面|文件|信息|内容)(?:不存在|未找到|找不到|丢失|走丢|已删除)|"
    r"找不到(?:页面|网页|文件|您)|(?:未|无法)找到(?:页面|网页|文件|资源|该)?|not\s?found|^(?:页面)?出错了?[！!。]?$|^错误(?:页面?|提示|信息)?$|^error(?: page)?$",
    re.IGNORECASE,
)

PLAINLY_MISSING: Final = re.compile(
    r"\b404\b|找不到(?:文件|页面|网页|目录)|(?:页面|网页)不存在|not found", re.IGNORECASE
)

# One of these stands in every title that MISSING_TITLE can find; looked for first.
TITLE_GATE: Final = ("40", "存在", "找", "丢", "删除", "错", "ound", "OUND", "rror", "RROR")

BARE_TITLE: Final = re.compile(
    r"提示信息|系统提示|错误(?:页|提示|信息)|出错|页面错误|^error|Whitelabel Error|(?:网站|域名|网址).{0,8}(?:变更|迁移|关停|关闭|停用|暂停|下线|维护)|"
    r"站点(?:不存在|已停止|未找到|创建成功)|没有找到站点|Welcome to nginx|IIS\d? ?Windows|Apache2? .{0,20}Default Page|Test Page for|"
    r"域名(?:出售|转让)|domain.{0,20}for sale|系统维护|正在维护|升级维护|网站(?:正在)?建设中",
    re.IGNORECASE,
)

# One of these stands in every text that MISSING_WORDS or CLOSED_WORDS can find; looked for first.
GATE: Final = Marks(word.encode() for word in (
    "不存在", "找不到", "找到", "删除", "丢失", "移除", "下线", "失效", "过期", "走丢", "不见", "不在", "撤销", "无法访问", "出错", "飞走",
    "迷路", "火星", "404", "ound", "removed", "NoSuchKey", "参数", "非法", "变更", "迁移", "更换", "停", "关闭", "暂停", "不再", "整合",
    "并入", "新域名", "新网", "维护", "升级", "改版", "建设", "调试", "管理员设定", "没反应", "域名", "domain", "nginx", "It works",
    "站点", "备案", "无法", "欠费", "到期", "not exist", "400",
))  # fmt: skip

MISSING_WORDS: Final = re.compile(
    r"(?:您|你)?(?:所|要)?(?:访问|查看|请求|浏览|查找|打开|寻找)的?(?:页面|网页|内容|信息|文章|资源|地址|网址|栏目|URL|文件)"
    r".{0,16}(?:不存在|未找到|找不到|丢失|已删除|被删除|已被移除|已下线|失效|过期|走丢|没有找到|不见了|不在)|"
    r"(?:页面|网页|内容|信息|文章|文件|该页|栏目)(?:已)?(?:不存在|未找到|找不到了|丢失|已(?:经)?(?:被)?(?:管理员)?(?:删除|移除|下线|撤销|失效|过期))|"
    r"(?:无法|没有|未能|未)找到(?:该|此|您|你|相关|对应|请求|指定|要)?.{0,10}(?:页面|网页|文件|资源|内容|信息|文章|记录|站点|目录)|找不到(?:页面|网页|文件|该|您|你)|"
    r"(?:抱歉|对不起|sorry|哎呀|非常遗憾).{0,24}(?:不存在|未找到|找不到|没有找到|无法访问|出错|已删除|丢失|走丢|失效|迷路)|"
    r"HTTP (?:Status|Error|错误) ?40[04]|404 ?(?:error|错误|not found|页面|-|–|—|，|！)|Not Found|"
    r"The (?:page|resource|requested URL).{0,40}(?:not found|cannot be found|was not found|does not exist|removed)|"
    r"NoSuchKey|页面(?:走丢|飞走|去火星|迷路)|参数(?:错误|不正确|有误)|非法(?:参数|请求|操作)",
    re.IGNORECASE,
)

CLOSED_WORDS: Final = re.compile(
    r"(?:网站|网址|域名|本站|站点).{0,40}(?:变更为|已迁移|迁移至|已更换|更换为|已停用|停止使用|关停|已关闭|停止(?:服务|更新|运行|维护)|"
    r"暂停(?:服务|访问|运行|开放)|已下线|不再(?:更新|使用|保留|维护)|整合(?:至|到)|并入)|"
    r"(?:请|可)?(?:广大)?(?:网友|用户|公众)?.{0,8}(?:使用新(?:域名|网址)|访问新(?:网站|网址|站|域名))|"
    r"(?:系统|网站|平台|服务器)(?:(?!栏目|频道|[版板]块).){0,12}(?:维护中|升级中|正在(?:维护|升级|改版|建设|调试)|维护升级|升级改造)|"
    # of one column that is the column's own word: it is empty, and the page is there
    r"(?<!栏目)(?<!频道)(?<![版板]块)(?:正在|例行)(?:维护|升级|建设)|"
    r"管理员设定|如果你的浏览器没反应|此域名|domain (?:name )?(?:is|may be) for sale|Welcome to nginx|It works!|"
    r"站点创建成功|恭喜.{0,8}站点|没有找到站点|未备案|域名未(?:绑定|备案)|网站暂时无法访问|欠费|已到期",
    re.IGNORECASE,
)

SERVER_WORDS: Final = re.compile(
    r"50[0234] (?:Bad Gateway|Service|Gateway|Internal)|Internal Server Error|Bad Gateway|Gateway Time-?out|Service (?:Temporarily )?Unavailable|"
    r"Server Error in '|HTTP (?:Status|Error) ?5\d\d|Fatal error:|数据库(?:连接|服务器).{0,8}(?:失败|错误|出错)|SQL syntax|"
    r"java\.lang\.|NullPointerException|Stack trace:|Microsoft OLE DB|ODBC .{0,20}Driver|Warning: mysql|服务器(?:内部)?错误|Runtime Error|"
    r"Error establishing a database connection|系统(?:异常|错误|繁忙)|服务器(?:繁忙|开小差)",
    re.IGNORECASE,
)
