"""Plain values to JSON and back, as fast as it goes: rows and links come by the hundred thousand.

A lone surrogate (a header that is no UTF-8) becomes a question mark: no UTF-8 can hold it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pydantic_core


def dump(value: Any) -> bytes:
    """`value` in one line without blanks; moments are printed as ISO 8601."""
    try:
        return pydantic_core.to_json(value)
    except pydantic_core.PydanticSerializationError:
        text = json.dumps(
            value, ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat
        )
        return text.encode("utf-8", "replace")


def load(text: bytes) -> Any:
    """Back again; raises ValueError for what is no JSON."""
    return pydantic_core.from_json(text)
