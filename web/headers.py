"""Security headers on every answer, and a bound on what a request may carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MOST = 32 * 1024 * 1024
"""Bytes of a request; the largest honest one is a registry or a feedback file."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
STORED_PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""For stored pages: no script, no network, no origin. Their own inline styles colour text only."""

_ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cache-control": "no-store",
}


class TooLargeError(Exception):
    """A request body over the bound."""


class Guard:
    """The outermost layer: headers on the way out, counted bytes on the way in."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = dict(_ALWAYS)
        if secure:
            self._headers["strict-transport-security"] = "max-age=31536000"

    @property
    def inner(self) -> ASGIApp:
        """The application inside."""
        return self._app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent, begun = 0, False

        async def counted() -> Message:
            nonlocal sent
            message = await receive()
            sent += len(message.get("body", b""))
            if sent > BODY_MOST:
                raise TooLargeError
            return message

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.encode(), value.encode())
                        for name, value in self._headers.items()
                        if name.encode() not in given
                    ),
                ]
            await send(message)

        try:
            await self._app(scope, counted, dressed)
        except TooLargeError:
            if begun:
                return
            await dressed({"type": "http.response.start", "status": 413, "headers": []})
            await send({"type": "http.response.body", "body": "请求过大".encode()})
