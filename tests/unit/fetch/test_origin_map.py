"""Which server answers for an address."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.origins import OriginMap, host_of, origin_of

MAP = OriginMap(
    {
        "https://m.weibo.cn": "http://127.0.0.1:9001",
        "http://www.example.gov.cn": "http://127.0.0.1:9002/",
        "http://www.example.gov.cn:8080": "http://127.0.0.1:9003",
    }
)


@pytest.mark.parametrize(
    ("url", "actual", "host"),
    [
        ("https://m.weibo.cn/a?b=c", "http://127.0.0.1:9001/a?b=c", "m.weibo.cn"),
        ("HTTPS://M.Weibo.CN:443/a", "http://127.0.0.1:9001/a", "m.weibo.cn"),
        ("http://www.example.gov.cn", "http://127.0.0.1:9002/", "www.example.gov.cn"),
        ("http://www.example.gov.cn:8080/x", "http://127.0.0.1:9003/x", "www.example.gov.cn:8080"),
        ("http://www.example.gov.cn?b=c/d", "http://127.0.0.1:9002/?b=c/d", "www.example.gov.cn"),
        ("http://www.example.gov.cn/a?b#f", "http://127.0.0.1:9002/a?b", "www.example.gov.cn"),
        ("http://m.weibo.cn/a", "http://m.weibo.cn/a", None),
        ("http://other.cn/a#f", "http://other.cn/a#f", None),
    ],
)
def test_exact_origins_are_mapped_and_keep_their_host(
    url: str, actual: str, host: str | None
) -> None:
    assert MAP.resolve(url) == (actual, host)


def test_the_star_answers_for_every_other_origin() -> None:
    both = OriginMap({"*": "http://127.0.0.1:9000", "http://a.cn": "http://127.0.0.1:1"})
    assert both.resolve("http://a.cn/x")[0] == "http://127.0.0.1:1/x"
    assert both.resolve("https://b.cn/x") == ("http://127.0.0.1:9000/x", "b.cn")
    assert not both.mapped("javascript:void(0)")
    assert not both.mapped("data:text/html,x")


def test_an_empty_map_changes_nothing() -> None:
    assert not OriginMap({})
    assert OriginMap().resolve("http://a.cn/") == ("http://a.cn/", None)


def test_names_are_compared_without_case_final_dot_and_default_port() -> None:
    assert origin_of("HTTP://WWW.A.cn.:80/x") == "http://www.a.cn"
    assert origin_of("http://[::1]:8080/") == "http://[::1]:8080"
    assert origin_of("nothing") == ""


@given(st.text(max_size=60))
def test_no_text_breaks_the_map(text: str) -> None:
    assert isinstance(OriginMap({"*": "http://127.0.0.1:1"}).route(text).url, str)
    assert isinstance(host_of(f"http://{text}"), str)


_NEAR = st.text(st.sampled_from("ab19.-:/@?#[]\t\n %_\\A政"), max_size=10)


@given(st.sampled_from(["http://", "https://", "HTTP://", "//", "ftp://", ""]), _NEAR, _NEAR)
def test_a_plain_address_is_taken_apart_as_the_library_would(
    scheme: str, place: str, path: str
) -> None:
    url = f"{scheme}{place}/{path}"
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        assert origin_of(url) == ""
        return
    assert host_of(url) == host
    default = {"http": 80, "https": 443}.get(parts.scheme)
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + ("" if port in {None, default} else f":{port}")
    assert origin_of(url) == (origin if host and parts.scheme else "")
