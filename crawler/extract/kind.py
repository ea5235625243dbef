"""What sort of page it is, from its names, its rows and its text; addresses only as a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.extract.facts import PageKind
from crawler.extract.plain_rows import looks_like_article
from crawler.extract.prose import has_heading, has_headline, longest_prose
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.extract.article import Published
    from crawler.extract.document import Document

FEW_DATED_ROWS: Final = 3
MOST_DATED_ROWS: Final = 12  # an article without running text has no longer list beside it
SHORT_PROSE: Final = 60  # characters of running text under a headline
_LONG_PROSE: Final = 200  # and without one
_FURNITURE: Final = re.compile(
    r"字体[：:]|字号[：:]|打印|关闭窗口|阅读次数|浏览次数|点击数|浏览量|阅读量|来源[：:]|上一篇|下一篇|我要纠错"
)
_PAGER_WORDS: Final = ("下一页", "上一页", "下页", "上页", "尾页", "末页")
_PAGER: Final = re.compile(r"共\s?\d+\s?[页条]|第\s?\d+\s?页|\d/\d+页")
_MORE: Final = re.compile(r"(?:查看)?更多|more\b|\+更多|>>更多", re.IGNORECASE)
_MORE_STARTS: Final = frozenset("更查mM+>")
_WINDOW: Final = 8000
_LEAST_TEXT: Final = 60
_BY_ACCESS: Final = {
    AccessState.CHALLENGE: PageKind.CHALLENGE,
    AccessState.SOFT_404: PageKind.SOFT_404,
    AccessState.EMPTY_SHELL: PageKind.EMPTY_SHELL,
}
_LABELLED_CRUMB: Final = re.compile(r"(?:位置|路径)[是为在]?\s{0,2}[:：]?\s{0,3}(.{2,160})")
_BARE_CRUMB: Final = re.compile(r"(首\s?页\s{0,3}(?:>|»|›|＞|→|≫|->).{2,140})")
_CRUMB_WINDOW: Final = 6000
_CRUMB_SEPARATOR: Final = re.compile(r"\s*(?:-{0,3}[>»›＞→≫]{1,2}|\s/\s|\\)\s*")
_BODY_CRUMB: Final = re.compile(r"^(?:正文|内容|文章|详情|详细|信息正文|文章内容|浏览|查看)")
_TITLE_SEPARATOR: Final = re.compile(r"\s*(?:[-_—–－|｜]{1,3}|--)\s*")
_OTHER: Final = re.compile(
    r"^(?:网站|站点)(?:地图|导航|声明)|联系(?:我们|方式)$|公开指南$|^(?:关于我们|隐私声明|版权声明|法律声明|免责声明|使用帮助|帮助中心)$|"
    r"(?:全文|站内|高级|智能)(?:搜索|检索)|^(?:搜索|检索)(?:结果)?$|^领导(?:信息|之窗|介绍|简介|班子|成员)$|^(?:机构|部门)(?:概况|职能|简介|设置)$|^登录$"
)
_GUIDE: Final = re.compile(
    r"办事指南|服务指南|办理指南|办事流程|办事须知|事项指南|业务指南|^(?:办理|服务)流程$"
)
_BOARD: Final = re.compile(
    r"信箱|留言|来信|信件|诉求|常见问题|(?<!政策)(?<!法规)(?<!知识)(?<!解读)(?<!业务)问答(?:$|平台|互动|专区|区|库)|网上咨询|在线咨询|咨询投诉|投诉|纠错|依申请公开|互动交流|政民互动|民声|民意|写信|问政|"
    r"我要(?:问|咨询|建议)|建言|答复|互动平台|领导接待|接诉即办|12345"
)
_NO_BOARD: Final = re.compile(r"提案|议案|代表建议|建议提案|建议办理")
_WEAK_BOARD: Final = re.compile(r"咨询|建议|互动|反馈|回复")
_SITE_TITLE: Final = re.compile(
    r"(?:政府|网|网站|门户|首页|平台|[局厅委院]|中心|委员会|办公室)\s{0,2}$"
)
_HOME_PATH: Final = re.compile(
    r"^https?://[^/]+/?(?:(?:index|default|main|home|portal)[\w.-]{0,12})?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What the kind is told from. `lists` holds the number of rows of each list on the page.

    `prose` is the length of the longest text between dated rows, where there are several; `apart`
    says that the day of publication is printed outside all of them.
    """

    access: AccessState
    meta: Mapping[str, str]
    published: Published
    dated: int
    lists: tuple[int, ...]
    guide: Mapping[str, bool] | None = None
    letters: int = 0
    redirect: str | None = None
    prose: int = 0
    apart: bool = False


