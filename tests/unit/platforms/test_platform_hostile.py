"""No payload raises, whatever it holds: every fault is an access state."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.fetch.access import AccessState
from crawler.platforms.inspect import READERS, to_contract
from crawler.platforms.moments import BEIJING, from_anything
from crawler.platforms.resolve import resolve

FIXTURES = Path(__file__).parents[2] / "fixtures" / "accounts"
AS_OF = datetime(2023, 3, 20, 1, 0, tzinfo=BEIJING)
KEYS = [
    "ok",
    "data",
    "cards",
    "card_group",
    "mblog",
    "user",
    "userInfo",
    "list",
    "statuses",
    "created_at",
    "id",
    "mid",
    "title",
    "text",
    "msg",
    "url",
    "errno",
    "items",
    "modules",
    "module_author",
    "pub_ts",
    "module_tag",
    "code",
    "message",
    "card",
    "info",
    "vlist",
    "official",
    "type",
    "aweme_list",
    "create_time",
    "author",
    "status",
    "status_code",
    "post",
    "awemeId",
    "feeds",
    "photo",
    "timestamp",
    "result",
    "visionProfilePhotoList",
    "userProfile",
    "profile",
    "notes",
    "noteCard",
    "note_card",
    "basic_info",
    "success",
    "general_msg_list",
    "publish_page",
    "getalbum_resp",
    "article_list",
    "appmsg_list",
    "articles",
    "item",
    "content",
    "news_item",
    "base_resp",
    "ret",
    "errcode",
    "feedInfo",
    "object",
    "contact",
    "createtime",
    "version",
    "date_published",
    "group_id",
    "publish_time",
    "user_info",
    "cell_type",
    "bottom_tab",
    "toolbar_menus",
    "selfmenu_info",
    "is_menu_open",
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["06-27", "刚刚", "99999天前", "1678000000", "\ud800", "{}", "[]", "0"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=25,
)
RELAXED = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


def read_all(payload: bytes) -> None:
    for reader in READERS.values():
        shown: dict[str, Any] = to_contract(reader(payload, as_of=AS_OF))
        json.dumps(shown, ensure_ascii=False).encode()


@RELAXED
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
def test_any_json_gets_a_state(value: dict[str, Any]) -> None:
    read_all(json.dumps(value).encode())


@RELAXED
@given(st.binary(max_size=200))
def test_any_bytes_get_a_state(payload: bytes) -> None:
    read_all(payload)


@RELAXED
@given(st.sampled_from(sorted(FIXTURES.rglob("*.*"))), st.data())
def test_a_body_cut_or_damaged_anywhere_gets_a_state(path: Path, data: st.DataObject) -> None:
    payload = path.read_bytes()
    place = data.draw(st.integers(0, len(payload)))
    noise = data.draw(st.binary(max_size=6))
    read_all(payload[:place])
    read_all(payload[:place] + noise + payload[place + len(noise) :])


@RELAXED
@given(st.one_of(LEAVES, st.text(alphabet="0123456789-/.:年月日时分秒前昨今天周 +Z", max_size=24)))
def test_any_printed_time_is_a_moment_or_none(value: object) -> None:
    found = from_anything(value, AS_OF)
    assert found is None or found.at.utcoffset() == AS_OF.utcoffset()


@RELAXED
@given(st.text(max_size=60))
def test_any_address_resolves_or_not(text: str) -> None:
    for url in (
        text,
        f"https://{text}",
        f"https://weibo.com/{text}",
        f"https://mp.weixin.qq.com/{text}",
    ):
        resolve(url)


NESTED = {
    "arrays": b"[" * 10_000 + b"]" * 10_000,
    "objects": b'{"data":' * 10_000 + b"1" + b"}" * 10_000,
    "unclosed": b"[" * 4_000_000,
    "elements": b"<rss><channel>" + b"<item>" * 50_000,
    "blocks": b"<html><body>" + b"<div>" * 50_000,
    "state": b"<script>window.__INITIAL_STATE__=" + b'{"user":' * 10_000 + b"</script>",
    "quotes": b"<script>window.__INITIAL_STATE__={" + b'"\\' * 200_000 + b"</script>",
    # Each of these once made a reader begin anew at every repetition.
    "states": b"<html>" + b"window.__INITIAL_STATE__={" * 50_000,
    "message lists": b"<html>" + b'var msgList = {"list":[' * 50_000,
    "views": b"<html>" + b"FM.view({" * 100_000,
    "pushes": b"<html>" + b'self.__pace_f.push([1,"' * 50_000,
    "calls": b"a({" + b"})" * 200_000 + b"x",
    "huge number": b'{"data":' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("kind", NESTED)
@pytest.mark.timeout(60)
@pytest.mark.parametrize("platform", READERS)
def test_hostile_nesting_is_no_traceback_and_no_ok(kind: str, platform: str) -> None:
    reading = READERS[platform](NESTED[kind], as_of=AS_OF)
    assert reading.access is not AccessState.OK
    assert reading.posts == ()


@pytest.mark.parametrize("platform", READERS)
def test_a_body_over_eight_mebibytes_is_too_large(platform: str) -> None:
    payload = b'{"ok":1,"pad":"' + b"x" * (8 * 1024 * 1024) + b'"}'
    assert READERS[platform](payload, as_of=AS_OF).access is AccessState.TOO_LARGE


@pytest.mark.parametrize("platform", READERS)
def test_a_crowded_list_is_bounded(platform: str) -> None:
    blog = {"mblog": {"id": "1", "created_at": "2023-03-01 08:00:00", "user": {"id": 1}}}
    payload = json.dumps({"ok": 1, "data": {"cards": [blog] * 30_000}}).encode()
    assert len(READERS[platform](payload, as_of=AS_OF).posts) <= 500
