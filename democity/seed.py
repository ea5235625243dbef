"""Deterministic randomness: the same parts give the same number on every machine and in every run.

Pages are made when they are asked for, in any order and in any process, so nothing here keeps
a state: each draw is a hash of what it is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")

_MASK = (1 << 64) - 1


def word(text: str) -> int:
    """A number for a word, so that words can take part in a draw."""
    return crc32(text.encode())


def draw(*parts: int) -> int:
    """A 64-bit number that depends on all parts and their order (splitmix64 steps)."""
    state = 0x9E3779B97F4A7C15
    for part in parts:
        state = (state ^ (part & _MASK)) * 0xBF58476D1CE4E5B9 & _MASK
        state ^= state >> 29
        state = state * 0x94D049BB133111EB & _MASK
        state ^= state >> 32
    return state


def pick(options: Sequence[T], *parts: int) -> T:
    """One of `options`, chosen by the parts."""
    return options[draw(*parts) % len(options)]


def weighted(options: Mapping[T, int], *parts: int) -> T:
    """One key of `options`, chosen by the parts in proportion to its weight."""
    place = draw(*parts) % sum(options.values())
    for option, weight in options.items():
        place -= weight
        if place < 0:
            return option
    message = "weights that sum to nothing"
    raise ValueError(message)
