"""The one exception of the fetching room: an exchange that gave no response."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.fetch.access import AccessState


class ExchangeError(Exception):
    """No response came; `access` says why, `detail` in one technical word or two."""

    def __init__(self, access: AccessState, detail: str = "") -> None:
        super().__init__(f"{access}: {detail}")
        self.access = access
        self.detail = detail
