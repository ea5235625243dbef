"""Tables of statistics for the notice, the terminal and other programs: text cells, no database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from report import cells, numbers, statistics_messages, statistics_published
from report.figures import tally
from report.published import mean
from report.rows import unit_order
from report.table import StatisticsTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from report.figures import Figures, Tally
    from report.layout_plan import Layout
    from report.plain import Subject, WindowData

KINDS = {"site": "政府网站", "account": "政务新媒体"}
LOW = 20
"""A completion of mandated reposts under so many in a hundred is named."""
_COUNTS = ("实际运行数", "检查数", "不合格数", "合格率")


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is counted of a window under a layout's names and rounding."""

    data: WindowData
    figures: Figures
    layout: Layout

    def subjects(self, kind: str) -> list[Subject]:
        """The targets of a kind."""
        return [one for one in self.data.subjects if one.kind == kind]

    def overall(self, kind: str) -> Tally:
        """All of a kind."""
        return tally(KINDS[kind], self.subjects(kind))

    def by_unit(self, kind: str) -> list[Tally]:
        """One row for each unit in which anything of the kind runs, in the notice's order."""
        mine = self.subjects(kind)
        units = unit_order(self.data, self.layout)
        return self._grouped(mine, lambda one: self.layout.short_name(one.unit), units)

    def by_platform(self) -> list[Tally]:
        """One row for each printed type of account, the most frequent first."""
        mine = self.subjects("account")
        names = [name for name, _ in Counter(one.platform for one in mine).most_common()]
        return self._grouped(mine, lambda one: one.platform, names)

    def pass_rate(self, told: Tally) -> str:
        """The pass rate with the notice's rounding."""
        return numbers.pass_rate(told.failed, told.checked, self.layout.decimals)

    def before(self, kind: str) -> Tally | None:
        """What the window before counted."""
        before = self.figures.before
        if before is None:
            return None
        return before.sites if kind == "site" else before.accounts

    def change(self, kind: str) -> str:
        """The pass rate against the window before, in percentage points: `+1.22`; else empty."""
        now, then = self.overall(kind), self.before(kind)
        if then is None or not now.checked or not then.checked:
            return ""
        exact = _share(now) - _share(then)
        step = Decimal(1).scaleb(-self.layout.decimals)
        rounded = exact.quantize(step, ROUND_HALF_UP)
        return f"{rounded:+}" if rounded else f"{abs(rounded)}"

    def _grouped(
        self, mine: Iterable[Subject], key: Callable[[Subject], str], names: Iterable[str]
    ) -> list[Tally]:
        rows: dict[str, list[Subject]] = {name: [] for name in names}
        for one in mine:
            rows[key(one)].append(one)
        found = [tally(name, subjects) for name, subjects in rows.items()]
        return [one for one in found if one.running]


def tables(told: Statistics) -> list[StatisticsTable]:
    """Every table that the window can fill, in the order of the notice."""
    return [one for one in all_tables(told) if one.rows]


def all_tables(told: Statistics) -> list[StatisticsTable]:
    """Every table, with its headings where there is nothing to tell too."""
    return [
        _overall(told),
        *(_units(told, kind) for kind in KINDS),
        _platforms(told),
        *(_problems(told, kind) for kind in KINDS),
        _repeats(told),
        _relay(told),
        _volumes(told),
        *statistics_published.tables(told),
        _letters(told),
        statistics_published.letter_kinds(told),
        *statistics_messages.tables(told),
        _annual(told),
        _rectification(told),
    ]


def _overall(told: Statistics) -> StatisticsTable:
    rows = []
    for kind in KINDS:
        now, then = told.overall(kind), told.before(kind)
        if now.running:
            before = told.pass_rate(then) if then else "—"
            rows.append((*_counts(told, now), before, told.change(kind) or "—"))
    headings = ("对象", *_COUNTS, "上期合格率", "变化（百分点）")
    return StatisticsTable("overall", "总体情况", headings, tuple(rows))


def _units(told: Statistics, kind: str) -> StatisticsTable:
    rows = tuple(_counts(told, one) for one in told.by_unit(kind))
    return StatisticsTable(f"{kind}_units", f"各单位{KINDS[kind]}合格率", ("单位", *_COUNTS), rows)


def _platforms(told: Statistics) -> StatisticsTable:
    rows = tuple(_counts(told, one) for one in told.by_platform())
    return StatisticsTable("platforms", "各类账号合格率", ("账号类型", *_COUNTS), rows)


