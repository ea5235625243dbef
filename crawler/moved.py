"""Sites that moved: the register keeps 跳转网址 (`jumpUrl`) beside the home address.

Where it is registered the site lives there, and the home address may be gone without any fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.origins import host_of

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADINGS: Final = ("跳转网址", "jumpUrl")


def jump_address(extra: Mapping[str, Any]) -> str:
    """The registered jump address among the unknown columns of a site; empty where there is none.

    A cell without a scheme is read as `http://`; what is no web address is none.
    """
    for heading in HEADINGS:
        url = str(extra.get(heading) or "").strip()
        if not url:
            continue
        if "://" not in url:
            url = f"http://{url}"
        known = url.lower().startswith(("http://", "https://")) and "." in host_of(url)
        if known and url.isprintable() and " " not in url:
            return url
    return ""