def read_kind(document: Document, signals: Signals) -> PageKind:
    """The kind of a page; `other` where nothing tells."""
    by_access = _BY_ACCESS.get(signals.access)
    if by_access is not None:
        return by_access
    if signals.redirect and len(document.visible_text()) < 200:
        return PageKind.OTHER
    return _of_page(document, signals, Names.of(document, signals.meta))


def _of_page(document: Document, signals: Signals, names: Names) -> PageKind:
    """The first kind whose signs are there; the order is from the plainest signs to the weakest."""
    signs: tuple[tuple[PageKind, Callable[[], bool]], ...] = (
        (PageKind.OTHER, lambda: names.leaf(_OTHER) and signals.dated < 3),
        (PageKind.SERVICE_GUIDE, lambda: names.any(_GUIDE) or _guide_elements(signals) >= 4),
        (PageKind.ARTICLE, lambda: _is_article(document, signals, names)),
        (PageKind.MESSAGE_BOARD, lambda: _is_board(document, signals, names)),
        (PageKind.HOME, lambda: _is_home(document, signals, names)),
        (PageKind.OTHER, lambda: signals.access is AccessState.LOGIN_WALL),
    )
    return next((kind for kind, holds in signs if holds()), None) or _rest(document, signals, names)


def _guide_elements(signals: Signals) -> int:
    return sum((signals.guide or {}).values())


def _rest(document: Document, signals: Signals, names: Names) -> PageKind:
    if _is_undated_text(document, signals, names):
        return PageKind.ARTICLE
    if signals.dated or max(signals.lists, default=0) >= 3 or names.column or len(names.crumb) > 1:
        return PageKind.COLUMN_LIST
    if signals.published.on is not None and len(document.visible_text()) > _LEAST_TEXT:
        return PageKind.ARTICLE
    listing = re.search(r"list|column|more|index_\d|/$", document.url.rsplit("/", 1)[-1] or "/")
    return PageKind.COLUMN_LIST if listing and len(document.visible_text()) > 80 else PageKind.OTHER


def _is_undated_text(document: Document, signals: Signals, names: Names) -> bool:
    """A long text without any day and any list, under the headline that the title repeats, or

    called one by its place (正文) or its official label.
    """
    if signals.dated or max(signals.lists, default=0) >= FEW_DATED_ROWS or _has_pager(document):
        return False
    placed = bool(names.crumb and _BODY_CRUMB.search(names.crumb[-1]))
    named = placed or bool(signals.meta.get("ArticleTitle")) or has_headline(document)
    return named and longest_prose(document, ()) >= _LONG_PROSE


@dataclass(frozen=True, slots=True)
class Names:
    """What a page calls itself: the column of its meta label, its breadcrumb, its title's parts."""

    column: str
    crumb: tuple[str, ...]
    title: tuple[str, ...]

    @classmethod
    def of(cls, document: Document, meta: Mapping[str, str]) -> Names:
        """The names of one page."""
        parts = tuple(part for part in _TITLE_SEPARATOR.split(document.title) if part)
        return cls(meta.get("ColumnName", "").strip(), _crumb(document), parts)

    def whole_site(self) -> bool:
        """Whether the title is the name of an office or a site and nothing else."""
        return len(self.title) == 1 and _SITE_TITLE.search(self.title[0]) is not None

    def any(self, words: re.Pattern[str]) -> bool:
        """Whether the column, the last two crumbs or a short part of the title hold the words."""
        short = tuple(part for part in self.title if len(part) <= 14)
        return any(words.search(name) for name in (self.column, *self.crumb[-2:], *short) if name)

    def board(self) -> bool:
        """Whether the column, one of the last two crumbs or the title is named as a board is."""
        short = tuple(part for part in self.title if len(part) <= 14)
        names = (self.column, *self.crumb[-2:], *short)
        return any(_BOARD.search(name) and not _NO_BOARD.search(name) for name in names if name)

    def leaf(self, words: re.Pattern[str]) -> bool:
        """Whether the column, the last crumb (before 正文) or a part of the title is such a name."""
        crumbs = [name for name in self.crumb if not _BODY_CRUMB.search(name)]
        names = (self.column, *crumbs[-1:], *(part for part in self.title if len(part) <= 14))
        return any(words.search(name) for name in names if name)


