"""The ground on which rows are found: which links are titles, and how many lie under an element."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from crawler.extract.clickable import find_clickable
from crawler.extract.dates import first_full

if TYPE_CHECKING:
    from crawler.extract.document import Document, Link

_CONTROL: Final = re.compile(
    r"(?:[+\[(（【<>»›\s.…·-]*)(?:更多|查看更多|more|详情|详细|查看详情|查看|查看全文|阅读全文|全文|点击查看|"
    r"设为首页|加入收藏|收藏本站|联系我们|关于我们|网站地图|站点地图|网站声明|无障碍(?:浏览|阅读)?|长者(?:模式|版|助手)|"
    r"登录|注册|首页|上一页|下一页|末页|尾页|第一页|最后一页|上页|下页|返回(?:首页|顶部|列表)?|打印(?:本页)?|关闭(?:窗口|本页)?|"
    r"分享|收藏|(?:点击|附件)?下载(?:\S{1,4}版|附件|中心)?|简体(?:中文)?|繁體(?:中文)?|繁体(?:中文)?|english|rss订阅|rss|移动版|手机版|适老版|搜索|查询|"
    r"进入|回复|评论|大|中|小|\d{1,4}|[a-z])(?:[+\])）】<>»›\s.…·-]*)",
    re.IGNORECASE,
)
_NAVIGATION: Final = re.compile(
    r"(?:^|[^a-z])(?:nav|navi|navbar|menu|foot|crumb|crumbs|breadnav|pager|fanye|dqwz|weizhi|topbar)(?:[^a-z]|$)|"
    r"mainnav|footer|copyright|banquan|breadcrumb|pagination|yqlj|youqing|friendlink|calendar|weather",
    re.IGNORECASE,
)
_EDGES: Final = frozenset(["nav", "footer"])
_SHORTEST: Final = 4
_LONGEST_CONTROL: Final = 16
_BESIDE: Final = 10


class Ground:
    """Links of a document with prefix counts, so that links under any element cost two look-ups."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.outline = document.outline
        links = sorted([*document.links, *find_clickable(document)], key=lambda link: link.index)
        self.links: dict[int, Link] = {link.index: link for link in links}
        self.titles: list[Link] = [link for link in links if is_title(link)]
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

    def titles_under(self, index: int) -> list[Link]:
        """The title links under an element, in order."""
        start = bisect_left(self._places, index)
        return self.titles[start : bisect_left(self._places, self.outline.ends[index])]

    def is_control(self, link: Link) -> bool:
        """Whether a link is a button of the page (更多, 打印, 下一页), no item."""
        return _CONTROL.fullmatch((link.text or link.title)[:30]) is not None

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
        return len(names) > 1 and _NAVIGATION.search(names) is not None


def is_title(link: Link) -> bool:
    """Whether a link's text could be the title of an item rather than a control or a date."""
    text = link.text if len(link.text) >= len(link.title) else link.title
    if len(text) < _SHORTEST or (len(text) <= _LONGEST_CONTROL and _CONTROL.fullmatch(text)):
        return False
    if len(text) >= 2 * _LONGEST_CONTROL or not any(map(str.isdigit, text)):
        return True
    stamp = first_full(text)
    return stamp is None or len(text) - (stamp.end - stamp.start) >= 2 * _SHORTEST
