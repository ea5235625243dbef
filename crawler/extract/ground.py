"""The ground on which rows are found: which links are titles, and how many lie under an element."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from crawler.extract.clickable import find_clickable
from crawler.extract.dates import FULL

if TYPE_CHECKING:
    from crawler.extract.document import Document, Link

_CONTROL_WORDS: Final = (
    "更多 查看更多 更多内容 更多信息 more 详情 详细 详细内容 查看详情 查看详细 查看 查看全文 阅读全文 全文 点击查看 点击进入 "
    "设为首页 加入收藏 收藏本站 联系我们 关于我们 网站地图 站点地图 网站声明 无障碍 无障碍浏览 无障碍阅读 长者模式 长者版 长者助手 "
    "登录 注册 首页 上一页 下一页 末页 尾页 第一页 最后一页 上页 下页 前一页 后一页 返回 返回首页 返回顶部 返回列表 返回上一页 返回上页 返回上一级 返回主页 返回列表页 打印 打印本页 "
    "关闭 关闭窗口 关闭本页 分享 收藏 下载 点击下载 附件下载 下载附件 下载文字版 下载图片版 简体 简体中文 繁體 繁體中文 繁体 繁体中文 "
    "english rss rss订阅 移动版 手机版 适老版 搜索 查询 进入 回复 评论 大 中 小 我要纠错 网站纠错 我要咨询 我要留言 在线办理 立即办理"
)
_CONTROLS: Final = frozenset(_CONTROL_WORDS.split())
_COLUMN: Final = re.compile(r"[\[【［][^\[\]【】]{2,10}[\]】］]")  # 【通知公告】 before the title
_AROUND: Final = "+[](){}（）【】<>»›≫《》.…·:： -—|\u3000"
_NAVIGATION: Final = re.compile(
    r"(?:^|[^a-z])(?:nav|navi|navbar|menu|foot|crumb|crumbs|breadnav|pager|fanye|dqwz|weizhi|topbar)(?:[^a-z]|$)|"
    r"mainnav|footer|copyright|banquan|breadcrumb|pagination|yqlj|youqing|friendlink|calendar|weather",
    re.IGNORECASE,
)
_EDGES: Final = frozenset(["nav", "footer"])
_SHORTEST: Final = 4
_LONGEST_CONTROL: Final = 16
_BESIDE: Final = 10
_LONGEST_NAMES: Final = 300


class Ground:
    """Links of a document with prefix counts, so that links under any element cost two look-ups."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.outline = document.outline
        links = list(document.links)
        if clickable := find_clickable(document):
            links = sorted([*links, *clickable], key=lambda link: link.index)
        self.links: dict[int, Link] = {link.index: link for link in links}
        self.titles: list[Link] = [link for link in links if is_title(link)]
        self._starts = list(self.links)
        self._reach = list(accumulate(map(self.outline.ends.__getitem__, self._starts), max))
        self._places = [link.index for link in self.titles]
        self._counts = self._prefix(self.titles)
        self._regions: dict[int, bool] = {-1: False}

    def _prefix(self, links: list[Link]) -> list[int]:
        """How many title links start before each position; twins of one row count once."""
        marks = [0] * (len(self.outline.tags) + 1)
        before: Link | None = None
        for link in links:
            marks[link.index + 1] = 0 if before is not None and self._are_twins(before, link) else 1
            before = link
        return list(accumulate(marks))

    def _are_twins(self, first: Link, second: Link) -> bool:
        """A picture and a title that lead to the same place, side by side."""
        if first.url != second.url or not first.url or second.index - first.index > _BESIDE:
            return False
        return bool(self._holders(first.index) & self._holders(second.index))

    def _holders(self, index: int) -> set[int]:
        """The three elements nearest around a position."""
        found: set[int] = set()
        for _ in range(3):
            index = self.outline.parents[index]
            if index < 0:
                break
            found.add(index)
        return found

    def count(self, index: int) -> int:
        """The number of title links under an element."""
        return self._counts[self.outline.ends[index]] - self._counts[index]

    def first_title(self, index: int) -> Link:
        """The first title link under an element that holds one."""
        return self.titles[bisect_left(self._places, index)]

    def titles_under(self, index: int) -> list[Link]:
        """The title links under an element, in order."""
        start = bisect_left(self._places, index)
        return self.titles[start : bisect_left(self._places, self.outline.ends[index])]

    def is_control(self, link: Link) -> bool:
        """Whether a link is a button of the page (更多, 打印, 下一页), no item."""
        return _is_control(link.text or link.title)

    def unit_of(self, index: int) -> int:
        """The largest element that holds the link at `index` and no other title."""
        parents, ends, counts = self.outline.parents, self.outline.ends, self._counts
        unit = index
        parent = parents[unit]
        while parent >= 0 and counts[ends[parent]] - counts[parent] <= 1:
            unit = parent
            parent = parents[unit]
        return unit

    def list_of(self, index: int) -> int:
        """The element in which the row of the link at `index` stands beside its fellows."""
        return self.outline.parents[self.unit_of(index)]

    def enclosing(self, index: int) -> Link | None:
        """The link that a position lies in."""
        before = bisect_right(self._starts, index) - 1
        if before < 0 or self._reach[before] <= index:
            return None
        links, parents = self.links, self.outline.parents
        for _ in range(8):
            if index < 0:
                return None
            if index in links:
                return links[index]
            index = parents[index]
        return None

    def aside(self, index: int) -> bool:
        """Whether an element lies in navigation, breadcrumb, pager, footer, weather or calendar."""
        known = self._regions.get(index)
        if known is not None:
            return known
        path: list[int] = []
        while index not in self._regions:
            path.append(index)
            if self._marked(index):
                self._regions[index] = True
                break
            index = self.outline.parents[index]
        known = self._regions[index]
        self._regions.update(dict.fromkeys(path, known))
        return known

    def _marked(self, index: int) -> bool:
        if 2 * (self.outline.ends[index] - index) > len(self.outline.tags):
            return False  # half of the page is no margin of it, whatever its class is called
        tag = self.outline.tags[index]
        if tag in _EDGES:
            return True
        if tag in {"a", "-text", "body", "html"}:
            return False
        attributes = self.outline.nodes[index].attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        return len(names) > 1 and _says_margin(names[:_LONGEST_NAMES])


@lru_cache(maxsize=4096)  # the pages of a site have the same few names
def _says_margin(names: str) -> bool:
    return _NAVIGATION.search(names) is not None


def _is_control(text: str) -> bool:
    """Whether a text is that of a button: one of the known words, a page number, one letter."""
    return len(text) <= _LONGEST_CONTROL and _is_control_word(text)


@lru_cache(maxsize=8192)  # the pages of a site have the same buttons and menus
def _is_control_word(text: str) -> bool:
    word = text.strip(_AROUND).replace(" ", "").lower()
    return word in _CONTROLS or word.isdigit() or len(word) <= 1


def is_title(link: Link) -> bool:
    """Whether a link's text could be the title of an item rather than a control or a date."""
    text = link.text if len(link.text) >= len(link.title) else link.title
    return len(text) >= 2 * _LONGEST_CONTROL or _could_be_title(text)


@lru_cache(maxsize=8192)  # the pages of a site have the same menus
def _could_be_title(text: str) -> bool:
    if len(text) < _SHORTEST or _is_control(text):
        return False
    if _COLUMN.fullmatch(text):
        return False
    stamp = FULL.search(text)
    return stamp is None or len(text) - len(stamp[0]) >= 2 * _SHORTEST
