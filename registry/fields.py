"""One cell at a time: what a registry cell may hold, and the Chinese sentence when it does not.

Every parser takes the cleaned text of one filled cell and returns its value, or raises
ValueError with the reason an operator reads.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Spreadsheets run cells that begin with these; the full-width ones are typed by Chinese keyboards.
FORMULA_MARKS = "=+-@＝＋－＠"
URL_CHARACTERS = 2000
# Zero-width marks come along when names are copied from web pages; they are never meant.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_LAYOUT_BREAKS = re.compile(r"[ \t]*[\r\n\t]+[ \t]*")
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SITE_CODE = re.compile(r"(?:\d{6}|bm\d{4})\d{4}", re.ASCII)
_BARE_HOST = re.compile(
    r"[a-z0-9][a-z0-9.-]{0,250}\.[a-z]{2,20}(?::\d{1,5})?(?:/\S*)?", re.IGNORECASE
)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"[+-]?[\d\s.,-]+")
_YES = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓"})
_NO = frozenset({"否", "无", "n", "no", "false", "0", "×", "x"})


def clean(cell: str) -> str:
    """The cell without padding, invisible marks and the line breaks that layout put into names."""
    return _LAYOUT_BREAKS.sub("", cell.translate(_INVISIBLE).strip())


def squeezed(name: str) -> str:
    """The name with all whitespace removed: how names are compared (notices.md 3.3)."""
    return "".join(name.split())


def control_characters(text: str) -> bool:
    """Whether the text holds characters that no registry means: controls, direction overrides."""
    return any(unicodedata.category(one) == "Cc" or one in _DIRECTION_MARKS for one in text)


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet could run the text; a plain signed number is none."""
    return text[:1] != "" and text[0] in FORMULA_MARKS and not _NUMBER.fullmatch(text)


def text(limit: int) -> Callable[[str], str]:
    """Plain text of at most `limit` characters that no spreadsheet would run."""

    def parse(cell: str) -> str:
        if cell[0] in FORMULA_MARKS:
            raise ValueError("以公式符号开头")
        if len(cell) > limit:
            raise ValueError(f"超过 {limit} 个字符")
        return cell

    return parse


def identifier(limit: int) -> Callable[[str], str]:
    """A code or number: full-width forms made plain, no whitespace inside."""
    plain = text(limit)

    def parse(cell: str) -> str:
        return plain(squeezed(unicodedata.normalize("NFKC", cell)))

    return parse


def site_code(cell: str) -> str:
    """网站标识码, ten characters, `bm` in lower case (indicators.md 13.1)."""
    code = squeezed(unicodedata.normalize("NFKC", cell)).lower()
    if not _SITE_CODE.fullmatch(code):
        raise ValueError("不是 10 位网站标识码（6 位区划码或 bm 加 4 位数字，再加 4 位序号）")
    return code


def url(cell: str) -> str:
    """An http or https address with a host and no log-in; a bare host name gets `http://`."""
    if len(cell) > URL_CHARACTERS:
        raise ValueError(f"网址超过 {URL_CHARACTERS} 个字符")
    if any(one.isspace() for one in cell):
        raise ValueError("网址中有空格")
    cell = _full_width_scheme(cell)
    if _BARE_HOST.fullmatch(cell):
        cell = f"http://{cell}"
    try:
        parts = urlsplit(cell)
        port = parts.port
    except ValueError as error:
        raise ValueError("网址格式不对") from error
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError("网址应以 http:// 或 https:// 开头并带有域名")
    if parts.username is not None or parts.password is not None:
        raise ValueError("网址中不能带用户名或密码")
    if not re.fullmatch(r"[\w.\-:]{1,253}", parts.hostname):
        raise ValueError("网址的域名不对")
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), *parts[2:]))


def _full_width_scheme(cell: str) -> str:
    """`http：//` as a Chinese keyboard types it, made plain; nobody sees the difference."""
    found = _SCHEME.match(unicodedata.normalize("NFKC", cell[:12]))
    return f"{found[0]}{cell[found.end() :]}" if found else cell


def yes_no(cell: str) -> bool:
    """是 or 否, in the spellings that registers use."""
    word = cell.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("应填“是”或“否”")


def choice(*words: str, spellings: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """One of a closed list of words; `spellings` maps other spellings onto them."""
    known = {word: word for word in words} | dict(spellings or {})

    def parse(cell: str) -> str:
        word = known.get(squeezed(cell))
        if word is None:
            raise ValueError(f"“{cell[:20]}”不在可选值中（{'、'.join(words)}）")
        return word

    return parse


def days(cell: str) -> int:
    """更新期限 in days, from one to ten years."""
    number = re.fullmatch(r"(\d{1,4})(?:天|日)?", unicodedata.normalize("NFKC", squeezed(cell)))
    if number is None or not 1 <= int(number[1]) <= 3660:
        raise ValueError("应填 1 到 3660 之间的天数")
    return int(number[1])


def day(cell: str) -> date:
    """A calendar day in one of the usual spellings; a time of day behind it is dropped."""
    plain = unicodedata.normalize("NFKC", cell)
    found = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    if found is None:
        raise ValueError("不是日期（如 2023-03-31）")
    try:
        return date(*map(int, found.groups()))
    except ValueError as error:
        raise ValueError("日期不存在") from error


def level(cell: str) -> int:
    """级别: 1 for 一级, 2 for 二级."""
    return 1 if choice("一级", "二级", spellings={"1": "一级", "2": "二级"})(cell) == "一级" else 2
