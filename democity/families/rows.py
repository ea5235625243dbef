"""Ways in which real sites print a row of a list: where the date stands, and how much of it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Printed(NamedTuple):
    """One day in all the ways it is printed."""

    iso: str
    short: str
    month: str
    day: str
    year: str
    chinese: str
    slash: str
    dot: str


@lru_cache(maxsize=8192)
def printed(ordinal: int) -> Printed:
    """All ways of printing one day."""
    day = date.fromordinal(ordinal)
    iso = day.isoformat()
    return Printed(
        iso,
        iso[5:],
        iso[:7],
        iso[8:],
        iso[:4],
        f"{day.year}年{day.month:02d}月{day.day:02d}日",
        iso.replace("-", "/"),
        iso.replace("-", "."),
    )


def _after(link: str, text: str) -> str:
    return f"<li>{link}<span>{text}</span></li>\n"


def _before(link: str, text: str) -> str:
    return f'<li><span class="date">{text}</span>{link}</li>\n'


_STYLES: dict[str, Callable[[str, Printed], str]] = {
    "iso": lambda link, day: _after(link, day.iso),
    "short": lambda link, day: _after(link, day.short),
    "slash": lambda link, day: _after(link, day.slash),
    "dot": lambda link, day: _before(link, day.dot),
    "chinese": lambda link, day: _after(link, day.chinese),
    "bracket": lambda link, day: f"<li>{link}<span class='time'>[{day.short}]</span></li>\n",
    "bracket_iso": lambda link, day: f"<li><em>[{day.iso}]</em>{link}</li>\n",
    "split": lambda link, day: (
        f'<li><div class="rq"><em>{day.day}</em><span>{day.month}</span></div>{link}</li>\n'
    ),
    "split_year": lambda link, day: (
        f'<li><div class="sj"><div>--{day.year}--</div><p>{day.short}</p></div>{link}</li>\n'
    ),
    "table": lambda link, day: (
        f'<tr><td width="12">·</td><td>{link}</td><td align="right">{day.iso}</td></tr>\n'
    ),
    "undated": lambda link, _day: f"<li>{link}</li>\n",
}

STYLES = frozenset({*_STYLES, "relative"})
"""Every way of printing a row; `relative` prints 昨天 and 3天前 for the newest."""


def relative(day: int, today: int) -> str:
    """昨天, 3天前, or the date when it is older than that."""
    age = today - day
    if age == 1:
        return "昨天"
    return f"{age}天前" if 1 < age <= 5 else printed(day).iso


def row(style: str, link: str, day: int, text: str = "") -> str:
    """One row; `text` is printed in place of the date where a site prints nonsense."""
    if text:
        return _after(link, text)
    return _STYLES[style](link, printed(day))


def container(style: str, rows: str, name: str = "list") -> str:
    """The list around the rows."""
    if style == "table":
        return f'<table class="{name}" width="100%" border="0" cellpadding="0">\n{rows}</table>\n'
    return f'<ul class="{name}">\n{rows}</ul>\n'