def _crumb(document: Document) -> tuple[str, ...]:
    """The steps of the breadcrumb, found by its label or by 首页 with an arrow behind it."""
    text = document.visible_text()[:_CRUMB_WINDOW]
    match = _first(_LABELLED_CRUMB, text, ("位置", "路径")) or _first(_BARE_CRUMB, text, ("首",))
    if match is None:
        return ()
    found: list[str] = []
    for piece in _CRUMB_SEPARATOR.split(match[1])[:7]:
        words = piece.split()
        if not words:
            continue
        found.append(words[0][:30])
        if len(words) > 1:  # text behind the last crumb
            break
    return tuple(found)


def _first(pattern: re.Pattern[str], text: str, starts: tuple[str, ...]) -> re.Match[str] | None:
    """The first match at a place where one of the words stands; plain searches are cheap."""
    for word in starts:
        place = text.find(word)
        while place >= 0:
            if (match := pattern.match(text, place)) is not None:
                return match
            place = text.find(word, place + 1)
    return None


def _is_article(document: Document, signals: Signals, names: Names) -> bool:
    meta = signals.meta
    lettered = signals.letters >= 2 or (signals.letters == 1 and names.board())
    if signals.published.on is None or (lettered and not meta.get("ArticleTitle")):
        return False
    if _is_text_beside_lists(document, signals):
        return True
    if signals.dated > MOST_DATED_ROWS:
        return False
    if meta.get("ArticleTitle") and signals.published.provenance == "meta":
        return True
    if names.crumb and _BODY_CRUMB.search(names.crumb[-1]):
        return True
    headed = signals.apart and has_heading(document)
    return headed or _article_points(document, signals) >= 3


def _is_text_beside_lists(document: Document, signals: Signals) -> bool:
    """A text with its own date beside lists of others: an article with its margin."""
    if signals.prose < SHORT_PROSE:
        return False
    named = bool(signals.meta.get("ArticleTitle"))
    if not signals.apart and not (named and signals.published.provenance == "meta"):
        return False
    if signals.prose >= _LONG_PROSE and not _has_pager(document):
        return True
    return has_headline(document)


def _article_points(document: Document, signals: Signals) -> int:
    own = len(document.visible_text()) - document.linked_length
    points = 1 if signals.published.provenance in {"meta", "detail", "script"} else 0
    points += 1 if looks_like_article(document.url) else 0
    points += 1 if own >= 400 else 0
    points += 1 if _has_furniture(document) else 0
    points += 1 if signals.dated == 0 else 0
    points -= 2 if signals.dated >= 3 else 0
    points -= 1 if max(signals.lists, default=0) >= 10 else 0
    return points


def _has_furniture(document: Document) -> bool:
    """What stands around an article: 字体, 打印, 来源, 上一篇."""
    return _FURNITURE.search(document.visible_text(), 0, _WINDOW) is not None


def _has_pager(document: Document) -> bool:
    text = document.visible_text()[-_WINDOW:]
    return any(word in text for word in _PAGER_WORDS) or _PAGER.search(text) is not None


def _is_board(document: Document, signals: Signals, names: Names) -> bool:
    if names.board():
        return True
    if signals.letters >= 2:
        return not _is_home(document, signals, names)
    return names.any(_WEAK_BOARD) and "textarea" in document.outline.places


def _is_home(document: Document, signals: Signals, names: Names) -> bool:
    if names.column or len(names.crumb) > 2:
        return False
    return _is_built_like_home(document, signals, names) and not _has_pager(document)


def _is_built_like_home(document: Document, signals: Signals, names: Names) -> bool:
    """Several short lists, many links, several 更多; an address at the root asks for less."""
    blocks = sum(1 for size in signals.lists if size >= 3)
    links = document.links
    linked = len([link for link in links if link.url or link.text])
    more = len([1 for link in links if link.text[:1] in _MORE_STARTS and _MORE.match(link.text)])
    small = max(signals.lists, default=0) <= MOST_DATED_ROWS
    if len(names.crumb) > 1:
        return blocks >= 2 and more >= 1 and small
    if _HOME_PATH.match(document.url) and (
        blocks >= 2 or more >= 2 or (linked >= 40 and blocks != 1)
    ):
        return True
    if blocks >= 2 and small and (more >= 2 or names.whole_site()):
        return True
    if linked < 40:
        return False
    return blocks >= 3 or more >= 3
