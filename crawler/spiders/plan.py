"""Which pages of a site are worth a request. Pure: facts in, addresses out, in a stable order."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from crawler.extract.addresses import registrable
from crawler.extract.column_kinds import ColumnKind, kind_of
from crawler.fetch.access import AccessState
from crawler.fetch.origins import host_of
from crawler.spiders.result import ColumnSeen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.extract.facts import Channel, Letter, PageFacts, Row
    from crawler.spiders.result import PageRecord
    from crawler.spiders.tickets import ColumnTicket

BEIJING = timezone(timedelta(hours=8))
HOME_ROWS = 5
COLUMN_ROWS = 2
SAMPLES = 4
FRAMES = 4
HOME_FRAMES = 8
INTRO_TEXT = 300
INTRO_LINKS = 10
FEW_COLUMNS = 2
"""An intro page has hardly more characters and links than this."""
SOURCES = 3
CHANNELS = 6
BOARD_PAGES = 3
BOARDS = 3
LETTERS = 6
GUIDES = 6
FRESH_DAYS = 14
CONSULT = "consult"

# Kinds that a veto counts come first when a site has more columns than a night may open.
_RANKED = (
    ColumnKind.NEWS, ColumnKind.NOTICE, ColumnKind.POLICY, ColumnKind.INTERACTION,
    ColumnKind.MESSAGES, ColumnKind.SERVICES, ColumnKind.INTERPRETATION, ColumnKind.PERSONNEL,
    ColumnKind.PLANS, ColumnKind.FINANCE, ColumnKind.STATISTICS, ColumnKind.PROJECTS,
    ColumnKind.LEADERS, ColumnKind.ORGANISATION, ColumnKind.DISCLOSURE,
)  # fmt: skip
_RANKS = {kind: place for place, kind in enumerate(_RANKED)}
_GUIDE_WORDS = re.compile(r"办事指南|服务指南|办理|审批|登记|许可|备案|申请|申领|核发|证明")
_ENTER = re.compile(r"进入|首\s?页|主\s?[页站]|简体|中文|enter|home", re.IGNORECASE)
# The words by which D-LINKED tells an interpretation from other articles.
_INTERPRETATION = re.compile(r"解读|一图读懂|图解|一图看懂")
# The suffixes are those of pages: `/main.css` and `/default.pdf` are no front page.
_FRONT = re.compile(
    r"/?|/(?:index|default|home|main)"
    r"\.(?:[sjx]?html?|phtml|dhtml|[aj]spx?|ashx|php\d?|do|action|cgi|nsf|portal)",
    re.IGNORECASE,
)
_PAGE_START = re.compile(
    r"(?:startrecord|endrecord|page(?:no|num|index)?|currentpage|offset|start)=(\d{1,7})",
    re.IGNORECASE,
)
_NEVER = datetime.min.replace(tzinfo=UTC)
_NUMBER = re.compile(r"\d{3,18}")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page to open: its role, the page that leads to it, the column it belongs to."""

    url: str
    role: str
    parent: str = ""
    column: str = ""


