"""What makes reading cheap must read the same: shortcuts against the plain way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.dates import FULL, find_full, holds_full
from crawler.extract.document import parse
from crawler.extract.marks import Marks
from crawler.extract.remembered import remembered

if TYPE_CHECKING:
    from crawler.extract.outline import Outline

PIECES = [
    "19",
    "20",
    "2021",
    "1949",
    "-",
    "/",
    "年",
    "月",
    "日",
    " ",
    ".",
    "3",
    "12",
    "31",
    "关于",
    ":",
]
TAGS = ["div", "p", "span", "ul", "li", "script", "style", "select", "option", "title", "b", "a"]


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
def test_full_dates_are_found_by_centuries_as_the_pattern_finds_them(text: str) -> None:
    wanted = [(match.start(), match.end()) for match in FULL.finditer(text)]
    assert [
        (s.start, s.end) for s in find_full(text) if not s.text.startswith(("一", "二"))
    ] == wanted
    assert holds_full(text) is bool(wanted)


def test_marks_that_overlap_are_all_found() -> None:
    marks = Marks([b"waf", b"wzws-waf-cgi", b"cgi", "创宇盾".encode()])
    assert marks.found_in(b"/wzws-waf-cgi/") == {0, 1, 2}
    assert marks.found_in("知道创宇盾".encode()) == {3}
    assert marks.stand_in(b"...wzws-waf...")
    assert not marks.stand_in(b"WAF")


def test_a_text_is_read_once_and_a_long_one_each_time() -> None:
    read: list[str] = []

    @remembered
    def length(text: str) -> int:
        read.append(text)
        return len(text)

    assert [length("版权所有"), length("版权所有")] == [4, 4]
    assert [length("x" * 9000), length("x" * 9000)] == [9000, 9000]
    assert len(read) == 3


def _plainly_visible(outline: Outline, index: int) -> list[str]:
    """The visible texts under an element, node by node."""
    hidden = {"script", "style", "noscript", "template", "textarea", "title", "option"}
    found: list[str] = []
    position = index
    while position < outline.ends[index]:
        if outline.tags[position] in hidden:
            position = outline.ends[position]
            continue
        found.append(outline.texts[position])
        position += 1
    return "".join(found).split()


@given(
    st.lists(
        st.one_of(
            st.sampled_from(TAGS).map("<{}>".format),
            st.sampled_from(TAGS).map("</{}>".format),
            st.sampled_from(["通知 ", "2021 ", "更多 "]),
        ),
        max_size=40,
    ).map("".join)
)
def test_visible_text_leaves_out_what_nobody_sees_under_any_element(markup: str) -> None:
    outline = parse(markup).outline
    for index in range(len(outline.tags)):
        shown = "".join("".join(outline.pieces(index)).split())
        assert shown == "".join(_plainly_visible(outline, index))
    for tag in set(outline.tags):
        holders = [i for i in range(len(outline.tags)) if outline.holds(i, tag)]
        plain = [i for i in range(len(outline.tags)) if tag in outline.tags[i : outline.ends[i]]]
        assert holders == plain
