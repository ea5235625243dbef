"""Platform names, the 信息源 grammar, addresses, and the default source of an account."""

from __future__ import annotations

import pytest

from crawler.platforms.names import PLATFORMS, canonical
from crawler.platforms.resolve import post_id, resolve, time_of_link
from crawler.platforms.sources import (
    KINDS,
    AccountTicket,
    default_sources,
    parse_sources,
    planned_sources,
)


@pytest.mark.parametrize(
    ("printed", "platform"),
    [
        ("微信订阅号", "weixin"),
        ("微信服务号", "weixin"),
        ("微信公众号（订阅号）", "weixin"),
        ("政务微信公众号", "weixin"),
        (" 微 信 ", "weixin"),
        ("微信视频号", "weixin-channels"),
        ("新浪微博", "weibo"),
        ("政务微博", "weibo"),
        ("今日头条号", "toutiao"),
        ("抖音短视频", "douyin"),
        ("快手短视频", "kuaishou"),
        ("哔哩哔哩", "bilibili"),
        ("小红书", "xiaohongshu"),
        ("一点号", "yidian"),
        ("人民号", "renmin"),
        ("百家号", "baijia"),
        ("澎湃号", "pengpai"),
        ("ＡＰＰ", "app"),
        ("移动客户端", "app"),
        ("小程序+示例通", "miniprogram"),
        ("其他+云社聘", "other"),
        ("其他", "other"),
        ("企鹅号", "qie"),
        ("南方号", "nanfang"),
        ("大鱼号", "dayu"),
        ("百度贴吧", "tieba"),
    ],
)
def test_printed_account_type_has_one_canonical_name(printed: str, platform: str) -> None:
    assert canonical(printed) == platform


@pytest.mark.parametrize("printed", ["", "火星号", "微", "其他+", "=1+1", "网站"])
def test_unknown_account_type_is_none(printed: str) -> None:
    assert canonical(printed) is None


@pytest.mark.parametrize("platform", PLATFORMS)
def test_canonical_name_names_itself(platform: str) -> None:
    assert canonical(platform) == platform


