"""Printed platform names and what they mean (notices.md 3.5, indicators.md 13.2).

The printed name is kept beside the canonical one: 订阅号 and 服务号 survive a round trip.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PRINTED: Final[dict[str, str]] = {
    "weixin": "微信 微信公众号 微信公众平台 公众号 微信订阅号 微信服务号 订阅号 服务号 政务微信 政务微信公众号 微信企业号 企业微信 WEIXIN WECHAT",
    "weixin-channels": "视频号 微信视频号 微信短视频 政务视频号 WEIXIN-CHANNELS",
    "weibo": "微博 新浪微博 政务微博 新浪政务微博 微博客 WEIBO",
    "toutiao": "头条 头条号 今日头条 今日头条号 政务头条 政务头条号 TOUTIAO",
    "douyin": "抖音 抖音号 抖音短视频 政务抖音 政务抖音号 抖音视频 DOUYIN",
    "kuaishou": "快手 快手号 快手短视频 政务快手 KUAISHOU",
    "bilibili": "哔哩哔哩 哔哩哔哩弹幕网 B站 BILIBILI",
    "xiaohongshu": "小红书 小红书号 XIAOHONGSHU",
    "yidian": "一点号 一点资讯 YIDIAN",
    "renmin": "人民号 人民日报客户端 人民日报人民号 RENMIN",
    "baijia": "百家号 百度百家号 百度百家 BAIJIA",
    "pengpai": "澎湃号 澎湃 澎湃新闻 澎湃政务 澎湃问政 PENGPAI",
    "app": "APP 移动客户端 客户端 手机客户端 手机APP 移动APP 移动应用 政务客户端 政务APP",
    "miniprogram": "小程序 微信小程序 支付宝小程序 百度小程序 政务小程序 MINIPROGRAM",
    "weishi": "微视 腾讯微视 WEISHI",
    "qie": "企鹅号 腾讯企鹅号 企鹅媒体平台 QIE",
    "nanfang": "南方号 南方+ 南方PLUS NANFANG",
    "wangyi": "网易 网易号 网易新闻 WANGYI",
    "dayu": "大鱼号 UC大鱼号 DAYU",
    "sohu": "搜狐 搜狐号 SOHU",
    "zhihu": "知乎 知乎号 ZHIHU",
    "tieba": "百度贴吧 贴吧 TIEBA",
    "yunshepin": "云社聘 YUNSHEPIN",
    "xuexi": "学习强国 学习强国号 强国号 XUEXI",
    "xinhua": "新华号 XINHUA",
    "xigua": "西瓜视频 西瓜 XIGUA",
    "other": "其他 其它 其他平台 其他类 OTHER",
}  # fmt: skip

PLATFORMS: Final = tuple(_PRINTED)
_CANONICAL: Final = {word: name for name, words in _PRINTED.items() for word in words.split()}
_OPEN_TYPES: Final = re.compile(r"(其他|其它|小程序|APP)[+＋:：、\-/_ ].{1,60}")
_CODE: Final = re.compile(r"(?:\d{6}|bm\d{4})M\d{3}([A-Z]{2})\d{4}", re.ASCII | re.IGNORECASE)
_LETTERS: Final = {"WX": "weixin", "XL": "weibo", "JR": "toutiao"}
_BRACKETS: Final = re.compile(r"[(（\[【].{0,40}?[)）\]】]")


def usual(platform: str) -> str:
    """What people call a canonical platform; the name itself where we know none."""
    return _PRINTED.get(platform, platform).split()[0] if platform else ""


def canonical(printed: str) -> str | None:
    """The canonical platform of a printed 账号类型, or None when it names none that we know."""
    words = _normal(printed)
    bare = _normal(_BRACKETS.sub("", words))
    for candidate in (words, bare, bare.removeprefix("政务"), bare.removesuffix("账号")):
        if candidate in _CANONICAL:
            return _CANONICAL[candidate]
    open_type = _OPEN_TYPES.fullmatch(unicodedata.normalize("NFKC", printed[:100]).strip().upper())
    return _CANONICAL[open_type[1]] if open_type else None


def code_letters(code: str) -> str | None:
    """The platform letters of a 新媒体标识码 (indicators.md 13.2); None for a code of another shape."""
    found = _CODE.fullmatch(code)
    return found[1].upper() if found else None


def platform_of_letters(letters: str) -> str | None:
    """The platform for which a code's letters stand, where that is known; never identifies one."""
    return _LETTERS.get(letters)


def _normal(printed: str) -> str:
    folded = unicodedata.normalize("NFKC", printed[:100]).upper()
    return "".join(folded.split()).strip(",.;:、，。；：\"'“”")
