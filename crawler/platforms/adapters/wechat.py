"""`weixin-album:` `weixin-home:` `sogou:` `weixin-api:`: the ways to WeChat that are open.

Public albums, home pages and search hits prove updates only. The owner's interface lists
发布, not 群发, so it proves no silence either.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from crawler.fetch.access import AccessState, Persistence
from crawler.platforms import sogou_weixin, weixin
from crawler.platforms.adapters.look import Look, Task, digest, finish
from crawler.platforms.payload import decode, mapping, parse_json, whole
from crawler.platforms.readings import NOT_THIS_ACCOUNT, Asked, merge, refusal

if TYPE_CHECKING:
    from crawler.fetch.capture import Capture
    from crawler.platforms.adapters.look import PayloadReader
    from crawler.platforms.observation import AccountReading

_MP: Final = "https://mp.weixin.qq.com/mp"
_API: Final = "https://api.weixin.qq.com/cgi-bin"
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON: Final = {"Content-Type": "application/json"}
_EXPIRED: Final = frozenset([40001, 40014, 42001])


async def look_at_album(task: Task) -> Look:
    """A public album (合集) as JSON."""
    biz, album = task.spec.argument.rsplit("/", 1)
    capture = await task.fetch.get(
        f"{_MP}/appmsgalbum?action=getalbum&__biz={quote(biz, safe='')}&album_id={album}"
        "&count=20&f=json"
    )
    return _public(task, capture)


async def look_at_home(task: Task) -> Look:
    """The list of an account's public home page (首页模板)."""
    biz, home = task.spec.argument.rsplit("/", 1)
    capture = await task.fetch.get(
        f"{_MP}/homepage?__biz={quote(biz, safe='')}&hid={home}&begin=0&count=5"
        "&action=appmsg_list&f=json",
        method="POST",
        headers=_FORM,
        body=b"",
    )
    return _public(task, capture)


def _public(task: Task, capture: Capture) -> Look:
    reading = task.recall.reading(
        task, [capture], partial(_read, weixin.PLATFORM, weixin.read, capture)
    )
    return finish(task, reading, [capture], route="weixin-public")


def _read(platform: str, reader: PayloadReader, capture: Capture, task: Task) -> AccountReading:
    return digest(platform, reader, capture, task.as_of)


async def look_at_sogou(task: Task) -> Look:
    """The search hit whose 微信号 is exactly the one asked for; another hit says nothing."""
    wanted = task.spec.argument
    url = f"https://weixin.sogou.com/weixin?type=1&query={quote(wanted, safe='')}&ie=utf8"
    capture = await task.fetch.get(url)
    read = partial(_read, sogou_weixin.PLATFORM, sogou_weixin.read, capture)
    reading = task.recall.reading(task, [capture], read)
    found = (reading.account_id or "").lower() == wanted.lower()
    if reading.access is AccessState.OK and not found:
        reading = refusal(sogou_weixin.PLATFORM, AccessState.EMPTY_UNPROVEN, NOT_THIS_ACCOUNT)
    return finish(task, reading, [capture], route="sogou", positive_only=True)


async def look_at_owner_api(task: Task) -> Look:
    """The owner's official interface: 发布 list, menu, automatic replies."""
    app = task.spec.argument
    if app not in task.credentials.secrets:
        missing = refusal(weixin.PLATFORM, AccessState.LOGIN_WALL, "no_credentials")
        return finish(task, missing, [], route="weixin-api")
    readings: list[AccountReading] = []
    captures: list[Capture] = []
    for path, body in (
        ("freepublish/batchget", {"offset": 0, "count": 20, "no_content": 1}),
        ("get_current_selfmenu_info", None),
        ("get_current_autoreply_info", None),
    ):
        reading, capture = await _call(task, path, body)
        readings.append(reading)
        captures += [capture] if capture is not None else []
        if reading.access is not AccessState.OK and not captures[:1]:
            break
    # The list speaks for the access; menu and replies only add.
    good = [readings[0], *(r for r in readings[1:] if r.access is AccessState.OK)]
    merged = merge(weixin.PLATFORM, good, Asked("", task.as_of), needs_list=True)
    return finish(task, merged, captures, route="weixin-api")


async def _call(
    task: Task, path: str, body: dict[str, int] | None
) -> tuple[AccountReading, Capture | None]:
    """One call with the cached token; a token that expired meanwhile is renewed once."""
    for again in (False, True):
        token = await _token(task, again=again)
        if not isinstance(token, str):
            return token, None
        capture = await _ask(task, path, token, body)
        if _error(capture) not in _EXPIRED:
            break
        task.credentials.tokens.pop(task.spec.argument, None)
    return digest(weixin.PLATFORM, weixin.read, capture, task.as_of), capture


async def _ask(task: Task, path: str, token: str, body: dict[str, int] | None) -> Capture:
    capture = await task.fetch.get(
        f"{_API}/{path}?access_token={quote(token, safe='')}",
        method="POST" if body is not None else "GET",
        headers=_JSON,
        body=json.dumps(body).encode() if body is not None else None,
    )
    # The token is a secret: no stored capture may carry it.
    shown = f"{_API}/{path}"
    return replace(capture, url=shown, final_url=shown, chain=())


async def _token(task: Task, *, again: bool = False) -> str | AccountReading:
    """The access token of the account, or the refusal with which it was denied.

    `again`: the one that was given has run out before its time; another is demanded.
    """
    app = task.spec.argument
    known = task.credentials.tokens.get(app) or task.credentials.denied.get(app)
    if known:
        return known
    asked = {
        "grant_type": "client_credential",
        "appid": app,
        "secret": task.credentials.secrets[app],
        "force_refresh": again,
    }
    capture = await task.fetch.get(
        f"{_API}/stable_token", method="POST", headers=_JSON, body=json.dumps(asked).encode()
    )
    token = mapping(parse_json(decode(capture.body))).get("access_token")
    if not isinstance(token, str) or not token:
        denied = digest(weixin.PLATFORM, weixin.read, capture, task.as_of)
        bare = AccessState.LOGIN_WALL if denied.access is AccessState.OK else denied.access
        told = refusal(weixin.PLATFORM, bare, denied.detail)
        if bare.persistence is Persistence.PERMANENT:
            task.credentials.denied[app] = told
        return told
    task.credentials.tokens[app] = token
    return token


def _error(capture: Capture) -> int | None:
    return whole(mapping(parse_json(decode(capture.body))).get("errcode"))
