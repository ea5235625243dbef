"""Lines as they are compared: one width, no whitespace; official text pads names and dates."""

from __future__ import annotations

import unicodedata


def squeezed(line: str) -> str:
    """The line without whitespace, full-width letters, digits and brackets made plain."""
    return "".join(unicodedata.normalize("NFKC", line).split())
