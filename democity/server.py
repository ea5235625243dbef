"""The city on one loopback port: sites and platforms told apart by the Host header.

A control host sets the clock, cuts the network and tells how often each host was asked.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from aiohttp import web

from democity import access, outside
from democity.accounts import feed_domain
from democity.content import Now
from democity.families import FAMILIES
from democity.platforms import PLATFORMS, feed, weibo, weixin, weixin_owner
from democity.replies import JSON, Asked, Reply, redirect, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from democity.plans import AccountPlan, SitePlan
    from democity.scenario import Scenario

CONTROL = "control.democity.invalid"
BODY_CAP = 64 * 1024
_HEAD_REFUSED = Reply(b"", 405, "text/html", (("Allow", "GET"),))


class Streets:
    """Who answers for which host, and what. Keeps nothing between two requests but counts."""

    def __init__(self, scenario: Scenario, clock: datetime) -> None:
        self.scenario = scenario
        self.now = Now.at(clock, scenario.night_number(clock))
        self.counts: Counter[str] = Counter()
        self.refusing = False
        self.answers_left = -1
        """Answers until the network is cut; below zero it is not about to be."""
        self.refused_hosts: frozenset[str] = frozenset()
        self.platform_of = {
            host: platform
            for platform in PLATFORMS.values()
            for host in platform.hosts(feed_domain(scenario.document))
        }
        self.account_of = {one.platform_id: one for one in scenario.accounts}

    def set_clock(self, clock: datetime) -> None:
        """From now on everything is as of that moment."""
        self.now = Now.at(clock, self.scenario.night_number(clock))

    def answer(self, asked: Asked) -> Reply:
        """The reply of whoever is at that host."""
        self.counts[asked.host] += 1
        self._run_down()
        if self.refusing or asked.host in self.refused_hosts:
            return Reply(drop=True)
        site = self.scenario.by_host.get(asked.host)
        if site is not None:
            return self._site(site, asked)
        if asked.host == weixin.HOST:
            return weixin.answer(self.scenario.accounts, asked, self.now, self._scene)
        if asked.host == weixin_owner.HOST:
            return weixin_owner.answer(self.scenario.accounts, asked, self.now, self._scene)
        if asked.host in self.platform_of:
            return self._platform(asked)
        return elsewhere(asked)

    def _run_down(self) -> None:
        if self.answers_left == 0:
            self.refusing = True
        self.answers_left = max(self.answers_left - 1, -1)

    def _site(self, site: SitePlan, asked: Asked) -> Reply:
        if asked.method == "HEAD" and site.look.no_head:
            return _HEAD_REFUSED
        state = self.scenario.state(site, self.now.clock)
        walled = access.answer(state, site, asked)
        if site.moved_to and asked.host != site.moved_to and not walled:
            return redirect(f"{site.scheme}://{site.moved_to}{asked.path}")
        return walled or FAMILIES[site.family].answer(site, asked, self.now)

    def _platform(self, asked: Asked) -> Reply:
        platform = self.platform_of[asked.host]
        account = self.account_of.get(platform.asked_for(asked))
        if account is None:
            return weibo.unknown() if platform.name == "weibo" else feed.unknown()
        own = PLATFORMS[account.platform]
        return own.answer(account, self._scene(account), asked, self.now)

    def _scene(self, account: AccountPlan) -> str:
        nights = account.scene_nights
        if nights and self.scenario.night_number(self.now.clock) not in nights:
            return "S1"
        return account.scene


def elsewhere(asked: Asked) -> Reply:
    """Hosts that belong to nobody in the scenario."""
    if outside.refuses(asked.host):
        return text("<html><body><h1>403 Forbidden</h1></body></html>", 403)
    if asked.host in outside.HOSTS or outside.stands_in(asked.host):
        return outside.answer(asked)
    return text("<html><body><h1>404 Not Found</h1></body></html>", 404)


def control(streets: Streets, asked: Asked) -> Reply:
    """`/clock?at=ISO`, `/network?state=refuse|answer[&host=…|&after=N]`, `/counts`.

    Each tells the state. `after` lets N more requests be answered before the network goes.
    """
    said = {name: values[0] for name, values in parse_qs(asked.query).items()}
    if asked.path == "/clock" and "at" in said:
        try:
            streets.set_clock(moment(said["at"]))
        except ValueError as error:
            return text(f"{error}\n", 400, "text/plain; charset=utf-8")
    if asked.path == "/network" and "state" in said:
        _network(streets, said)
    told = {
        "scenario": streets.scenario.name,
        "clock": streets.now.clock.isoformat(),
        "refusing": streets.refusing,
        "refused_hosts": sorted(streets.refused_hosts),
        "requests": sum(streets.counts.values()),
    }
    if asked.path == "/counts":
        told["hosts"] = dict(streets.counts)
    return Reply(json.dumps(told).encode(), 200, JSON)


def moment(told: str) -> datetime:
    """A stated clock; one without an offset would be eight hours off somewhere."""
    clock = datetime.fromisoformat(told)
    if clock.tzinfo is None:
        message = f"{told}: an offset is missing, e.g. 2023-03-28T01:00:00+08:00"
        raise ValueError(message)
    return clock


def _network(streets: Streets, said: Mapping[str, str]) -> None:
    refuse, host, after = said["state"] == "refuse", said.get("host", ""), said.get("after", "")
    if not host:
        streets.answers_left = int(after) if refuse and after.isdecimal() else -1
        streets.refusing = refuse and streets.answers_left < 0
    elif refuse:
        streets.refused_hosts |= {host}
    else:
        streets.refused_hosts -= {host}


async def handle(streets: Streets, request: web.BaseRequest) -> web.StreamResponse:
    """One exchange on the wire."""
    asked = Asked(
        request.method,
        request.host.partition(":")[0].lower(),
        request.path,
        request.query_string,
        request.headers.get("Cookie", ""),
        request.headers.get("User-Agent", ""),
        await request.content.read(BODY_CAP) if request.can_read_body else b"",
    )
    known = asked.host == CONTROL
    reply = control(streets, asked) if known else streets.answer(asked)
    if reply.delay:
        await asyncio.sleep(reply.delay)
    if reply.drop and request.transport is not None:
        request.transport.abort()
    response = web.Response(body=reply.body, status=reply.status)
    response.headers["Content-Type"] = reply.content_type
    for name, value in reply.headers:
        response.headers.add(name, value)
    return response


async def open_city(streets: Streets, port: int) -> tuple[web.ServerRunner, int]:
    """Listen on loopback; returns the runner and the port that was free."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return await handle(streets, request)

    # A reader that gives up on a hanging site must not leave a sleeping task behind.
    runner = web.ServerRunner(web.Server(answer, access_log=None), handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
    await site.start()
    assert runner.addresses
    return runner, int(runner.addresses[0][1])
