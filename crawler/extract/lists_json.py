"""Lists that come as JSON: gkmlpt, TRS, Epoint, 开普 search, plain REST, JSONP (trap 22).

The objects are told by their fields, not by their producer: a title, an address or id, a date.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from crawler.extract.dates import Stamp, read_value
from crawler.extract.found import FoundRow
from crawler.extract.outline import squeeze
from crawler.extract.url_dates import date_in_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from crawler.extract.document import Document

_PADDED: Final = re.compile(
    r"^[\s;]{0,20}(?:var\s+|let\s+|const\s+|window\.)?[\w$.\[\]'\"]{1,80}\s{0,5}(?:\(|=)\s{0,5}(?=[\[{])"
)
_TITLES: Final = (
    "title", "doctitle", "infotitle", "articletitle", "titleo", "customtitle", "newstitle", "showtitle", "subject",
    "contenttitle", "infoname", "maintitle", "listtitle", "bt", "topic", "headline", "name", "caption", "f_title",
)  # fmt: skip
_TITLE_LIKE: Final = re.compile(r"title$|subject$|headline")
_NAMED: Final = re.compile(
    r"(?:journal|item|doc|policy|notice|news|info|matter|project|event|file|content)_?name$"
)
_ADDRESSES: Final = (
    "url", "docpuburl", "infourl", "link", "linkurl", "href", "pageurl", "arcurl", "visiturl", "post_url",
    "docurl", "uri", "articleurl", "contenturl", "detailurl", "puburl", "staticurl", "redirecturl", "path", "htmlurl", "joburl",
)  # fmt: skip
_PUBLISHED: Final = re.compile(
    r"publish|pubdate|pubtime|pub_|^pub|release|reltime|deploy|issue|fbsj|fbrq|fabu|docdate|infodate|showdate|showtime|"
    r"webdate|publictime|displaytime|display_date|articledate|newsdate|postdate|posttime|writetime|reply|answer",
)
_PLAIN: Final = re.compile(
    r"^(?:date|time|rq|sj|datetime|addtime|adddate|day|inputtime|crtime|ctime)$"
)
_SECOND: Final = re.compile(r"creat|update|modif|insert|sign|date|time|sj$|rq$")
_WRONG: Final = re.compile(
    r"end|expire|dead|begin|start|valid|effect|birth|read|visit|login|delete|timeline|times$|count"
)
_PINNED: Final = re.compile(r"^(?:is_?top|istop|top|is_?stick|sticky|zd|top_?flag|ontop)$")
_SAID: Final = ("msg", "message", "errmsg", "error_msg", "errormsg", "error", "resultmsg", "desc")
_CODES: Final = ("code", "status", "errcode", "ret", "statuscode", "resultcode")
_FAULT: Final = re.compile(r"[45]\d\d|-[1-9]\d{0,5}")
_FAILED: Final = re.compile(
    r"失败|错误|异常|未登录|请(?:先|重新)?登录|无权|没有权限|未授权|拒绝|过期|频繁|非法|不合法|unauthor|forbidden|denied|invalid|expired|exception",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<[^>]{0,200}>")
_NESTED: Final = re.compile(r"\s{0,20}(?:\[\s{0,20})?\{\s{0,20}\"")
_MOST_TEXTS: Final = 10
_MOST_NODES: Final = 50_000
_MOST_ROWS: Final = 1000
_FEWEST_OBJECTS: Final = 1


def load(text: str) -> Any:
    """The value of a JSON or JSONP body; None when it is neither."""
    body = text.strip().lstrip("\ufeff")
    if body[:1] not in "[{":
        match = _PADDED.match(body[:400])
        if match is None:
            return None
        body = body[match.end() :]
    try:
        value, _ = json.JSONDecoder().raw_decode(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, (dict, list)) else None


def find_rows(value: Any, document: Document, as_of: datetime, place: int = 0) -> list[FoundRow]:
    """The rows of a JSON value: of all lists of objects in it, those whose objects look like items."""
    found: list[FoundRow] = []
    for group, objects in enumerate(_object_lists(value)):
        rows = [_row(each, document, as_of) for each in objects[:_MOST_ROWS]]
        kept = [row for row in rows if row is not None]
        if len(kept) >= _FEWEST_OBJECTS and 2 * len(kept) >= len(objects):
            found += [
                row._replace(place=place + len(found) + n, group=-1 - group)
                for n, row in enumerate(kept)
            ]
        if len(found) >= _MOST_ROWS:
            break
    return found


def has_lists(value: Any) -> bool:
    """Whether there is a list field at all, be it empty."""
    return any(True for _ in _walk(value, texts=0) if isinstance(_, list))


def failure(value: Any) -> str:
    """What an answer says of its own failure (`{"code": 500, "msg": …}`); empty where it says none."""
    if not isinstance(value, dict):
        return ""
    fields = {str(key).lower(): each for key, each in value.items()}
    said = next((v for k in _SAID if isinstance(v := fields.get(k), str) and v), "")
    code = next((v for k in _CODES if (v := fields.get(k)) is not None), "")
    refused = str(fields.get("success", "")).lower() == "false" or _FAULT.fullmatch(str(code))
    if not refused and not _FAILED.search(said):
        return ""
    return f"{code} {squeeze(said)}".strip()[:80] or "success=false"


def fragments(value: Any) -> list[str]:
    """Strings of a JSON value that are pieces of HTML with links (`{"html": "<li>…"}`)."""
    return [
        each for each in _walk(value) if isinstance(each, str) and "<a" in each and "href" in each
    ][:200]


def _walk(value: Any, texts: int = _MOST_TEXTS) -> Iterator[Any]:
    """Every value under a value, breadth bounded by number.

    A text that is JSON itself (Epoint's `custom`) is opened, up to `texts` of them.
    """
    stack, seen = [value], 0
    while stack and seen < _MOST_NODES:
        each = stack.pop()
        seen += 1
        yield each
        if isinstance(each, str) and texts and _NESTED.match(each):
            texts -= 1
            stack.append(load(each))
        elif isinstance(each, dict):
            stack.extend(reversed(list(each.values())))
        elif isinstance(each, list):
            stack.extend(reversed(each[:_MOST_ROWS]))


def _object_lists(value: Any) -> Iterator[list[dict[str, Any]]]:
    for each in _walk(value):
        if isinstance(each, list):
            objects = [item for item in each if isinstance(item, dict)]
            if objects:
                yield [_unwrapped(item) for item in objects]


def _unwrapped(item: dict[str, Any]) -> dict[str, Any]:
    """An item whose fields lie one level deeper (`{"data": {…}}`), with names in lower case."""
    fields = {str(key).lower(): value for key, value in item.items()}
    if not _has_title(fields):
        for value in item.values():
            if isinstance(value, dict) and _has_title({str(key).lower(): 0 for key in value}):
                return {str(key).lower(): each for key, each in value.items()}
    return fields


def _has_title(fields: dict[str, Any]) -> bool:
    return any(
        name in _TITLES or _TITLE_LIKE.search(name) or _NAMED.search(name) for name in fields
    )


def _row(fields: dict[str, Any], document: Document, as_of: datetime) -> FoundRow | None:
    title = _title(fields)
    if len(title) < 4:
        return None
    url = next(
        (document.resolve(v) for k in _ADDRESSES if isinstance(v := fields.get(k), str) and v), ""
    )
    stamp = _stamp(fields, as_of)
    if stamp is None and not url:
        return None
    return FoundRow(
        title=title,
        url=url,
        place=0,
        group=0,
        stamp=stamp,
        url_day=date_in_url(url),
        pinned=any(
            _PINNED.match(k) and str(v).lower() in {"1", "true", "y", "是"}
            for k, v in fields.items()
        ),
    )


def _title(fields: dict[str, Any]) -> str:
    named = [name for name in _TITLES if name in fields]
    others = [name for name in fields if _TITLE_LIKE.search(name) and name not in named]
    others += [name for name in fields if _NAMED.search(name) and name not in named]
    for name in (*named, *others):
        value = fields.get(name)
        if isinstance(value, dict):  # as WordPress writes it
            value = value.get("rendered")
        if isinstance(value, str) and value.strip():
            return squeeze(_TAG.sub("", value))[:300]
    return ""


def _stamp(fields: dict[str, Any], as_of: datetime) -> Stamp | None:
    """The surest date field: named for publication, then plain, then of creation."""
    for names in (_PUBLISHED, _PLAIN, _SECOND):
        for key, value in fields.items():
            if names.search(key) and not _WRONG.search(key) and (day := _day(value, as_of)):
                text = str(value)[:40] if isinstance(value, (str, int)) else day.isoformat()
                return Stamp(day.year, day.month, day.day, 0, 0, text)
    return None


def _day(value: Any, as_of: datetime) -> date | None:
    if isinstance(value, dict):  # java.util.Date as some serializers write it
        value = value.get("time") or value.get("$date")
    if isinstance(value, list):  # java.time.LocalDateTime: year, month, day, hour …
        parts = value[:3] if len(value) >= 3 else ["-"]
        value = "-".join(str(part) for part in parts if isinstance(part, int))
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return read_value(str(int(value)) if isinstance(value, float) else str(value), as_of)
