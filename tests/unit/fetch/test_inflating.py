"""Content encodings, honest and otherwise."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.inflate import Inflater, Unsupported

TEXT = "通知公告".encode() * 500
# Without the time of day, which would name the cases differently in each worker of a run.
ZIPPED = gzip.compress(TEXT, mtime=0)


def inflate(encoding: str, wire: bytes, cap: int = 10_000_000, step: int = 997) -> Inflater:
    inflater = Inflater(encoding, cap)
    for start in range(0, len(wire), step):
        inflater.feed(wire[start : start + step])
    return inflater


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", ZIPPED),
        ("X-GZIP", ZIPPED),
        ("gzip", TEXT),  # labelled gzip, sent plain
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),  # raw deflate
        ("gzip", ZIPPED + b"trailing garbage"),
    ],
)
def test_a_body_is_decoded_however_it_is_labelled(encoding: str, wire: bytes) -> None:
    inflater = inflate(encoding, wire)
    assert inflater.body == TEXT
    assert not inflater.full


def test_a_bomb_stops_at_the_cap() -> None:
    inflater = inflate("gzip", gzip.compress(b" " * 50_000_000), cap=100_000)
    assert (len(inflater.body), inflater.full) == (100_000, True)


def test_a_body_of_exactly_the_cap_is_not_cut() -> None:
    assert not inflate("", b"x" * 1000, cap=1000).full
    assert not inflate("gzip", gzip.compress(b"x" * 1000), cap=1000).full
    assert inflate("gzip", gzip.compress(b"x" * 1001), cap=1000).full


def test_what_was_decoded_before_a_break_is_kept() -> None:
    wire = gzip.compress(bytes(range(256)) * 400)
    inflater = inflate("gzip", wire[:200] + b"\xff" * 50)
    assert inflater.body
    assert not inflater.full


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
def test_an_encoding_that_was_not_offered_is_named(encoding: str) -> None:
    with pytest.raises(Unsupported):
        Inflater(encoding, 10)


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "deflate"]))
def test_no_bytes_break_it(wire: bytes, encoding: str) -> None:
    assert len(inflate(encoding, wire, cap=50, step=7).body) <= 50
