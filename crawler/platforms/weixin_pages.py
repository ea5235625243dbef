"""WeChat's pages: articles of two layouts, albums, entity pages, and the pages that say no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.fetch.access import AccessState
from crawler.platforms import weixin_article, weixin_profile
from crawler.platforms.moments import from_anything
from crawler.platforms.observation import (
    AccountReading,
    Entity,
    EntityKind,
    Interactions,
    Presence,
)
from crawler.platforms.payload import MOST_ENTRIES, plain
from crawler.platforms.readings import (
    CANCELLED,
    Asked,
    When,
    certified,
    listed,
    make_post,
    nickname,
    presence,
    refusal,
)
from crawler.platforms.refusals import visible
from crawler.platforms.weixin_lists import article_id, biz_of

if TYPE_CHECKING:
    from crawler.platforms.dispatch import Page

_PLATFORM: Final = "weixin"
_STATES: Final = (
    (AccessState.DELETED, (
        "该内容已被发布者删除", "已被发布者删除", "has been deleted by the author", "因违规无法查看",
        "涉嫌侵权", "此内容发送失败", "violat", "内容已被删除", "涉嫌违反相关法律",
    )),
    (AccessState.NOT_FOUND, ("账号已自主注销", "帐号已自主注销", "账号已注销", "帐号已注销", "该公众号已注销")),
    (AccessState.BLOCKED, ("请在微信客户端打开链接", "账号已被屏蔽", "帐号已被屏蔽", "已被停止使用")),
    (AccessState.EMPTY_UNPROVEN, (
        "该内容暂时无法查看", "链接已过期", "参数错误", "Parameter error", "系统出错", "迁移", "页面无法访问", "expired",
        "temporarily unavailable",
    )),
)  # fmt: skip
_CERTIFIED: Final = ("认证主体",)
_REGISTERED: Final = (
    "账号主体",
    "帐号主体",
    "主体名称",
    "企业全称",
    "机构全称",
    "组织全称",
    "名称主体",
)
_PERSON: Final = ("主体类型", "账号类型", "帐号类型", "认证类型")


def read_page(page: Page, asked: Asked) -> AccountReading | None:
    """An article, an album, an entity page or a state page; None for any other."""
    return (
        weixin_profile.read_profile(page, asked)
        or weixin_article.read_article(page, asked)
        or _about(page)
        or _state(page)
        or _album(page, asked)
    )


def _state(page: Page) -> AccountReading | None:
    """A page that stands where an article was; its own headline says why."""
    heads = page.tree.css(".weui-msg__title, .mesg-block p, .weui_msg_title, .global_error_msg")
    said = " ".join(plain(node.text(deep=True)) for node in heads)
    short = "" if said else visible(page.tree, 400)
    words = said or (short if len(short) < 200 else "")
    found = next((state for state, marks in _STATES if any(m in words for m in marks)), None)
    if found is None:
        return None
    detail = CANCELLED if found is AccessState.NOT_FOUND else words
    return refusal(_PLATFORM, found, detail)


def _about(page: Page) -> AccountReading | None:
    """The entity page. 认证主体 is certified, 账号主体 only registered, a person is no entity."""
    rows = _labels(page)
    if not any(label in rows for label in (*_CERTIFIED, *_REGISTERED, *_PERSON, "微信号")):
        return None
    telephone = bool(rows.get("客服电话"))
    return AccountReading(
        _PLATFORM,
        account_name=rows.get("账号名称") or rows.get("公众号名称") or None,
        account_id=rows.get("微信号") or None,
        entity=_entity(rows),
        certification=_certification(rows),
        interactions=Interactions(consult=presence(True if telephone else None)),
    )


def _labels(page: Page) -> dict[str, str]:
    rows: dict[str, str] = {}
    for node in page.tree.css(".item-title"):
        label = plain(node.text(deep=True)).rstrip(":：")
        around = node.parent
        value = around.css_first(".item-desc") if around is not None else None
        if label and value is not None and label not in rows:
            rows[label] = plain(value.text(deep=True))
    return rows


def _entity(rows: dict[str, str]) -> Entity:
    if any("个人" in rows.get(label, "") for label in _PERSON):
        return Entity()
    sure = next((rows[label] for label in _CERTIFIED if rows.get(label)), "")
    if sure:
        return certified(sure)
    told = next((rows[label] for label in _REGISTERED if rows.get(label)), "")
    return Entity(told, EntityKind.REGISTERED) if told else Entity()


def _certification(rows: dict[str, str]) -> Presence:
    """认证主体 is proof; a page that names 账号主体 or a person instead says there is none."""
    if any("个人" in rows.get(label, "") for label in _PERSON):
        return Presence.ABSENT
    if any(rows.get(label) for label in _CERTIFIED):
        return Presence.PRESENT
    told = any(rows.get(label) for label in _REGISTERED)
    return Presence.ABSENT if told else Presence.UNDETERMINED


def _album(page: Page, asked: Asked) -> AccountReading | None:
    rows = page.tree.css("li[data-title][data-link]")[:MOST_ENTRIES]
    if not rows:
        return None
    posts = []
    for row in rows:
        stamp = row.css_first(".js_article_create_time")
        stated = from_anything(plain(stamp.text(deep=True)) if stamp else "", asked.as_of)
        url = row.attributes.get("data-link") or ""
        moment = When(stated.at if stated else None, "api")
        posts.append(make_post(article_id(url), row.attributes.get("data-title"), url, moment))
    author = page.tree.css_first(".album__author-name, .album__author .nickname")
    return listed(
        _PLATFORM,
        posts,
        asked,
        account_name=plain(author.text(deep=True)) or None if author is not None else None,
        entity=nickname(author.text(deep=True)) if author is not None else Entity(),
        account_id=next((biz for post in posts if (biz := biz_of(post.url))), None),
    )
