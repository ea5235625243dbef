"""The codes of a page compared, and the official meta labels."""

from __future__ import annotations

from crawler.extract.document import parse
from crawler.extract.facts import Badges
from crawler.extract.identity import consistency
from crawler.extract.meta import read_meta


def test_meta_labels_get_their_canonical_spelling() -> None:
    page = (
        '<meta name="sitename" content=" 某某县人民政府 "><META NAME="SITEIDCODE" content="4300000041">'
        '<meta name="pubdate" content="2025-07-14 01:59"><meta name="generator" content="x">'
        '<meta name="Author" content="">'
    )
    assert read_meta(parse(page)) == {
        "SiteName": "某某县人民政府",
        "SiteIDCode": "4300000041",
        "PubDate": "2025-07-14 01:59",
        "Author": "",
    }


def test_the_first_label_with_a_value_counts() -> None:
    page = '<meta name="Keywords" content=""><meta name="keywords" content="财政">'
    assert read_meta(parse(page)) == {"Keywords": "财政"}


def test_codes_that_agree_agree() -> None:
    badges = Badges(site_code="4300000041", jiucuo_code="4300000041")
    said = consistency({"SiteIDCode": "4300000041"}, badges, "4300000041")
    assert said.agrees is True
    assert said.conflicts == ()


def test_a_badge_copied_from_another_site_is_told_trap_33() -> None:
    badges = Badges(site_code="bm36000005", jiucuo_code="bm36000002")
    said = consistency({}, badges, "bm36000005")
    assert said.agrees is False
    assert said.conflicts == ("找错入口 bm36000002 ≠ 登记 bm36000005",)
    assert said.meta_only is False


def test_a_copied_template_is_told_from_a_wrong_footer_trap_17() -> None:
    said = consistency({"SiteIDCode": "2300000001"}, Badges(site_code="5000000002"), "5000000002")
    assert said.agrees is False
    assert said.meta_only is True


def test_a_placeholder_label_is_recognised_and_compared_with_nothing() -> None:
    said = consistency({"SiteIDCode": "政府网站标识码"}, Badges(site_code="4300000041"), "")
    assert said.placeholder is True
    assert said.meta_code is None
    assert said.agrees is None


def test_a_code_read_from_the_meta_label_is_no_printed_code() -> None:
    badges = Badges(site_code="4300000041", evidence={"site_code": '<meta name="SiteIDCode">'})
    said = consistency({"SiteIDCode": "4300000041"}, badges, "4300000041")
    assert said.footer_code is None
    assert said.agrees is True
