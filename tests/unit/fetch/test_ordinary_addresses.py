"""Addresses that need no encoding are sent as they are: the short way gives what the long one does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from w3lib.url import safe_url_string

from crawler.fetch.fetcher import canonical

HOSTS = st.from_regex(r"[a-z0-9]{1,5}([.-][a-z0-9]{1,5}){0,4}", fullmatch=True)
PATHS = st.text("abzAZ09_./=&?-", max_size=40)


@given(st.sampled_from(["http", "https"]), HOSTS, st.sampled_from(["", ":80", ":8080"]), PATHS)
def test_the_short_way_gives_what_the_long_one_does(
    scheme: str, host: str, port: str, path: str
) -> None:
    url = f"{scheme}://{host}{port}/{path}"
    try:
        expected = safe_url_string(url)
    except ValueError:  # 1.2.3.999: no host at all
        expected = ""
    assert canonical(url) == expected


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://a.gov.cn/通知.html", "http://a.gov.cn/%E9%80%9A%E7%9F%A5.html"),
        ("http://a.gov.cn/x.html#top", "http://a.gov.cn/x.html"),
        (" http://a.gov.cn/x y ", "http://a.gov.cn/x%20y"),
        ("http://a.gov.cn/list?", "http://a.gov.cn/list"),
        ("http://a.gov.cn/??", "http://a.gov.cn/??"),
    ],
)
def test_odd_addresses_still_go_the_long_way(url: str, sent: str) -> None:
    assert canonical(url) == sent
