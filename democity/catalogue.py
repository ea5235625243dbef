"""The columns that a site can have: name, type, level, folder, rhythm."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from democity.plans import ColumnPlan, Listing
from democity.schedule import running
from democity.seed import draw, word

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUPS: dict[str, str] = {
    "新闻中心": "xwzx",
    "政务公开": "zwgk",
    "办事服务": "bsfw",
    "互动交流": "hdjl",
}
"""Entries of the navigation with their folders."""

NEWS, NOTICE, POLICY = "动态要闻", "通知公告", "政策文件"


class _Kind(NamedTuple):
    size: int
    name: str
    kind: str
    level: int
    group: str
    folder: str
    gap: int
    home: bool = False
    listing: Listing = Listing.ITEMS


# size 0 small, 1 standard, 2 full. The gap keeps every column inside the deadline of its type.
_KINDS: tuple[_Kind, ...] = (
    _Kind(0, "工作动态", NEWS, 1, "新闻中心", "gzdt", 2, home=True),
    _Kind(0, "图片新闻", NEWS, 2, "新闻中心", "tpxw", 3, home=True),
    _Kind(1, "基层动态", NEWS, 2, "新闻中心", "jcdt", 3, home=True),
    _Kind(2, "媒体聚焦", NEWS, 2, "新闻中心", "mtjj", 4),
    _Kind(2, "领导活动", NEWS, 2, "新闻中心", "ldhd", 3),
    _Kind(0, "通知公告", NOTICE, 1, "政务公开", "tzgg", 5, home=True),
    _Kind(0, "政策文件", POLICY, 1, "政务公开", "zcwj", 20, home=True),
    _Kind(0, "政策解读", "政策解读", 2, "政务公开", "zcjd", 25, home=True),
    _Kind(2, "规范性文件", POLICY, 2, "政务公开", "gfxwj", 30),
    _Kind(2, "公示公告", NOTICE, 2, "政务公开", "gsgg", 12),
    _Kind(0, "人事信息", "人事", 2, "政务公开", "rsxx", 45),
    _Kind(0, "规划计划", "规划", 2, "政务公开", "ghjh", 60),
    _Kind(0, "财政信息", "财政", 2, "政务公开", "czxx", 50),
    _Kind(1, "领导信息", "领导信息", 2, "政务公开", "ldxx", 70),
    _Kind(1, "机构职能", "机构职能", 2, "政务公开", "jgzn", 80),
    _Kind(1, "统计信息", "统计", 2, "政务公开", "tjxx", 40),
    _Kind(2, "重大项目", "重大项目", 2, "政务公开", "zdxm", 60),
    _Kind(2, "人事任免", "人事", 2, "政务公开", "rsrm", 70),
    _Kind(2, "招考录用", "人事", 2, "政务公开", "zkly", 50),
    _Kind(2, "单位概况", "概况", 2, "政务公开", "dwgk", 90),
    _Kind(2, "预算公开", "财政", 2, "政务公开", "ysgk", 80),
    _Kind(2, "发展规划", "规划", 2, "政务公开", "fzgh", 75),
    _Kind(0, "办事指南", "办事服务", 1, "办事服务", "bszn", 0, listing=Listing.GUIDES),
    _Kind(0, "咨询投诉", "互动交流", 1, "互动交流", "zxts", 0, listing=Listing.BOARD),
    _Kind(0, "网上信访", "互动交流", 2, "互动交流", "wsxf", 0, listing=Listing.PETITION),
    _Kind(2, "纪检举报", "互动交流", 2, "互动交流", "jjjb", 0, listing=Listing.DISCIPLINE),
    _Kind(2, "调查征集", "互动交流", 2, "互动交流", "dczj", 0, listing=Listing.SURVEYS),
)
_SIZES = {"small": 0, "standard": 1, "full": 2, "vast": 2}
_FIELDS = (
    "教育", "卫生", "养老", "就业", "住房", "食品", "药品", "环保", "交通", "水利", "农业", "林业",
    "应急", "消防", "价格", "审计", "扶贫", "救助", "体育", "文化", "旅游", "气象", "科技",
)  # fmt: skip
_KIND_OF_FIELDS = (("工作动态", NEWS, 3), ("通知公告", NOTICE, 12), ("规划计划", "规划", 60))
"""What a vast site has of each field beside the full one, in turn."""

BOARD_NAMES = ("咨询投诉", "在线咨询", "局长信箱", "我要写信", "政务咨询", "领导信箱", "建言献策")


def columns(size: str, key: int, depth: int) -> list[ColumnPlan]:
    """The columns of a healthy site, numbered from 1; `depth` items are kept in each."""
    wanted = [kind for kind in _KINDS if kind.size <= _SIZES[size]]
    if size == "vast":
        wanted += [_of_field(place, name) for place, name in enumerate(_FIELDS + _FIELDS[:10])]
    return [_column(number, kind, key, depth) for number, kind in enumerate(wanted, start=1)]


def _of_field(place: int, field: str) -> _Kind:
    name, kind, gap = _KIND_OF_FIELDS[place % len(_KIND_OF_FIELDS)]
    return _Kind(3, f"{field}{name}", kind, 2, "政务公开", f"ly{place:02d}", gap)


def _column(number: int, kind: _Kind, key: int, depth: int) -> ColumnPlan:
    own = draw(key, word(kind.folder))
    name = kind.name
    if kind.listing is Listing.BOARD:
        name = BOARD_NAMES[own % len(BOARD_NAMES)]
    return ColumnPlan(
        number=number,
        name=name,
        kind=kind.kind,
        level=kind.level,
        slug=f"{GROUPS[kind.group]}/{kind.folder}",
        group=kind.group,
        schedule=running(own, max(kind.gap, 1), depth),
        listing=kind.listing,
        home=kind.home,
    )


def item_columns(plans: Iterable[ColumnPlan]) -> list[ColumnPlan]:
    """Those that hold dated items."""
    return [plan for plan in plans if plan.listing is Listing.ITEMS]
