"""Lexicons, the words they find in their context, and numbers of persons, masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import personal, wording
from checks.lexicon import Lexicon, LexiconError, read
from checks.working_days import working_days
from crawler.extract.facts import PageKind, PageSigns, Row
from tests.unit.checks.world import HOME, TODAY, days_ago, page

TABLE = (
    "词语,级别,建议,例外,语境\n布署,一般,部署,公布署名|宣布署名,\n十九界,严重,十九届,,中央|全会\n"
)


def lexicon(text: str = TABLE) -> Lexicon:
    return Lexicon(tuple(read(text.encode(), "own.csv")))


def words(text: str) -> list[str]:
    return [hit.term.text for hit in lexicon().scan(text)]


def test_a_word_counts_outside_its_exceptions_and_inside_its_context() -> None:
    assert words("会议作出布署") == ["布署"]
    assert words("依法公布署名文章") == []
    assert words("公布署名文章，再作布署") == ["布署"]
    assert words("第十九界运动会") == []
    assert words("党的十九界六中全会") == ["十九界"]


def test_the_built_in_words_are_all_told_with_what_to_write() -> None:
    terms = Lexicon.built_in().terms
    assert len(terms) > 60
    assert all(term.suggestion and term.suggestion != term.text for term in terms)
    right = "\n".join(term.suggestion for term in terms)
    assert Lexicon.built_in().scan(right) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("级别\n严重\n", "缺少“词语”列"),
        ("词语,颜色\n布署,红\n", "不认识的列 颜色"),
        ("词语,级别\n布署,很严重\n", "第 2 行：级别"),
        ("词语\n布署\n布署\n", "第 3 行：“布署”重复"),
        ("词语,例外\n布署,公布\n", "例外“公布”里没有这个词"),
        ("词语\n字\n", "2 至 60 字"),
    ],
)
def test_a_bad_lexicon_is_one_sentence_with_its_line(text: str, said: str) -> None:
    with pytest.raises(LexiconError, match=said):
        lexicon(text)


def test_a_lexicon_may_be_gb18030_and_lack_all_but_the_words(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes("词语\n布署\n".encode("gb18030"))
    assert [term.text for term in Lexicon().with_file(file).terms] == ["布署"]
    with pytest.raises(LexiconError, match="无法读取"):
        Lexicon().with_file(tmp_path / "none.csv")


def test_words_are_found_in_titles_and_texts_each_once_at_its_address() -> None:
    rows = (Row("认真布署工作", HOME + "1.html", TODAY), Row("他站布署", "http://b.cn/", own=False))
    listed = page("column", url=HOME + "c/", rows=rows)
    told = page(
        "article",
        url=HOME + "1.html",
        page_kind=PageKind.ARTICLE,
        title="认真布署工作",
        signs=PageSigns(text="会议作出布署，全面布署。"),
    )
    hits = wording.scan([listed, told], lexicon())
    assert [(hit.word, hit.url) for hit in hits] == [("布署", HOME + "1.html")]
    assert "应为部署" in wording.evidence_of(hits)["words"][0]


# Made from the example region of the standard with a right and a wrong check digit.
RIGHT, WRONG = "11010519491231002X", "110105194912310021"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"证号{RIGHT}。", ["身份证号"]),
        (f"证号{WRONG}。", []),
        (f"编号9{RIGHT}", []),
        ("联系电话13800000001", ["手机号"]),
        ("联系电话138００000001", ["手机号"]),
        ("订单138000000012", []),
        ("银行卡号6222020000000000006", []),
        ("账户6222021234567890128", []),
    ],
)
def test_only_numbers_of_persons_are_found(text: str, kinds: list[str]) -> None:
    seen = page("article", page_kind=PageKind.ARTICLE, signs=PageSigns(text=text))
    assert [hit.kind for hit in personal.scan([seen])] == kinds


def test_a_card_counts_where_it_is_called_one() -> None:
    number = "6222021234567890128"
    digits = next(f"{number[:-1]}{last}" for last in range(10) if _luhn(f"{number[:-1]}{last}"))
    seen = page("article", page_kind=PageKind.ARTICLE, signs=PageSigns(text=f"社保卡号：{digits}"))
    assert [hit.kind for hit in personal.scan([seen])] == ["银行卡号"]
    plain = page(
        "article", page_kind=PageKind.ARTICLE, signs=PageSigns(text=f"投标保证金 {digits}")
    )
    assert personal.scan([plain]) == ()


def _luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def test_what_is_shown_of_a_number_cannot_be_used() -> None:
    seen = page("article", page_kind=PageKind.ARTICLE, signs=PageSigns(text=f"{RIGHT} 13800000001"))
    for hit in personal.scan([seen]):
        assert hit.masked.count("*") >= 6
        assert hit.masked not in f"{RIGHT} 13800000001"


def test_working_days_know_holidays_and_make_up_days() -> None:
    from datetime import date

    # Spring Festival 2023: 21 to 27 January off, 28 and 29 January worked.
    assert working_days(date(2023, 1, 20), date(2023, 1, 27)) == 0
    assert working_days(date(2023, 1, 20), date(2023, 1, 29)) == 2
    assert working_days(TODAY, TODAY) == 0
    assert working_days(TODAY, days_ago(3)) == 0
    assert working_days(date(2100, 1, 1), date(2100, 1, 9)) is None
    assert working_days(date(1990, 1, 1), date(2023, 1, 9)) is None
