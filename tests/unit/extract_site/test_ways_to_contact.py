"""联系方式 of a footer: a number, a link called 联系我们, an e-mail or a postal address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.page import read_page


@pytest.mark.parametrize(
    ("footer", "phone", "entry"),
    [
        ("联系电话：0731-88888888", True, False),
        ('<a href="/lxwm/">联系我们</a>', False, True),
        ("邮箱：office@example.gov.cn", False, True),
        ("地址：例市人民路1号 邮编：410000", False, True),
        ("版权所有 例市人民政府", False, False),
        ("<!-- 联系电话：0731-88888888 邮箱：office@example.gov.cn -->", False, False),
    ],
)
def test_each_way_to_reach_the_office_is_told(footer: str, phone: bool, entry: bool) -> None:
    """Trap 34: a footer without a telephone number is not without 联系方式."""
    body = (
        "<html><head><meta charset='utf-8'><title>例市人民政府</title></head><body>"
        "<p>政务公开</p><div class='footer'><p>主办单位：例市人民政府办公室 网站标识码：4300000001</p>"
        f"<p>{footer}</p></div></body></html>"
    )
    moment = datetime(2023, 6, 1, tzinfo=UTC)
    badges = read_page(body.encode(), url="http://www.example.gov.cn/", as_of=moment).badges
    assert (badges.contact, badges.contact_entry) == (phone, entry)
