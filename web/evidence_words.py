"""The words for what stands in evidence: readings, parameters, where a date was read.

LABELS        what a reading is called, in the order shown
PARAMETERS    what a parameter of a ruleset is called
worded        a value as an operator reads it
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.names import Likeness
from crawler.extract.facts import Provenance
from crawler.platforms.observation import Presence
from web import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LABELS: Mapping[str, str] = {
    "title": "最新条目",
    "post": "最新动态",
    "text": "页面上的文字",
    "provenance": "日期来源",
    "newest": "最新日期",
    "age_days": "距监测时间点（天）",
    "rows": "读到的条目数",
    "recent_dates": "最近日期",
    "elsewhere": "首页上其他单位的新信息",
    "columns": "栏目",
    "count": "数量",
    "dated": "有日期的栏目",
    "seen": "读到的栏目数",
    "unread": "未能读到的栏目",
    "unread_columns": "未能读到的栏目",
    "quiet": "长期未更新的栏目",
    "missing": "缺少的标识",
    "bare": "缺少标识的页面",
    "mark": "页面上的标识",
    "node": "页面上的元素",
    "footer": "页面底部的标识码",
    "label": "页面标签的标识码",
    "entry_code": "找错入口的标识码",
    "registered_code": "登记的标识码",
    "code": "登记的新媒体标识码",
    "printed": "登记的账号类型",
    "checked": "检查的链接",
    "dead": "失效链接",
    "suspected": "疑似失效",
    "blocked": "拒绝访问",
    "dead_hosts": "不可达的主机",
    "problems": "问题链接数",
    "links": "链接清单",
    "dangerous": "可疑的外链",
    "addresses": "内网地址数",
    "letters": "公开的来信",
    "late": "超期或未答复",
    "answered": "已答复的留言",
    "board": "留言栏目",
    "channels": "咨询渠道",
    "channel": "咨询渠道",
    "offered": "页面提供的渠道",
    "entry": "入口",
    "entries": "菜单项数",
    "guides": "读到的办事指南",
    "poor": "要素缺失的事项数",
    "lacking": "缺少的内容",
    "complete": "要素齐全的事项",
    "articles": "抽查的稿件数",
    "pages": "抽查的页面数",
    "page": "页面",
    "read": "比对的栏目数",
    "without": "缺少的页面",
    "reports": "发现的报表",
    "year": "应发布的年度",
    "items": "条目",
    "burst": "集中出现的条目",
    "slipped_in": "混入的链接",
    "words": "词库收录的词语",
    "numbers": "个人信息",
    "mobiles": "手机号数",
    "places": "出现处数",
    "names": "栏目",
    "host": "主机",
    "live": "实际打开的网址",
    "jump": "登记的跳转网址",
    "days": "探测天数",
    "thin": "探测不足的日期",
    "counted": "计入的探测",
    "failed": "失败的探测",
    "excluded": "不计的探测",
    "maintenance": "其中显示维护公告",
    "share": "失败比例",
    "interval": "置信区间",
    "vantage": "观测点",
    "sources": "信息源及滞后",
    "source": "依据的信息源",
    "canary_ok": "同平台哨兵正常",
    "counter_unchanged": "平台计数未变",
    "said": "平台的回答",
    "first_gone": "首次发现",
    "closed_since": "登记为注销的日期",
    "name": "平台显示的名称",
    "shown": "平台显示的名称",
    "renamed": "更名的网站",
    "registered_name_seen": "曾显示登记的名称",
    "registered": "登记的主体",
    "sponsor": "登记的主体",
    "certified": "平台显示的认证主体",
    "likeness": "名称比对",
    "main": "主要账号",
    "others": "同一单位的其他账号",
    "linked": "关联的账号",
    "likes": "点赞数",
    "liked": "点赞的内容",
    "menu": "自定义菜单",
    "message": "留言私信",
    "comments": "评论",
    "consult": "咨询入口",
    "seen_by": "查看人",
    "seen_at": "查看时间",
    "machine": "自动巡查的结果",
    "detail": "细节",
    "error": "程序的错误",
    "note": "说明",
}
PARAMETERS: Mapping[str, str] = {
    "days": "天数",
    "hours": "小时数",
    "months": "月数",
    "warning_days": "预警天数",
    "news_days": "动态要闻期限（天）",
    "half_year_months": "通知政策期限（月）",
    "year_months": "其他栏目期限（月）",
    "quarter_months": "统计期限（月）",
    "letters_months": "留言期限（月）",
    "working_days": "工作日数",
    "last_day": "截止日（1 月）",
    "earlier": "此前年数",
    "probes_a_day": "每日探测次数",
    "share": "失败比例",
    "warning_share": "预警比例",
    "columns": "栏目数",
    "warning_columns": "预警栏目数",
    "classes": "要素类别数",
    "items": "项",
    "letters": "留言数",
    "pages": "页面数",
    "links": "链接数",
    "dead_links": "失效链接数",
    "anchors": "锚文本数",
    "addresses": "地址数",
    "articles": "稿件数",
    "burst": "集中条数",
    "levels": "词语级别",
    "kinds": "类别",
    "mobiles": "手机号数",
    "count_reposts": "转发算更新",
    "portals_only": "只查门户",
    "rule_confirmed": "依据已核实",
}
PROVENANCES: Mapping[str, str] = {
    Provenance.META.value: "正文页标签",
    Provenance.LIST_ROW.value: "列表",
    Provenance.URL.value: "网址",
    Provenance.DETAIL.value: "正文页",
    Provenance.API.value: "接口",
    Provenance.FEED.value: "订阅源",
    Provenance.POST_ID.value: "内容编号",
    Provenance.OPERATOR.value: "人工查看",
}
VALUES: Mapping[str, str] = {
    Presence.PRESENT.value: "有",
    Presence.ABSENT.value: "无",
    Presence.UNDETERMINED.value: "未能核实",
    Likeness.SAME.value: "相同",
    Likeness.SIMILAR.value: "相近",
    Likeness.DIFFERENT.value: "不同",
    "no_such_account": "没有这个账号",
    "conac": "党政机关标识",
    "site_code": "网站标识码",
    "icp": "ICP 备案号",
    "police": "公安备案号",
    "contact": "联系方式",
    "sponsor": "主办单位",
}
_CODED = frozenset({"said", "likeness", "menu", "message", "comments", "consult", "missing"})
# `feed:http://…: ok；12 条；最新 2023-02-28（28 天，feed）`, as the checks of accounts write it.
_SOURCE = re.compile(r"^(\S+): (\w+)(?=[；（]|$)")
_READ_FROM = re.compile(r"（(\d+) 天，(\w+)）")


def parameter(value: Any) -> Any:
    """The value of a parameter, the codes in its lists in words."""
    return [_coded(one) for one in value] if isinstance(value, (list, tuple)) else value


def provenance(code: str) -> str:
    """Where a date was read."""
    return PROVENANCES.get(code, code)


def worded(key: str, value: Any, check: str = "") -> Any:
    """A reading as an operator reads it; what is text already stays as it is."""
    if key == "machine":
        return words.reason(check, str(value))
    if key in _CODED:
        return [_coded(one) for one in value] if isinstance(value, list) else _coded(value)
    return _WORDED[key](value) if key in _WORDED else value


def _coded(value: Any) -> Any:
    return VALUES.get(str(value), value)


def _share(value: Any) -> Any:
    return f"{value:.1%}" if isinstance(value, (int, float)) else value


def _interval(value: Any) -> Any:
    if not isinstance(value, list) or len(value) != 2:
        return value
    return "–".join(f"{one:.1%}" for one in value if isinstance(one, (int, float)))


def _sources(value: Any) -> Any:
    return [_source(one) for one in value] if isinstance(value, list) else value


def _source(line: Any) -> str:
    """One line of a source, its access and the place of its date in words."""
    told = _SOURCE.sub(lambda found: f"{found[1]}：{words.access(found[2])}", str(line))
    return _READ_FROM.sub(lambda found: f"（{found[1]} 天，{provenance(found[2])}）", told)


_WORDED: Mapping[str, Callable[[Any], Any]] = {
    "provenance": lambda value: provenance(str(value)),
    "share": _share,
    "warning_share": _share,
    "interval": _interval,
    "sources": _sources,
    "detail": lambda value: words.detail(str(value)),
}
