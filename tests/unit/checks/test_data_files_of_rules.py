"""The data files of rules, indicators and labels: whole, in step with the checks, none missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import vocabulary
from checks.registry import ALL, BY_CODE
from checks.ruleset import NATIONAL, RulesetError, base_text, built_in, changes, load, national
from checks.scaffold import ScaffoldError, begin
from checks.scoring import national_points

ROOT = Path(__file__).resolve().parents[3]
# The rows of the official table, as the office keeps them: nobody may drop one.
VETOES = "W1.1 W1.2 W1.3 W1.4 W1.5 W1.6 W2.1 W3.1 W3.2 W4.1 W4.2 W4.3 W5.1 W5.2 W6.1 W6.2 W6.3"
ACCOUNTS = "M1.1 M1.2 M1.3 M1.4 M2.1 M2.2 M3.1 M3.2"
DEDUCTIONS = (
    "D-PROFILE D-ORGAN D-LEADER D-NEWS D-POLICY D-INTERP D-LINKED D-COLUMN D-ITEMS D-APPLY D-STATS D-GUIDE"
    " D-ACCURATE D-FORMS D-SUBMIT D-LOGIN D-MSG.1 D-MSG.2 D-MSG.3 D-MSG.4 D-REPLY.1 D-REPLY.2 D-DOMAIN"
    " D-FOOTER D-LINK.1 D-LINK.2 D-FINDERR D-SEARCH D-IPV6 D-META D-COMPAT D-SSO"
)
BONUSES = "B-SURVEY B-DATA B-INTERVIEW B-LIVE B-SEARCH B-PERSONAL B-A11Y B-LANG"
OTHERS = (
    "S-VETO S-FAILED S-FIND1 S-FIND2 S-CLOUD R-ADDRESS R-OFFLINE R-REPORTING R-EMBLEM R-SECURITY R-SITECODE"
    " R-YEARREPORT R-CLOSING R-SUBJECT R-UNCERTIFIED R-UNREPORTED R-RENAMED R-REOPENED R-NOTCLOSED"
    " R-DUPLICATE R-BADDATA R-ACCTCODE F-TYPO F-DARKLINK F-SOURCE F-DUP F-XXGK F-SURVEY F-PRIVACY F-MENU"
    " F-BROKEN F-OFFTOPIC F-TONE L-PASS80 L-7D L-10D L-3PW L-90D L-GT14 L-RELAY L-SURVEY L-REPORT29 L-FREQ"
)
ROWS = f"{VETOES} {ACCOUNTS} {DEDUCTIONS} {BONUSES} {OTHERS}".split()


def test_the_national_file_is_what_the_checks_declare() -> None:
    assert NATIONAL.read_text(encoding="utf-8") == base_text(ALL)
    assert national(ALL).parameters["M2.1"]["days"] == 14


def test_no_row_of_the_table_is_missing_and_each_says_who_settles_it() -> None:
    assert {one.code for one in vocabulary.indicators()} >= set(ROWS)
    for one in vocabulary.indicators():
        if one.mode in {"check", "candidate"}:
            assert one.code in BY_CODE, one.code
        elif one.mode == "ruleset":
            assert one.note in built_in(), one.code
        else:
            assert one.mode in {"person", "report"}, one.code
            assert one.code not in BY_CODE, one.code


def test_every_deduction_and_bonus_has_its_points_or_none() -> None:
    points = national_points()
    priced = {code for item in (*points.items, *points.bonuses) for code in item.checks}
    assert priced == set(f"{DEDUCTIONS} {BONUSES}".split())
    known = {
        (code, str(value.points))
        for item in points.items
        for code, value in item.checks.items()
        if value.points is not None
    }
    assert known == {("D-POLICY", "5"), ("D-LINKED", "1"), ("D-STATS", "2"), ("D-MSG.2", "3")}


@pytest.mark.parametrize("label", vocabulary.labels(), ids=lambda one: f"{one.kind} {one.text}")
def test_a_label_of_the_notices_stands_for_its_code(label: vocabulary.Label) -> None:
    assert vocabulary.code_of(label.text, label.kind) == label.code
    assert vocabulary.known(label.code)


@pytest.mark.parametrize(
    ("printed", "kind", "code"),
    [
        ("存在 网站暗链", "", "F-DARKLINK"),
        ("7个动态要闻类栏目2周内不更新", "网站", "W4.1"),
        ('不分场景"卖惨""卖萌"、过度"娱乐化"', "账号", "F-TONE"),
        ("关联的视频号“某某发布”为未认证账号", "账号", "R-UNCERTIFIED"),
        ("错误表述3次、错别字12次", "账号", "F-TYPO"),
        ("出现严重表述错误", "账号", "M1.1"),
        ("出现严重表述错误", "网站", "W1.1"),
        ("这不是一种表述", "", ""),
    ],
)
def test_printed_words_are_known_in_their_variants(printed: str, kind: str, code: str) -> None:
    assert vocabulary.code_of(printed, kind) == code


def test_the_page_of_indicators_is_current() -> None:
    page = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    assert page == vocabulary.table()
    assert all(label.text in page for label in vocabulary.labels())


@pytest.mark.parametrize("name", sorted(built_in()))
def test_an_overlay_of_the_house_loads_and_changes_something(name: str) -> None:
    rules, base = load(Path(name), ALL), national(ALL)
    assert rules.name.endswith(f"+{name}")
    assert rules.digest != base.digest
    told = [line for code in rules.parameters for line in changes(base, rules, code)]
    assert told or rules.points.changed


def test_a_change_is_told_with_its_clause() -> None:
    told = changes(national(ALL), load(Path("weekly-accounts"), ALL), "M2.1")
    assert told[0] == "days 14 → 7"
    assert "甘肃省" in told[-1]


def test_a_lexicon_is_found_beside_the_ruleset_and_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("词语,级别\n某某错字,严重\n", encoding="utf-8")
    file = tmp_path / "x.yaml"
    file.write_text("name: x\nlexicons: [own.csv]\n", encoding="utf-8")
    rules = load(file, ALL)
    assert [hit.term.level for hit in rules.lexicon.scan("有某某错字")] == ["严重"]
    assert rules.lexicon.digest != national(ALL).lexicon.digest
    file.write_text("name: x\nlexicons: [missing.csv]\n", encoding="utf-8")
    with pytest.raises(RulesetError, match=r"missing\.csv"):
        load(file, ALL)


def test_a_new_check_is_written_registered_and_its_test_fails(tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    registry = (ROOT / "checks" / "registry.py").read_text(encoding="utf-8")
    (tmp_path / "checks" / "registry.py").write_text(registry, encoding="utf-8")
    check, test, _ = begin(tmp_path, "F-EXAMPLE", "示例")
    made = (tmp_path / "checks" / "registry.py").read_text(encoding="utf-8")
    assert "    f_example,\n" in made
    assert made.count("f_example.CHECK,") == 1
    for path in (check, test, tmp_path / "checks" / "registry.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    # A check that settles nothing yet cannot give the pass and the fail that its test asks for.
    assert "Outcome.FAIL" in test.read_text(encoding="utf-8")
    assert "Outcome.FAIL" not in check.read_text(encoding="utf-8")
    with pytest.raises(ScaffoldError, match="已经有了"):
        begin(tmp_path, "F-EXAMPLE", "示例")
    with pytest.raises(ScaffoldError, match="应形如"):
        begin(tmp_path, "../evil", "示例")
