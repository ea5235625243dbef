"""The running text of the notice: every number computed, and marked as such."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.base import Severity
from report import cells, numbers
from report.notice import wording_published
from report.notice.pieces import Computed, Line, Piece, number, share
from report.period import filled, period, words
from report.statistics import KINDS, LOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from report.plain import Subject
    from report.statistics import Statistics

NAMED = 12
"""So many names stand in one sentence; the annex has them all."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its paragraphs."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class NoticeText:
    """The parts of a notice in the official order (notices.md 2)."""

    title: str
    number: str
    addressee: str
    basis: Line
    summary: tuple[Line, ...]
    findings: tuple[Section, ...]
    annexes: tuple[str, ...]
    signer: str


def notice_text(told: Statistics, annexes: Sequence[str]) -> NoticeText:
    """The whole text; `annexes` are the titles of the annexes in their order."""
    plan, known = told.layout.notice, words(told.data) | {"area": told.layout.notice.area}
    return NoticeText(
        title=filled(plan.title, known),
        number=filled(plan.number, known),
        addressee=filled(plan.addressee, known),
        basis=(filled(plan.basis, known),),
        summary=tuple(_summary(told, known["period"])),
        findings=tuple(_findings(told)),
        annexes=tuple(annexes),
        signer=plan.signer,
    )


def _summary(told: Statistics, when: str) -> Iterator[Line]:
    for kind, noun in KINDS.items():
        if told.overall(kind).running:
            yield tuple(_overall(told, kind, noun, when))
    yield from _types(told)
    yield from _reposts(told)
    yield from wording_published.lines(told)
    yield from _annual(told)
    yield from _unread(told)


def _overall(told: Statistics, kind: str, noun: str, when: str) -> Iterator[Piece]:
    now = told.overall(kind)
    yield f"{when}，{told.layout.notice.area}正常运行的{noun}"
    yield number(now.running)
    yield "个，检查"
    yield number(now.checked)
    yield "个，覆盖率"
    yield Computed(_cover(told, now.checked, now.running))
    yield "；存在突出问题"
    yield number(now.failed)
    yield "个，总体合格率"
    yield Computed(told.pass_rate(now))
    yield from _compared(told, kind)
    full = [one for one in told.by_unit(kind) if one.checked and not one.failed]
    yield "。合格率100%的单位"
    yield number(len(full))
    yield "个。"


def _cover(told: Statistics, checked: int, running: int) -> str:
    if checked == running:
        return "100%"
    return numbers.percent(checked, running, told.layout.decimals)


def _compared(told: Statistics, kind: str) -> Iterator[Piece]:
    before, change = told.before(kind), told.change(kind)
    if before is None or not change or told.figures.before is None:
        return
    yield f"，{period(told.figures.before.window, '上期')}为"
    yield Computed(told.pass_rate(before))
    if change.lstrip("+-").strip("0."):
        yield "，上升" if change.startswith("+") else "，下降"
        yield Computed(change.lstrip("+-"))
        yield "个百分点"
    else:
        yield "，与上期持平"


def _types(told: Statistics) -> Iterator[Line]:
    found = told.by_platform()
    if len(found) < 2:
        return
    line: list[Piece] = ["检查的政务新媒体按账号类型分："]
    for place, one in enumerate(found):
        line += ["、" if place else "", f"{one.name}", number(one.checked), "个（合格率"]
        line += [Computed(told.pass_rate(one)), "）"]
    yield (*line, "。")


def _reposts(told: Statistics) -> Iterator[Line]:
    relays = [one.relay for one in told.subjects("account") if one.running and one.relay]
    if not relays:
        return
    tasks = max(one.due for one in relays)
    full, low = sum(one.full for one in relays), sum(one.below(LOW) for one in relays)
    yield (
        "“整体联动、协同发声”工作部署转发任务", number(tasks), "项，涉及政务新媒体",
        number(len(relays)), "个，其中完成率100%的", number(full), f"个，不足{LOW}%的",
        number(low), "个。",
    )  # fmt: skip


def _annual(told: Statistics) -> Iterator[Line]:
    annual = told.figures.annual
    if annual is None:
        return
    shown = annual.read - len(annual.missing)
    yield (
        f"{annual.year}年度政府网站工作年度报表：核查网站", number(annual.read), "个，已发布",
        number(shown), "个，完成率", Computed(share(told, shown, annual.read)), "。",
    )  # fmt: skip


