"""WeChat's public profile and history pages: the last broadcasts stand in the page as `msgList`.

The page behind a search hit (`/profile?src=3`) writes the list as an object, the client's
history page as a string of entities. Both show 群发 only.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

from crawler.platforms import weixin_lists
from crawler.platforms.observation import AccountReading, Entity, EntityKind, Presence
from crawler.platforms.payload import assigned, parse_json, plain
from crawler.platforms.readings import Asked, certified, listed, nickname

if TYPE_CHECKING:
    from crawler.platforms.dispatch import Page

_PLATFORM: Final = "weixin"
_QUOTED: Final = re.compile(r"msgList\s{0,3}=\s{0,3}'(\{[^'\n]{2,2000000}\})'")
_BIZ: Final = re.compile(r"(?:__)?biz\s{0,3}=\s{0,3}[\"'](M[\w+/]{6,40}={0,2})[\"']")
_PRINCIPAL: Final = ("帐号主体", "账号主体", "微信认证")


def read_profile(page: Page, asked: Asked) -> AccountReading | None:
    """The account and its last broadcasts; None for a page without such a list."""
    found = _list(page.source)
    if found is None:
        return None
    posts = weixin_lists.posts_of({"general_msg_list": found}, asked) or []
    name = page.tree.css_first(".profile_nickname, strong#nickname")
    biz = _BIZ.search(page.source)
    shown = plain(name.text(deep=True)) if name is not None else ""
    entity, certification = _entity(page)
    return listed(
        _PLATFORM,
        [entry.post for entry in posts],
        asked,
        account_name=shown or None,
        account_id=biz[1] if biz else next((entry.biz for entry in posts if entry.biz), None),
        entity=entity if entity.text else nickname(shown),
        certification=certification,
    )


def _list(source: str) -> Any:
    quoted = _QUOTED.search(source)
    if quoted is not None:
        return parse_json(html.unescape(quoted[1]).replace("\\/", "/"))
    found = assigned(source, "msgList")
    return found if isinstance(found, dict) and "list" in found else None


def _entity(page: Page) -> tuple[Entity, Presence]:
    """The principal's line; the tick beside it says that the platform certified it."""
    for label in page.tree.css(".profile_desc_label"):
        around = label.parent
        value = around.css_first(".profile_desc_value") if around is not None else None
        if value is None or plain(label.text(deep=True)).rstrip(":：") not in _PRINCIPAL:
            continue
        words = plain(value.text(deep=True))
        if value.css_first("img.icon_verify.success") is not None:
            return certified(words), Presence.PRESENT
        if words:
            return Entity(words, EntityKind.REGISTERED), Presence.ABSENT
    return Entity(), Presence.UNDETERMINED
