"""`xuncha fixture`: a stored capture or a saved page as a reduced page of the tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

import clock
import settings as configuration
from verbs.shell import FAILED, WRONG_INPUT, AsOf, fail, readers

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.extract.facts import PageFacts, Row

_ROWS = 12
_BADGES = ("conac", "jiucuo", "site_code", "icp", "police", "contact")
_EXAMPLE = "example.gov.cn"


class Page(NamedTuple):
    """What a fixture is made of: a body with its address, moment, status and headers."""

    body: bytes
    url: str
    as_of: datetime
    content_type: str = ""
    status: int | None = 200


def fixture(
    source: Annotated[str, typer.Argument(help="快照编号或保存的网页文件")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹")],
    url: Annotated[str, typer.Option("--url", help="文件来自哪个网址")] = "",
    as_of: AsOf = None,
    covers: Annotated[str, typer.Option("--covers", help="这个样例说明什么")] = "",
    seed: Annotated[str, typer.Option("--seed", help="替换文字用的种子")] = "",
) -> None:
    """把快照或网页变成测试样例：文字替换，结构、日期、标识保留，并写出应有的读法。"""
    page = _page(source, url, as_of)
    differences = write(page, out, covers=covers, seed=seed)
    typer.echo(f"已写入 {out}")
    if differences:
        fail("替换文字后读法有变，请人工核对：" + "；".join(differences), FAILED)


def _page(source: str, url: str, as_of: str | None) -> Page:
    path = Path(source)
    if path.is_file():
        from inspection import read_file

        return Page(read_file(path), url, clock.stated(as_of))
    if not source.isdecimal():
        fail(f"没有文件 {source}；快照请写编号", WRONG_INPUT)
    return _stored(int(source), as_of)


def _stored(identity: int, as_of: str | None) -> Page:
    from crawler.store import CaptureMissingError, CaptureStore
    from models import Capture

    loaded, sessions = readers()
    with sessions() as session:
        row = session.get(Capture, identity)
        if row is None:
            fail(f"没有快照 {identity}", WRONG_INPUT)
        try:
            body = CaptureStore(loaded.capture_store).get(row.sha256)
        except (CaptureMissingError, ValueError) as error:
            fail(f"快照 {identity} 的内容读不出来：{error}", FAILED)
        kinds = [value for name, value in row.headers if name.lower() == "content-type"]
        moment = clock.stated(as_of) if as_of else row.fetched_at
        return Page(body, row.final_url, moment, kinds[0] if kinds else "", row.status)


def write(page: Page, out: Path, *, covers: str = "", seed: str = "") -> list[str]:
    """Write `page.html` and `expected.json` under `out`; what is now read otherwise, a line each."""
    from crawler.extract.addresses import registrable
    from crawler.extract.decode import decode
    from crawler.extract.filler import replaced

    decoded = decode(page.body[: configuration.load().parse_cap], page.content_type)
    site = registrable(page.url)
    text = replaced(decoded.text, seed=seed, site=site)
    address = page.url.replace(site, _EXAMPLE) if site else page.url
    plain_type = re.sub(r";.*", "", page.content_type)
    redone = page._replace(body=text.encode("utf-8"), url=address, content_type=plain_type)
    before, after = expected(_read(page)), expected(_read(redone))
    name = "page.json" if text.lstrip()[:1] in {"{", "["} else "page.html"
    case = {
        "covers": covers or f"{after['page_kind']} {after['access']}",
        "url": address,
        "as_of": page.as_of.isoformat(),
        "page": name,
        "status": page.status,
        "expected": after,
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / name).write_bytes(redone.body)
    text = json.dumps(case, ensure_ascii=False, indent=1)
    (out / "expected.json").write_text(text + "\n", encoding="utf-8")
    return [
        f"{key}：{_shown(before[key])} → {_shown(after[key])}"
        for key in after
        if key != "rows" and before[key] != after[key]
    ]


def _shown(value: Any) -> str:
    return "无" if value is None else str(value)


def _read(page: Page) -> PageFacts:
    from crawler.extract.page import read_page

    return read_page(
        page.body,
        url=page.url,
        as_of=page.as_of,
        content_type=page.content_type,
        status=page.status,
    )


def expected(facts: PageFacts) -> dict[str, Any]:
    """What a fixture says of its page: the readings that are judged, the first rows among them."""
    said: dict[str, Any] = {
        "access": facts.access.value,
        "page_kind": facts.page_kind.value,
        "newest_date": facts.newest_date.isoformat() if facts.newest_date else None,
        "published_on": facts.published_on.isoformat() if facts.published_on else None,
        "row_count": len(facts.rows),
        "badges": {name: getattr(facts.badges, name) for name in _BADGES},
        "guide": facts.guide,
        "letter_days": [
            [day.isoformat() if day else None for day in (one.asked_on, one.replied_on)]
            for one in facts.letters
        ],
    }
    if len(facts.rows) <= _ROWS:
        said["rows"] = [_row(row) for row in facts.rows]
    return said


def _row(row: Row) -> dict[str, Any]:
    said: dict[str, Any] = {
        "title": row.title,
        "date": row.date.isoformat() if row.date else None,
        "provenance": row.provenance.value if row.provenance else None,
    }
    said |= {"pinned": True} if row.pinned else {}
    return said | ({} if row.own else {"own": False})
