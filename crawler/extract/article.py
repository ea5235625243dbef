"""Article pages: when it was published, by what evidence, from which source.

The order is that of design 4.4: official meta label, labelled text (also where a script writes the
date behind its label), a script variable, an unlabelled date under the title, the address. An
official label that only repeats when the page was generated comes behind all of these, and one
that is younger than the labelled day under the title comes behind that day: such labels are
written when an article is saved anew, or when a site is rebuilt or moved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from crawler.extract.dates import Stamp, beijing_day, find_full, read_english, read_value
from crawler.extract.document import once
from crawler.extract.generation import is_generation_time
from crawler.extract.outline import HIDDEN, squeeze
from crawler.extract.remembered import remembered
from crawler.extract.url_dates import date_in_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from crawler.extract.cells import DateCell
    from crawler.extract.document import Document

_META: Final = (
    "pubdate", "publishdate", "publish_date", "publishtime", "publish-date", "pub_date", "pubtime",
    "article:published_time", "og:release_date", "firstpublishedtime", "releasedate", "dc.date",
    "dc.date.issued", "datepublished", "article.published", "createdate", "weibo: article:create_at",
)  # fmt: skip
_META_NAMES: Final = frozenset(_META)
_MOMENTS: Final = ("时间", "日期")
_PUBLISHING: Final = [
    "发布",
    "发表",
    "公布",
    "发稿",
    "刊发",
    "刊登",
    "公开",
    "上网",
    "上传",
    "录入",
    "推送",
    "提交",
]
_SIGNING: Final = ["成文", "发文", "签发", "印发", "生成", "制发"]
_BEST: Final = (
    *(f"{deed}{moment}" for deed in _PUBLISHING for moment in _MOMENTS),
    *(
        "发布于",
        "发表于",
        "publishtime",
        "publishdate",
        "published",
        "publishedon",
        "publishedtime",
    ),
)
_UPDATED: Final = ("更新时间", "更新日期", "更新于", "updated", "updatedon")
_WEAK: Final = tuple(f"{deed}{moment}" for deed in _SIGNING for moment in _MOMENTS)
_GAP: Final = ' \u3000】]):：[(（【“"）'
_LABEL_ENDS: Final = frozenset("间期于布edn")
_BEFORE: Final = 32
_BARE_LABEL: Final = re.compile(
    r"(?:^|[^\u4e00-\u9fff])(?:时\s{0,4}间|日\s{0,4}期)$|(?:^|[^a-z])(?:date|time)$", re.IGNORECASE
)
_ENGLISH_LABEL: Final = re.compile(
    r"\b(?:published|posted|updated|released|date|time)(?: (?:on|at|time|date))?\s{0,2}[:：]\s{0,3}",
    re.IGNORECASE,
)
_VARIABLE: Final = re.compile(
    r"(?:pub_?date|pub_?time|publish_?(?:date|time)|publishedtime|fbsj|fbrq|fbtime|release_?(?:date|time)|docreltime|"
    r"pubdatestr|article_?date|news_?date|contentdate|createdate)[\"']?\s{0,3}[:=]\s{0,3}[\"']\s?$"
)
_SOURCE: Final = re.compile(
    r"(?:信息|文章|稿件|内容|新闻)?来\s{0,4}源\s{0,2}[:：]\s{0,3}[\[(（【“\"]?\s{0,2}([^\s【】\[\]()（）|:：]{2,40})"
)
_NEXT_LABEL: Final = re.compile(
    r"(?:发布|作者|编辑|时间|日期|浏览|阅读|点击|字体|字号|责任|审核|访问|打印|文号|索引号|信息类别).*$"
)
_FOOTER_MARKS: Final = (
    "版权所有", "Copyright", "copyright", "COPYRIGHT", "网站标识码", "ICP备", "主办：", "主办:", "主办单位", "技术支持",
)  # fmt: skip
_FOOTER_MARK: Final = re.compile("|".join(_FOOTER_MARKS))
_LONGEST_PAGE: Final = 150_000
_LONGEST_SCRIPT: Final = 20_000
_BODY_TEXT: Final = 60
_FOOTER_TEXT: Final = 4
_MOST_CONFLICTS: Final = 5
_REBUILT: Final = timedelta(days=30)  # a label this much younger than the shown day is of a move
_ANEW: Final = timedelta(days=1)  # and than a day that is shown as that of publication
_BENEATH: Final = 200  # characters between a title and the day that is shown under it
_TITLE_START: Final = 20


@dataclass(frozen=True, slots=True)
class Published:
    """What a page says of its own publication. `provenance`: meta, detail, script, url."""

    on: date | None = None
    provenance: str | None = None
    conflicts: tuple[str, ...] = ()


def read_published(
    document: Document, meta: dict[str, str], cells: Sequence[DateCell], as_of: datetime
) -> Published:
    """The day of publication by the surest evidence; what disagrees is listed.

    A day after that of `as_of` is never taken, only listed.
    """
    latest = beijing_day(as_of)
    chosen: tuple[str, date] | None = None
    conflicts: list[str] = []
    for kind, day in _evidence(document, meta, cells, as_of):
        if chosen is None and day <= latest:
            chosen = kind, day
        elif chosen is None or day != chosen[1]:
            conflicts.append(f"{kind}:{day.isoformat()}")
    kept = tuple(dict.fromkeys(conflicts))[:_MOST_CONFLICTS]
    return Published(chosen[1], chosen[0], kept) if chosen else Published(conflicts=kept)


def _evidence(
    document: Document, meta: dict[str, str], cells: Sequence[DateCell], as_of: datetime
) -> Iterator[tuple[str, date]]:
    """Every date that claims to be that of publication, surest first."""
    labelled = _labelled(document)
    official = _by_meta(document, meta, as_of)
    generated = official is not None and is_generation_time(document, meta.get("PubDate", ""))
    sure = [("detail", labelled[0]), ("detail", labelled[1])]
    if official is not None and not generated:
        shown = _shown_long_before(document, meta, official, labelled)
        sure = [*(("detail", day) for day in shown), ("meta", official), *sure]
    if not any(day for _, day in sure):
        sure.append(("script", _by_variable(document)))
        sure.append(("detail", _under_title(document, cells)))
    sure.append(("url", date_in_url(document.url)))
    if generated:
        sure.append(("meta", official))
    if not any(day for _, day in sure):
        sure.append(("detail", labelled[2]))
    return ((kind, day) for kind, day in sure if day is not None)


def _shown_long_before(
    document: Document, meta: dict[str, str], official: date, labelled: Sequence[date | None]
) -> Iterator[date]:
    """The labelled day right under the title, where the official label is far younger than it.

    A day that is called that of publication (发布时间) stands before any younger one: who saves or
    moves an article anew changes the label, and what readers see stays.
    """
    limits = zip(labelled[:2], (_ANEW, _REBUILT), strict=True)
    old = [day for day, limit in limits if day is not None and official - day > limit]
    title = squeeze(meta.get("ArticleTitle", ""))[:_TITLE_START]
    if not old or len(title) < 4:
        return
    stream = stream_of(document)
    for stamp in find_full(stream):
        day = stamp.date()
        near = stream.rfind(title, max(0, stamp.start - _BENEATH), stamp.start) >= 0
        if (
            day in old
            and near
            and _label_of(stream[max(0, stamp.start - _BEFORE) : stamp.start]) in {0, 1}
        ):
            yield day
            return


def _by_meta(document: Document, meta: dict[str, str], as_of: datetime) -> date | None:
    if value := meta.get("PubDate"):
        day = read_value(value, as_of)
        if day is not None:
            return day
    found: dict[str, str] = {}
    attributes_of = document.outline.attributes
    for index in document.outline.places.get("meta", ()):
        attributes = attributes_of(index)
        name = (attributes.get("name") or "").strip() or (attributes.get("property") or "").strip()
        if (name := name.lower()) in _META_NAMES:
            found.setdefault(name, (attributes.get("content") or "").strip())
    for name in _META:
        if name in found and (day := read_value(found[name], as_of)) is not None:
            return day
    return None


def _labelled(document: Document) -> list[date | None]:
    """The first day behind a label of publication, of time at large, of signing; in that order."""
    stream = stream_of(document)
    found: list[date | None] = [None, None, None]
    for stamp in find_full(stream):
        number = _label_of(stream[max(0, stamp.start - _BEFORE) : stamp.start])
        if number is not None and found[number] is None:
            found[number] = stamp.date()
    if found[0] is None and found[1] is None:
        found[1] = _in_english(stream)
    return found


def _in_english(stream: str) -> date | None:
    """The day behind an English label: `Updated: Feb 6, 2024`."""
    for label in _ENGLISH_LABEL.finditer(stream[:_LONGEST_PAGE]):
        stamp = read_english(stream[label.end() : label.end() + 28])
        if stamp is not None and (day := stamp.date()) is not None:
            return day
    return None


def _label_of(before: str) -> int | None:
    """Which sort of label ends the text before a date: 0 publication, 1 time at large, 2 signing."""
    label = before.rstrip(_GAP)
    if label[-1:] not in _LABEL_ENDS:
        return None
    colon = any(mark in before[len(label) :] for mark in ":：")
    bare = colon and _BARE_LABEL.search(label) is not None
    label = label.replace(" ", "").lower()
    if label.endswith(_BEST) or (colon and label.endswith("发布")):
        return 0
    if label.endswith(_WEAK):
        return 2
    return 1 if bare or label.endswith(_UPDATED) else None


@once
def stream_of(document: Document) -> str:
    """The visible text in page order, with dates put in where a short script writes them."""
    written = any(_written(script) for script in document.scripts)
    text = squeeze(" ".join(_pieces(document))) if written else document.visible_text()
    return _above_footer(text[:_LONGEST_PAGE])


def _above_footer(stream: str) -> str:
    """The text without its footer, whose 更新日期 is that of the site."""
    half = len(stream) // 2
    places = [place for mark in _FOOTER_MARKS if (place := stream.find(mark, half)) >= 0]
    return stream[: min(places)] if places else stream


def _pieces(document: Document) -> Iterator[str]:
    outline = document.outline
    length = 0
    for index, text in enumerate(outline.texts):
        if not text:
            continue
        parent = outline.tags[outline.parents[index]]
        if parent == "script":
            if date := _written(text):
                yield date
        elif parent not in HIDDEN:
            yield text
            length += len(text)
            if length > _LONGEST_PAGE:
                return


@remembered
def _written(script: str) -> str:
    """The one date in a short script that stands in the text; empty where there is none."""
    if len(script) <= 400 and "20" in script:
        stamps: list[Stamp] = list(find_full(script))
        if len(stamps) == 1 and "http" not in script:
            return stamps[0].text
    return ""


def _by_variable(document: Document) -> date | None:
    """The date that a script assigns to a variable named for publication."""
    days = (_assigned(script) for script in document.scripts)
    return next((day for day in days if day is not None), None)


@remembered
def _assigned(script: str) -> date | None:
    for stamp in find_full(script[:_LONGEST_SCRIPT]):
        before = script[max(0, stamp.start - _BEFORE) : stamp.start].lower()
        if _VARIABLE.search(before) and (day := stamp.date()) is not None:
            return day
    return None


def _under_title(document: Document, cells: Sequence[DateCell]) -> date | None:
    """A date that stands alone between the title and the first long text, outside any link."""
    limit = _first_long_text(document) if cells else 0
    for cell in cells:
        if cell.index >= limit:
            return None
        whole = cell.alone and not cell.script and cell.stamp.year and not cell.stamp.relative
        if whole and not _in_link_or_item(document, cell.index):
            day = cell.stamp.date()
            if day is not None:
                return day
    return None


def _first_long_text(document: Document) -> int:
    """The place of the first text of a paragraph's length, or of the footer."""
    outline = document.outline
    for index in outline.places.get("-text", ()):
        text = outline.texts[index]
        if len(text) < _FOOTER_TEXT or outline.tags[outline.parents[index]] in HIDDEN:
            continue
        if len(text.strip()) >= _BODY_TEXT or _FOOTER_MARK.search(text) is not None:
            return index
    return len(outline.texts)


def _in_link_or_item(document: Document, index: int) -> bool:
    outline = document.outline
    for _ in range(5):
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
