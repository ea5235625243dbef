"""The columns of one site in one night: in parts, as far as their share of the pages goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawler.spiders import plan, result
from crawler.spiders.plan import PageRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from crawler.spiders.result import ColumnSeen, PageRecord
    from crawler.spiders.visitor import Visitor

FIRST_PART: Final = 12


@dataclass(slots=True)
class ColumnTour:
    """Opens `waiting` columns in order. `settle` does to opened pages what belongs to each of them:

    frames, data of its lists, a second look. What a column costs with all of that is learned from
    the columns before it, so that the last one is opened whole, too.
    """

    visitor: Visitor
    parent: str
    as_of: datetime
    waiting: list[ColumnSeen]
    settle: Callable[[Sequence[PageRecord]], Awaitable[None]]
    opened: list[PageRecord] = field(default_factory=list)
    spent: int = 0

    async def go_on(self) -> list[PageRecord]:
        """Open as many more as there are pages for; those that were opened now."""
        before = len(self.opened)
        while self.waiting and (part := self._part()):
            free = self.visitor.free
            chosen, self.waiting = self.waiting[:part], self.waiting[part:]
            pages = await self.visitor.open_all(
                PageRequest(one.url, result.COLUMN, self.parent, one.url) for one in chosen
            )
            await self.settle(pages)
            await self._undated(pages)
            self.opened += pages
            self.spent += free - self.visitor.free
        return self.opened[before:]

    def _part(self) -> int:
        """How many columns there are pages for, with all that belongs to them."""
        free = self.visitor.free
        if not self.opened:
            return min(FIRST_PART, max(free // 3, min(free, 1)))
        return free // max(1, -(-self.spent // len(self.opened)))

    async def _undated(self, pages: Sequence[PageRecord]) -> None:
        """Articles that tell the day of lists that print none."""
        await self.visitor.open_all(
            PageRequest(row.url, result.ARTICLE, page.capture.final_url, page.column)
            for page in pages
            if page.good and page.facts is not None
            for row in plan.undated_column_rows(page.facts, self.as_of)
        )
