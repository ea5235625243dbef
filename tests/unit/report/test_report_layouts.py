"""Layouts are files: seven of the product, a county's own, and what is said of a bad one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from report import layout
from report.layout import LayoutError
from report.plain import Problem, Relay, Subject, WindowData
from report.reconcile import disagreements
from report.rows import annex_set

BAIHE = Path(__file__).resolve().parents[2] / "fixtures" / "layouts" / "baihe.yaml"


def window(*subjects: Subject) -> WindowData:
    units = tuple(dict.fromkeys(one.unit for one in subjects))
    return WindowData("2020-07", date(2020, 7, 1), date(2020, 7, 31), None, units, subjects)


def changed(tmp_path: Path, text: str, new: str) -> str:
    path = tmp_path / "mine.yaml"
    whole = BAIHE.read_text(encoding="utf-8")
    assert text in whole
    path.write_text(whole.replace(text, new), encoding="utf-8")
    return str(path)


def test_seven_layouts_are_shipped() -> None:
    places = ["hunan", "jiading", "shaoyang", "xianyang", "yiyang", "zengdu"]
    assert layout.names() == ["complete", *places]
    assert all(layout.load(name).annexes for name in layout.names())


def test_another_county_is_one_file_and_its_register() -> None:
    stale = Problem("M2.1", "x", last_update=date(2020, 7, 16))
    given = window(
        Subject("account", "白河教体", "白河县", platform="微信", sponsor="县教体局", problems=(stale,)),
        Subject("account", "白河发布", "白河县", platform="微博", sponsor="县委宣传部"),
        Subject(
            "account", "城关动态", "白河县", platform="微信", sponsor="城关镇",
            problems=(Problem("M3.1", "x"), Problem("M2.1", "x")),
        ),
    )  # fmt: skip
    baihe = layout.load(str(BAIHE))
    [annex] = annex_set(given, baihe).annexes
    assert [one.text for one in annex.headings] == [
        "新媒体类型", "新媒体名称", "责任单位", "问题类别", "检查时更新日期"
    ]  # fmt: skip
    assert annex.rows == (
        ("微信", "白河教体", "县教体局", "更新不及时", "7月16日"),
        ("微信", "城关动态", "城关镇", "更新不及时、互动功能缺失", "无动态信息"),
    )
    assert annex.notes == ("注：检查时间为2020年7月1日至7月31日",)
    assert disagreements(baihe, annex_set(given, baihe)) == []


def test_a_layout_in_the_home_is_found_by_name_and_wins(tmp_path: Path) -> None:
    folder = tmp_path / "layouts"
    folder.mkdir()
    text = BAIHE.read_text(encoding="utf-8")
    (folder / "baihe.yaml").write_text(text, encoding="utf-8")
    (folder / "hunan.yaml").write_text(text, encoding="utf-8")
    assert "baihe" in layout.names(tmp_path)
    assert layout.load("baihe", tmp_path).title == "白河县（政务新媒体检查情况）"
    assert layout.load("hunan", tmp_path).title == "白河县（政务新媒体检查情况）"
    assert layout.load("hunan").title != "白河县（政务新媒体检查情况）"


@pytest.mark.parametrize(
    ("text", "new", "told"),
    [
        (
            "field: sponsor",
            "field: done",
            r"mine\.yaml 有误：annexes\[0\].*columns\[2\]\.field.*没有字段“done”",
        ),
        ("field: sponsor", "field: nothing", r"annexes\[0\]\.columns\[2\]\.field：“nothing”不可用"),
        ("kind: problems", "kind: lists", r"annexes\[0\]\.kind：“lists”不可用"),
        (
            "    title: 全县",
            "    tittle: 全县",
            r"annexes\[0\]\.(title：缺少这一项|tittle：不认识这一项)",
        ),
        ("width: 14", "width: 900", r"annexes\[0\]\.columns\[0\]\.width：应不大于 120"),
        ("number: 1", "number: x", r"annexes\[0\]\.number：应是整数"),
        ('separator: "、"', "decimals: 9", r"decimals：应不大于 4"),
        ("labels:", "labels: x #", "mine.yaml"),
        ("annexes:", "annexes: [", "不是合法的 YAML"),
    ],
)
def test_a_bad_layout_is_told_in_one_sentence_with_its_key(
    tmp_path: Path, text: str, new: str, told: str
) -> None:
    with pytest.raises(LayoutError, match=told) as error:
        layout.load(changed(tmp_path, text, new))
    assert "\n" not in str(error.value)


def test_two_annexes_of_one_number_are_refused(tmp_path: Path) -> None:
    data = yaml.safe_load(BAIHE.read_text(encoding="utf-8"))
    data["annexes"].append(data["annexes"][0])
    path = tmp_path / "two.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(LayoutError, match="附件编号 1 重复"):
        layout.load(str(path))


def test_a_file_that_is_not_there_too_large_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="无法读取"):
        layout.load(str(tmp_path / "nowhere.yaml"))
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LayoutError, match="不是 UTF-8"):
        layout.load(str(path))
    path.write_bytes(b"#" * (layout.LARGEST + 1))
    with pytest.raises(LayoutError, match="超过"):
        layout.load(str(path))


def test_completion_lists_hold_all_and_below_a_fifth_with_a_body_s_accounts_together() -> None:
    def one(name: str, done: int, platform: str = "微信") -> Subject:
        return Subject(
            "account", name, "甲市", platform=platform, own_unit=f"{name}局", relay=Relay(28, done)
        )

    given = window(one("甲", 28), one("乙", 4, "微博"), one("丙", 3), one("乙", 2), one("丁", 6))
    tables = annex_set(given, layout.load("shaoyang"))
    assert [row[2] for row in tables.annexes[2].rows] == ["甲"]
    low = [(row[3], row[4], row[8]) for row in tables.annexes[3].rows]
    assert low == [("乙", "微信", "7.14%"), ("乙", "微博", "14.29%"), ("丙", "微信", "10.71%")]
