"""Dead links of one site with their parents and anchors.

dead_links        the failing links of a site as one run saw them, grouped under dead hosts
told_of           the same of readings that were made just now
links_csv         UTF-8 CSV; `links_html` one page without scripts; `links_json` for programs
availability      the data of the availability chart
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from crawler import factcodec
from crawler.extract.addresses import host_of
from models import Fact, Run, Site, Visit
from report.availability import availability
from report.links_page import links_html
from report.links_words import BEIJING, FAILING, days_dead, moment, reason_of, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from checks.facts import LinkReading

__all__ = [
    "HEADINGS",
    "DeadLinks",
    "availability",
    "days_dead",
    "dead_links",
    "links_csv",
    "links_html",
    "links_json",
    "ordered",
    "told_of",
]

HEADINGS: Final = (
    "状态", "类别", "链接地址", "链接文字", "状态码或原因", "所在页面", "其他页面", "出现页数", "首次发现", "失效天数", "主机不可达", "跳转过程",
)  # fmt: skip
_RUN: Final = ("=", "+", "-", "@", "\t", "\r")
# Dangerous ones first, then confirmed ones; within a state what hangs below a dead host.
_PLACES: Final = {"dead": 1, "suspected": 2}


@dataclass(frozen=True, slots=True)
class DeadLinks:
    """The failing links of one site at one moment: dangerous ones first, then confirmed ones.

    `checked` counts all links that were looked at, `states` tells how they fell out. `run` is None
    for a look that belongs to no run.
    """

    site: str
    code: str
    as_of: datetime
    checked: int
    links: tuple[LinkReading, ...]
    states: dict[str, int] = field(default_factory=dict)
    run: int | None = None

    @property
    def dead(self) -> int:
        """How many links are confirmed dead."""
        return sum(link.state == "dead" for link in self.links)

    @property
    def suspected(self) -> int:
        """How many links failed but are not confirmed."""
        return sum(link.state == "suspected" for link in self.links)

    @property
    def dangerous(self) -> int:
        """How many links lead to a site that changed hands."""
        return sum(bool(link.danger) for link in self.links)

    def rows(self) -> list[list[str]]:
        """One row for each link, as HEADINGS say."""
        return [_row(link, self.as_of) for link in self.links]

    def sentence(self) -> str:
        """One line for an operator: when, how many, with which result."""
        told = (
            f"监测时间点 {moment(self.as_of)}，检查链接 {self.checked} 条，"
            f"失效 {self.dead} 条，疑似失效 {self.suspected} 条"
        )
        if self.dangerous:
            told += f"，指向不良网站 {self.dangerous} 条"
        unknown = self.states.get("blocked", 0) + self.states.get("undetermined", 0)
        return f"{told}，未能核实 {unknown} 条" if unknown else told

    def to_json(self) -> dict[str, Any]:
        """The whole list for programs; moments in ISO 8601 with the Beijing offset."""
        return {
            "site": self.site,
            "code": self.code,
            "run": self.run,
            "as_of": self.as_of.astimezone(BEIJING).isoformat(),
            "checked": self.checked,
            "dead": self.dead,
            "suspected": self.suspected,
            "dangerous": self.dangerous,
            "states": self.states,
            "links": [_object(link, self.as_of) for link in self.links],
        }


def dead_links(session: Session, site_id: int, run_id: int | None = None) -> DeadLinks | None:
    """What a run, or the newest one, saw of a site's links; None where none were checked."""
    wanted = (
        select(Fact.payload, Fact.run_id, Run.as_of, Site.name, Site.code)
        # By way of the visits: facts are found by run and target, not by target alone.
        .join(Visit, (Visit.run_id == Fact.run_id) & (Visit.target_id == Fact.target_id))
        .join(Run, Run.id == Visit.run_id)
        .join(Site, Site.id == Visit.target_id)
        .where(Visit.target_id == site_id, Fact.kind == factcodec.LINKS)
        .order_by(Run.as_of.desc(), Fact.id.desc())
        .limit(1)
    )
    if run_id is not None:
        wanted = wanted.where(Fact.run_id == run_id)
    found = session.execute(wanted).first()
    if found is None:
        return None
    links = factcodec.decode_links(found.payload)
    return told_of(found.name, links, found.as_of, code=found.code, run=found.run_id)


def told_of(
    site: str,
    links: Sequence[LinkReading],
    as_of: datetime,
    *,
    code: str = "",
    run: int | None = None,
) -> DeadLinks:
    """The failing and dangerous ones among the readings of a site."""
    states = Counter(link.state for link in links)
    return DeadLinks(
        site, code, as_of, len(links), ordered(links), dict(sorted(states.items())), run
    )


def ordered(links: Iterable[LinkReading]) -> tuple[LinkReading, ...]:
    """The failing and dangerous links: dangerous, dead, suspected; those of a dead host together."""
    failing = [link for link in links if link.state in FAILING or link.danger]
    return tuple(sorted(failing, key=_place))


def _place(link: LinkReading) -> tuple[int, bool, str, str]:
    place = 0 if link.danger else _PLACES.get(link.state, 3)
    return place, not link.host_down, host_of(link.url), link.url


def _row(link: LinkReading, as_of: datetime) -> list[str]:
    return [
        state_of(link),
        link.link_class,
        link.url,
        link.text,
        reason_of(link),
        link.parent,
        " ".join(link.parents),
        str(link.pages),
        moment(link.first_failed),
        str(days_dead(link, as_of) or ""),
        "是" if link.host_down else "",
        " → ".join((*link.chain, link.final_url)) if link.chain else "",
    ]


def _object(link: LinkReading, as_of: datetime) -> dict[str, Any]:
    first = link.first_failed
    return {
        "url": link.url,
        "state": link.state,
        "class": link.link_class,
        "text": link.text,
        "status": link.status,
        "detail": link.detail,
        "reason": reason_of(link),
        "home": link.home,
        "parents": [one for one in (link.parent, *link.parents) if one],
        "pages": link.pages,
        "first_failed": first.astimezone(BEIJING).isoformat() if first else None,
        "days_dead": days_dead(link, as_of),
        "host_down": link.host_down,
        "chain": [*link.chain, link.final_url] if link.chain else [],
        "title": link.title,
        "title_before": link.title_before,
        "danger": link.danger,
    }


def links_csv(found: DeadLinks) -> bytes:
    """UTF-8 with BOM, so that a spreadsheet opens it right; no cell that it would run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    for row in found.rows():
        writer.writerow([f"'{cell}" if cell.lstrip().startswith(_RUN) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def links_json(found: DeadLinks) -> bytes:
    """One JSON object, UTF-8."""
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "replace")
