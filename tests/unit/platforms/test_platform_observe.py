"""One account through its sources: union, access state of each, and what may prove silence."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.fetch.access import AccessState as A
from crawler.fetch.capture import Capture
from crawler.platforms.adapters.look import Credentials
from crawler.platforms.moments import BEIJING
from crawler.platforms.observation import Observation, SourceReading
from crawler.platforms.observe import observe
from crawler.platforms.sources import AccountTicket, OperatorLook

FIXTURES = Path(__file__).parents[2] / "fixtures" / "accounts"
AS_OF = datetime(2023, 3, 20, 1, 0, tzinfo=BEIJING)
LATER = datetime(2023, 4, 20, 1, 0, tzinfo=BEIJING)
PROFILE = "https://m.weibo.cn/api/container/getIndex?type=uid&value=1234567890"
LIST = PROFILE + "&containerid=1076031234567890"
FEED = "http://rss.example:1200/weibo/user/1234567890"


def capture(url: str, body: bytes | str, status: int | None = 200, access: A = A.OK) -> Capture:
    payload = body.encode() if isinstance(body, str) else body
    return Capture(url, url, AS_OF, access, status, body=payload)


class Answers:
    """A fetcher that answers from a table and notes what was asked of it."""

    def __init__(
        self, *answers: Capture, pages: Mapping[str, Sequence[Capture]] | None = None
    ) -> None:
        self.answers = {answer.url: answer for answer in answers}
        self.pages = pages or {}
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.bodies: list[bytes | None] = []

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:
        assert method in ("GET", "POST")
        self.asked.append(url)
        self.headers.append(headers or {})
        self.bodies.append(body)
        return self.answers.get(url, capture(url, b"", 404, A.NOT_FOUND))

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        self.asked.append(f"browse {url}")
        off = replace(capture(url, b"", None, A.OUR_FAULT), detail="browser_off")
        shown = self.pages.get(url)
        if shown is None:
            return [off]
        return [shown[0], *(one for one in shown[1:] if any(want in one.url for want in wanted))]


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def account(sources: str, platform: str = "weibo", **changes: object) -> AccountTicket:
    known = AccountTicket(platform, "新浪微博", "示例市发布", "示例市政府办", "", "", sources)
    return replace(known, **changes)  # type: ignore[arg-type]


def run(ticket: AccountTicket, fetch: Answers, as_of: datetime = AS_OF) -> Observation:
    return asyncio.run(observe(ticket, fetch, as_of))[0]


def only(ticket: AccountTicket, fetch: Answers, as_of: datetime = AS_OF) -> SourceReading:
    (source,) = run(ticket, fetch, as_of).sources
    return source


def healthy_weibo() -> Answers:
    return Answers(
        capture(PROFILE, fixture("weibo/profile.json")), capture(LIST, fixture("weibo/list.json"))
    )


def test_weibo_is_two_calls_and_its_own_list_proves_silence() -> None:
    fetch = healthy_weibo()
    source = only(account("weibo:1234567890"), fetch)
    assert fetch.asked == [PROFILE, LIST]
    assert fetch.headers[0]["MWeibo-Pwa"] == "1"
    assert source.reading.access is A.OK
    assert source.reading.entity.text == "示例市人民政府新闻办公室官方微博"
    assert source.reading.counter == 4321
    assert (source.proves_silence, source.positive_only, source.operator_route) == (
        True,
        False,
        "weibo",
    )
    assert source.capture_ids == (0, 1)
    assert {post.source for post in source.reading.posts} == {"weibo:1234567890"}


def test_good_profile_beside_a_refused_list_proves_nothing() -> None:
    fetch = Answers(
        capture(PROFILE, fixture("weibo/profile.json")),
        capture(LIST, '{"ok":-100,"msg":"请先登录","url":"https://passport.weibo.cn/signin/x"}'),
    )
    source = only(account("weibo:1234567890"), fetch)
    assert (source.reading.access, source.proves_silence) == (A.LOGIN_WALL, False)
    assert source.reading.posts == ()


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (432, b"", A.BLOCKED),
        (418, b"", A.BLOCKED),
        (200, fixture("weibo/visitor.html"), A.CHALLENGE),
        (200, b'{"ok":-100,"msg":"","url":"https://passport.weibo.cn/x"}', A.LOGIN_WALL),
    ],
)
def test_refused_weibo_is_asked_once_more_through_the_browser_only(
    status: int, body: bytes, state: A
) -> None:
    fetch = Answers(capture(PROFILE, body, status))
    source = only(account("weibo:1234567890"), fetch)
    assert fetch.asked == [PROFILE, "browse https://m.weibo.cn/u/1234567890"]
    assert (source.reading.access, source.reading.posts) == (state, ())


def test_visitor_context_of_the_browser_reads_what_http_was_refused() -> None:
    page = capture("https://m.weibo.cn/u/1234567890", "<html><script>1</script></html>")
    fetch = Answers(
        capture(PROFILE, b"", 432),
        pages={
            page.url: [
                page,
                capture(PROFILE, fixture("weibo/profile.json")),
                capture(LIST, fixture("weibo/list.json")),
            ]
        },
    )
    source = only(account("weibo:1234567890"), fetch)
    assert (source.reading.access, source.proves_silence) == (A.OK, True)
    assert len(source.capture_ids) == 4


def test_count_that_grew_without_a_newer_post_proves_no_silence() -> None:
    seen = datetime(2023, 3, 18, 20, 15, 30, tzinfo=BEIJING)
    grown = account("weibo:1234567890", last_counter=4320, last_newest=seen)
    source = only(grown, healthy_weibo(), LATER)
    assert (source.proves_silence, source.positive_only) == (False, True)
    assert source.reading.detail == "list_lacks_newest"
    same = replace(grown, last_counter=4321)
    assert only(same, healthy_weibo(), LATER).proves_silence


def test_partial_body_proves_no_silence() -> None:
    whole = capture(LIST, fixture("weibo/list.json"))
    cut = replace(whole, truncated=True, detail="incomplete_body")
    fetch = Answers(capture(PROFILE, fixture("weibo/profile.json")), cut)
    source = only(account("weibo:1234567890"), fetch)
    assert (source.reading.access, source.proves_silence) == (A.OK, False)


def test_a_body_that_our_own_cap_cut_is_too_large_whatever_its_beginning_says() -> None:
    endless = replace(capture(FEED, fixture("feed/rss.xml")), truncated=True)
    source = only(account(f"feed:{FEED}"), Answers(endless))
    assert source.reading.access is A.TOO_LARGE
    assert source.reading.posts == ()


def test_a_fresh_post_ends_the_search_and_an_old_one_does_not() -> None:
    both = account(f"weibo:1234567890;feed:{FEED}")
    early = healthy_weibo()
    assert len(run(both, early).sources) == 1
    late = healthy_weibo()
    late.answers[FEED] = capture(FEED, fixture("feed/rss.xml"))
    seen = run(both, late, LATER)
    assert [source.operator_route for source in seen.sources] == ["weibo", "rss.example:1200"]
    assert [source.capture_ids for source in seen.sources] == [(0, 1), (2,)]
    assert len({post.source for post in seen.posts}) == 2


def test_feed_proves_updates_and_never_silence() -> None:
    source = only(account(f"feed:{FEED}"), Answers(capture(FEED, fixture("feed/rss.xml"))))
    assert source.reading.newest_at == datetime(2023, 3, 5, 9, 0, tzinfo=BEIJING)
    assert (source.proves_silence, source.positive_only) == (False, False)
    assert {post.provenance for post in source.reading.posts} == {"feed"}


def test_feed_of_another_account_says_nothing() -> None:
    fetch = Answers(capture(FEED, fixture("feed/rss.xml")))
    other = account(f"feed:{FEED}", platform_id="9999999999", name="示例市发布")
    source = only(other, fetch)
    assert (source.reading.access, source.reading.detail) == (A.EMPTY_UNPROVEN, "not_this_account")
    assert source.reading.posts == ()


def test_feed_belongs_by_its_declared_title_where_links_name_nobody() -> None:
    url = "http://werss.example/feed/1"
    mine = account(f"feed:{url}", "weixin", name="示例发布")
    assert only(mine, Answers(capture(url, fixture("feed/atom.xml")))).reading.access is A.OK
    stranger = replace(mine, name="别市文旅")
    reading = only(stranger, Answers(capture(url, fixture("feed/atom.xml")))).reading
    assert reading.detail == "not_this_account"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (capture(FEED, fixture("feed/error.html"), 503), A.BLOCKED),
        (capture(FEED, fixture("feed/captcha.xml")), A.CHALLENGE),
        (capture(FEED, fixture("feed/page.html")), A.PARSE_DRIFT),
        (capture(FEED, fixture("feed/empty.xml")), A.EMPTY_UNPROVEN),
        (capture(FEED, b""), A.EMPTY_UNPROVEN),
        (capture(FEED, b"", 502, A.SERVER_ERROR), A.SERVER_ERROR),
        (capture(FEED, b"", None, A.TIMEOUT), A.TIMEOUT),
        (capture(FEED, b"x" * 9_000_000, 200, A.TOO_LARGE), A.TOO_LARGE),
    ],
)
def test_sick_feed_has_a_typed_reason(answer: Capture, state: A) -> None:
    source = only(account(f"feed:{FEED}"), Answers(answer))
    assert (source.reading.access, source.reading.posts) == (state, ())


def test_public_profile_is_read_from_what_the_page_received() -> None:
    url = "https://www.douyin.com/user/MS4wLjABAAAAexample"
    shell = capture(url, "<html><body><div id=root></div><script>1</script></body></html>")
    api = (
        "https://www.douyin.com/aweme/v1/web/aweme/post/?sec_user_id=MS4wLjABAAAAexample&a_bogus=x"
    )
    profile = (
        "https://www.douyin.com/aweme/v1/web/user/profile/other/?sec_user_id=MS4wLjABAAAAexample"
    )
    likes = "https://www.douyin.com/aweme/v1/web/aweme/favorite/?sec_user_id=MS4wLjABAAAAexample"
    fetch = Answers(
        pages={
            url: [
                shell,
                capture(profile, fixture("douyin/profile.json")),
                capture(api, fixture("douyin/posts.json")),
                capture(likes, fixture("douyin/favorites.json")),
            ]
        }
    )
    source = only(account("douyin:MS4wLjABAAAAexample", "douyin"), fetch)
    assert source.reading.newest_at == datetime(2023, 3, 11, 12, 0, 20, tzinfo=BEIJING)
    assert (source.reading.counter, source.proves_silence) == (812, True)
    assert len(source.capture_ids) == 3


def test_profile_without_its_list_is_never_silence() -> None:
    url = "https://www.douyin.com/user/MS4wLjABAAAAexample"
    shell = capture(url, "<html><script>1</script></html>")
    profile = capture(
        "https://www.douyin.com/aweme/v1/web/user/profile/other/", fixture("douyin/profile.json")
    )
    empty = capture("https://www.douyin.com/aweme/v1/web/aweme/post/", b"")
    fetch = Answers(pages={url: [shell, profile, empty]})
    source = only(account("douyin:MS4wLjABAAAAexample", "douyin"), fetch)
    assert (source.reading.access, source.proves_silence) == (A.EMPTY_UNPROVEN, False)


def test_without_a_browser_it_is_our_own_fault() -> None:
    source = only(account("kuaishou:3xexample", "kuaishou"), Answers())
    assert (source.reading.access, source.reading.detail) == (A.OUR_FAULT, "browser_off")


def test_status_461_with_verify_headers_is_a_challenge() -> None:
    url = "https://www.xiaohongshu.com/user/profile/5ff0000000000000010000aa"
    refused = replace(capture(url, b"{}", 461), headers=(("Verifytype", "102"),))
    fetch = Answers(pages={url: [refused]})
    source = only(account("xiaohongshu:5ff0000000000000010000aa", "xiaohongshu"), fetch)
    assert source.reading.access is A.CHALLENGE


def test_album_and_home_page_are_positive_evidence_under_one_route() -> None:
    album = "https://mp.weixin.qq.com/mp/appmsgalbum?action=getalbum&__biz=MzA1MTIzNDU2Nw%3D%3D&album_id=12&count=20&f=json"
    home = "https://mp.weixin.qq.com/mp/homepage?__biz=MzA1MTIzNDU2Nw%3D%3D&hid=3&begin=0&count=5&action=appmsg_list&f=json"
    fetch = Answers(
        capture(album, fixture("weixin/album_one.json")),
        capture(home, fixture("weixin/homepage.json")),
    )
    both = account("weixin-album:MzA1MTIzNDU2Nw==/12;weixin-home:MzA1MTIzNDU2Nw==/3", "weixin")
    seen = run(both, fetch, LATER)
    assert [source.reading.access for source in seen.sources] == [A.OK, A.OK]
    assert {source.operator_route for source in seen.sources} == {"weixin-public"}
    assert not any(source.proves_silence for source in seen.sources)


def test_search_hit_counts_only_for_the_exact_weixin_id() -> None:
    page = fixture("sogou-weixin/accounts.html")
    url = "https://weixin.sogou.com/weixin?type=1&query={}&ie=utf8"
    hit = only(account("sogou:slfb", "weixin"), Answers(capture(url.format("slfb"), page)))
    assert (hit.reading.access, hit.positive_only) == (A.OK, True)
    assert hit.reading.newest_at == datetime(2023, 3, 8, 8, 0, tzinfo=BEIJING)
    other = only(account("sogou:other1", "weixin"), Answers(capture(url.format("other1"), page)))
    assert (other.reading.access, other.reading.posts) == (A.EMPTY_UNPROVEN, ())


def test_share_page_is_one_post_and_no_list() -> None:
    url = "https://weixin.qq.com/sph/AbCdEf"
    info = "https://channels.weixin.qq.com/finder-preview/api/feed/get_feed_info"
    shell = capture(url, "<html><script>1</script></html>")
    fetch = Answers(pages={url: [shell, capture(info, fixture("weixin-channels/share.json"))]})
    source = only(account(f"channels:{url}", "weixin-channels"), fetch)
    assert (source.reading.access, source.proves_silence, source.positive_only) == (
        A.OK,
        False,
        True,
    )


def looked(days: float, **changes: object) -> OperatorLook:
    look = OperatorLook(AS_OF - timedelta(days=days), observed_by="张三")
    return replace(look, **changes)  # type: ignore[arg-type]


def test_recent_dated_look_of_a_person_proves_silence() -> None:
    old = datetime(2023, 2, 1, tzinfo=BEIJING)
    source = only(account("", "weixin", operator_looks=(looked(1, newest_at=old),)), Answers())
    assert (source.source, source.operator_route) == ("operator", "operator")
    assert (source.proves_silence, source.reading.newest_at) == (True, old)
    assert source.reading.posts[0].provenance == "operator"
    stale = only(account("", "weixin", operator_looks=(looked(9, newest_at=old),)), Answers())
    assert (stale.proves_silence, stale.positive_only) == (False, True)


def test_article_link_alone_is_fetched_and_dated() -> None:
    url = "https://mp.weixin.qq.com/s/Abc_def-123"
    fetch = Answers(capture(url, fixture("weixin/article_2025.html")))
    mine = account("operator", "weixin", name="示例发布", operator_looks=(looked(1, url=url),))
    source = only(mine, fetch)
    assert source.reading.newest_at == datetime(2023, 3, 7, 10, 11, 12, tzinfo=BEIJING)
    assert (source.proves_silence, source.positive_only) == (False, True)
    stranger = only(replace(mine, name="别市文旅"), fetch)
    assert stranger.reading.newest_at is None


def test_link_whose_id_carries_the_time_needs_no_request() -> None:
    url = "https://m.weibo.cn/detail/4645748019299849"
    fetch = Answers()
    source = only(account("operator", operator_looks=(looked(1, url=url),)), fetch)
    assert fetch.asked == []
    assert source.reading.posts[0].provenance == "post_id"


def test_look_without_a_date_says_nothing_and_a_future_look_is_ignored() -> None:
    bare = account(
        "operator", operator_looks=(looked(1, text="看过了"), looked(-5, newest_at=AS_OF))
    )
    source = only(bare, Answers())
    assert (source.reading.access, source.reading.posts) == (A.EMPTY_UNPROVEN, ())
    never = only(account("operator", operator_looks=(looked(1, never_posted=True),)), Answers())
    assert (never.reading.access, never.reading.detail) == (A.OK, "never_posted")


TOKEN = "https://api.weixin.qq.com/cgi-bin/stable_token"
BATCH = "https://api.weixin.qq.com/cgi-bin/freepublish/batchget?access_token="
MENU = "https://api.weixin.qq.com/cgi-bin/get_current_selfmenu_info?access_token="


def owner(fetch: Answers, credentials: Credentials) -> tuple[SourceReading, list[Capture]]:
    ticket = account("weixin-api:wx0123456789abcdef", "weixin")
    seen, captures = asyncio.run(observe(ticket, fetch, LATER, credentials=credentials))
    return seen.sources[0], captures


def test_owner_interface_reads_list_and_menu_and_leaks_no_secret() -> None:
    fetch = Answers(
        capture(TOKEN, '{"access_token":"TOKEN1","expires_in":7200}'),
        capture(BATCH + "TOKEN1", fixture("weixin/freepublish.json")),
        capture(MENU + "TOKEN1", fixture("weixin/menu.json")),
    )
    credentials = Credentials({"wx0123456789abcdef": "SECRET1"})
    source, captures = owner(fetch, credentials)
    assert (source.reading.access, source.reading.interactions.menu) == (A.OK, "present")
    assert (source.proves_silence, source.operator_route) == (False, "weixin-api")
    assert not any("TOKEN1" in one.url or "SECRET1" in one.url for one in captures)
    assert not any(b"TOKEN1" in one.body for one in captures)
    assert "SECRET1" not in repr(credentials)
    assert fetch.asked.count(TOKEN) == 1


def test_token_that_expires_in_the_batch_is_renewed_once() -> None:
    fetch = Answers(
        capture(TOKEN, '{"access_token":"TOKEN2"}'),
        capture(BATCH + "TOKEN1", fixture("weixin/api_expired.json")),
        capture(BATCH + "TOKEN2", fixture("weixin/freepublish.json")),
        capture(MENU + "TOKEN2", fixture("weixin/menu_closed.json")),
    )
    credentials = Credentials({"wx0123456789abcdef": "S"}, {"wx0123456789abcdef": "TOKEN1"})
    source, _ = owner(fetch, credentials)
    assert source.reading.access is A.OK
    assert credentials.tokens == {"wx0123456789abcdef": "TOKEN2"}


def test_missing_or_denied_credentials_are_a_log_in_wall() -> None:
    missing, _ = owner(Answers(), Credentials())
    assert (missing.reading.access, missing.reading.detail) == (A.LOGIN_WALL, "no_credentials")
    denied = capture(TOKEN, json.dumps({"errcode": 40125, "errmsg": "invalid appsecret"}))
    credentials = Credentials({"wx0123456789abcdef": "S"})
    fetch = Answers(denied)
    refused, _ = owner(fetch, credentials)
    assert refused.reading.access is A.LOGIN_WALL
    assert refused.reading.detail == "40125 invalid appsecret"
    # Denied for good: the next account of that owner does not ask again this night.
    assert owner(fetch, credentials)[0].reading == refused.reading
    assert fetch.asked.count(TOKEN) == 1


def test_app_store_names_the_seller_and_dates_no_content() -> None:
    url = "https://itunes.apple.com/cn/lookup?id=1234567890"
    answer = {
        "resultCount": 1,
        "results": [
            {
                "trackName": "示例通",
                "sellerName": "示例市大数据局",
                "currentVersionReleaseDate": "2023-03-19T17:53:38Z",
            }
        ],
    }
    source = only(account(f"page:{url}", "app"), Answers(capture(url, json.dumps(answer))))
    assert (source.reading.entity.text, source.reading.entity.kind) == (
        "示例市大数据局",
        "registered",
    )
    assert source.reading.newest_at is None
    gone = Answers(capture(url, '{"resultCount":0,"results":[]}'))
    assert only(account(f"page:{url}", "app"), gone).reading.access is A.EMPTY_UNPROVEN


def test_account_without_any_source_has_an_empty_observation() -> None:
    fetch = Answers()
    assert run(account("", "weixin"), fetch) == Observation("weixin")
    assert fetch.asked == []


def test_channel_page_of_yidian_is_positive_evidence() -> None:
    url = "https://www.yidianzixun.com/channel/m123456"
    entry = {
        "docid": "0Mabc",
        "title": "一点号一条",
        "date": "2023-03-18 09:00:00",
        "wemedia_info": {"name": "示例市发布", "channel_id": "m123456"},
    }
    page = f"<html><script>yidian.docinfo = {json.dumps({'result': [entry]})};</script></html>"
    source = only(account("", "yidian", home_url=url), Answers(capture(url, page)))
    assert source.reading.newest_at == datetime(2023, 3, 18, 9, 0, tzinfo=BEIJING)
    assert (source.proves_silence, source.positive_only) == (False, True)


def test_log_in_page_with_status_200_is_a_log_in_wall() -> None:
    page = "<html><head><title>登录 - 新浪微博</title></head><body><form></form></body></html>"
    source = only(account("weibo:1234567890"), Answers(capture(PROFILE, page)))
    assert source.reading.access is A.LOGIN_WALL


def test_source_that_cannot_be_understood_is_our_fault_and_ends_nothing() -> None:
    source = only(account("myspace:7"), Answers())
    assert (source.reading.access, source.proves_silence) == (A.OUR_FAULT, False)
    assert "myspace" in source.reading.detail
