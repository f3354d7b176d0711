"""Script, sound and numbers of what was said."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.numerals import digits, to_number
from qa_pipeline.language.pinyin import fuzzy, keys, nearest, positions, sound_distance, syllables
from qa_pipeline.language.script import _plain, bare, simplify

_CHINESE = st.text(st.sampled_from("您好请问有什么可以帮助银行长还便民热线一二三幺12345abc，。 "), max_size=12)


@pytest.mark.parametrize(
    ("written", "simple"),
    [
        ("請問您還需要其他幫助嗎", "请问您还需要其他帮助吗"),
        ("１２３４５　熱線", "12345 热线"),
        ("热\u200b线\ufeff", "热线"),
        ("没看我正忙著吗", "没看我正忙着吗"),
        ("著名的著作", "著名的著作"),
        ("", ""),
    ],
)
def test_text_has_one_spelling(written: str, simple: str) -> None:
    assert simplify(written) == simple


@pytest.fixture(scope="module")
def converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2s")


@given(text=st.text(st.sampled_from(sorted(_plain())), max_size=40))
def test_plain_text_needs_no_conversion(converter: opencc.OpenCC, text: str) -> None:
    assert converter.convert(unicodedata.normalize("NFKC", text)) == text


def test_bare_text_has_no_punctuation() -> None:
    assert bare("您好， 請問：12345?") == "您好请问12345"


@given(st.text())
def test_simplifying_twice_changes_nothing_in_length_or_matching(text: str) -> None:
    assert simplify(simplify(simplify(text))) == simplify(simplify(text))


def test_every_chinese_character_is_one_toneless_syllable_and_punctuation_is_dropped() -> None:
    assert syllables("您好，12345热线 OK") == ("nin", "hao", "1", "2", "3", "4", "5", "re", "xian", "o", "k")


def test_a_reading_follows_its_word() -> None:
    assert syllables("银行") == ("yin", "hang")
    assert syllables("行政") == ("xing", "zheng")
    assert syllables("绿色旅行")[0] == "lv"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ni", "li"),
        ("zhi", "zi"),
        ("chi", "ci"),
        ("shi", "si"),
        ("xin", "xing"),
        ("zhen", "zheng"),
        ("fan", "fang"),
        ("fu", "hu"),
        ("fei", "hui"),
        ("fang", "huan"),
        ("lve", "nve"),
    ],
)
def test_sounds_that_accents_mix_fold_together(a: str, b: str) -> None:
    assert fuzzy(a) == fuzzy(b)


@pytest.mark.parametrize(("a", "b"), [("ma", "ba"), ("xi", "xu"), ("he", "hu"), ("dong", "deng"), ("shi", "xi")])
def test_other_sounds_stay_apart(a: str, b: str) -> None:
    assert fuzzy(a) != fuzzy(b)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("便民热线", "辩名热线"),
        ("户口簿", "户口部"),
        ("幺二三四五热线", "12345热线"),
        ("市政府热线", "是真护热线"),
    ],
)
def test_keys_find_a_phrase_by_its_sound(said: str, heard: str) -> None:
    assert keys(said) in keys(f"您好{heard}请问")


def test_keys_do_not_run_across_syllables() -> None:
    assert keys("安") not in keys("潘")
    assert len(keys("您好 12345")) == len(syllables("您好 12345")) == len(positions("您好 12345"))


@given(_CHINESE)
def test_positions_point_at_the_characters_that_were_read(text: str) -> None:
    spoken = simplify(text)
    assert [spoken[p] for p in positions(text)] == [c for c in spoken if c.isalnum()]


@given(_CHINESE, _CHINESE)
def test_sound_distance_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert sound_distance(a, b) == pytest.approx(sound_distance(b, a))
    assert 0 <= sound_distance(a, b) <= 1
    assert sound_distance(a, a) == 0


def test_sound_distance_orders_near_before_far() -> None:
    near, half, far = (sound_distance("政务服务", other) for other in ("政务护务", "政府服务", "身份证件"))
    assert 0 < near < half < far


def test_nearest_finds_the_stretch_that_sounds_alike() -> None:
    text = "那个，请稍后我帮您查一下"
    match = nearest("请稍候", text)
    assert match is not None
    assert text[match.start : match.end] == "请稍后"
    assert match.distance == 0
    assert nearest("请稍候", "，。") is None


def test_nearest_counts_a_missing_syllable() -> None:
    match = nearest("请问您还需要其他帮助吗", "请问还需要其他帮助吗")
    assert match is not None
    assert 0 < match.distance < 0.15


@pytest.mark.parametrize(
    ("spoken", "value"),
    [
        ("一万二", "12000"),
        ("三千五百", "3500"),
        ("两千五", "2500"),
        ("两千零五", "2005"),
        ("一千零五十", "1050"),
        ("一百二", "120"),
        ("一百零五", "105"),
        ("二十", "20"),
        ("二十五", "25"),
        ("十", "10"),
        ("十二", "12"),
        ("两", "2"),
        ("半", "0.5"),
        ("一半", "0.5"),
        ("三点五", "3.5"),
        ("五点五万", "55000"),
        ("十二万三千", "123000"),
        ("一亿零五百万", "105000000"),
        ("三万零五百", "30500"),
        ("一万零五", "10005"),
        ("百分之七十", "70"),
        ("百分之百", "100"),
        ("70%", "70"),
        ("３５００", "3500"),
        ("3,500", "3500"),
        ("1.2万", "12000"),
        ("1万2", "12000"),
        ("负三", "-3"),
        ("零", "0"),
        ("壹仟贰佰", "1200"),
        ("兩萬", "20000"),
    ],
)
def test_spoken_numbers_have_values(spoken: str, value: str) -> None:
    assert to_number(spoken) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "热线", "幺二三四五", "二零二六", "三百五十块", "百", "十百", "万", "一点", "百分之"]
)
def test_what_is_not_one_number_has_no_value(text: str) -> None:
    assert to_number(text) is None


@given(st.integers(min_value=0, max_value=99_999_999))
def test_every_number_reads_back(value: int) -> None:
    assert to_number(_spoken(value)) == value


def _spoken(value: int) -> str:
    """Write a number the full way, an independent reference."""
    if value < 10:
        return "零一二三四五六七八九"[value]
    text, zero = "", False
    if value >= 10_000:
        head, value = divmod(value, 10_000)
        text = _spoken(head) + "万"
        if value == 0:
            return text
        zero = value < 1000
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("零" if zero else "") + "零一二三四五六七八九"[digit] + name
            zero = False
        elif text:
            zero = True
    return text


def test_digits_read_out_become_a_string() -> None:
    assert digits("零九幺五，二三四 五六七八") == "09152345678"
    assert digits("１２３４５") == "12345"
    assert digits("热线") == ""
