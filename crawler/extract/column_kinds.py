"""Types of columns and how long each may go without an update (indicators 2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class ColumnKind(StrEnum):
    """The type of a column, in the words an operator reads."""

    NEWS = "动态要闻"
    NOTICE = "通知公告"
    POLICY = "政策文件"
    INTERPRETATION = "政策解读"
    ORGANISATION = "机构职能"
    LEADERS = "领导信息"
    PROFILE = "概况"
    PERSONNEL = "人事"
    PLANS = "规划"
    FINANCE = "财政"
    STATISTICS = "统计"
    PROJECTS = "重大项目"
    DISCLOSURE = "信息公开目录"
    INTERACTION = "互动交流"
    SERVICES = "办事服务"
    TOPIC = "专题"
    MESSAGES = "留言公开"
    SERVICE_STATISTICS = "办事统计"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Deadline:
    """How old the newest item may be: days, or calendar months (exactly one is not zero)."""

    days: int = 0
    months: int = 0


_YEAR = Deadline(months=12)
_HALF_YEAR = Deadline(months=6)

DEADLINES: dict[ColumnKind, Deadline] = {
    ColumnKind.NEWS: Deadline(days=14),
    ColumnKind.NOTICE: _HALF_YEAR,
    ColumnKind.POLICY: _HALF_YEAR,
    ColumnKind.INTERPRETATION: _HALF_YEAR,
    ColumnKind.PERSONNEL: _YEAR,
    ColumnKind.PLANS: _YEAR,
    ColumnKind.LEADERS: _YEAR,
    ColumnKind.ORGANISATION: _YEAR,
    ColumnKind.PROFILE: _YEAR,
    ColumnKind.FINANCE: _YEAR,
    ColumnKind.PROJECTS: _YEAR,
    ColumnKind.STATISTICS: _YEAR,
    ColumnKind.DISCLOSURE: _YEAR,
    ColumnKind.MESSAGES: Deadline(months=2),
    ColumnKind.SERVICE_STATISTICS: Deadline(months=3),
}


def deadline(kind: ColumnKind) -> Deadline | None:
    """The update deadline of a type, or None where none is set (topics, services, other)."""
    return DEADLINES.get(kind)


# Chinese compounds carry their head at the end (统计动态 is news, 政策解读 is interpretation), so
# the last word of a name that says a type decides; a longer word beats the shorter within it.
_WORDS: dict[ColumnKind, str] = {
    ColumnKind.NEWS: (
        "动态 要闻 新闻 快讯 资讯 头条 时政 简讯 快报 速递 信息快递 工作信息 政务信息 图片报道 媒体聚焦"
        " 媒体关注 媒体报道 媒体看 国务院信息 上级信息 领导活动 政务活动 会议活动 工作进展 今日关注 热点关注"
    ),
    ColumnKind.NOTICE: "通知 公告 公示 通告 告示 启事 公告栏 公示栏 通知书",
    ColumnKind.POLICY: (
        "政策 文件 法规 规章 法律 政令 政府令 公报 政府公报 规范性文件 政策法规 政策文件库 文件库 政府文件 法治文件"
        " 行政规范 标准规范"
    ),
    ColumnKind.INTERPRETATION: "解读 图解 政策问答 一图读懂 解读回应 解读材料 政策解答 部门解读 专家解读",
    ColumnKind.ORGANISATION: (
        "机构 职能 职责 内设机构 下属单位 直属单位 直属机构 部门设置 机构设置 组织机构 三定 处室 科室 机构简介"
        " 机构概况 部门职能 主要职责 机构信息 机构编制"
    ),
    ColumnKind.LEADERS: (
        "领导 领导信息 领导之窗 领导介绍 领导班子 领导分工 领导简介 市长之窗 县长之窗 区长之窗 省长之窗 州长之窗"
        " 厅长之窗 局长之窗 部长之窗 市长 县长 区长 省长 州长"
    ),
    ColumnKind.PROFILE: (
        "概况 简介 概览 地区介绍 市情 县情 区情 省情 州情 镇情 乡情 国情 走进 魅力 认识 历史沿革 自然地理 行政区划"
        " 人文历史 单位简介"
    ),
    ColumnKind.PERSONNEL: (
        "人事 任免 招聘 招考 录用 招录 遴选 干部 人事信息 人事任免 人事招考 招聘公告 招考公告 招聘信息 招录公告"
        " 招聘公示 录用公示 任前公示 任免公示 任前公告 人事公告 人事公示 人事工作 干部工作 人事通知 拟录用公示 拟聘用公示"
        " 公务员招考 人才招聘 人事动态"
    ),
    ColumnKind.PLANS: "规划 计划 十三五 十四五 十五五 工作总结 规划计划 规划信息 计划总结 发展规划 工作要点",
    ColumnKind.FINANCE: (
        "财政 预算 决算 预决算 三公经费 财政信息 财政资金 财务 财政收支 资金信息 财政预决算 预决算公开 预算公开 决算公开"
        " 财政公开 财政专项资金"
    ),
    ColumnKind.STATISTICS: (
        "统计 数据 统计信息 统计公报 统计数据 数据发布 统计年鉴 统计月报 数据公报 数据开放 统计分析 经济运行 国民经济公报"
    ),
    ColumnKind.PROJECTS: "重大项目 重点项目 重大建设项目 重点工程 重大工程 项目建设 重点领域项目",
    ColumnKind.DISCLOSURE: (
        "信息公开 政务公开 政府信息公开 信息公开目录 公开目录 公开年报 信息公开年报 年度报告 公开年度报告 主动公开"
        " 法定主动公开内容 基层政务公开 政务五公开"
    ),
    ColumnKind.INTERACTION: (
        "互动 交流 信箱 咨询 投诉 建言 献策 征集 调查 访谈 信访 举报 政民 留言 问政 写信 来信 意见箱 在线沟通 公众参与"
        " 民意 听证 12345 热线 回应关切 政策咨询 政务咨询 业务咨询 网上调查 互动平台 我要写信 我要咨询"
    ),
    ColumnKind.MESSAGES: (
        "留言公开 留言选登 来信选登 信件选登 咨询选登 回复选登 信件公开 答复公开 留言回复 来信公开 答复选登 咨询回复"
        " 留言展示 咨询公开 回复公开 办理情况 办理结果 来信回复 信件回复 答复摘登 答复情况 来信展示 信箱选登 咨询答复"
        " 留言统计 信件统计"
    ),
    ColumnKind.SERVICES: (
        "办事 服务 办事服务 政务服务 便民 一网通办 指南 办事指南 服务指南 网上办事 在线办事 表格下载 下载专区 资料下载"
        " 服务事项 行政审批 结果查询 在线查询 办事大厅 网上大厅 便民查询 权责清单 审批服务 公共服务 办理事项"
    ),
    ColumnKind.SERVICE_STATISTICS: (
        "办事统计 办件统计 服务统计 办理统计 办件量 办件公开 办件数据 办件情况 办事数据 政务服务统计 事项统计 办事统计数据"
        " 办件统计数据"
    ),
    ColumnKind.TOPIC: (
        "专题 专栏 专区 主题教育 专题专栏 热点专题 往期专题 历史专题 专题归档 专题回顾 历史专栏 专题报道 专项行动 专题集锦"
    ),
    # Words that hold a type word but are no such list: no deadline may be read into them.
    ColumnKind.OTHER: (
        "新闻发布会 新闻发布 发布会 公开指南 信息公开指南 政府信息公开指南 依申请公开 公开制度 信息公开制度"
        " 政府信息公开制度 公开申请 领导讲话 讲话 友情链接 网站地图 数据新闻 文件下载 意见反馈 网站声明 服务器 数据库 排行 排行榜 使用指南 旅游指南"
    ),
}
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_WORD = re.compile("|".join(sorted(map(re.escape, _KIND_OF_WORD), key=len, reverse=True)))
_NAME_LIMIT = 80
_BY_VALUE = {kind.value: kind for kind in ColumnKind}


@lru_cache(maxsize=8192)  # the pages of a site have the same menus
def kind_of(name: str) -> ColumnKind:
    """The type that a column's name, or the registry's 栏目类型, stands for; 其他 when none."""
    name = "".join(name[:_NAME_LIMIT].split())
    exact = _BY_VALUE.get(name.removesuffix("类"))
    if exact is not None:
        return exact
    found = _WORD.findall(name)
    return _KIND_OF_WORD[found[-1]] if found else ColumnKind.OTHER
