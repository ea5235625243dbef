"""What can be read off one page: plain data, JSON in and out, no behaviour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.fetch.access import AccessState


class Provenance(StrEnum):
    """Where a date was read. Any of these may clear a veto; nothing else may."""

    META = "meta"
    LIST_ROW = "list_row"
    URL = "url"
    DETAIL = "detail"
    API = "api"
    FEED = "feed"
    POST_ID = "post_id"
    OPERATOR = "operator"


class PageKind(StrEnum):
    """What sort of page it is."""

    HOME = "home"
    COLUMN_LIST = "column_list"
    ARTICLE = "article"
    MESSAGE_BOARD = "message_board"
    SERVICE_GUIDE = "service_guide"
    CHALLENGE = "challenge"
    SOFT_404 = "soft_404"
    EMPTY_SHELL = "empty_shell"
    OTHER = "other"


# Rows, columns and links come by the hundred on each page. They are values like the rest and nobody
# changes one; only the guard is left out, because it triples the cost of making them.
@dataclass(slots=True, unsafe_hash=True)
class Row:
    """One entry of a list: a linked title with the date printed for it, if any.

    `text` is the date as printed (bounded); `own` is False for a link that leaves the site.
    """

    title: str
    url: str
    date: dt.date | None = None
    provenance: Provenance | None = None
    pinned: bool = False
    text: str = ""
    own: bool = True


@dataclass(frozen=True, slots=True)
class Badges:
    """Footer items. True only when live and visible; None when the footer is not at hand.

    `contact` is a telephone number in the footer; `contact_entry` another way to reach the office:
    a link called 联系我们, an e-mail address, a postal address. `evidence` maps an item's name to
    the matched node's markup (bounded).
    """

    conac: bool | None = None
    jiucuo: bool | None = None
    site_code: str | None = None
    icp: str | None = None
    police: str | None = None
    sponsor: str | None = None
    contact: bool | None = None
    contact_entry: bool | None = None
    site_map: bool | None = None
    jiucuo_code: str | None = None
    jiucuo_obsolete: bool = False
    conac_error: bool = False
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a board with its dates; `status` as printed (已回复, 办理中 …).

    `opened`: its own page was read as well, so that what lacks here is told nowhere.
    """

    title: str
    url: str = ""
    asked_on: dt.date | None = None
    replied_on: dt.date | None = None
    status: str = ""
    opened: bool = False


@dataclass(slots=True, unsafe_hash=True)
class ColumnLink:
    """One column found in a navigation. `kind` is a word of `crawler.extract.columns.ColumnKind`.

    `level` 1 is 一级栏目, 2 is 二级栏目.
    """

    name: str
    url: str
    kind: str = ""
    level: int = 1
    external: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to ask or suggest, as offered on a page. `kind`: consult, petition, discipline,

    survey, interview, other. `form` says that a form that could submit is on the page itself.
    """

    name: str
    url: str
    kind: str
    form: bool = False


@dataclass(slots=True, unsafe_hash=True)
class PageLink:
    """One outgoing reference. `role`: a word of `crawler.extract.references`, or of

    `crawler.extract.dark_links` where it was slipped into the page.
    """

    url: str
    text: str = ""
    role: str = "a"


@dataclass(frozen=True, slots=True)
class PageSigns:
    """Plain signs of a page: a search box, the national emblem, what an article ties itself to,

    and the visible text of articles and other pages of prose (bounded).
    """

    search: bool = False
    emblem: bool = False
    related: tuple[PageLink, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Everything read off one page in one go; `newest_date` is the maximum over own rows not

    later than `as_of`. `blank_list` says that a list container is there and empty;
    `list_source` is the address from which a script would load the list; `frames` are frame
    addresses to follow; `truncated` that not all of the page was read: it was cut, or its newest
    rows stand on a page nobody can follow; `next_pages` further pages of the same list;
    `dark_links` what was slipped into the page; `own_column` the column that a list page itself is;
    `code_conflicts` the pairs of site codes on the page that differ (R-SITECODE).
    """

    url: str
    encoding: str = ""
    access: AccessState = AccessState.OK
    access_detail: str = ""
    page_kind: PageKind = PageKind.OTHER
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    newest_date: dt.date | None = None
    newest_provenance: Provenance | None = None
    published_on: dt.date | None = None
    published_provenance: str | None = None
    published_conflicts: tuple[str, ...] = ()
    source: str | None = None
    badges: Badges = field(default_factory=Badges)
    letters: tuple[Letter, ...] = ()
    guide: dict[str, bool] | None = None
    columns: tuple[ColumnLink, ...] = ()
    channels: tuple[Channel, ...] = ()
    links: tuple[PageLink, ...] = ()
    frames: tuple[str, ...] = ()
    next_pages: tuple[str, ...] = ()
    list_sources: tuple[str, ...] = ()
    footer_sources: tuple[str, ...] = ()
    redirect: str | None = None
    blank_list: bool = False
    needs_browser: bool = False
    anomalies: tuple[str, ...] = ()
    text_length: int = 0
    truncated: bool = False
    dark_links: tuple[PageLink, ...] = ()
    own_column: ColumnLink | None = None
    code_conflicts: tuple[str, ...] = ()
    signs: PageSigns | None = None
