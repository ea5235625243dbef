"""Facts to compressed JSON and back: how readings are stored for re-judging."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import TypeAdapter

from checks.facts import LinkReading
from crawler import plainjson
from crawler.pagecodec import dump_page, load_page
from crawler.platforms.observation import Observation
from crawler.store import pack, unpack

if TYPE_CHECKING:
    from crawler.extract.facts import PageFacts

PAGE, ACCOUNT, LINKS = "page", "account", "links"

_T = TypeVar("_T")


def encode_page(facts: PageFacts) -> bytes:
    """The stored form of what was read off one page."""
    return pack(dump_page(facts))


def decode_page(payload: bytes) -> PageFacts:
    """Back again; raises ValueError for a form this version cannot read."""
    return load_page(unpack(payload))


def encode_observation(observation: Observation) -> bytes:
    """The stored form of an account's observation."""
    return _encode(Observation, observation)


def decode_observation(payload: bytes) -> Observation:
    """Back again; raises pydantic.ValidationError for a form this version cannot read."""
    return _decode(Observation, payload)


def encode_links(links: list[LinkReading]) -> bytes:
    """The stored form of a site's checked links; what has its default value is left out."""
    return pack(plainjson.dump([_plain(link) for link in links]))


def decode_links(payload: bytes, seen: datetime | None = None) -> list[LinkReading]:
    """Back again; raises ValueError or TypeError for a form this version cannot read.

    `seen` is put in as the moment of asking where a reading has none, being of its own night.
    """
    return [_link(row, seen) for row in plainjson.load(unpack(payload))]


def _plain(link: LinkReading) -> dict[str, Any]:
    return {name: value for name, default in _DEFAULTS if (value := getattr(link, name)) != default}


_DEFAULTS = tuple((field.name, field.default) for field in fields(LinkReading))


def _link(row: dict[str, Any], seen: datetime | None) -> LinkReading:
    if failed := row.get("first_failed"):
        row["first_failed"] = datetime.fromisoformat(failed)
    checked = row.get("checked")
    row["checked"] = datetime.fromisoformat(checked) if checked else seen
    for name in ("parents", "chain"):
        if name in row:
            row[name] = tuple(row[name])
    return LinkReading(**row)


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _encode(shape: Any, value: Any) -> bytes:
    text = _adapter(shape).dump_json(value, exclude_defaults=True)
    return pack(text)


def _decode(shape: type[_T], payload: bytes) -> _T:
    found: _T = _adapter(cast("Any", shape)).validate_json(unpack(payload))
    return found