def _unread(told: Statistics) -> Iterator[Line]:
    for kind, noun in KINDS.items():
        unread = [one for one in told.subjects(kind) if one.running and not one.checked]
        if unread:
            yield (
                f"另有{noun}", number(len(unread)),
                "个因无法正常访问等原因未能核实，未计入检查数（原因见附件注）。",
            )  # fmt: skip


def _findings(told: Statistics) -> Iterator[Section]:
    sections = [
        ("政府网站方面", [*_vetoes(told, "site"), *_shares(told, "site")]),
        ("政务新媒体方面", [*_vetoes(told, "account"), *_shares(told, "account")]),
        ("其他问题", [*_others(told), *_accused(told)]),
        ("连续被通报的情况", list(_repeats(told))),
        ("整改情况", list(_rectified(told))),
    ]
    filled_ones = [(heading, lines) for heading, lines in sections if lines]
    for place, (heading, lines) in enumerate(filled_ones):
        yield Section(f"（{'一二三四五'[place]}）{heading}", tuple(lines))


def _grouped(
    told: Statistics, subjects: Sequence[Subject], *, vetoes: bool
) -> list[tuple[str, list[Subject]]]:
    """Problem label → the targets that have it, the most frequent first."""
    found: defaultdict[str, list[Subject]] = defaultdict(list)
    for one in subjects:
        wanted = [p for p in one.problems if (p.severity is Severity.VETO) is vetoes]
        for label in cells.labels(told.layout, wanted):
            found[label].append(one)
    return sorted(found.items(), key=lambda one: -len(one[1]))


def _vetoes(told: Statistics, kind: str) -> Iterator[Line]:
    failing = [one for one in told.subjects(kind) if one.failed]
    for label, subjects in _grouped(told, failing, vetoes=True):
        yield (
            f"{label}。", number(len(subjects)), f"个{KINDS[kind]}存在该问题：",
            *_named(told, subjects), "。",
        )  # fmt: skip


def _named(told: Statistics, subjects: Sequence[Subject]) -> Iterator[Piece]:
    shown = "、".join(f"{told.layout.short_name(one.unit)}“{one.name}”" for one in subjects[:NAMED])
    yield Computed(shown)
    if len(subjects) > NAMED:
        yield "等"


def _shares(told: Statistics, kind: str) -> Iterator[Line]:
    """The units in which failures gather, with their share of all."""
    failed = told.overall(kind).failed
    most = sorted((one for one in told.by_unit(kind) if one.failed > 1), key=lambda u: -u.failed)
    if failed < 5 or not most:
        return
    line: list[Piece] = ["问题较为集中的单位："]
    for place, one in enumerate(most[:3]):
        share = numbers.percent(one.failed, failed, told.layout.decimals)
        line += ["、" if place else "", one.name, number(one.failed), "个（占", Computed(share)]
        line.append("）")
    yield (*line, "。")


def _others(told: Statistics) -> Iterator[Line]:
    """What is wrong without failing anybody."""
    for kind, noun in KINDS.items():
        running = [one for one in told.subjects(kind) if one.running]
        for label, subjects in _grouped(told, running, vetoes=False):
            yield (
                f"{label}。涉及{noun}",
                number(len(subjects)),
                "个：",
                *_named(told, subjects),
                "。",
            )


def _accused(told: Statistics) -> Iterator[Line]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in told.data.accused:
        for label in cells.labels(told.layout, one.problems):
            found[label].append(one.own_unit)
    for label, units in found.items():
        shown = "、".join(units[:NAMED]) + ("等" if len(units) > NAMED else "")
        yield (f"{label}。涉及单位", number(len(units)), "个：", Computed(shown), "。")


def _repeats(told: Statistics) -> Iterator[Line]:
    before = told.figures.before
    if not told.figures.repeats or before is None:
        return
    named = "、".join(
        f"{told.layout.short_name(one.unit)}“{one.name}”" for one in told.figures.repeats
    )
    yield (
        f"{period(before.window, '上期')}已被通报、本期同一问题再次出现的对象",
        number(len(told.figures.repeats)), "个：", Computed(named), "。",
    )  # fmt: skip


def _rectified(told: Statistics) -> Iterator[Line]:
    everyone = [*(one.problems for one in told.data.subjects if one.running)]
    found = [p for problems in everyone for p in problems]
    found += [p for one in told.data.accused for p in one.problems]
    done = sum(one.rectified_on is not None for one in found)
    if done:
        yield (
            "截至本通报，已复核整改到位的问题", number(done), "个，尚未整改到位的",
            number(len(found) - done), "个。",
        )  # fmt: skip
