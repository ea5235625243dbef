"""Answers with an ETag: whoever has them already is told so in a few bytes."""

import hashlib
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

Page = Annotated[int, Query(ge=1, le=100_000)]
Size = Annotated[int, Query(ge=1, le=200)]
Filter = Annotated[str, Query(max_length=100)]
After = Annotated[int, Query(ge=0, le=2**62)]
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


def answer(request: Request, told: BaseModel) -> Response:
    """`told` as JSON, or 304 where the ETag that the request names is still right."""
    body = told.model_dump_json().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in _tags(request)]
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _tags(request: Request) -> list[str]:
    return request.headers.get("if-none-match", "").split(",")
