"""A list that is empty: truly, or only until a script fills it (trap 22, design 9 on W4.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.document import once
from crawler.extract.facts import PageKind
from crawler.extract.marks import Marks
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from crawler.extract.document import Document
    from crawler.extract.ground import Ground
    from crawler.extract.outline import Outline

_NOTHING: Final = re.compile(
    r"(?:暂无|没有|无)(?:相关|任何|最新|更多|此类|符合条件的?)?(?:信息|数据|内容|记录|文章|资料|结果|公告|列表)|暂时没有|内容为空|空空如也|"
    r"(?:内容|栏目|频道|[版板]块|信息|资料|数据)(?:正在)?(?:建设|更新|维护|整理|完善)中|共\s{0,2}0\s{0,2}(?:条|页|篇)|总(?:数|记录数?)[:：]\s{0,2}0(?!\d)"
)
_CALLS: Final = Marks((
    b"$.ajax", b"jquery.ajax", b"$.get", b"$.post", b"fetch(", b"axios", b"xmlhttprequest", b".load(", b"v-for", b"ng-repeat", b"{{",
    b"laytpl", b"arttemplate", b"template(", b"-template", b"jpage", b"vue(", b"createapp", b"reactdom", b"webpackjsonp",
    b"datatable", b"bootstraptable", b"<%", b"mustache", b"handlebars", b"epoint", b"webbuilder", b"datagrid", b"gkmlpt",
    b"text/template", b"text/x-jsrender",
))  # fmt: skip
_LIST_CALL: Final = re.compile(  # begins with the rare word, so that the search is fast
    rb"list(?:(?<=getlist)|(?<=(?:load|init|show|page)list)|(?<=querylist))\w{0,20}\s?\("
)
_LIST_SCRIPT: Final = re.compile(
    r"list|(?<!j)query|column|infos?(?:[^a-z]|$)|getdata|app\.|chunk|vendor", re.IGNORECASE
)
_CONTAINER: Final = re.compile(
    r"list|news|con|main|right|box|cont|article|data|item", re.IGNORECASE
)
_MARGIN: Final = re.compile(
    r"nav|menu|foot|head|top|banner|search|crumb|pag|tab|link|slide|hd|logo|share|sub|left|lnav|float",
    re.IGNORECASE,
)


def is_blank(document: Document, ground: Ground, kind: PageKind, rows: int) -> bool:
    """Whether the page is a list that shows none, in HTML that no script would fill."""
    if rows or kind not in {PageKind.COLUMN_LIST, PageKind.MESSAGE_BOARD}:
        return False
    if _fills_itself(document):
        return False
    return says_nothing(document) or _has_empty_container(ground)


def needs_browser(
    document: Document, access: AccessState, kind: PageKind, rows: int, sources: int
) -> bool:
    """Whether only a real browser could show the list: scripts render it from no address we see."""
    if access is AccessState.EMPTY_SHELL:
        return True
    if access is not AccessState.OK or rows or sources or says_nothing(document):
        return False
    return kind in {PageKind.COLUMN_LIST, PageKind.MESSAGE_BOARD, PageKind.HOME} and _fills_itself(
        document
    )


def says_nothing(document: Document) -> bool:
    """Whether the page says in words that there is nothing (暂无信息)."""
    return _NOTHING.search(document.visible_text()[:20_000]) is not None


@once
def _fills_itself(document: Document) -> bool:
    """Signs of a list that a script renders: calls, templates, a script of the page's own."""
    low = document.lowered
    if _CALLS.stand_in(low) or _LIST_CALL.search(low):
        return True
    sources = (document.attribute(i, "src") for i in document.outline.places.get("script", ()))
    return any(_LIST_SCRIPT.search(source.rsplit("/", 1)[-1]) for source in sources)


def _has_empty_container(ground: Ground) -> bool:
    """An element that is built to hold a list and holds nothing, outside margins of the page."""
    outline = ground.outline
    for index, tag in enumerate(outline.tags):
        if tag in {"ul", "ol", "tbody", "table", "div", "dl"} and _is_empty(outline, index):
            attributes = outline.nodes[index].attributes
            names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
            lists = tag in {"ul", "ol", "tbody", "table", "dl"} or _CONTAINER.search(names)
            if lists and not _MARGIN.search(names) and not ground.aside(index):
                return True
    return False


def _is_empty(outline: Outline, index: int) -> bool:
    """No text and no picture under an element; the head row of a table does not count."""
    end = outline.ends[index]
    if end - index > 60:
        return False
    if outline.tags[index] in {"table", "tbody"}:
        rows = [p for p in range(index, end) if outline.tags[p] == "tr"]
        return bool(rows) and len(rows) <= 2 and "a" not in outline.tags[index:end]
    return not any(outline.texts[index:end]) and "img" not in outline.tags[index:end]
