"""Charts as PNG: failures by unit, pass rates by type of account, this window beside the last.

Drawn with a Chinese font that fontconfig finds and that has the characters; without one there
is no chart, and the notice says so instead of printing boxes.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report.statistics import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from report.figures import Tally
    from report.statistics import Statistics

NO_FONT = "（本机没有可用的中文字体，统计图未生成；安装 fonts-noto-cjk 等中文字体后重新导出）"
_SAMPLE = "政府网站新媒体不合格率微信抖音"
_FONT_SECONDS = 10
_MOST_ROWS = 30
_COLORS = {"site": "#4C72B0", "account": "#DD8452"}
_DOTS = 150


@cache
def chinese_font() -> Path | None:
    """The file of a Chinese font that fontconfig names and that has the characters; else None."""
    program = shutil.which("fc-match")
    if program is None:
        return None
    for wanted in ("sans-serif:lang=zh-cn", ":lang=zh-cn", ":lang=zh"):
        try:
            told = subprocess.run(  # noqa: S603 -- a fixed program, no shell
                [program, "--format=%{file}", wanted],
                capture_output=True,
                timeout=_FONT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        path = Path(told.stdout.decode(errors="replace").strip())
        if path.is_file() and _has(path, _SAMPLE):
            return path
    return None


def _has(path: Path, text: str) -> bool:
    """Whether the font draws every character of the text."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 -- slow to import, seldom needed

    try:
        font = FT2Font(str(path))
    except (RuntimeError, OSError):
        return False
    return all(font.get_char_index(ord(one)) for one in text)


def draw(told: Statistics, font: Path | None) -> tuple[bytes, ...]:
    """The charts that the window can fill; none without a font."""
    if font is None:
        return ()
    return tuple(_drawn(told, font))


def _drawn(told: Statistics, font: Path) -> Iterator[bytes]:
    sites = {one.name: one.failed for one in told.by_unit("site")}
    accounts = {one.name: one.failed for one in told.by_unit("account")}
    units = list(dict.fromkeys([*sites, *accounts]))[:_MOST_ROWS]
    if len(units) > 1 and any([*sites.values(), *accounts.values()]):
        rows = {"site": [sites.get(u, 0) for u in units]}
        rows["account"] = [accounts.get(u, 0) for u in units]
        yield _bars(font, "各单位存在突出问题的政府网站与政务新媒体（个）", units, rows)
    platforms = [one for one in told.by_platform() if one.checked][:_MOST_ROWS]
    if len(platforms) > 1:
        names = [one.name for one in platforms]
        rates = [_rate(one) for one in platforms]
        yield _bars(font, "各类账号合格率（%）", names, {"account": rates})
    yield from _against_before(told, font)


def _against_before(told: Statistics, font: Path) -> Iterator[bytes]:
    before = told.figures.before
    if before is None:
        return
    kinds = [kind for kind in KINDS if told.change(kind)]
    windows: dict[str, list[float]] = {before.window: [], told.data.window: []}
    for kind in kinds:
        then = told.before(kind)
        assert then is not None, "a change has something before it"
        windows[before.window].append(_rate(then))
        windows[told.data.window].append(_rate(told.overall(kind)))
    if kinds:
        yield _bars(font, "合格率与上期比较（%）", [KINDS[kind] for kind in kinds], windows)


def _rate(one: Tally) -> float:
    """A pass rate in per cent for a bar's length; printed rates come from report.numbers."""
    exact = Decimal(one.checked - one.failed) * 100 / Decimal(one.checked)
    return float(exact.quantize(Decimal("0.01")))


def _bars(
    font: Path, title: str, names: Sequence[str], rows: dict[str, Sequence[float]] | dict[str, Any]
) -> bytes:
    """Horizontal bars side by side, the first name on top; the same rows give the same bytes."""
    from matplotlib.figure import Figure  # noqa: PLC0415 -- slow to import, seldom needed
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    letters = FontProperties(fname=str(font), size=9)
    figure = Figure(figsize=(6.1, 0.9 + 0.26 * len(names) * max(1, 0.7 * len(rows))), dpi=_DOTS)
    axes = figure.subplots()
    height = 0.8 / len(rows)
    for place, (key, values) in enumerate(rows.items()):
        spots = [index + (place - (len(rows) - 1) / 2) * height for index in range(len(names))]
        bars = axes.barh(spots, values, height * 0.92, label=KINDS.get(key, key))
        for bar in bars:
            bar.set_color(_COLORS.get(key, ("#4C72B0", "#DD8452")[place % 2]))
        labels = [f"{value:g}" if value else "" for value in values]
        axes.bar_label(bars, labels=labels, padding=2, fontproperties=letters)
    axes.set_yticks(range(len(names)), names, fontproperties=letters)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_title(title, fontproperties=FontProperties(fname=str(font), size=11))
    axes.spines[["top", "right"]].set_visible(False)
    if len(rows) > 1:
        axes.legend(prop=letters, loc="best", frameon=False)
    for tick in axes.get_xticklabels():
        tick.set_fontproperties(letters)
    figure.tight_layout()
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
