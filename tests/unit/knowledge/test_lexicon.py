"""The lexicon holds what entries name, finds it by sound, and knows what is said around it."""

from __future__ import annotations

from datetime import date

from qa_pipeline.knowledge.lexicon import Lexicon
from qa_pipeline.language.pinyin import keys
from qa_pipeline.models import Fact, KnowledgeEntry

DAY = date(2026, 10, 20)
ENTRY = KnowledgeEntry(
    "K1",
    1,
    "长期异地居住人员异地就医备案",
    "异地就医备案怎么办？",
    "凭居住证到医保经办窗口申请，5个工作日内办结。",
    date(2026, 1, 1),
    facts=(Fact("materials", "居住证"), Fact("place", "政务大厅三楼")),
    hotwords=("异地就医", "备案"),
    owner_department="江安市医疗保障局",
    details={"materials": "身份证；居住证", "place": "开元区人民路100号", "region": "江安市"},
)
WORDS = Lexicon([ENTRY])
TEXTS = {term.text for term in WORDS.terms}


def found(said: str, day: date = DAY) -> set[str]:
    return {term.text for term, _ in WORDS.sounding(keys(said), day)}


def test_what_an_entry_names_is_in_it() -> None:
    named = {"异地就医", "备案", "居住证", "江安市医疗保障局", "医疗保障局", "江安市", "开元区", "人民路"}
    assert named <= TEXTS


def test_the_shipped_words_and_the_lay_words_are_in_it() -> None:
    assert {"便民服务", "户口簿", "政务服务", "工单", "社保卡", "房产证"} <= TEXTS


def test_numbers_and_latin_letters_make_no_term_but_for_the_hotlines_own_number() -> None:
    names = {text.removeprefix("12345").removesuffix("12345") for text in TEXTS}
    assert not [text for text in names if not text.isalpha() or any(c.isascii() for c in text)]


def test_terms_are_found_where_they_sound() -> None:
    places = {(term.text, start) for term, start in WORDS.sounding(keys("您去办移地就一备案"), DAY)}
    assert ("异地就医", 3) in places
    assert ("备案", 7) in places


def test_of_three_syllables_any_one_may_be_another_and_of_two_none() -> None:
    assert all("居住证" in found(said) for said in ("巨住证", "居路证", "居住车"))
    assert "备案" not in found("背看")


def test_more_syllables_than_one_may_not_be_others() -> None:
    assert "居住证" not in found("巨路车")


def test_around_a_term_stand_the_words_of_its_entry() -> None:
    term = next(term for term in WORDS.terms if term.text == "居住证")
    around = WORDS.around(term, DAY)
    assert {"异地", "备案"} <= around
    assert "居住证" not in around


def test_words_of_an_entry_that_is_not_valid_are_not_found() -> None:
    assert "江安市医疗保障局" not in found("江安市医疗保障局", date(2025, 12, 31))
    assert "医疗保障局" in found("医疗保障局", date(2025, 12, 31))  # a word of hotlines everywhere
