"""What full extraction costs beside bare `lxml.html` parsing of the same pages, and whether memory stays flat.

Run from the repository root: `python benchmarks/extract_cost.py [--rounds N] [--memory-pages N]`.
Exit codes: 0 within the budget (8 times the bare parse), 1 above it.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.html

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import note  # noqa: E402 -- the script runs without installation
from crawler.extract.dates import BEIJING  # noqa: E402
from crawler.extract.page import read_page  # noqa: E402
from crawler.garbage import collect_seldom  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = ROOT.parent / "shared" / "corpus" / "pages"
AS_OF = datetime(2021, 4, 7, 12, tzinfo=BEIJING)
BUDGET = 8.0
WORDS = "全县经济工作会议召开关于做好安全生产通知公告行政许可事项清单公布统计公报发布营商环境评价"


def generated(seed: int) -> bytes:
    """A page of about 30 KB: navigation, 60 links, a dated list, text, a footer."""
    chance = random.Random(seed)
    words = "".join(chance.choice(WORDS) for _ in range(24))
    menu = "".join(
        f'<li class="m{n}"><a href="/c{n}/">{words[n % 12 :][:4]}</a></li>' for n in range(20)
    )
    rows = "".join(
        f'<li class="row"><a href="/art/{day.year}/{day.month}/{day.day}/art_{n}.html" target="_blank" '
        f'title="{words}">{words}</a><span class="date">{day}</span></li>\n'
        for n, day in enumerate(date(2021, 4, 6) - timedelta(days=3 * k) for k in range(40))
    )
    text = "".join(f'<p style="text-indent:2em">{words * 4}。</p>\n' for _ in range(40))
    script = "<script>var a = 1;\n" + "function f(x) { return x + 1; }\n" * 60 + "</script>"
    style = "<style>" + ".list li { line-height: 30px; }\n" * 60 + "</style>"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{words[:8]}</title>{style}{script}"
        f"</head><body><div class='nav'><ul>{menu}</ul></div><div class='list'><ul>{rows}</ul></div>"
        f"<div class='text'>{text}</div><div class='footer'>版权所有 网站标识码：1234560001</div></body></html>"
    ).encode()


def seconds(work: Callable[[bytes], object], pages: list[bytes]) -> float:
    """The processor time of one round over all pages."""
    start = time.process_time()
    for page in pages:
        work(page)
    return time.process_time() - start


def bare(page: bytes) -> object:
    return lxml.html.document_fromstring(page)


def full(page: bytes) -> object:
    return read_page(page, url="http://www.example.gov.cn/tzgg/index.html", as_of=AS_OF)


def ratio(name: str, pages: list[bytes], rounds: int) -> float:
    """Extraction against the bare parse, each at its best of rounds that take turns.

    The first round is told too: in it no script, footer or menu of these pages was read before, as
    on the first pages of a site; the later ones are as its further pages.
    """
    plain = read = float("inf")
    first = 0.0
    for _ in range(rounds):
        plain = min(plain, seconds(bare, pages))
        taken = seconds(full, pages)
        first = first or taken
        read = min(read, taken)
    each = 1e6 / len(pages)
    print(
        f"{name}: {len(pages)} pages of {sum(map(len, pages)) / len(pages) / 1024:.0f} KB; "
        f"lxml parse {plain * each:.0f} us, extraction {read * each:.0f} us, ratio {read / plain:.1f}"
        f" (first round {first / plain:.1f})"
    )
    note(f"extraction beside lxml's parse, {name} pages", read / plain, at_most=BUDGET)
    return read / plain


def memory(pages: list[bytes], count: int) -> None:
    """Resident memory after a warm-up and after many pages, in MiB."""
    marks = []
    for number in range(count):
        full(pages[number % len(pages)])
        if number in {count // 10, count - 1}:
            marks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(
        f"memory: peak {marks[0]:.0f} MiB after {count // 10} pages, {marks[-1]:.0f} MiB after {count}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--memory-pages", type=int, default=0, help="pages for the memory run")
    options = parser.parse_args()
    collect_seldom()  # as the crawl and the judging do, for both sides
    made = [generated(seed) for seed in range(60)]
    saved = [path.read_bytes() for path in sorted(PAGES.glob("*.html"))]
    ratios = [ratio("generated", made, options.rounds)]
    if saved:
        ratios.append(ratio("corpus", saved, options.rounds))
    else:
        print("the labelled corpus is not there: only generated pages were measured")
    if options.memory_pages:
        memory(made + saved, options.memory_pages)
    return 0 if max(ratios) <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
