"""A small invented town for the tests of the city, and ways to walk through it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from democity.plans import SitePlan
from democity.replies import Asked, Reply
from democity.scenario import Scenario, plan
from democity.server import Streets

NIGHTS = [
    "2023-03-28T01:00:00+08:00",
    "2023-03-29T01:00:00+08:00",
    "2023-03-30T01:00:00+08:00",
]
REFERENCES = "a[href],img[src],script[src],link[href],iframe[src],frame[src]"


def document(**said: Any) -> dict[str, Any]:
    """A scenario with one unit; the tests add what they are about."""
    base: dict[str, Any] = {
        "name": "test",
        "seed": 5,
        "window": {"name": "2023Q1", "start": "2023-02-20", "end": "2023-03-31"},
        "nights": NIGHTS,
        "units": [{"name": "临江市", "domain": "linjiang"}],
    }
    return base | said


def one_site(**said: Any) -> Scenario:
    """A scenario with one site."""
    return plan(document(sites=[{"unit": "临江市"} | said]))


def one_account(**said: Any) -> Scenario:
    """A scenario with one account."""
    return plan(document(accounts=[{"unit": "临江市"} | said]))


def on_night(scenario: Scenario, night: int = 3) -> Streets:
    """The city of a scenario on one of its nights, without a socket."""
    return Streets(scenario, scenario.document.nights[night - 1])


def ask(streets: Streets, url: str, method: str = "GET", cookies: str = "") -> Reply:
    """What the city answers for an address."""
    parts = urlsplit(url)
    asked = Asked(method, parts.hostname or "", parts.path or "/", parts.query, cookies)
    return streets.answer(asked)


def words(reply: Reply, site: SitePlan | None = None) -> str:
    """The text of a page in the encoding its site really uses."""
    old = site is not None and site.encoding != "utf-8" and "charset" not in reply.content_type
    return reply.body.decode("gb18030" if old else "utf-8")


def home(scenario: Scenario, night: int = 3) -> str:
    """The home page of the only site."""
    site = scenario.sites[0]
    return words(ask(on_night(scenario, night), site.home_url), site)


def walk(streets: Streets, site: SitePlan) -> dict[str, int]:
    """Every address that is reachable on a site, and the first step beyond it, with its status."""
    found: dict[str, int] = {}
    waiting = [site.home_url]
    while waiting:
        url = waiting.pop()
        reply = ask(streets, url)
        found[url] = reply.status
        if urlsplit(url).hostname != site.host or "html" not in reply.content_type:
            continue
        for node in LexborHTMLParser(words(reply, site)).css(REFERENCES):
            link = node.attributes.get("href") or node.attributes.get("src") or ""
            there = urljoin(url, link).partition("#")[0]
            if there.startswith("http") and there not in found and there not in waiting:
                waiting.append(there)
    return found