def _counts(told: Statistics, one: Tally) -> tuple[str, ...]:
    counted = (str(one.running), str(one.checked), str(one.failed))
    return (one.name, *counted, told.pass_rate(one))


def _problems(told: Statistics, kind: str) -> StatisticsTable:
    """How often each problem is printed, vetoes and others, the most frequent first."""
    found: Counter[str] = Counter()
    for one in told.subjects(kind):
        found.update(cells.labels(told.layout, one.problems))
    rows = tuple((label, str(count)) for label, count in found.most_common())
    title = f"{KINDS[kind]}问题分布"
    return StatisticsTable(f"{kind}_problems", title, ("问题", "涉及对象数"), rows)


def _repeats(told: Statistics) -> StatisticsTable:
    rows = tuple(
        (
            told.layout.short_name(one.unit),
            one.name,
            KINDS[one.kind],
            "、".join(cells.labels(told.layout, one.problems)),
        )
        for one in told.figures.repeats
    )
    headings = ("单位", "名称", "类别", "再次出现的问题")
    return StatisticsTable("repeats", "连续被通报的对象", headings, rows)


def _relay(told: Statistics) -> StatisticsTable:
    rows = []
    mine = [one for one in told.subjects("account") if one.relay and one.running]
    for unit in unit_order(told.data, told.layout):
        relays = [one.relay for one in mine if told.layout.short_name(one.unit) == unit]
        found = [one for one in relays if one is not None]
        if found:
            due, done = sum(one.due for one in found), sum(one.done for one in found)
            share = numbers.completion(done, due, told.layout.decimals)
            full, low = sum(one.full for one in found), sum(one.below(LOW) for one in found)
            rows.append((unit, *map(str, (len(found), due, done)), share, str(full), str(low)))
    headings = ("单位", "账号数", "应完成", "实际完成", "完成率", "100%账号数", f"低于{LOW}%账号数")
    return StatisticsTable("relay", "整体联动完成情况", headings, tuple(rows))


def _volumes(told: Statistics) -> StatisticsTable:
    rows = tuple(
        (
            told.layout.short_name(one.unit),
            *map(str, (one.site_items, one.account_items)),
            _mean(one.site_items + one.account_items, one.sites + one.accounts),
        )
        for one in told.figures.volumes
        if one.sites or one.accounts
    )
    headings = ("单位", "网站发布条数", "新媒体发布条数", "平均每个对象条数")
    return StatisticsTable("volumes", "信息发布量", headings, rows)


def _letters(told: Statistics) -> StatisticsTable:
    rows = tuple(
        (
            told.layout.short_name(one.unit),
            *map(str, (one.received, one.answered)),
            numbers.completion(one.answered, one.received, told.layout.decimals),
            _mean(one.days, one.timed),
        )
        for one in told.figures.letters
    )
    headings = ("单位", "公开留言数", "已答复数", "答复率", "平均答复天数")
    return StatisticsTable("letters", "留言办理情况", headings, rows)


def _annual(told: Statistics) -> StatisticsTable:
    annual = told.figures.annual
    rows: tuple[tuple[str, ...], ...] = ()
    if annual is not None:
        shown = annual.read - len(annual.missing)
        share = numbers.completion(shown, annual.read, told.layout.decimals)
        rows = (
            (f"{annual.year}年", str(annual.read), str(shown), share, "、".join(annual.missing)),
        )
    headings = ("年度", "核查网站数", "已发布", "完成率", "未见报表的网站")
    return StatisticsTable("annual", "政府网站工作年度报表", headings, rows)


def _rectification(told: Statistics) -> StatisticsTable:
    rows = tuple(_rectified(told))
    headings = ("单位", "名称", "问题", "整改情况", "复核日期")
    return StatisticsTable("rectification", "整改情况", headings, rows)


def _rectified(told: Statistics) -> Iterator[tuple[str, ...]]:
    states = told.layout.states
    accused = [(one.unit, one.own_unit, one.problems) for one in told.data.accused]
    named = [(one.unit, one.name, one.problems) for one in told.data.subjects if one.running]
    for unit, name, problems in [*named, *accused]:
        for one in problems:
            label = cells.labels(told.layout, [one])[0]
            day = one.rectified_on
            state = states.rectified if day else states.open
            yield (told.layout.short_name(unit), name, label, state, day.isoformat() if day else "")


def _share(one: Tally) -> Decimal:
    return Decimal(one.checked - one.failed) * 100 / Decimal(one.checked)


def _mean(total: int, count: int) -> str:
    return str(mean(total, count)) if count else "—"
