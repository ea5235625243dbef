"""What checks are given: the readings of one target in one run, assembled from stored facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from crawler.extract.facts import PageFacts, Row  # noqa: TC001 -- pydantic needs it at run time
from crawler.fetch.access import AccessState
from crawler.platforms.observation import LinkedAccount, Observation  # noqa: TC001 -- as above


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page as seen in this run. `facts` is None where the capture was not good."""

    url: str
    role: str
    access: AccessState
    capture_id: int
    facts: PageFacts | None = None
    rendered: bool = False
    detail: str = ""

    @property
    def good(self) -> bool:
        """True when the page was read well enough to be judged."""
        return self.access is AccessState.OK and self.facts is not None


@dataclass(frozen=True, slots=True)
class PersonLook:
    """What a person saw on a home page or in a column: the newest item, or that there was none.

    `newest` proves an update whenever it was seen; `holds` says that the look is young enough to
    prove silence too. `empty`: a column that held nothing.
    """

    seen_at: datetime
    by: str
    newest: date | None = None
    empty: bool = False
    holds: bool = False
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """One column: what the registry or the navigation says of it, and its page.

    `deadline_days` is the registered deadline, or None to use the one of its kind.
    `newest` merges list rows with the article pages opened for undated rows.
    `newest_known` is the newest item ever seen there; `ever_filled` says one was. `look` is what
    a person saw there, whose date `newest` holds when it is the newer one. `elsewhere` is the newest
    row that leads to another site; `moved_to` another site to which the column sends its visitors.
    `seen_at` is the earlier night whose page this is, where tonight was the turn of other columns.
    """

    name: str
    url: str
    kind: str
    level: int
    registered: bool
    deadline_days: int | None
    may_be_empty: bool
    page: PageReading | None
    newest: date | None = None
    newest_known: date | None = None
    ever_filled: bool = False
    waived_until: date | None = None
    responsible_unit: str = ""
    undated_rows: int = 0
    external: bool = False
    look: PersonLook | None = None
    elsewhere: Row | None = None
    moved_to: str = ""
    seen_at: datetime | None = None

    @property
    def seen_by_person(self) -> bool:
        """Whether a person's look is where `newest` comes from."""
        return (
            self.look is not None
            and self.look.newest is not None
            and (self.look.newest == self.newest)
        )

    @property
    def read_by_person(self) -> bool:
        """Whether a person looked lately and named the newest item."""
        return self.look is not None and self.look.holds and self.look.newest is not None


@dataclass(frozen=True, slots=True)
class ProbeDay:
    """Availability probes of one site on one Beijing day; excluded ones are in neither count.

    `maintenance` are counted probes that met a notice of maintenance.
    """

    day: date
    counted: int
    failed: int
    excluded: int = 0
    maintenance: int = 0


# Links come by the hundred on each site, and a night makes each three times. They are values like the
# rest and nobody changes one; only the guard is left out, because it triples the cost of making them.
@dataclass(slots=True, unsafe_hash=True)
class LinkReading:
    """One link as checked tonight. `state`: ok, dead, suspected, blocked, undetermined.

    `parent` is the first page that carries it, `parents` further ones (at most four), `pages` how
    many do; `home` says that the home page is one of them. `host_down`: nothing of its host was
    reached. `chain` holds the addresses passed on the way to `final_url` (empty: not redirected).
    `title` is what a page of another site calls itself, `title_before` what it did when it was
    last seen under another name; `danger` the mark of a site that changed hands. `checked` is
    the earlier night whose answer still stands (None: asked tonight).
    """

    url: str
    parent: str
    text: str
    state: str
    status: int | None
    detail: str
    link_class: str
    first_failed: datetime | None = None
    home: bool = True
    parents: tuple[str, ...] = ()
    pages: int = 1
    host_down: bool = False
    final_url: str = ""
    chain: tuple[str, ...] = ()
    title: str = ""
    title_before: str = ""
    danger: str = ""
    checked: datetime | None = None