def variants(url: str) -> list[str]:
    """The same site under the other scheme and with or without www (trap 6)."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return []
    other_scheme = "https" if parts.scheme == "http" else "http"
    host = parts.netloc
    other_host = host[4:] if host.startswith("www.") else f"www.{host}"
    named = not re.fullmatch(r"[\d.:\[\]a-f]+", host) and other_host.count(".") >= 1
    made = [(other_scheme, host)]
    if named:
        made += [(parts.scheme, other_host), (other_scheme, other_host)]
    return [urlunsplit((scheme, name, *parts[2:4], "")) for scheme, name in made]


def not_found_address(url: str, seed: str) -> str:
    """An address on the host of `url` that nobody ever published; the same for the same seed."""
    parts = urlsplit(url)
    word = hashlib.sha256(f"{parts.netloc} {seed}".encode()).hexdigest()[:12]
    return f"{parts.scheme}://{parts.netloc}/xuncha-{word}.html"


def is_front(url: str) -> bool:
    """Whether an address names the front page of its host: `/`, `/index.html` and the like.

    Where missing pages are sent to the front page, the front page is still no missing page.
    """
    # Nearly every address goes deeper, and need not be taken apart: two slashes are the scheme's.
    if url.partition("?")[0].partition("#")[0].count("/") > 3:
        return False
    return bool(_FRONT.fullmatch(urlsplit(url).path))


def entrance(home: PageFacts) -> str | None:
    """The front page behind an intro page: a picture, a choice of languages, 进入网站 and no more.

    None where the page has content of its own, or several ways on without a word that tells.
    """
    if (
        home.rows
        or len(home.columns) > FEW_COLUMNS
        or home.list_sources
        or home.text_length > INTRO_TEXT
    ):
        return None
    own = registrable(home.url)
    links = {
        link.url: link.text
        for link in reversed(home.links)
        if link.role == "a" and _fetchable(link.url) and registrable(link.url) == own
        if link.url.rstrip("/") != home.url.rstrip("/")
    }
    if len(links) > INTRO_LINKS:
        return None
    named = [url for url, text in reversed(links.items()) if _ENTER.search(text[:40])]
    return next(iter(named if len(links) > 1 else links), None)


def choose_columns(
    registered: Sequence[ColumnTicket],
    found: PageFacts | None,
    looked: Mapping[str, datetime] | None = None,
) -> list[ColumnSeen]:
    """The registered columns; where none are, those of the navigation, most telling first.

    `looked` says when columns were last opened, by address: those come first that were not for the
    longest time, and first of all those that never were.
    """
    chosen = found_columns(found) if not registered and found is not None else []
    if registered:
        listed = [ColumnSeen(one.url, one.name, one.kind, one.level, one.id) for one in registered]
        chosen = _distinct_columns(listed)
    if not looked:
        return chosen
    return sorted(chosen, key=lambda one: looked.get(one.url, _NEVER))


def found_columns(home: PageFacts) -> list[ColumnSeen]:
    """The columns of the site that its navigation leads to, most telling first."""
    seen = [
        ColumnSeen(one.url, one.name, one.kind, one.level)
        for one in home.columns
        if not one.external and _fetchable(one.url) and one.url != home.url
    ]
    return sorted(_distinct_columns(seen), key=_column_rank)


def _distinct_columns(columns: Iterable[ColumnSeen]) -> list[ColumnSeen]:
    return list({one.url: one for one in reversed(list(columns))}.values())[::-1]


def _column_rank(column: ColumnSeen) -> tuple[int, int]:
    return column.level, _RANKS.get(kind_of(column.kind or column.name), len(_RANKS))


def undated_home_rows(home: PageFacts, as_of: datetime) -> list[Row]:
    """Rows of the home page whose article pages must tell their dates; none when it is fresh.

    The first rows, and those with the highest running numbers: lists are not always in order.
    """
    today = as_of.astimezone(BEIJING).date()
    if home.newest_date and today - home.newest_date < timedelta(days=FRESH_DAYS):
        return []
    undated = _own_undated(home)
    newest = sorted(undated, key=running_number, reverse=True)
    mixed = [*undated[: HOME_ROWS - 2], *newest]
    return list({row.url: row for row in mixed}.values())[:HOME_ROWS]


def undated_column_rows(column: PageFacts, as_of: datetime) -> list[Row]:
    """Rows of a list whose article pages must tell their dates; none where it is fresh by others.

    A headline without a date above older rows, or a list without dates beside a dated side bar, may
    hold what is new: the first rows, and in their place the one with the highest running number.
    """
    today = as_of.astimezone(BEIJING).date()
    if column.newest_date and today - column.newest_date < timedelta(days=FRESH_DAYS):
        return []
    undated = _own_undated(column)
    if column.newest_date is None or len(undated) <= COLUMN_ROWS:
        return undated[:COLUMN_ROWS]
    latest = max(undated, key=running_number)
    return list({row.url: row for row in (undated[0], latest)}.values())


def _own_undated(page: PageFacts) -> list[Row]:
    return [row for row in page.rows if row.own and row.date is None and _fetchable(row.url)]


def running_number(row: Row) -> int:
    """The last number of three digits or more in an address: later items mostly have higher ones."""
    numbers = _NUMBER.findall(urlsplit(row.url).path[-80:] + row.url[-40:])
    return int(numbers[-1]) if numbers else 0


def sample_rows(lists: Iterable[PageFacts]) -> list[Row]:
    """One article of each list, so that footers are seen on more than the home page (trap 34).

    The last place is kept for an interpretation (政策解读) where the others are none: whether it
    leads to its document stands nowhere but on its own page.
    """
    pages = list(lists)
    firsts = (next(_articles(page), None) for page in pages)
    chosen = list({row.url: row for row in firsts if row is not None}.values())[:SAMPLES]
    interpretation = None if any(map(_interprets, chosen)) else _interpretation(pages)
    return [*chosen[: SAMPLES - 1], interpretation] if interpretation else chosen


def _articles(page: PageFacts) -> Iterator[Row]:
    return (row for row in page.rows if row.own and _fetchable(row.url))


def _interpretation(pages: Sequence[PageFacts]) -> Row | None:
    """The first interpretation of the column that is for them, else of any list."""
    ranked = sorted(pages, key=lambda page: not _is_for_interpretations(page))
    return next((row for page in ranked for row in _articles(page) if _interprets(row)), None)


def _is_for_interpretations(page: PageFacts) -> bool:
    return page.own_column is not None and page.own_column.kind == ColumnKind.INTERPRETATION


def _interprets(row: Row) -> bool:
    return bool(_INTERPRETATION.search(row.title[:80]))


def consult_channels(pages: Iterable[PageFacts]) -> list[Channel]:
    """Offered ways to consult, whose pages have to be looked at one level deeper (trap 35)."""
    found = {
        channel.url: channel
        for page in pages
        for channel in page.channels
        if channel.kind == CONSULT
        and _fetchable(channel.url)
        and all(channel.url != letter.url for letter in page.letters)
    }
    return list(found.values())[:CHANNELS]


def interaction_columns(home: PageFacts) -> list[str]:
    """Navigation entries that lead to letters and questions."""
    kinds = {ColumnKind.INTERACTION, ColumnKind.MESSAGES}
    return _columns_of(home, kinds)[:2]


def service_columns(home: PageFacts) -> list[str]:
    """Navigation entries that lead to services."""
    return _columns_of(home, {ColumnKind.SERVICES})[:2]


def _columns_of(home: PageFacts, kinds: set[ColumnKind]) -> list[str]:
    chosen = [
        one.url
        for one in home.columns
        if kind_of(one.kind or one.name) in kinds and _fetchable(one.url)
    ]
    return list(dict.fromkeys(chosen))


def guide_addresses(service: PageFacts) -> list[str]:
    """Guides that a page of services leads to: its rows, else links that name a matter."""
    rows = [row.url for row in service.rows if row.own and _fetchable(row.url)]
    host = host_of(service.url)
    links = [
        link.url
        for link in service.links
        if link.role == "a" and host_of(link.url) == host and _GUIDE_WORDS.search(link.text[:80])
    ]
    return list(dict.fromkeys(one for one in (*rows, *links) if one != service.url))[:GUIDES]


def unread_frames(page: PageFacts, opened: Sequence[PageRecord]) -> list[str]:
    """Frames of the site itself that were not had: there may be more of them than are opened.

    One that is gone shows nothing to anybody; those of others are weather and videos.
    """
    gone = {AccessState.NOT_FOUND, AccessState.SOFT_404}
    known = {one.capture.url for one in opened if one.good or one.capture.access in gone}
    own = registrable(page.url)
    return [url for url in page.frames if url not in known and registrable(url) == own]


def first_sources(sources: Sequence[str], most: int = SOURCES) -> list[str]:
    """One address for each script-loaded list: of a list's pages, the first (trap 22)."""
    first: dict[str, tuple[int, str]] = {}
    for url in sources:
        starts = [int(number) for number in _PAGE_START.findall(url)]
        key, start = _PAGE_START.sub("", url), min(starts, default=0)
        if key not in first or start < first[key][0]:
            first[key] = (start, url)
    return [url for _, url in first.values()][:most]


def undated_letters(board: PageFacts) -> list[Letter]:
    """Letters whose own pages may tell when they were asked or answered."""
    return [
        letter
        for letter in board.letters
        if _fetchable(letter.url) and (letter.asked_on is None or letter.replied_on is None)
    ][:LETTERS]


def _fetchable(url: str) -> bool:
    return url.startswith(("http://", "https://")) and bool(host_of(url))
