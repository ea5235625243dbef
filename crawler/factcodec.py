"""Facts to compressed JSON and back: how readings are stored for re-judging."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from checks.facts import LinkReading
from crawler.extract.facts import PageFacts
from crawler.platforms.observation import Observation
from crawler.store import pack, unpack

PAGE, ACCOUNT, LINKS = "page", "account", "links"

_T = TypeVar("_T")


def encode_page(facts: PageFacts) -> bytes:
    """The stored form of what was read off one page."""
    return _encode(PageFacts, facts)


def decode_page(payload: bytes) -> PageFacts:
    """Back again; raises pydantic.ValidationError for a form this version cannot read."""
    return _decode(PageFacts, payload)


def dump_page(facts: PageFacts) -> bytes:
    """One line of JSON, not compressed: many pages are kept together and share most of it."""
    return _adapter(PageFacts).dump_json(facts, exclude_defaults=True)


def load_page(line: bytes) -> PageFacts:
    """Back again; raises pydantic.ValidationError for a form this version cannot read."""
    facts: PageFacts = _adapter(PageFacts).validate_json(line)
    return facts


def encode_observation(observation: Observation) -> bytes:
    """The stored form of an account's observation."""
    return _encode(Observation, observation)


def decode_observation(payload: bytes) -> Observation:
    """Back again; raises pydantic.ValidationError for a form this version cannot read."""
    return _decode(Observation, payload)


def encode_links(links: list[LinkReading]) -> bytes:
    """The stored form of a site's checked links; what has its default value is left out."""
    rows = [_plain(link) for link in links]
    text = json.dumps(rows, ensure_ascii=False, default=datetime.isoformat)
    return pack(text.encode("utf-8", "replace"))


def decode_links(payload: bytes) -> list[LinkReading]:
    """Back again; raises ValueError or TypeError for a form this version cannot read."""
    return [_link(row) for row in json.loads(unpack(payload))]


def _plain(link: LinkReading) -> dict[str, Any]:
    return {name: value for name, default in _DEFAULTS if (value := getattr(link, name)) != default}


_DEFAULTS = tuple((field.name, field.default) for field in fields(LinkReading))


def _link(row: dict[str, Any]) -> LinkReading:
    for name in ("first_failed", "checked"):
        if row.get(name):
            row[name] = datetime.fromisoformat(row[name])
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
