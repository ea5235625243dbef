"""One reading out of several: a page with its frames, its list data, its footer scripts. Pure.

A page to which nothing is added comes back itself: it need not be written anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from crawler.extract.badges import merge as merge_badges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.extract.facts import Badges, Letter, PageFacts


_T = TypeVar("_T")


def with_frame(page: PageFacts, frame: PageFacts) -> PageFacts:
    """A page together with a frame inside it: a person sees one page (trap 12)."""
    return replace(
        with_list(page, frame),
        badges=merge_badges(page.badges, frame.badges),
        letters=page.letters + frame.letters,
        guide=page.guide or frame.guide,
        columns=_union(page.columns, frame.columns),
        channels=_union(page.channels, frame.channels),
        links=_union(page.links, frame.links),
        meta={**frame.meta, **page.meta},
        list_sources=_union(page.list_sources, frame.list_sources),
        footer_sources=_union(page.footer_sources, frame.footer_sources),
        next_pages=_union(page.next_pages, frame.next_pages),
        needs_browser=page.needs_browser or frame.needs_browser,
        text_length=page.text_length + frame.text_length,
        truncated=page.truncated or frame.truncated,
    )


def with_unread(page: PageFacts, frames: Iterable[str]) -> PageFacts:
    """A page whose frames were asked for; with some of them unread, what it lacks proves nothing."""
    truncated = page.truncated or any(frames)
    if not page.frames and truncated == page.truncated:
        return page
    return replace(page, frames=(), truncated=truncated)


def with_list(page: PageFacts, data: PageFacts) -> PageFacts:
    """A page together with the list that its script would have loaded (trap 22)."""
    newest = page
    if data.newest_date and (page.newest_date is None or data.newest_date > page.newest_date):
        newest = data
    rows = _union(page.rows, data.rows)
    return replace(
        page,
        rows=rows,
        newest_date=newest.newest_date,
        newest_provenance=newest.newest_provenance,
        blank_list=page.blank_list and not rows,
        anomalies=_union(page.anomalies, data.anomalies),
    )


def list_settled(page: PageFacts) -> PageFacts:
    """The page after its script-loaded lists were read from their sources: no browser needed."""
    return replace(page, needs_browser=False) if page.needs_browser else page


def with_badges(page: PageFacts, badges: Iterable[Badges]) -> PageFacts:
    """A page with what its footer scripts write."""
    merged = page.badges
    for found in badges:
        merged = merge_badges(merged, found)
    return replace(page, badges=merged) if merged != page.badges else page


def with_letters(page: PageFacts, details: Mapping[str, Letter]) -> PageFacts:
    """A board whose letters take the dates that only their own pages show."""
    if not any(one.url in details for one in page.letters):
        return page
    return replace(page, letters=tuple(_letter(one, details) for one in page.letters))


def _letter(letter: Letter, details: Mapping[str, Letter]) -> Letter:
    detail = details.get(letter.url)
    if detail is None:
        return letter
    return replace(
        letter,
        asked_on=letter.asked_on or detail.asked_on,
        replied_on=letter.replied_on or detail.replied_on,
        status=letter.status or detail.status,
        opened=True,
    )


def _union(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*first, *second)))
