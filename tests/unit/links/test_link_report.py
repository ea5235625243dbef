"""The list of a site's dead links, and its availability chart."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from checks.facts import LinkReading
from crawler import factcodec
from crawler.extract.page import EXTRACTOR
from crawler.probes_kept import Round, packed
from models import Fact, ProbeDay, Run, Site, Unit, Visit
from report.links import HEADINGS, availability, dead_links, links_csv, links_html

AS_OF = datetime.fromisoformat("2023-03-20T01:00:00+08:00")
HOME = "http://www.example.gov.cn/"
LINKS = [
    LinkReading(HOME + "ok", HOME, "好", "ok", 200, "", "站内"),
    LinkReading("http://b.test/2", HOME, "<b>乙</b>", "suspected", None, "timeout", "站外"),
    LinkReading(
        "http://down.test/1", HOME, "=1+1", "dead", None, "refused", "站外",
        first_failed=AS_OF - timedelta(days=2), parents=(HOME + "a", HOME + "b"), pages=7, host_down=True,
    ),
    LinkReading(HOME + "gone", HOME, "旧", "dead", 404, "http_404", "站内",
                chain=(HOME + "gone",), final_url=HOME + "404.html", first_failed=AS_OF),
]  # fmt: skip


def seeded(session_factory: sessionmaker[Session]) -> int:
    with session_factory.begin() as session:
        unit = Unit(name="某市")
        run = Run(as_of=AS_OF, state="done", ruleset="", targets=[])
        session.add_all([unit, run])
        session.flush()
        site = Site(kind="site", identity="x", name="某市政府", unit_id=unit.id, home_url=HOME)
        session.add(site)
        session.flush()
        payload = factcodec.encode_links(LINKS)
        session.add(
            Fact(
                run_id=run.id, target_id=site.id, kind="links", extractor=EXTRACTOR, payload=payload
            )
        )
        session.add(Visit(run_id=run.id, target_id=site.id, fresh=True, access="ok"))
        rounds = packed(
            [
                Round(10, "ok", 900, "甲"),
                Round(70, "timeout", 15000, "甲"),
                Round(40, "ok", 700, "乙"),
            ]
        )
        session.add(
            ProbeDay(site_id=site.id, day=date(2023, 3, 19), counted=3, failed=1, rounds=rounds)
        )
        return site.id


def test_dead_links_come_with_parents_anchors_and_days(
    session_factory: sessionmaker[Session],
) -> None:
    site = seeded(session_factory)
    with session_factory() as session:
        found = dead_links(session, site)
        assert dead_links(session, site + 1) is None
    assert found is not None
    assert [link.url for link in found.links] == [
        "http://down.test/1",
        HOME + "gone",
        "http://b.test/2",
    ]
    rows = list(csv.DictReader(io.StringIO(links_csv(found).decode("utf-8-sig"))))
    assert list(rows[0]) == list(HEADINGS)
    assert (rows[0]["失效天数"], rows[0]["主机不可达"], rows[0]["出现页数"]) == ("3", "是", "7")
    assert rows[0]["其他页面"] == f"{HOME}a {HOME}b"
    assert rows[0]["链接文字"] == "'=1+1", "a spreadsheet must not run it"
    assert rows[1]["跳转过程"] == f"{HOME}gone → {HOME}404.html"
    page = links_html(found).decode()
    assert "&lt;b&gt;乙&lt;/b&gt;" in page
    assert "检查链接 4 条，失效 2 条，疑似失效 1 条" in page
    assert "href=" not in page


def test_the_chart_tells_shares_and_times_by_day(session_factory: sessionmaker[Session]) -> None:
    site = seeded(session_factory)
    with session_factory() as session:
        chart = availability(session, site, date(2023, 3, 20))
    assert (chart["counted"], chart["failed"]) == (3, 1)
    (day,) = chart["days"]
    assert (day["ms"], day["failures"], day["vantages"]) == (800, [[70, "timeout"]], ["乙", "甲"])
