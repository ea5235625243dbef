"""Every payload shape that a platform is known to answer with, one file each, all constructed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from crawler.fetch.access import AccessState as A
from crawler.platforms.inspect import READERS, inspect, to_contract
from crawler.platforms.moments import BEIJING
from crawler.platforms.observation import AccountReading, PostKind, Presence

FIXTURES = Path(__file__).parents[2] / "fixtures" / "accounts"
AS_OF = datetime(2023, 3, 20, 1, 0, tzinfo=BEIJING)
DOUYIN_LIKES = "https://www.douyin.com/aweme/v1/web/aweme/favorite/?sec_user_id=MS4wLjABAAAAexample"


class Want(NamedTuple):
    """What a fixture must read as: newest time to the second, entity, number of posts."""

    access: A
    newest: str | None = None
    entity: str | None = None
    kind: str = "none"
    posts: int = 0
    url: str = ""


GOV = "示例市人民政府新闻办公室官方微博"
COURT = "示例市中级人民法院官方账号"
POLICE = "示例市公安局官方账号"
SERVICE = "示例市政务服务中心官方账号"
CASES = {
    "weibo/profile.json": Want(A.OK, None, GOV, "certified"),
    "weibo/ajax_profile.json": Want(A.OK, None, GOV, "certified"),
    "weibo/list.json": Want(A.OK, "2023-03-18T20:15:30", GOV, "certified", 6),
    "weibo/mymblog.json": Want(A.OK, "2023-03-10T10:20:30", GOV, "certified", 2),
    "weibo/detail.html": Want(A.OK, "2023-03-12T09:30:15", GOV, "certified", 1),
    "weibo/cn.html": Want(A.OK, "2023-03-19T06:09:41", "示例市人民政府新闻办公室", "certified", 3),
    "weibo/list_renamed.json": Want(A.PARSE_DRIFT),
    "weibo/detail_deleted.html": Want(A.DELETED),
    "weibo/visitor.html": Want(A.CHALLENGE),
    "weibo/captcha.json": Want(A.CHALLENGE),
    "weibo/no_user.json": Want(A.NOT_FOUND),
    "toutiao/feed.json": Want(A.OK, "2023-03-15T16:40:02", SERVICE, "certified", 4),
    "toutiao/render.html": Want(A.OK, "2023-03-16T10:00:00", SERVICE, "certified", 1),
    "toutiao/profile_app.json": Want(A.OK, None, SERVICE, "certified"),
    "toutiao/null.json": Want(A.EMPTY_UNPROVEN),
    "toutiao/empty.json": Want(A.EMPTY_UNPROVEN),
    "toutiao/wall.html": Want(A.CHALLENGE),
    "douyin/profile.json": Want(A.OK, None, POLICE, "certified"),
    "douyin/posts.json": Want(A.OK, "2023-03-11T12:00:20", POLICE, "certified", 6),
    "douyin/favorites.json": Want(A.OK, posts=1, url=DOUYIN_LIKES),
    "douyin/render.html": Want(A.OK, "2023-03-13T07:08:09", POLICE, "certified", 2),
    "douyin/share.html": Want(A.OK, "2023-03-09T08:07:26", POLICE, "certified", 1),
    "douyin/busy.json": Want(A.RATE_LIMITED),
    "douyin/empty_list.json": Want(A.EMPTY_UNPROVEN),
    "douyin/cancelled.json": Want(A.NOT_FOUND),
    "douyin/spider.html": Want(A.CHALLENGE),
    "douyin/captcha.html": Want(A.CHALLENGE),
    "kuaishou/graphql_list.json": Want(A.OK, "2023-03-08T18:30:01", posts=2),
    "kuaishou/graphql_profile.json": Want(A.OK),
    "kuaishou/rest.json": Want(A.OK, "2023-03-07T08:00:00", posts=3),
    "kuaishou/live_list.json": Want(A.OK, "2023-03-05T09:00:00", posts=1),
    "kuaishou/live_user.json": Want(A.OK, None, "示例市消防救援支队官方账号", "certified"),
    "kuaishou/state.html": Want(A.OK, "2023-03-04T09:00:00", posts=1),
    "kuaishou/nested_refusal.json": Want(A.CHALLENGE),
    "kuaishou/empty_success.json": Want(A.EMPTY_UNPROVEN),
    "bilibili/feed.json": Want(A.OK, "2023-03-10T10:00:00", COURT, "certified", 5),
    "bilibili/feed_relative.json": Want(A.OK, "2023-03-19T16:00:30", posts=1),
    "bilibili/arc.json": Want(A.OK, "2023-03-02T09:00:00", posts=2),
    "bilibili/card.json": Want(A.OK, None, COURT, "certified"),
    "bilibili/master.json": Want(A.OK, None, COURT, "certified"),
    "bilibili/personal.json": Want(A.OK),
    "bilibili/no_items.json": Want(A.EMPTY_UNPROVEN),
    "bilibili/412.html": Want(A.CHALLENGE),
    "xiaohongshu/profile.html": Want(A.OK, "2023-03-03T21:11:03", posts=3),
    "xiaohongshu/note.html": Want(A.OK, "2023-03-01T09:00:01", posts=1),
    "xiaohongshu/posted.json": Want(A.OK, "2023-03-06T07:08:09", posts=1),
    "xiaohongshu/empty_note.html": Want(A.EMPTY_SHELL),
    "weixin/album_list.json": Want(A.OK, "2023-03-02T08:05:06", "示例发布", "nickname", 2),
    "weixin/album_one.json": Want(A.OK, "2023-03-02T08:05:06", posts=1),
    "weixin/album.html": Want(A.OK, "2023-03-02T09:00:00", "示例发布", "nickname", 1),
    "weixin/homepage.json": Want(A.OK, "2023-03-03T08:00:00", posts=1),
    "weixin/getmsg.json": Want(A.OK, "2023-03-04T17:00:09", posts=4),
    "weixin/appmsgpublish.json": Want(A.OK, "2023-03-05T08:00:01", posts=2),
    "weixin/freepublish.json": Want(A.OK, "2023-03-06T08:00:03", posts=2),
    "weixin/searchbiz.json": Want(A.OK),
    "weixin/menu.json": Want(A.OK),
    "weixin/menu_closed.json": Want(A.OK),
    "weixin/article_2025.html": Want(A.OK, "2023-03-07T10:11:12", '示例"发布', "nickname", 1),
    "weixin/article_printed.html": Want(A.OK, "2023-03-07T10:11:00", "示例发布", "nickname", 1),
    "weixin/about_certified.html": Want(A.OK, None, "示例市人民政府办公室", "certified"),
    "weixin/about_registered.html": Want(A.OK, None, "示例市政务服务中心", "registered"),
    "weixin/about_person.html": Want(A.OK),
    "weixin/no_session.json": Want(A.LOGIN_WALL),
    "weixin/api_expired.json": Want(A.LOGIN_WALL),
    "weixin/captcha.html": Want(A.CHALLENGE),
    "weixin/in_client_only.html": Want(A.BLOCKED),
    "weixin/expired.html": Want(A.EMPTY_UNPROVEN),
    "weixin/cancelled.html": Want(A.NOT_FOUND),
    "weixin/deleted_en.html": Want(A.DELETED),
    "weixin-channels/share.json": Want(A.OK, "2023-03-10T19:00:01", "示例市应急管理", "nickname", 1),
    "weixin-channels/export.json": Want(A.OK, "2023-03-11T08:00:00", "示例市应急管理", "nickname", 2),
    "weixin-channels/gone.json": Want(A.DELETED),
    "sogou-weixin/accounts.html": Want(
        A.OK, "2023-03-08T08:00:00", "示例市人民政府办公室", "certified", 2
    ),
    "sogou-weixin/nothing.html": Want(A.EMPTY_UNPROVEN),
    "feed/rss.xml": Want(A.OK, "2023-03-05T09:00:00", posts=2),
    "feed/atom.xml": Want(A.OK, "2023-03-04T08:30:00", posts=1),
    "feed/json_feed.json": Want(A.OK, "2023-03-03T16:00:00", posts=2),
    "feed/rdf.xml": Want(A.OK, "2023-03-02T10:00:00", posts=1),
    "feed/zoneless.xml": Want(A.OK, "2023-03-06T23:30:00", posts=2),
    "feed/gb18030.xml": Want(A.OK, "2023-03-06T08:00:00", posts=1),
    "feed/partly_captcha.xml": Want(A.OK, "2023-03-02T08:00:00", posts=1),
    "feed/captcha.xml": Want(A.CHALLENGE),
    "feed/just_now.xml": Want(A.PARSE_DRIFT, posts=1),
    "feed/empty.xml": Want(A.EMPTY_UNPROVEN),
    "feed/error.html": Want(A.BLOCKED),
    "feed/page.html": Want(A.PARSE_DRIFT),
    "feed/bomb.xml": Want(A.PARSE_DRIFT),
}  # fmt: skip


def read(name: str, url: str = "") -> AccountReading:
    return inspect(
        name.split("/", maxsplit=1)[0], (FIXTURES / name).read_bytes(), url=url, as_of=AS_OF
    )


@pytest.mark.parametrize("name", CASES)
def test_payload_reads_as_a_person_would_read_it(name: str) -> None:
    want = CASES[name]
    reading = read(name, want.url)
    newest = reading.newest_at.isoformat() if reading.newest_at else None
    assert reading.access is want.access, reading.detail
    assert newest == (want.newest and want.newest + "+08:00")
    assert (reading.entity.text, reading.entity.kind) == (want.entity, want.kind)
    assert len(reading.posts) == want.posts


def test_every_fixture_has_an_expectation() -> None:
    files = {str(path.relative_to(FIXTURES)) for path in FIXTURES.rglob("*") if path.is_file()}
    assert files == set(CASES)


def test_every_platform_of_the_contract_has_a_reader() -> None:
    assert set(READERS) == {name.split("/")[0] for name in CASES}


def test_newest_weibo_hides_in_a_card_group_behind_an_old_pinned_post() -> None:
    posts = read("weibo/list.json").posts
    assert [post.pinned for post in posts] == [True, False, False, False, False, False]
    assert [post.kind for post in posts] == [
        PostKind.ORIGINAL,
        PostKind.ORIGINAL,
        PostKind.LIKED,
        PostKind.AUTO,
        PostKind.REPOST,
        PostKind.ORIGINAL,
    ]
    assert [post.own for post in posts] == [True, True, False, True, True, True]
    assert posts[-1].deleted
    assert posts[1].provenance == "post_id"  # `03-18` made exact by the id


def test_ids_keep_all_their_digits() -> None:
    assert read("bilibili/feed.json").posts[0].id.isdecimal()
    assert len(read("toutiao/feed.json").posts[0].id) == 19
    assert len(read("weibo/mymblog.json").posts[0].id) == 16


def test_likes_of_others_are_never_own_posts() -> None:
    (liked,) = read("douyin/favorites.json", DOUYIN_LIKES).posts
    assert liked.kind is PostKind.LIKED
    assert not liked.own
    assert read("xiaohongshu/profile.html").posts[-1].kind is PostKind.LIKED


def test_interactions_are_told_only_where_the_platform_shows_them() -> None:
    weibo = read("weibo/profile.json").interactions
    assert (weibo.menu, weibo.message, weibo.consult) == (Presence.PRESENT,) * 3
    assert weibo.comments is Presence.UNDETERMINED
    # canAddComment 0 means that the visitor is not logged in.
    kuaishou = read("kuaishou/graphql_list.json").interactions
    assert kuaishou.comments is Presence.UNDETERMINED
    assert read("weixin/menu_closed.json").interactions.menu is Presence.ABSENT
    assert read("weixin/about_certified.html").interactions.consult is Presence.PRESENT
    assert read("toutiao/profile_app.json").interactions.consult is Presence.PRESENT
    assert read("douyin/profile.json").interactions.message is Presence.PRESENT


def test_counters_and_names_come_with_the_reading() -> None:
    assert read("weibo/profile.json").counter == 4321
    assert read("douyin/profile.json").counter == 812
    assert read("kuaishou/graphql_profile.json").counter == 321
    assert read("weixin/article_2025.html").account_id == "MzA1MTIzNDU2Nw=="
    assert read("kuaishou/graphql_list.json").has_more is False


def test_search_hit_is_the_account_asked_for_and_no_namesake() -> None:
    reading = read("sogou-weixin/accounts.html")
    assert (reading.account_id, [post.own for post in reading.posts]) == ("slfb", [False, True])


def test_a_post_ahead_of_the_clock_is_no_freshness() -> None:
    early = datetime(2023, 3, 6, 12, 0, tzinfo=BEIJING)
    payload = (FIXTURES / "feed/zoneless.xml").read_bytes()
    reading = inspect("feed", payload, as_of=early)
    assert reading.newest_at == datetime(2023, 3, 6, 8, 0, tzinfo=BEIJING)
    nothing = inspect("feed", payload, as_of=datetime(2023, 3, 1, tzinfo=BEIJING))
    assert (nothing.access, nothing.newest_at) == (A.PARSE_DRIFT, None)


def test_renamed_time_field_falls_back_to_the_id_and_says_so() -> None:
    payload = (FIXTURES / "weibo/mymblog.json").read_bytes().replace(b"created_at", b"made_at")
    payload = payload.replace(b'"text"', b'"text_html"')
    reading = inspect("weibo", payload, as_of=AS_OF)
    assert reading.detail == "no_stated_times"
    assert {post.provenance for post in reading.posts} == {"post_id"}


def test_liked_recommended_and_searched_works_of_kuaishou_are_left_alone() -> None:
    payload = (FIXTURES / "kuaishou/graphql_list.json").read_bytes()
    foreign = payload.replace(b"visionProfilePhotoList", b"visionProfileLikePhotoList")
    assert inspect("kuaishou", foreign, as_of=AS_OF).posts == ()


def test_contract_has_exactly_the_public_keys() -> None:
    shown = to_contract(read("weibo/list.json"))
    assert list(shown) == ["platform", "access", "entity", "posts", "newest_at", "interactions"]
    assert list(shown["posts"][0]) == [
        "id", "title", "url", "published_at", "provenance", "kind", "pinned",
    ]  # fmt: skip
    assert shown["newest_at"] == "2023-03-18T20:15:30+08:00"
    assert shown["entity"] == {"text": GOV, "kind": "certified"}
    assert set(shown["interactions"]) == {"menu", "message", "comments", "consult"}
    assert to_contract(read("weibo/captcha.json"))["newest_at"] is None


def test_unknown_platform_is_named_in_chinese() -> None:
    with pytest.raises(ValueError, match="平台“myspace”无法识别"):
        inspect("myspace", b"{}", as_of=AS_OF)


@pytest.mark.parametrize(
    ("platform", "payload", "state"),
    [
        ("kuaishou", b'{"result": 2, "feeds": [], "pcursor": null}', A.RATE_LIMITED),
        ("kuaishou", b'{"result": 50}', A.BLOCKED),
        ("kuaishou", b'{"result": 2001, "error_msg": "antispam"}', A.CHALLENGE),
        ("xiaohongshu", b'{"code":0,"success":true,"data":{}}', A.CHALLENGE),
        ("xiaohongshu", b'{"code":-101,"success":false}', A.LOGIN_WALL),
        ("xiaohongshu", b'{"code":300012,"success":false}', A.BLOCKED),
        ("xiaohongshu", b'{"code":-510001,"success":false}', A.DELETED),
        ("bilibili", b'{"code":-352,"data":{"v_voucher":"x"}}', A.CHALLENGE),
        ("bilibili", b'{"code":-799,"message":"x"}', A.RATE_LIMITED),
        ("douyin", b"", A.EMPTY_UNPROVEN),
        ("douyin", b"blocked", A.BLOCKED),
        ("weibo", b'{"ok":-100,"url":"https://passport.weibo.cn/signin/x"}', A.LOGIN_WALL),
        ("weibo", b'{"ok":0,"msg":"","data":{"cards":[]}}', A.EMPTY_UNPROVEN),
        ("weixin", b'{"base_resp":{"ret":200013,"err_msg":"freq control"}}', A.RATE_LIMITED),
        ("weixin", b'{"base_resp":{"ret":200003,"err_msg":"invalid session"}}', A.LOGIN_WALL),
        ("weixin", b'{"base_resp":{"ret":0}}', A.EMPTY_UNPROVEN),
    ],
)  # fmt: skip
def test_refusal_gives_its_state_and_no_posts(platform: str, payload: bytes, state: A) -> None:
    reading = inspect(platform, payload, as_of=AS_OF)
    assert (reading.access, reading.posts, reading.newest_at) == (state, (), None)


@pytest.mark.parametrize(
    ("platform", "url", "state"),
    [
        ("weixin", "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x", A.CHALLENGE),
        ("sogou-weixin", "https://weixin.sogou.com/antispider/?from=x", A.CHALLENGE),
        ("weibo", "https://visitor.passport.weibo.cn/visitor/visitor?a=enter", A.CHALLENGE),
        ("weibo", "https://passport.weibo.cn/signin/login?r=x", A.LOGIN_WALL),
    ],
)
def test_redirect_to_a_captcha_is_known_by_its_address(platform: str, url: str, state: A) -> None:
    payload = (FIXTURES / "weibo/list.json").read_bytes()
    assert inspect(platform, payload, url=url, as_of=AS_OF).access is state
