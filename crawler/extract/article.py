"""Article pages: when it was published, by what evidence, from which source.

The order is that of design 4.4: official meta label, labelled text (also where a script writes the
date behind its label), a script variable, an unlabelled date under the title, the address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.extract.cells import cell_of
from crawler.extract.dates import Stamp, beijing_day, find_full, read_value
from crawler.extract.document import HIDDEN, squeeze
from crawler.extract.url_dates import date_in_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from crawler.extract.document import Document

_META: Final = (
    "pubdate", "publishdate", "publish_date", "publishtime", "publish-date", "pub_date", "pubtime",
    "article:published_time", "og:release_date", "firstpublishedtime", "releasedate", "dc.date",
    "dc.date.issued", "datepublished", "article.published", "createdate", "weibo: article:create_at",
)  # fmt: skip
_BEST: Final = re.compile(
    r"(?:信息)?(?:发\s?布|发\s?表|公\s?布|发\s?稿|刊\s?发|刊\s?登|公\s?开|上\s?网|上\s?传|录\s?入|推\s?送|提\s?交)\s?(?:时\s{0,4}间|日\s{0,4}期)"
    r"|发布于|发表于|发布[:：]|Publish(?:ed)?(?: ?(?:time|date|on))?[:：]",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(
    r"(?<![\u4e00-\u9fff])(?:时\s{0,4}间|日\s{0,4}期)(?=\s{0,3}[:：])|更新(?:时间|日期|于)"
)
_WEAK: Final = re.compile(r"(?:成文|发文|签发|印发|生成|制发)(?:时间|日期)")
_BETWEEN: Final = re.compile(r"\s{0,3}[】\])）]?\s{0,3}[:：]?\s{0,6}[\[(（【“\"]?\s{0,6}")
_VARIABLE: Final = re.compile(
    r"\b(?:pub_?date|pub_?time|publish_?(?:date|time)|publishedtime|fbsj|fbrq|fbtime|release_?(?:date|time)|docreltime|"
    r"pubDateStr|article_?date|news_?date|contentdate|createDate)[\"']?\s{0,3}[:=]\s{0,3}[\"']([^\"'\n]{6,40})[\"']",
    re.IGNORECASE,
)
_SOURCE: Final = re.compile(
    r"(?:信息|文章|稿件|内容|新闻)?来\s{0,4}源\s{0,2}[:：]\s{0,3}[\[(（【“\"]?\s{0,2}([^\s【】\[\]()（）|:：]{2,40})"
)
_NEXT_LABEL: Final = re.compile(
    r"(?:发布|作者|编辑|时间|日期|浏览|阅读|点击|字体|字号|责任|审核|访问|打印).*$"
)
_FOOTER: Final = re.compile(
    r"版权所有|Copyright|网站标识码|ICP备|主办单位?[:：]|技术支持", re.IGNORECASE
)
_LONGEST_PAGE: Final = 150_000
_LONGEST_SCRIPT: Final = 20_000
_BODY_TEXT: Final = 60
_MOST_CONFLICTS: Final = 5


@dataclass(frozen=True, slots=True)
class Published:
    """What a page says of its own publication. `provenance`: meta, detail, script, url."""

    on: date | None = None
    provenance: str | None = None
    conflicts: tuple[str, ...] = ()


def read_published(document: Document, meta: dict[str, str], as_of: datetime) -> Published:
    """The day of publication by the surest evidence; what disagrees is listed.

    A day after that of `as_of` is never taken, only listed.
    """
    latest = beijing_day(as_of)
    chosen: tuple[str, date] | None = None
    conflicts: list[str] = []
    for kind, day in _evidence(document, meta, as_of):
        if chosen is None and day <= latest:
            chosen = kind, day
        elif chosen is None or day != chosen[1]:
            conflicts.append(f"{kind}:{day.isoformat()}")
    kept = tuple(dict.fromkeys(conflicts))[:_MOST_CONFLICTS]
    return Published(chosen[1], chosen[0], kept) if chosen else Published(conflicts=kept)


def _evidence(
    document: Document, meta: dict[str, str], as_of: datetime
) -> Iterator[tuple[str, date]]:
    """Every date that claims to be that of publication, surest first."""
    sure = [
        ("meta", _by_meta(document, meta, as_of)),
        ("detail", _by_label(document, _BEST)),
        ("detail", _by_label(document, _PLAIN)),
    ]
    if not any(day for _, day in sure):
        sure.append(("script", _by_variable(document, as_of)))
        sure.append(("detail", _under_title(document, as_of)))
    sure.append(("url", date_in_url(document.url)))
    if not any(day for _, day in sure):
        sure.append(("detail", _by_label(document, _WEAK)))
    return ((kind, day) for kind, day in sure if day is not None)


def _by_meta(document: Document, meta: dict[str, str], as_of: datetime) -> date | None:
    if value := meta.get("PubDate"):
        day = read_value(value, as_of)
        if day is not None:
            return day
    found: dict[str, str] = {}
    for node in document.tree.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        if name in _META:
            found.setdefault(name, attributes.get("content") or "")
    for name in _META:
        if name in found and (day := read_value(found[name], as_of)) is not None:
            return day
    return None


def _by_label(document: Document, label: re.Pattern[str]) -> date | None:
    """The first full date right behind a label, in page order."""
    stream = stream_of(document)
    for match in label.finditer(stream):
        start = _BETWEEN.match(stream, match.end())
        place = start.end() if start is not None else match.end()
        stamp = next(find_full(stream[place : place + 40]), None)
        if stamp is not None and stamp.start <= 2 and (day := stamp.date()) is not None:
            return day
    return None


def stream_of(document: Document) -> str:
    """The visible text in page order, with dates put in where a short script writes them."""
    cached = document.__dict__.get("_date_stream")
    if cached is None:
        cached = document.__dict__["_date_stream"] = _above_footer(
            squeeze(" ".join(_pieces(document)))
        )
    return str(cached)


def _above_footer(stream: str) -> str:
    """The text without its footer, whose 更新日期 is that of the site."""
    footer = _FOOTER.search(stream, len(stream) // 2)
    return stream[: footer.start()] if footer else stream


def _pieces(document: Document) -> Iterator[str]:
    outline = document.outline
    length = 0
    for index, text in enumerate(outline.texts):
        if not text:
            continue
        parent = outline.tags[outline.parents[index]]
        if parent == "script":
            yield from _written(text)
        elif parent not in HIDDEN:
            yield text
            length += len(text)
            if length > _LONGEST_PAGE:
                return


def _written(script: str) -> Iterator[str]:
    """The one date in a short script that stands in the text."""
    if len(script) <= 400 and "20" in script:
        stamps: list[Stamp] = list(find_full(script))
        if len(stamps) == 1 and "http" not in script:
            yield stamps[0].text


def _by_variable(document: Document, as_of: datetime) -> date | None:
    for script in document.scripts:
        match = _VARIABLE.search(script[:_LONGEST_SCRIPT])
        if match is not None and (day := read_value(match[1], as_of)) is not None:
            return day
    return None


def _under_title(document: Document, as_of: datetime) -> date | None:
    """A date that stands alone between the title and the first long text, outside any link."""
    outline = document.outline
    for index, text in enumerate(outline.texts):
        if not text:
            continue
        parent = outline.parents[index]
        if outline.tags[parent] in HIDDEN or _in_link_or_item(document, parent):
            continue
        if len(text.strip()) >= _BODY_TEXT or _FOOTER.search(text):
            return None
        if any(char.isdigit() for char in text):
            cell = cell_of(squeeze(text), as_of)
            whole = cell is not None and cell.stamp.year and not cell.stamp.relative
            if cell is not None and whole and (day := cell.stamp.date()) is not None:
                return day
    return None


def _in_link_or_item(document: Document, index: int) -> bool:
    outline = document.outline
    for _ in range(4):
        if index < 0:
            return False
        if outline.tags[index] in {"a", "li", "footer", "select"}:
            return True
        index = outline.parents[index]
    return False


def read_source(document: Document, meta: dict[str, str]) -> str | None:
    """The source (来源) of an article: the official label, else the words behind 来源."""
    if value := meta.get("ContentSource"):
        return value[:80]
    match = _SOURCE.search(stream_of(document))
    if match is None:
        return None
    return _NEXT_LABEL.sub("", match[1])[:80] or None
