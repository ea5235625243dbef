"""The verbs across windows: the trend of each problem, and units with the same problem again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from verbs.shell import AsJson, print_lines, print_table, readers

Name = Annotated[str | None, typer.Argument(help="到哪个窗口为止；缺省为最近的窗口")]


def register(window_app: typer.Typer) -> None:
    """Hang the verbs under `window`."""
    window_app.command("trend")(trend)
    window_app.command("repeats")(repeats)


def trend(name: Name = None, as_json: AsJson = False) -> None:
    """各窗口每种问题已确认的数量、其中已整改的数量，以及与上一窗口相比的增减。"""
    from review import across

    names, found = _read(name)
    told = across.trends(names, found)
    if as_json:
        print_lines(
            {
                "check": one.check,
                "label": one.label,
                "counts": dict(zip(names, one.counts, strict=True)),
                "rectified": dict(zip(names, one.rectified, strict=True)),
                "change": one.change,
            }
            for one in told
        )
        return
    headings = {"check": "检查项", "label": "问题"} | {one: one for one in names}
    rows = [_trend_row(one, names) for one in told]
    print_table(rows, headings | {"change": "比上一窗口"}, "各窗口都没有已确认的问题")


def _trend_row(one: Any, names: list[str]) -> dict[str, Any]:
    shown = {
        name: f"{count}（已整改 {done}）" if done else str(count)
        for name, count, done in zip(names, one.counts, one.rectified, strict=True)
    }
    change = f"{one.change:+}" if one.change else "持平"
    return {"check": one.check, "label": one.label, **shown, "change": change}


def repeats(name: Name = None, as_json: AsJson = False) -> None:
    """同一单位在上一窗口已有同样问题、本窗口再次出现的：连续几个窗口，是否同一对象，上次是否整改过。"""
    from review import across

    names, found = _read(name)
    rows = [
        {
            "window": names[-1],
            "unit": one.found.unit,
            "name": one.found.name,
            "check": one.found.check,
            "label": one.found.label,
            "in_a_row": one.in_a_row,
            "same_target": one.same_subject,
            "rectified_before": one.settled_before,
            "rectified_on": one.found.rectified_on.isoformat() if one.found.rectified_on else None,
        }
        for one in across.again(names, found)
    ]
    if as_json:
        print_lines(rows)
        return
    for row in rows:
        row["same_target"] = "是" if row["same_target"] else "否"
        row["rectified_before"] = "整改后再犯" if row["rectified_before"] else "未整改"
    headings = {"unit": "单位", "name": "名称", "label": "问题", "in_a_row": "连续窗口数"}
    headings |= {
        "same_target": "同一对象",
        "rectified_before": "上次",
        "rectified_on": "本次整改日期",
    }
    print_table(rows, headings, "没有单位在上一窗口和本窗口有同样的问题")


def _read(name: str | None) -> tuple[list[str], list[Any]]:
    from review import across, windows

    _, sessions = readers()
    with sessions() as session:
        if name is not None:
            windows.named(session, name)
        names = across.window_names(session, name)
        return names, across.read(session, names)
