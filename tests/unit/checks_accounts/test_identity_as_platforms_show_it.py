"""Certificates, menus and neighbours as payloads show them, and what manners leave unasked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from checks.facts import LinkReading
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.links import LinkReport, LinkTask
from crawler.platforms import bilibili, douyin, toutiao, weibo, weixin, xiaohongshu
from crawler.platforms.observation import MenuLink, Observation, Presence
from crawler.platforms.observe import observe
from crawler.platforms.readings import LIST_LACKS_NEWEST
from crawler.platforms.sources import AccountTicket, OperatorLook
from crawler.spiders.account import AccountTask, patrol_account
from crawler.spiders.menus import menu_page

BEIJING = timezone(timedelta(hours=8))
AS_OF = datetime(2023, 3, 20, 1, 0, tzinfo=BEIJING)
PROFILE = "https://m.weibo.cn/api/container/getIndex?type=uid&value=1234567890"
LIST = PROFILE + "&containerid=1076031234567890"
ARTICLE = "https://mp.weixin.qq.com/s/abcdefghij"


def read(reader: Any, payload: object) -> Any:
    body = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    return reader.read(body.encode(), as_of=AS_OF)


def user(**changed: Any) -> dict[str, Any]:
    return {"id": 1234567890, "screen_name": "例市发布", "statuses_count": 7, **changed}


def profile(**changed: Any) -> dict[str, Any]:
    return {"ok": 1, "data": {"userInfo": user(**changed)}}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"verified": True, "verified_type": 1}, Presence.PRESENT),
        ({"verified": False, "verified_type": -1}, Presence.ABSENT),
        ({"verified": True, "verified_type": 0}, Presence.ABSENT),
        ({"verified": True, "verified_type": 220}, Presence.UNDETERMINED),
        ({}, Presence.UNDETERMINED),
    ],
)
def test_weibo_says_whether_an_organisation_is_certified(
    changed: dict[str, Any], told: Presence
) -> None:
    assert read(weibo, profile(**changed)).certification is told


def test_bilibili_says_it_by_the_type_of_its_certificate() -> None:
    for kind, told in ((1, Presence.PRESENT), (-1, Presence.ABSENT), (0, Presence.ABSENT)):
        card = {"card": {"mid": "1", "name": "例市发布", "official": {"type": kind, "title": "x"}}}
        assert read(bilibili, {"code": 0, "data": card}).certification is told


def test_a_whole_douyin_profile_without_certificates_has_none_and_a_partial_one_says_nothing() -> (
    None
):
    bare = {"nickname": "例市发布", "sec_uid": "MS4wLjABAAAAx"}
    empty = bare | {"enterprise_verify_reason": "", "custom_verify": ""}
    for person, told in (
        (bare, Presence.UNDETERMINED),
        (empty, Presence.ABSENT),
        (empty | {"is_gov_media_vip": True}, Presence.PRESENT),
        (empty | {"custom_verify": "例市官方账号"}, Presence.PRESENT),
    ):
        assert read(douyin, {"status_code": 0, "user": person}).certification is told
    beside = {"aweme_id": "7000000000000000000", "create_time": 1679000000, "author": empty}
    listed = read(douyin, {"status_code": 0, "aweme_list": [beside]})
    assert listed.certification is Presence.UNDETERMINED


def test_xiaohongshu_denies_a_certificate_only_by_its_zero() -> None:
    for kind, told in ((0, Presence.ABSENT), (2, Presence.UNDETERMINED)):
        data = {
            "basicInfo": {"nickname": "例市发布"},
            "verifyInfo": {"redOfficialVerifyType": kind},
        }
        page = f"<script>window.__INITIAL_STATE__={json.dumps({'user': {'userPageData': data}})}</script>"
        assert read(xiaohongshu, page).certification is told


def _about(*rows: tuple[str, str]) -> str:
    told = "".join(
        f"<div><span class='item-title'>{label}</span><span class='item-desc'>{value}</span></div>"
        for label, value in rows
    )
    return f"<html><body>{told}</body></html>"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((("认证主体", "例市公安局"),), Presence.PRESENT),
        ((("账号主体", "例市公安局"),), Presence.ABSENT),
        ((("主体类型", "个人"), ("微信号", "lishi")), Presence.ABSENT),
        ((("微信号", "lishi"),), Presence.UNDETERMINED),
    ],
)
def test_wechats_entity_page_tells_certified_from_registered(
    rows: tuple[tuple[str, str], ...], told: Presence
) -> None:
    """S16."""
    assert read(weixin, _about(*rows)).certification is told


def article(status: str = "2", extra: str = "") -> str:
    return (
        "<html><head><meta property='og:title' content='通知'></head><body><script>"
        f'var nickname = "例市发布"; var ct = \'1679000000\'; var verify_status = "{status}";'
        f"</script>{extra}</body></html>"
    )


def test_an_article_says_whether_its_account_is_certified_and_whose_channel_it_shows() -> None:
    card = "<mp-common-videosnap data-nickname='例市发布' data-username='v2_1@finder'></mp-common-videosnap>"
    told = read(weixin, article(extra=card))
    assert told.certification is Presence.PRESENT
    assert [(one.platform, one.name, one.id) for one in told.linked] == [
        ("weixin-channels", "例市发布", "v2_1@finder")
    ]
    assert read(weixin, article("0")).certification is Presence.ABSENT
    assert read(weixin, article("7")).certification is Presence.UNDETERMINED


def test_the_menus_of_the_public_toolbar_and_the_owners_interface_are_read_with_their_links() -> (
    None
):
    toolbar = [
        {"name": "聊天", "params": {"scheme": "sinaweibo://messagelist?uid=1"}},
        {"name": "办事", "params": {"scheme": "http://www.example.gov.cn/bs"}},
        {
            "name": "更多",
            "params": {"menu_list": [{"name": "APP", "params": {"scheme": "sinaweibo://a"}}]},
        },
    ]
    assert read(weibo, profile(toolbar_menus=toolbar)).menu == (
        MenuLink("办事", "http://www.example.gov.cn/bs"),
        MenuLink("更多"),
        MenuLink("APP"),
    )
    button = [
        {"name": "公开", "type": "view", "url": "http://www.example.gov.cn/"},
        {
            "name": "服务",
            "sub_button": {
                "list": [{"name": "小程序", "type": "miniprogram", "url": "http://x.example/"}]
            },
        },
    ]
    owned = {"is_menu_open": 1, "selfmenu_info": {"button": button}}
    assert read(weixin, owned).menu == (
        MenuLink("公开", "http://www.example.gov.cn/"),
        MenuLink("小程序"),
    )
    assert read(weixin, owned | {"is_menu_open": 0}).menu == ()
    tab = [{"name": "政务", "children": [{"name": "公开", "value": "https://www.example.gov.cn/"}]}]
    shown = {"data": {"user_id": "1", "name": "例市发布", "bottom_tab": tab}}
    assert MenuLink("公开", "https://www.example.gov.cn/") in read(toutiao, shown).menu


def _menu(*entries: MenuLink) -> Observation:
    from crawler.platforms.observation import AccountReading, SourceReading

    return Observation("weibo", (SourceReading("weibo:1", AccountReading("weibo", menu=entries)),))


def test_links_into_a_platforms_client_are_not_checkable() -> None:
    seen = _menu(
        MenuLink("公开", "http://www.example.gov.cn/"),
        MenuLink("文章", "https://mp.weixin.qq.com/s/abc"),
        MenuLink("授权", "https://open.weixin.qq.com/connect"),
        MenuLink("主页", "https://weibo.com/u/1"),
        MenuLink("小程序"),
    )
    page = menu_page(seen, "https://weibo.com/u/1234567890")
    assert page is not None
    assert [link.url for link in page.links] == ["http://www.example.gov.cn/"]
    assert menu_page(_menu(), "") is None


class Answers:
    """A fetcher that answers from a table."""

    def __init__(self, bodies: Mapping[str, object]) -> None:
        self.bodies = bodies
        self.asked: list[str] = []

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:
        del headers, method, body
        self.asked.append(url)
        payload = self.bodies.get(url)
        if payload is None:
            return Capture(url, url, AS_OF, AccessState.NOT_FOUND, 404)
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return Capture(url, url, AS_OF, AccessState.OK, 200, body=text.encode())

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        del wanted
        return [await self.get(url)]


def ticket(**changed: Any) -> AccountTicket:
    given = {
        "platform": "weibo",
        "platform_printed": "微博",
        "name": "例市发布",
        "unit": "例市政府办",
        "platform_id": "1234567890",
        "home_url": "",
        "sources": "weibo:1234567890",
    }
    return AccountTicket(**(given | changed))


def weibo_with(count: int, days: int, **changed: Any) -> Answers:
    moment = AS_OF - timedelta(days=days)
    blog = {
        "id": str((int(moment.timestamp()) - 515483463) << 22),
        "created_at": moment.strftime("%Y-%m-%d %H:%M:%S"),
        "text": "通知",
        "user": {"id": 1234567890, "screen_name": "旧名"},
    }
    cards = [{"card_type": 9, "mblog": blog}]
    return Answers(
        {
            PROFILE: profile(statuses_count=count, **changed),
            LIST: {"ok": 1, "data": {"cards": cards}},
        }
    )


@pytest.mark.parametrize(
    ("count", "proves", "detail"), [(7, True, ""), (8, False, LIST_LACKS_NEWEST), (6, True, "")]
)
def test_a_count_that_grew_without_a_newer_post_takes_the_proof_away(
    count: int, proves: bool, detail: str
) -> None:
    """S11."""
    known = ticket(last_counter=7, last_newest=AS_OF - timedelta(days=20))
    seen, _ = asyncio.run(observe(known, weibo_with(count, 20), AS_OF))
    source = seen.sources[0]
    assert (source.proves_silence, source.reading.detail) == (proves, detail)
    assert (source.reading.counter, source.reading.counter_before) == (count, 7)


def test_a_newer_post_makes_the_old_count_meaningless() -> None:
    known = ticket(last_counter=7, last_newest=AS_OF - timedelta(days=30))
    seen, _ = asyncio.run(observe(known, weibo_with(9, 20), AS_OF))
    assert seen.sources[0].reading.counter_before is None
    assert seen.sources[0].proves_silence


def test_the_name_of_the_profile_goes_before_the_names_under_old_posts() -> None:
    """S15."""
    seen, _ = asyncio.run(observe(ticket(), weibo_with(7, 20), AS_OF))
    assert seen.sources[0].reading.account_name == "例市发布"


def test_a_source_that_manners_leave_alone_is_our_own_doing_and_the_next_one_is_asked() -> None:
    """accounts.md 9."""
    fetch = weibo_with(7, 1)
    resting = ticket(
        sources="weibo:1234567890; page:http://www.example.gov.cn/a",
        not_tonight={"weibo": "platform_resting"},
    )
    seen, _ = asyncio.run(observe(resting, fetch, AS_OF))
    first = seen.sources[0].reading
    assert (first.access, first.detail) == (AccessState.OUR_FAULT, "platform_resting")
    assert fetch.asked == ["http://www.example.gov.cn/a"]
    task = AccountTask(1, "weibo", False, resting)
    told = asyncio.run(patrol_account(task, fetch, AS_OF, lambda _: ""))
    assert (told.fresh, told.reason) == (False, "platform_resting")


def test_an_account_of_which_nothing_can_be_read_is_told_so_and_not_as_our_fault() -> None:
    """It is printed under the annex: an office must not read that the patrol failed."""
    nothing = ticket(platform="qie", platform_id="", sources="")
    task = AccountTask(1, "qie", False, nothing)
    told = asyncio.run(patrol_account(task, Answers({}), AS_OF, lambda _: ""))
    assert (told.fresh, told.reason) == (False, "no_source")


def test_an_operators_article_link_brings_name_and_certificate_of_its_account_alone() -> None:
    look = OperatorLook(seen_at=AS_OF, url=ARTICLE)
    given = {"platform": "weixin", "platform_id": "", "sources": "operator"}
    for name, told in (("例市发布", Presence.ABSENT), ("快乐购物", Presence.UNDETERMINED)):
        asked = ticket(**given, name=name, operator_looks=(look,))
        seen, _ = asyncio.run(observe(asked, Answers({ARTICLE: article("0")}), AS_OF))
        assert seen.sources[0].reading.certification is told
    assert seen.sources[0].reading.account_name is None


def test_a_menu_is_checked_by_the_link_checker_and_a_menuless_account_is_not() -> None:
    toolbar = [{"name": "办事", "params": {"scheme": "http://www.example.gov.cn/bs"}}]
    asked: list[str] = []

    async def check(task: LinkTask) -> LinkReport:
        asked.extend(link.url for link in task.home.links)
        link = LinkReading(asked[0], "", "办事", "ok", 200, "", "站外")
        return LinkReport([link], 1)

    task = AccountTask(1, "weibo", False, ticket())
    with_menu = weibo_with(7, 1, toolbar_menus=toolbar)
    told = asyncio.run(patrol_account(task, with_menu, AS_OF, lambda _: "", check_links=check))
    assert asked == ["http://www.example.gov.cn/bs"]
    assert told.links is not None
    assert told.links[0].state == "ok"
    bare = asyncio.run(
        patrol_account(task, weibo_with(7, 1), AS_OF, lambda _: "", check_links=check)
    )
    assert bare.links is None
