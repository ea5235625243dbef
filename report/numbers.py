"""Printed numbers: half-up rounding on exact decimals reproduces every published ratio.

Floats never: 1.355 as a float is a little less than it looks (notices.md 3.1).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def ratio(failed: int, checked: int, decimals: int) -> str:
    """A problem ratio: `2.04%`, trailing zeros kept; none is `0` without a sign."""
    _check(failed, checked)
    return "0" if failed == 0 else percent(failed, checked, decimals)


def completion(done: int, due: int, decimals: int) -> str:
    """A completion ratio: `3.57%`; none is `0.00%`, and so it is where nothing was due."""
    _check(done, due)
    return percent(done, due, decimals) if due else f"{Decimal(0):.{decimals}f}%"


def pass_rate(failed: int, checked: int, decimals: int) -> str:
    """A pass rate: `97.99%`; all is `100%` without decimals; `—` where nothing was checked."""
    _check(failed, checked)
    if checked == 0:
        return "—"
    return "100%" if failed == 0 else percent(checked - failed, checked, decimals)


def percent(part: int, whole: int, decimals: int) -> str:
    """`part` of `whole` in per cent, rounded half up."""
    exact = Decimal(part) * 100 / Decimal(whole)
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}%"


def _check(part: int, whole: int) -> None:
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no ratio")
