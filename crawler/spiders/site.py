"""The patrol of one site: home page, columns, boards, guides, articles, links."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crawler.extract.badges import read_badges_of_source
from crawler.fetch.access import AccessState
from crawler.links import LinkReport, LinkTask
from crawler.spiders import merge, plan, result, shares
from crawler.spiders.columns import ColumnTour
from crawler.spiders.front import UNREACHED, Front
from crawler.spiders.plan import PageRequest
from crawler.spiders.reading import Reader
from crawler.spiders.recall import Recall
from crawler.spiders.rendering import Renderer
from crawler.spiders.result import ColumnSeen, PageRecord, TargetResult
from crawler.spiders.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from crawler.extract.facts import Badges, Letter, PageFacts
    from crawler.fetch.capture import Fetch
    from crawler.site_memory import KeptPage
    from crawler.spiders.recall import Bodies
    from crawler.spiders.tickets import SiteTicket
    from settings import Settings

# States after which asking for the other pages would only cost both sides.
_HOPELESS = UNREACHED | {
    AccessState.CHALLENGE,
    AccessState.BLOCKED,
    AccessState.RATE_LIMITED,
    AccessState.ROBOTS_DENIED,
    AccessState.OUR_FAULT,
    AccessState.LOGIN_WALL,
}


@dataclass(frozen=True, slots=True)
class Tools:
    """What a patrol works with: settings, the store, and the link check of this process.

    `memory` gives what an earlier night kept of a site, by its id, and `bodies` is where the bodies
    of then lie; without them everything is fetched and read.
    """

    settings: Settings
    keep: Callable[[bytes], str]
    check_links: Callable[[LinkTask], Awaitable[LinkReport]] | None = None
    memory: Callable[[int], Mapping[str, KeptPage]] | None = None
    bodies: Bodies | None = None

    def recall(self, site: SiteTicket, reader: Reader) -> Recall | None:
        """What was known of a site before tonight."""
        if self.memory is None or self.bodies is None:
            return None
        return Recall(reader, self.memory(site.id), self.bodies, self.settings.article_nights)


async def patrol_site(
    site: SiteTicket, fetch: Fetch, as_of: datetime, tools: Tools
) -> TargetResult:
    """Everything of one site in one run. Never raises for what the site does."""
    begun = time.monotonic()
    reader = Reader(as_of, tools.settings.parse_cap)
    recall = tools.recall(site, reader)
    visitor = Visitor(fetch, reader, tools.keep, tools.settings.site_pages, recall)
    renderer = Renderer(visitor, tools.settings.site_browser_pages)
    patrol = _Patrol(site, as_of, tools, visitor, renderer)
    told = await patrol.run()
    told.pages = _ordered(visitor.records)
    told.memory = recall.fresh if recall is not None and told.fresh else None
    told.seconds = round(time.monotonic() - begun, 3)
    return told


@dataclass(slots=True)
class _Patrol:
    site: SiteTicket
    as_of: datetime
    tools: Tools
    visitor: Visitor
    renderer: Renderer
    columns: list[ColumnSeen] = field(default_factory=list)
    scripts: dict[str, Badges | None] = field(default_factory=dict)

    async def run(self) -> TargetResult:
        home = await self._home()
        hopeless = not home.good and home.capture.access in _HOPELESS
        links = None
        if not hopeless:
            await self.visitor.learn_not_found(home.capture.final_url, self.as_of.isoformat())
            await self._inside(home)
            links = await self._links(home)
        access = home.capture.access
        return TargetResult(
            self.site.id,
            fresh=home.good,
            access=access,
            reason="" if home.good else access.value,
            columns=self.columns,
            links=links.readings if links else None,
            requests=links.requests if links else 0,
        )

    async def _links(self, home: PageRecord) -> LinkReport | None:
        """The links of the home page and of all pages opened, once everything else is done."""
        if self.tools.check_links is None or home.facts is None or not home.good:
            return None
        judged = self.visitor.is_soft_404 if self.visitor.masks_not_found(home) else None
        pages = [one for one in self.visitor.linked.items() if one[0] != home.facts.url]
        return await self.tools.check_links(
            LinkTask(home.facts, self.visitor.outcome, judged, pages, self.site.id)
        )

    async def _home(self) -> PageRecord:
        """The home page; without it, nothing of an earlier night is taken over."""
        home = await Front(self.site, self.visitor, self._settle).open()
        if not home.good:
            self.renderer.left = (
                0  # what the browser could not see on the home page, it will not see
            )
            if self.visitor.recall is not None:
                self.visitor.recall.trusted = False
        await self._footers([home])
        return home

    async def _inside(self, home: PageRecord) -> None:
        """What lies behind the home page, most telling first, while the budget lasts.

        Columns leave the others their share, and take in the end what these left over.
        """
        facts = home.facts if home.good else None
        services = self.site.offers_services is not False and home.facts is not None
        kept = shares.kept_back(facts, self.as_of, self.visitor.left, services=services)
        chosen = plan.choose_columns(self.site.columns, facts, self.site.looked)
        self.columns = chosen[: self.tools.settings.site_columns]
        parent = home.capture.final_url
        tour = ColumnTour(self.visitor, parent, self.as_of, [*self.columns], self._settle)
        self.visitor.kept = kept.all
        columns = await tour.go_on()
        self.visitor.kept = kept.services + kept.articles
        await self._interaction(home, columns)
        self.visitor.kept = kept.articles
        if services:
            await self._services(home)
        self.visitor.kept = 0
        await self._articles(home, columns)
        await tour.go_on()
        seen = {record.column for record in tour.opened}
        self.columns = [one for one in self.columns if one.url in seen or one.id is not None]

    async def _settle(self, pages: Sequence[PageRecord]) -> None:
        """Make opened lists whole."""
        await self._complete(pages)
        await self._again(pages)

    async def _again(self, pages: Sequence[PageRecord]) -> None:
        """A second look in a browser; frames of what it saw belong to the page as well."""
        await self.renderer.look_again(pages)
        await self._frames([page for page in pages if page.capture.rendered])

    async def _complete(self, pages: Sequence[PageRecord]) -> None:
        """Frames and script-loaded lists belong to the page that shows them."""
        for _ in range(2):
            await self._frames(pages)
        for page in pages:
            if page.good and page.facts is not None and page.facts.list_sources:
                await self._lists(page, page.facts)

    async def _frames(self, pages: Sequence[PageRecord]) -> None:
        for page in pages:
            most = plan.HOME_FRAMES if page.role == result.HOME else plan.FRAMES
            frames = page.facts.frames[:most] if page.facts and not _lost(page) else ()
            if not frames or page.facts is None:
                continue
            parent = page.capture.final_url
            opened = await self.visitor.open_all(
                PageRequest(url, result.FRAME, parent) for url in frames
            )
            page.facts = merge.with_unread(page.facts, plan.unread_frames(page.facts, opened))
            for frame in opened:
                if frame.good and frame.facts is not None:
                    nested = (*page.facts.frames, *frame.facts.frames)
                    page.facts = replace(merge.with_frame(page.facts, frame.facts), frames=nested)
                    _revive(page)

    async def _lists(self, page: PageRecord, facts: PageFacts) -> None:
        parent = page.capture.final_url
        every = plan.first_sources(facts.list_sources, len(facts.list_sources))
        wanted = every[: plan.SOURCES]
        opened = await self.visitor.open_all(
            PageRequest(url, result.LIST_DATA, parent, page.column) for url in wanted
        )
        read = [one.facts for one in opened if one.good and one.facts and one.facts.rows]
        merged = facts
        for data in read:
            merged = merge.with_list(merged, data)
        whole = len(read) == len(every)
        page.facts = merge.list_settled(merged) if read and whole else merged

    async def _footers(self, pages: Iterable[PageRecord]) -> None:
        for page in pages:
            if not page.good or page.facts is None:
                continue
            told = [
                await self._script(url, page.capture.final_url)
                for url in page.facts.footer_sources[: plan.FRAMES]
            ]
            page.facts = merge.with_badges(page.facts, [one for one in told if one])

    async def _script(self, url: str, parent: str) -> Badges | None:
        """One footer script serves all pages of the site; it is asked for once."""
        if url not in self.scripts:
            text = await self.visitor.script(url, parent)
            self.scripts[url] = read_badges_of_source(text, url) if text else None
        return self.scripts[url]

    async def _interaction(self, home: PageRecord, columns: Sequence[PageRecord]) -> None:
        """Ways to consult, one level deep, and the letters behind them."""
        parent = home.capture.final_url
        entries: list[PageRecord] = []
        if home.facts is not None:
            urls = [
                url
                for url in plan.interaction_columns(home.facts)
                if self.visitor.known(url) is None
            ]
            entries = await self._channel_pages(urls, parent)
        pages = [home, *columns, *entries]
        for _ in range(2):
            offered = plan.consult_channels(one.facts for one in pages if one.facts)
            unseen = [one.url for one in offered if self.visitor.known(one.url) is None]
            pages += await self._channel_pages(unseen, parent)
        await self._again(pages[1 + len(columns) :])
        await self._boards([one for one in pages if one.role == result.BOARD][: plan.BOARDS])

    async def _channel_pages(self, urls: Iterable[str], parent: str) -> list[PageRecord]:
        opened = await self.visitor.open_all(
            PageRequest(url, result.CHANNEL, parent) for url in urls
        )
        await self._complete(opened)
        for page in opened:
            if page.facts is not None and page.facts.letters:
                page.role = result.BOARD
        return opened

    async def _boards(self, boards: Sequence[PageRecord]) -> None:
        for board in boards:
            pages = [board]
            while len(pages) < plan.BOARD_PAGES:
                further = pages[-1].facts.next_pages if pages[-1].facts else ()
                unseen = [url for url in further if self.visitor.known(url) is None][:1]
                opened = await self.visitor.open_all(
                    PageRequest(url, result.BOARD, board.capture.final_url, board.column)
                    for url in unseen
                )
                if not opened:
                    break
                pages += opened
            for page in pages:
                await self._letters(page)

    async def _letters(self, board: PageRecord) -> None:
        if board.facts is None:
            return
        wanted = plan.undated_letters(board.facts)
        opened = await self.visitor.open_all(
            PageRequest(letter.url, result.LETTER, board.capture.final_url) for letter in wanted
        )
        details: dict[str, Letter] = {
            page.capture.url: page.facts.letters[0]
            for page in opened
            if page.good and page.facts is not None and page.facts.letters
        }
        board.facts = merge.with_letters(board.facts, details)

    async def _services(self, home: PageRecord) -> None:
        """A few guides: behind the service pages, or one list further."""
        assert home.facts is not None
        urls = plan.service_columns(home.facts)
        pages = await self.visitor.open_all(
            PageRequest(url, result.SERVICE, home.capture.final_url) for url in urls
        )
        await self._complete(pages)
        left = plan.GUIDES
        for _ in range(2):
            requests = self._guide_requests(pages)[:left]
            pages = await self.visitor.open_all(requests)
            left -= sum(page.role == result.GUIDE for page in pages)

    def _guide_requests(self, pages: Sequence[PageRecord]) -> list[PageRequest]:
        return [
            PageRequest(url, result.GUIDE, page.capture.final_url)
            for page in pages
            if page.good and page.facts is not None and page.role != result.GUIDE
            for url in plan.guide_addresses(page.facts)
            if self.visitor.known(url) is None
        ]

    async def _articles(self, home: PageRecord, columns: Sequence[PageRecord]) -> None:
        """Dates that only the article shows, then a sample of footers on other pages."""
        left = self.tools.settings.site_articles
        parent = home.capture.final_url
        requests: list[PageRequest] = []
        if home.facts is not None and home.good:
            rows = plan.undated_home_rows(home.facts, self.as_of)
            requests += [PageRequest(row.url, result.ARTICLE, parent) for row in rows]
        lists = [page for page in columns if page.good and page.facts is not None]
        sources = [one.facts for one in (*lists, home) if one.facts is not None]
        requests += [
            PageRequest(row.url, result.ARTICLE, parent) for row in plan.sample_rows(sources)
        ]
        opened = await self.visitor.open_all(requests[:left])
        await self._footers(opened[: plan.SAMPLES + plan.HOME_ROWS])


def _lost(page: PageRecord) -> bool:
    """True when there is nothing a frame could be merged into."""
    return page.capture.access not in {AccessState.OK, AccessState.EMPTY_SHELL}


def _revive(page: PageRecord) -> None:
    """A frameset is an empty shell by itself; with a frame that was read it is a page."""
    if page.capture.access is AccessState.EMPTY_SHELL and page.facts is not None:
        page.capture = replace(page.capture, access=AccessState.OK, detail="frames")
        page.facts = replace(page.facts, access=AccessState.OK, access_detail="")


def _ordered(records: Iterable[PageRecord]) -> list[PageRecord]:
    """By role, and within a role as they were asked for: the same order every night."""
    places = {role: place for place, role in enumerate(result.ROLES)}
    return sorted(records, key=lambda one: places[one.role])
