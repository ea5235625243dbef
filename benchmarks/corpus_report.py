"""How often real pages are read right: figures from the labels of the corpus, each miss with its reason.

Run from the repository root: `python benchmarks/corpus_report.py [--pages FOLDER] [--verbose]`.
Exit codes: 0 every floor is met, 1 a floor is not met, 3 the corpus is not there (nothing measured).
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import note  # noqa: E402 -- the script runs without installation
from crawler.extract.dates import BEIJING  # noqa: E402
from crawler.extract.facts import PageFacts, PageKind, Provenance  # noqa: E402
from crawler.extract.page import read_page  # noqa: E402
from crawler.fetch.access import AccessState  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES = ROOT.parent / "shared" / "corpus" / "pages"
LISTS = {"home", "column_list", "message_board"}
WALLS = {"challenge", "soft_404"}
UNDATED = datetime(2022, 1, 1, 23, 59, tzinfo=BEIJING)
Label = dict[str, str]


@dataclass
class Score:
    """One figure: how many pages were asked, which were missed and why, and what is still allowed."""

    name: str
    floor: str
    asked: int = 0
    misses: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    met: Callable[[Score], bool] = lambda score: not score.misses

    def ask(self, label: Label, wrong: str | None) -> None:
        self.asked += 1
        if wrong:
            self.misses.append((label["id"], wrong))

    def lines(self) -> Iterator[str]:
        share = 1 - len(self.misses) / self.asked if self.asked else 1.0
        state = "ok  " if self.met(self) else "MISS"
        yield f"{state} {self.name}: {self.asked - len(self.misses)}/{self.asked} ({share:.1%}), floor: {self.floor}"
        for identity, reason in self.misses:
            yield f"       {identity}  {reason}"
        for identity, reason in self.notes:
            yield f"     ~ {identity}  {reason}"


def at_most(count: int) -> Callable[[Score], bool]:
    return lambda score: len(score.misses) <= count


def at_most_one_in(count: int) -> Callable[[Score], bool]:
    return lambda score: len(score.misses) * count <= max(score.asked, count)


def read(label: Label, folder: Path) -> PageFacts:
    """The page as of the end of the day on which it was saved, under the address it was saved from."""
    host = label["site_host"] if "." in label["site_host"] else "www.example.gov.cn"
    path = label["source"].partition(":")[2] if label["provenance"] != "retyped_text" else ""
    as_of = UNDATED
    if re.fullmatch(r"\d{4}-\d\d-\d\d", label["capture_date"]):
        as_of = datetime.fromisoformat(f"{label['capture_date']}T23:59:59+08:00")
    body = (folder / f"{label['id']}.html").read_bytes()
    return read_page(body, url=f"http://{host}/{path}", as_of=as_of)


def newest(score: Score, label: Label, facts: PageFacts) -> None:
    if label["kind"] not in LISTS:
        return
    wanted, found = label["newest_date_on_page"], str(facts.newest_date or "")
    by_address = facts.newest_provenance is Provenance.URL
    if not wanted and found and by_address:
        score.notes.append(
            (label["id"], f"no date printed, dated {found} from the links (design 4.4)")
        )
        found = ""
    wrong = wanted != found
    text = f"{label['kind']}: label {wanted or 'none'}, read {found or 'none'} by {facts.newest_provenance}"
    score.ask(label, f"{text}; {'; '.join(facts.anomalies) or 'no anomaly'}" if wrong else None)


def published(score: Score, label: Label, facts: PageFacts) -> None:
    wanted, found = label["publish_date"], str(facts.published_on or "")
    if not wanted and label["kind"] != "article":
        if found:
            score.notes.append(
                (label["id"], f"{label['kind']} without a labelled date, read {found}")
            )
        return
    text = f"label {wanted or 'none'}, read {found or 'none'} by {facts.published_provenance}"
    score.ask(
        label, f"{text}; conflicts {list(facts.published_conflicts)}" if wanted != found else None
    )


def kind(score: Score, label: Label, facts: PageFacts) -> None:
    wrong = label["kind"] != facts.page_kind
    score.ask(
        label,
        f"label {label['kind']}, read {facts.page_kind}: {facts.title[:30]}" if wrong else None,
    )


def access(score: Score, label: Label, facts: PageFacts) -> None:
    walled = {AccessState.CHALLENGE: "challenge", AccessState.SOFT_404: "soft_404"}.get(
        facts.access, ""
    )
    wanted = label["kind"] if label["kind"] in WALLS else ""
    detail = f"label {wanted or 'a page'}, read {facts.access} ({facts.access_detail})"
    score.ask(label, detail if walled != wanted else None)
    if facts.access is not AccessState.OK and not walled:
        score.notes.append(
            (label["id"], f"{label['kind']} read as {facts.access}: {facts.access_detail}")
        )


SCRIPTED = {"external_js", "external_iframe"}


def badges(score: Score, label: Label, facts: PageFacts) -> None:
    """Present means live and visible; a badge that comes from elsewhere may be unknown, not absent."""
    for name in ("conac", "jiucuo"):
        wanted, found = label[f"has_{name}_badge"], getattr(facts.badges, name)
        allowed = (
            {True, None} if wanted in SCRIPTED else {True} if wanted == "yes" else {False, None}
        )
        detail = f"{name}: label {wanted}, read {found}"
        score.ask(label, detail if found not in allowed else None)


def codes(score: Score, label: Label, facts: PageFacts) -> None:
    pairs = (
        ("site_code", label["site_id_code"], facts.badges.site_code),
        ("icp", label["icp_number"], facts.badges.icp),
        ("police", label["police_beian_number"], facts.badges.police),
        ("sponsor", label["sponsor"], facts.badges.sponsor),
    )
    for name, wanted, found in pairs:
        wrong = _plain(wanted) != _plain(found or "")
        score.ask(label, f"{name}: label {wanted!r}, read {found!r}" if wrong else None)


def _plain(text: str) -> str:
    return re.sub(r"[\s:：]", "", text).lower()


def false_positives(score: Score, label: Label, facts: PageFacts) -> None:
    """A badge or code read where the page shows none: the one thing that must never happen."""
    for name in ("conac", "jiucuo"):
        lies = (
            label[f"has_{name}_badge"] in {"no", "image_only"}
            and getattr(facts.badges, name) is True
        )
        score.ask(label, f"{name}: label {label[f'has_{name}_badge']}, read True" if lies else None)
    for name, column in (
        ("site_code", "site_id_code"),
        ("icp", "icp_number"),
        ("police", "police_beian_number"),
    ):
        found = getattr(facts.badges, name)
        lies = bool(found) and not label[column]
        score.ask(label, f"{name}: label none, read {found!r}" if lies else None)


MEASURES: tuple[tuple[Score, Callable[[Score, Label, PageFacts], None]], ...] = (
    (Score("newest date on lists, homes, boards", "1 miss in 50", met=at_most_one_in(50)), newest),
    (Score("publish date", "1 miss in all", met=at_most(1)), published),
    (
        Score("page kind", "95 %", met=lambda s: len(s.misses) <= 0.05 * max(s.asked, 1)),
        kind,
    ),
    (Score("challenge and soft 404 told from pages", "none missed, none invented"), access),
    (Score("badges and codes invented", "none"), false_positives),
    (Score("badges", "2 misses", met=at_most(2)), badges),
    (Score("codes and sponsor", "shown only", met=lambda _: True), codes),
)


def measure(folder: Path) -> int:
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        labels = list(csv.DictReader(file))
    kinds: Counter[str] = Counter()
    for label in labels:
        facts = read(label, folder)
        kinds[facts.page_kind] += 1
        for score, ask in MEASURES:
            ask(score, label, facts)
    for score, _ in MEASURES:
        print("\n".join(score.lines()))
    print(
        f"pages: {len(labels)}; kinds read: {', '.join(f'{name} {count}' for name, count in sorted(kinds.items()))}"
    )
    unmet = [score.name for score, _ in MEASURES if not score.met(score)]
    print(f"floors not met: {', '.join(unmet)}" if unmet else "every floor is met")
    return 0 if note("floors not met", len(unmet), "", at_most=0) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=PAGES, help="the folder with index.csv")
    folder = parser.parse_args().pages
    if not (folder / "index.csv").is_file():
        print(f"the labelled corpus is not there ({folder.name}/index.csv): nothing measured")
        return 3
    assert set(PageKind)  # the kinds printed are those of the contract
    return measure(folder)


if __name__ == "__main__":
    sys.exit(main())
