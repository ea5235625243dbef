"""How sure a count makes us: the interval around a share."""

from __future__ import annotations

import math
from typing import Final

_NORMAL: Final = 1.959964
"""The two-sided quantile of 95 %."""


def interval(failed: int, counted: int) -> list[float]:
    """Wilson's interval of 95 % around the failed share, `[low, high]`; empty where nothing counts."""
    if counted <= 0:
        return []
    share, spread = failed / counted, _NORMAL**2 / counted
    middle = share + spread / 2
    half = _NORMAL * math.sqrt(share * (1 - share) / counted + spread / (4 * counted))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return [round(max(0.0, low), 4), round(min(1.0, high), 4)]
