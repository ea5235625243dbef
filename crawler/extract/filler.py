"""A page with its words replaced: structure, dates, marks and labels stay, what it told is gone.

Every Chinese character is exchanged for another one, the same for the same everywhere, so that a
title is still what its heading says. Only words that readers look for are kept.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final

from crawler.extract.guide_words import SYNONYMS
from crawler.extract.letter_words import ASKED, REPLIED, VAGUE

_FILLERS: Final = (
    "山水林田湖草云雨风雪江河海岸桥路城门楼台亭阁花树叶果竹松梅兰菊荷桃李杏梨枣桂柳杨槐榆"
    "琴棋书画诗词歌舞笔墨纸砚茶酒米面盐糖油布丝麻棉毛铜铁金银玉石沙泥瓦砖木柴火炉灯烛"
)
_KEPT_WORDS: Final = (
    "今天是 今天 昨天 前天 刚刚 小时前 分钟前 天前 星期 农历 首页 主页 当前位置 您的位置 所在位置 现在位置 位置 正文 详情 更多 置顶 下一页 上一页 "
    "下页 上页 尾页 末页 共 页 条 第 打印 关闭 字体 字号 上一篇 下一篇 浏览次数 阅读次数 点击数 浏览量 阅读量 发布时间 发布日期 发稿 成文日期 "
    "生成日期 发文日期 公开日期 更新时间 更新日期 截止 截至 有效 废止 时间 日期 来源 作者 编辑 索引号 文号 发布机构 通知公告 通知 公告 公示 政务公开 政府信息公开 "
    "信息公开 新闻 动态 要闻 政策 文件 解读 办事服务 办事指南 服务指南 互动交流 领导信箱 信箱 留言 来信 咨询 投诉 建议 征集 调查 访谈 回复 答复 办结 已 待 未 "
    "机构 职能 领导 概况 人事 规划 财政 统计 专题 主办 主管 承办 协办 单位 版权所有 网站标识码 政府网站标识码 标识码 备案 公网安备 公安 技术支持 联系 电话 地址 "
    "邮编 传真 网站地图 站点地图 政府 人民 委员会 办公室 办公厅 局 厅 委 网站 门户 网 平台 中心 党政机关 事业单位 找错 纠错 暂无 没有 无 不存在 找不到 未找到 删除 "
    "抱歉 对不起 页面 网页 内容 信息 访问 请求 验证 安全 拦截 阻断 拒绝 禁止 维护 升级 登录 登陆 身份认证 密码 频繁 错误 系统 服务器 请 您 浏览器 滑块 "
    "备 序号 年 月 日 时 分 秒 号 上午 下午 标题 名称 内容 状态 受理 办理 提交"
)
_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LABELS: Final = {word for words in SYNONYMS.values() for word in words.split()}
_WORDS: Final = sorted(
    {*_KEPT_WORDS.split(), *_LABELS, *ASKED, *REPLIED, *VAGUE}, key=len, reverse=True
)
_CHINESE: Final = re.compile(
    rf"(?P<kept>[{_PROVINCES}](?=\s?(?:I[CP][CP]|公网安备|B2-))|[〇○零一二三四五六七八九十]{{1,4}}(?=[年月日])|{'|'.join(_WORDS)})|[\u4e00-\u9fff]"
)
_NUMBERS: Final = (
    (re.compile(r"(?<![\dA-Za-z])[1-9]\d{16}[\dXx](?![\dA-Za-z])"), "110101190001010000"),
    (re.compile(r"(?<![\d.-])1[3-9]\d{9}(?!\d)"), "13800000000"),
    (re.compile(r"(?<![\d.-])(0\d{2,3}[-)）\s]{1,2})[1-9]\d{6,7}(?!\d)"), r"\g<1>82000000"),
    (re.compile(r"[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{1,20}){1,3}"), "someone@example.gov.cn"),
)  # fmt: skip
_CHARSET: Final = re.compile(r"(charset\s{0,3}=\s{0,3}[\"']?)\s{0,3}[\w-]{2,20}", re.IGNORECASE)


def replaced(text: str, *, seed: str = "", site: str = "") -> str:
    """The markup with its words replaced; the same for the same `seed`.

    `site` is the registrable domain of the page, which becomes example.gov.cn. Identity numbers,
    telephones and mail addresses become invented ones; a declared encoding becomes utf-8. Comments
    keep their marks and lose nothing else, for a badge inside one is a trap of its own.
    """
    if site:
        text = text.replace(site, "example.gov.cn")
    for pattern, instead in _NUMBERS:
        text = pattern.sub(instead, text)
    text = _CHARSET.sub(r"\g<1>utf-8", text)
    return _CHINESE.sub(lambda found: found["kept"] or _filler(found[0], seed), text)


@lru_cache(maxsize=20_000)
def _filler(character: str, seed: str) -> str:
    number = int.from_bytes(hashlib.blake2b(f"{seed}{character}".encode(), digest_size=4).digest())
    return _FILLERS[number % len(_FILLERS)]
