"""The last day on which a message is closed on time: so many Chinese working days after its day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from checks.working_days import working_days

if TYPE_CHECKING:
    from datetime import date

_LONGEST_REST = 12
"""Days in a row without work, with room: the longest holiday so far had nine."""


def deadline(received_on: date, days: int) -> date | None:
    """The day of the `days`-th working day after the message came; it is still on time.

    None where the holidays of a year in between are not known yet: nothing is late then.
    """
    last = received_on
    for _ in range(days):
        for step in range(1, _LONGEST_REST + 1):
            after = last + timedelta(days=step)
            count = working_days(last, after)
            if count is None:
                return None
            if count:
                last = after
                break
        else:
            return None
    return last