@dataclass(frozen=True, slots=True)
class LateItem:
    """An item that stood in a watched list for the first time, under a day long past.

    `claimed` is the day it states, `first_seen` the run that saw it first, `watched` the last good
    look at that list before, on which it was not there although days down to `oldest` were shown.
    """

    title: str
    url: str
    column: str
    claimed: date
    first_seen: datetime
    watched: datetime
    oldest: date


@dataclass(frozen=True, slots=True)
class WordingHit:
    """A word of a lexicon on a page: the word, how serious, what to write, where it stands."""

    word: str
    level: str
    suggestion: str
    url: str
    around: str
    capture_id: int = 0


@dataclass(frozen=True, slots=True)
class PersonalHit:
    """Personal data on a public page, masked: `kind` is 身份证号, 手机号 or 银行卡号."""

    kind: str
    masked: str
    url: str
    capture_id: int = 0


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """All that checks may know of one site in one run.

    `newest_home` is the newest own item of the home page with its undated rows resolved from
    their article pages; `undated_unresolved` counts home rows for which no article page could
    be read. `offers_services` is the registry's 提供办事服务 (None: blank). `late_items` come from
    the ledger of first sights; `wording` and `personal` are what a scan of the texts found (None:
    not scanned).
    `jump_url` is the registered 跳转网址, where the site lives now (empty: at its home address).
    `look` is what a person saw on the home page.
    """

    code: str
    name: str
    home_url: str
    site_kind: str
    running_state: str
    offers_services: bool | None
    first_run: bool
    vantage: str
    home: PageReading | None
    newest_home: date | None = None
    newest_home_evidence: dict[str, str] = field(default_factory=dict)
    newest_known: date | None = None
    undated_unresolved: int = 0
    navigation_only: bool = False
    columns: tuple[ColumnReading, ...] = ()
    articles: tuple[PageReading, ...] = ()
    boards: tuple[PageReading, ...] = ()
    channels: tuple[PageReading, ...] = ()
    guides: tuple[PageReading, ...] = ()
    links: tuple[LinkReading, ...] | None = None
    probes: tuple[ProbeDay, ...] = ()
    jump_url: str = ""
    late_items: tuple[LateItem, ...] = ()
    wording: tuple[WordingHit, ...] | None = None
    personal: tuple[PersonalHit, ...] | None = None
    look: PersonLook | None = None


@dataclass(frozen=True, slots=True)
class RegisteredAccount:
    """Another account of the same 开设主体 in the registry; `before`: it was entered earlier."""

    name: str
    platform: str
    printed: str
    principal: bool = False
    before: bool = True


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All that checks may know of one account in one run.

    `newest_known` is the newest own post ever seen, deletions notwithstanding, and
    `newest_known_source` where. `canary_ok` is None where the platform has no canary;
    `batch_healthy` says that the platform showed a post younger than 48 hours all the same.
    `siblings` are the other open accounts of its 开设主体. `names_before` are the names that the
    platform showed in earlier runs, `gone_before` the earlier runs in a row that found no such
    account, both only where this run gives reason to ask. `closed_since` is the first run in a
    row in which the registry called it 注销. `menu_links` are the checked web links of its menu,
    `unregistered` the neighbours it shows that no register knows, `matrix` the ids registered
    on its platform (filled where likes of others were seen).
    """

    code: str
    name: str
    platform: str
    unit: str
    running_state: str
    publishing: bool
    observation: Observation | None
    newest_known: datetime | None = None
    newest_known_source: str = ""
    canary_ok: bool | None = None
    never_posted_proven: bool = False
    captures: tuple[int, ...] = ()
    printed: str = ""
    principal: bool = False
    batch_healthy: bool = False
    siblings: tuple[RegisteredAccount, ...] = ()
    names_before: tuple[tuple[datetime, str], ...] = ()
    gone_before: tuple[datetime, ...] = ()
    closed_since: datetime | None = None
    menu_links: tuple[LinkReading, ...] | None = None
    unregistered: tuple[LinkedAccount, ...] = ()
    matrix: frozenset[str] = frozenset()
