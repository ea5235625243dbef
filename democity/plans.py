"""What is planned for each target: plain data, made once from the scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from democity.schedule import Schedule


class Listing(StrEnum):
    """What sort of page a column opens."""

    ITEMS = "items"
    BOARD = "board"
    GUIDES = "guides"
    SURVEYS = "surveys"
    PETITION = "petition"
    DISCIPLINE = "discipline"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the tree with its own domain and number."""

    number: int
    name: str
    parent: str
    called: str
    domain: str
    sites: int | None
    accounts: int | None


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One column. `slug` is its folder; `group` the entry of the navigation it hangs under.

    `home` says that the home page shows its newest rows; `blank` that it never held anything;
    `deadline_days` is what the registry states, None for the deadline of its kind. `elsewhere`:
    its newest row leads to another site, as an item (`item`), or to a topic as every column's
    first row does (`banner`).
    """

    number: int
    name: str
    kind: str
    level: int
    slug: str
    group: str
    schedule: Schedule
    listing: Listing = Listing.ITEMS
    home: bool = False
    blank: bool = False
    may_be_empty: bool = False
    deadline_days: int | None = None
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """The message board. `planted` are extra letters: (day asked, day answered or None)."""

    schedule: Schedule
    planted: tuple[tuple[date, date | None], ...] = ()
    late_days: int = 4
    page_size: int = 15


@dataclass(frozen=True, slots=True)
class Footer:
    """How each footer item is shown: `text`, `link`, `script`, `comment`, `missing`, …

    `where` is where the footer itself comes from: inline, script or frame; `home`: other
    pages have a line of copyright alone.
    """

    conac: str = "script"
    jiucuo: str = "script"
    site_code: str = "text"
    icp: str = "text"
    police: str = "text"
    sponsor: str = "text"
    contact: str = "text"
    where: str = "inline"


@dataclass(frozen=True, slots=True)
class Look:
    """How pages look: the traits that tempt a careless reader (docs/democity.md lists them).

    `dates` and `home_dates` name a row style of `democity.families.rows`; `clock` is none,
    script, text or weather; `robots` is empty, deny or challenge.
    """

    dates: str = "iso"
    home_dates: str = "iso"
    clock: str = "none"
    robots: str = ""
    pinned: int = 0
    refused_links: int = 0
    flaky_links: int = 0
    cached_days: int = 0
    pinned_newest: bool = False
    future_row: bool = False
    backdated_row: bool = False
    backdated_days: int = 0
    impossible_row: bool = False
    title_dates: bool = False
    last_modified: bool = False
    stamp: bool = False
    wrong_meta: bool = False
    copyright_year: bool = False
    navigation_only: bool = False
    soft_404: bool = False
    no_head: bool = False
    commented_rows: bool = False
    foreign_rows: bool = False
    menu_script: bool = False
    external_column: bool = False
    refused_columns: bool = False
    bare_articles: bool = False
    no_search: bool = False
    no_labels: bool = False


@dataclass(frozen=True, slots=True)
class Flaws:
    """What planted problems change on pages; a healthy site has these values.

    `emblem`: picture, style, none (portals alone show one). `statistics` of letters: link,
    other, long, none. `tie` of an interpretation: document, named, sideways, none. `source` of an
    article: shown, news, none. `reports` of the year: the newest year printed, below zero in a
    title that ends with it. `receiver` names who takes requests for disclosure. `repeated`
    columns carry one item of the day `repeated_on`; `side_bar` shows it on every column page.
    `intranet`: link, text. `slipped`: hijacked, advert, hidden, warning, menu. `inner`: links of
    column pages that are missing, refused, flaky. `synonyms`: guides under other headings.
    `replied`: where the day of an answer is told, both, letter or nowhere. `labels`: official,
    shouted. `search`: box, link.
    """

    emblem: str = "picture"
    statistics: str = "link"
    tie: str = "document"
    source: str = "shown"
    reports: int = 0
    receiver: bool = True
    repeated: int = 0
    repeated_on: int = 0
    side_bar: bool = False
    intranet: str = ""
    slipped: str = ""
    inner: str = ""
    synonyms: bool = False
    replied: str = "both"
    labels: str = "official"
    search: str = "box"


@dataclass(frozen=True, slots=True)
class State:
    """Whether the site answers: `kind` is a word of `democity.access.STATES`.

    `nights` are the nights, counted from 1, on which it holds; empty means all of them.
    """

    kind: str = "ok"
    seconds: float = 0.0
    nights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Probes:
    """A week of availability probes to be seeded: so many a day, so many of the week failed."""

    counted: int = 24
    failed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class SitePlan:
    """One site. Its columns are in `columns`; `key` seeds everything on it; `moved_to` is the

    host to which the registered one sends its visitors.

    Equal only to itself, so that finished parts of its pages can be kept by site.
    """

    number: int
    key: int
    code: str
    name: str
    unit: str
    parent: str
    sponsor: str
    host: str
    scheme: str
    family: str
    encoding: str
    kind: str
    services: str
    canary: bool
    running: str
    registered: bool
    columns: tuple[ColumnPlan, ...]
    letters: Letters
    guides: int
    footer: Footer
    look: Look
    state: State
    probes: Probes
    dead_links: int = 0
    dead_hosts: int = 0
    poor_guides: int = 0
    guide_gaps: int = 0
    sentences: tuple[str, ...] = ()
    flaws: Flaws = field(default_factory=Flaws)
    moved_to: str = ""
    problems: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    traps: tuple[int, ...] = ()
    note: str = ""

    @property
    def origin(self) -> str:
        """Scheme and host, as registered."""
        return f"{self.scheme}://{self.host}"

    @property
    def home_url(self) -> str:
        """首页网址."""
        return f"{self.origin}/"

    @property
    def domain(self) -> str:
        """The host without its first label: what the unit's sites have in common."""
        return self.host.partition(".")[2]

    def column(self, number: int) -> ColumnPlan | None:
        """The column of that number, if the site has it."""
        return next((one for one in self.columns if one.number == number), None)


@dataclass(frozen=True, slots=True, eq=False)
class AccountPlan:
    """One account. `platform` is our own word, `printed` the 账号类型 of the registry.

    `scene` is a word of `democity.platforms.base.SCENES`, played on `scene_nights` (all, when
    empty); `silent` says that it never posted, `looked` that a person saw so; `sources` is
    its 信息源, `way` how it is read. `reposted` are the titles of posts by number that are
    mandated reposts. `certified`, `shown_as`, `card`, `menu_link`, `functions` and `likes` are
    those of `democity.account_problems.AccountDraft`.
    """

    number: int
    key: int
    code: str
    name: str
    unit: str
    parent: str
    sponsor: str
    platform: str
    printed: str
    platform_id: str
    schedule: Schedule
    scene: str
    scene_nights: tuple[int, ...]
    silent: bool
    publishing: bool
    canary: bool
    running: str
    entity: str
    sources: tuple[str, ...]
    home_url: str
    way: str = ""
    certified: bool = True
    shown_as: str = ""
    card: str = ""
    menu_link: str = ""
    functions: str = "both"
    likes: str = ""
    looked: bool = False
    filing: str = ""
    reposted: Mapping[int, str] = field(default_factory=dict)
    problems: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    traps: tuple[int, ...] = ()
    note: str = ""

    @property
    def principal(self) -> bool:
        """主要账号: one in five."""
        return self.number % 5 == 0
