"""Folders of saved pages as web sites on one loopback port, told apart by the Host header."""

from __future__ import annotations

import threading
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, sites: dict[str, Path], **named: Any) -> None:
        self.sites = sites
        super().__init__(*arguments, **named)

    def do_GET(self) -> None:
        folder = self.sites.get((self.headers.get("Host") or "").partition(":")[0].lower())
        if folder is None:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        self.directory = str(folder)
        super().do_GET()

    def log_message(self, *arguments: Any) -> None:
        """Quiet: the tests read the product, not the server."""

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 -- the base class names it
        self.send_error(HTTPStatus.NOT_FOUND)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A link check closes early; that is no error here."""


class StaticSites:
    """Serves until stopped; `origins()` is the origin map for all its hosts."""

    def __init__(self, sites: dict[str, Path]) -> None:
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, sites=sites))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._hosts = list(sites)

    def origins(self, *, elsewhere: str = "") -> dict[str, str]:
        """Every host of ours under http; `elsewhere` answers for all other origins."""
        here = f"http://127.0.0.1:{self._server.server_address[1]}"
        mapped = {f"http://{host}": here for host in self._hosts}
        return mapped | ({"*": elsewhere} if elsewhere else {})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exit_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)
