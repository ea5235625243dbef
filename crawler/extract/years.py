"""Years for dates that print none, and rows made of what was found (traps 18, 19).

The year comes, in this order: from the row's own address; from the nearest dated rows of the same
list; from the newest dated row of the page; else it is the latest that is not after `as_of`. The
last two are guesses and are named among the anomalies.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from crawler.extract.facts import Provenance, Row
from crawler.extract.url_dates import month_in_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.extract.dates import Stamp
    from crawler.extract.found import FoundRow

_WRAP: Final = timedelta(days=180)
_DISORDER: Final = timedelta(days=30)
_SLACK: Final = timedelta(days=100)
_DAY: Final = timedelta(days=1)
_SWAPPED: Final = attrgetter("swapped")
GUESSED: Final = "year_guessed"
FUTURE: Final = "future_date"
IMPOSSIBLE: Final = "impossible_date"
_PRINTED: Final = Provenance.LIST_ROW
_BY_ADDRESS: Final = Provenance.URL


@dataclass(slots=True)
class _Settled:
    """Dates by row number, and what was odd about them."""

    dates: dict[int, date] = field(default_factory=dict)
    anomalies: dict[str, None] = field(default_factory=dict)


def settle(found: Sequence[FoundRow], today: date) -> tuple[list[date | None], tuple[str, ...]]:
    """The day of each found row (None without one), and anomalies. `today` is the Beijing day."""
    settled = _Settled()
    lists: defaultdict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(found):
        lists[row.group].append(number)
    for numbers in lists.values():
        _read_whole(found, numbers, settled, today)
    reference = _newest(settled.dates.values(), today)
    for numbers in lists.values():
        _read_yearless(found, numbers, settled, today, reference)
    return [settled.dates.get(number) for number in range(len(found))], tuple(settled.anomalies)


def _read_whole(
    found: Sequence[FoundRow], numbers: list[int], settled: _Settled, today: date
) -> None:
    """Dates that need no neighbours: printed in full, or with the year in the address."""
    day_first = _day_first(found, numbers)
    tomorrow = today + _DAY
    for number in numbers:
        row = found[number]
        stamp = row.stamp
        if stamp is None:
            day = row.url_day
        elif stamp.swapped and day_first:
            day = stamp._replace(month=stamp.day, day=stamp.month).date()
        else:
            day = stamp.date() or _by_address(row)
        if day is not None:
            settled.dates[number] = day
            if day > tomorrow:
                settled.anomalies[f"{FUTURE}:{day.isoformat()}"] = None
        elif stamp is not None and not stamp.possible:
            settled.anomalies[f"{IMPOSSIBLE}:{stamp.text}"] = None


def _day_first(found: Sequence[FoundRow], numbers: list[int]) -> bool:
    """23/10 2020 in a list tells that 10/09 2020 in it is the tenth of September."""
    stamps = [stamp for number in numbers if (stamp := found[number].stamp) is not None]
    if not any(map(_SWAPPED, stamps)):
        return False
    whole = [stamp for stamp in stamps if stamp.year]
    return any(s.swapped for s in whole) and any(
        not s.swapped and s.text[:2].isdigit() and int(s.text[:2]) == s.day > 12 for s in whole
    )


def _by_address(row: FoundRow) -> date | None:
    """Month and day as printed, in the year that lies nearest to the day in the address."""
    if row.stamp is None or row.stamp.year is not None:
        return None
    if row.url_day is not None:
        return _nearest(row, row.url_day)
    month = month_in_url(row.url)
    return _nearest(row, date(month[0], month[1], 15)) if month else None


def _nearest(row: FoundRow, to: date) -> date | None:
    stamp = row.stamp
    assert stamp is not None
    days = [stamp.date(year) for year in (to.year - 1, to.year, to.year + 1)]
    return min((day for day in days if day), key=lambda day: abs(day - to), default=None)


def _newest(days: Iterable[date], today: date) -> date | None:
    return max((day for day in days if day <= today), default=None)


def _read_yearless(
    found: Sequence[FoundRow],
    numbers: list[int],
    settled: _Settled,
    today: date,
    reference: date | None,
) -> None:
    """Year-less dates of one list, read from the top down, each against the rows above it."""
    mixed = any(number in settled.dates for number in numbers)
    above: list[date] = []
    known: date | None = None
    for number in numbers:
        if number in settled.dates:
            known = settled.dates[number]
            continue
        near = known or (None if mixed else reference)
        day = _latest(found[number].stamp, min(today, near + _SLACK) if near else today)
        if day is None:
            continue
        while above and _wraps(above, day) and (older := _year_before(day)):
            day = older
        above.append(day)
        settled.dates[number] = day
    if above and not mixed:
        settled.anomalies[GUESSED] = None


def _latest(stamp: Stamp | None, horizon: date) -> date | None:
    """The day in the latest year that is not after the horizon (29 February: some years back)."""
    if stamp is None:
        return None
    years = range(horizon.year, horizon.year - 9, -1)
    days = (stamp.date(year) for year in years if stamp.year is None)
    return next((day for day in days if day is not None and day <= horizon), None)


def _wraps(previous: list[date], day: date) -> bool:
    """Whether a list that ran downwards jumps up into a later year, or by half a year: the jump is

    the turn of a year that the guess missed. A few days up are disorder; a single row above the
    jump is a pinned one and tells nothing.
    """
    if len(previous) < 2 or previous[-2] < previous[-1]:
        return False
    jump = day - previous[-1]
    return jump > _WRAP or (day.year > previous[-1].year and jump > _DISORDER)


def _year_before(day: date) -> date | None:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return None


def to_row(row: FoundRow, day: date | None, *, own: bool) -> Row:
    """The public row; its provenance says whether the date was printed or stood in the address."""
    title, url, _, _, stamp, _, pinned, _, _ = row
    if stamp is not None:
        provenance = _PRINTED if day is not None else None
        return Row(title, url, day, provenance, pinned, stamp.text[:40], own)
    return Row(title, url, day, _BY_ADDRESS if day is not None else None, pinned, "", own)