def test_sources_keep_their_order_and_addresses_keep_their_semicolons() -> None:
    text = (
        "feed:https://rss.example/a;b=1?x=2; weibo:1234567890；weixin-album:MzA1MTIz==/12;operator"
    )
    assert [str(spec) for spec in parse_sources(text)] == [
        "feed:https://rss.example/a;b=1?x=2",
        "weibo:1234567890",
        "weixin-album:MzA1MTIz==/12",
        "operator",
    ]
    assert parse_sources(" ; ") == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rss:https://a.example/", "类型“rss”无法识别"),
        ("weibo:1234567890;myspace:7", "类型“myspace”无法识别"),
        ("weibo:某某发布", "应为微博数字 UID"),
        ("feed:ftp://a.example/", "应为 http"),
        ("xiaohongshu:123456789", "小红书号不能用"),
        ("weixin-album:MzA1", "BIZ/合集编号"),
        ("operator:张三", "后面不应再有内容"),
        ("https://weibo.com/u/1", "无法识别"),
        ("随便写的", "无法识别"),
    ],
)
def test_bad_source_is_named_in_chinese(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_sources(text)


ADDRESSES = [
    ("https://weibo.com/u/1234567890", "weibo", "1234567890", "weibo:1234567890"),
    ("https://weibo.com/1234567890/MwAbCdEf1?refer=x", "weibo", "1234567890", "weibo:1234567890"),
    ("https://m.weibo.cn/u/1234567890?jumpfrom=x", "weibo", "1234567890", "weibo:1234567890"),
    ("https://www.toutiao.com/c/user/token/MS4wLjAB_x-1/", "toutiao", "MS4wLjAB_x-1", "toutiao:MS4wLjAB_x-1"),
    ("https://www.toutiao.com/c/user/5550001/", "toutiao", "5550001", "toutiao:5550001"),
    ("https://www.douyin.com/user/MS4wLjABAAAAexample?vid=7", "douyin", "MS4wLjABAAAAexample", "douyin:MS4wLjABAAAAexample"),
    ("https://live.kuaishou.com/profile/slxf119", "kuaishou", "slxf119", "kuaishou:slxf119"),
    ("https://space.bilibili.com/400100/dynamic", "bilibili", "400100", "bilibili:400100"),
    ("https://www.xiaohongshu.com/user/profile/5ff0000000000000010000aa", "xiaohongshu", "5ff0000000000000010000aa", "xiaohongshu:5ff0000000000000010000aa"),
    ("https://mp.weixin.qq.com/s?__biz=MzA1MTIzNDU2Nw==&mid=1&idx=1&sn=a", "weixin", "MzA1MTIzNDU2Nw==", ""),
    ("https://mp.weixin.qq.com/s/Abc_123", "weixin", "", ""),
    ("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA1MTIzNDU2Nw==&action=getalbum&album_id=12", "weixin", "MzA1MTIzNDU2Nw==", "weixin-album:MzA1MTIzNDU2Nw==/12"),
    ("https://mp.weixin.qq.com/mp/homepage?__biz=MzA1MTIzNDU2Nw==&hid=3", "weixin", "MzA1MTIzNDU2Nw==", "weixin-home:MzA1MTIzNDU2Nw==/3"),
    ("https://weixin.qq.com/sph/AbCdEf", "weixin-channels", "AbCdEf", "channels:https://weixin.qq.com/sph/AbCdEf"),
    ("https://www.yidianzixun.com/channel/m123456", "yidian", "m123456", "page:https://www.yidianzixun.com/channel/m123456"),
    ("https://apps.apple.com/cn/app/%E7%A4%BA%E4%BE%8B/id1234567890", "app", "1234567890", "page:https://itunes.apple.com/cn/lookup?id=1234567890"),
    ("https://www.douyin.com/video/7212345678901234567", "douyin", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("url", "platform", "identity", "source"), ADDRESSES)
def test_pasted_address_names_platform_id_and_source(
    url: str, platform: str, identity: str, source: str
) -> None:
    assert resolve(url) == (platform, identity, source)
    assert [str(spec) for spec in parse_sources(source)] == ([source] if source else [])


@pytest.mark.parametrize("url", ["", "weibo.com", "javascript:alert(1)", "https://www.example.gov.cn/a/", "http://[::1", "https://weibo.com.evil.example/u/1234567890"])  # fmt: skip
def test_other_addresses_resolve_to_nothing(url: str) -> None:
    assert resolve(url) is None


def test_post_address_carries_its_time() -> None:
    assert post_id("https://m.weibo.cn/detail/4645748019299849") == ("weibo", "4645748019299849")
    assert post_id("https://weibo.com/6279793937/Kjc77D1jz") == ("weibo", "4645748019299849")
    found = time_of_link("https://t.bilibili.com/916751749918752793")
    assert found is not None
    assert found.date().isoformat() == "2024-04-05"


def ticket(platform: str, home: str = "", identity: str = "", sources: str = "") -> AccountTicket:
    return AccountTicket(platform, platform, "示例发布", "示例市", identity, home, sources)


@pytest.mark.parametrize(
    ("account", "source"),
    [
        (ticket("weibo", "https://weibo.com/u/1234567890"), ["weibo:1234567890"]),
        (ticket("weibo", "", "1234567890"), ["weibo:1234567890"]),
        (ticket("weibo", "", "示例发布"), []),
        (ticket("bilibili", "https://space.bilibili.com/400100"), ["bilibili:400100"]),
        (ticket("yidian", "https://www.yidianzixun.com/channel/m1"), ["page:https://www.yidianzixun.com/channel/m1"]),
        (ticket("other", "https://www.example.com/x"), ["page:https://www.example.com/x"]),
        (ticket("weixin", "https://mp.weixin.qq.com/s/abc", "slfb"), []),
        (ticket("weixin", "https://weibo.com/u/1234567890"), []),
        (ticket("douyin", "不是网址"), []),
    ],
)  # fmt: skip
def test_default_source_comes_from_the_home_page(account: AccountTicket, source: list[str]) -> None:
    assert [str(spec) for spec in default_sources(account)] == source


def test_written_sources_replace_the_default() -> None:
    account = ticket(
        "weibo", "https://weibo.com/u/1234567890", sources="feed:https://rss.example/1"
    )
    assert [spec.kind for spec in planned_sources(account)] == ["feed"]
    assert len(KINDS) == 14
