"""Characters of names that are told apart, numbers of any kind, and what may be a misheard one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.numbers_said import bare_money, borne_out, numbers_of, rows_of
from qa_pipeline.language.quantities import in_words
from qa_pipeline.language.spoken_forms import amount_forms, clock_forms, date_forms, misheard
from qa_pipeline.language.surnames import told_characters


@pytest.mark.parametrize(
    ("said", "character"),
    [
        ("我姓章，立早章", "章"),
        ("立早张", "章"),
        ("弓长章", "张"),
        ("黎明的黎", "黎"),
        ("三个石的雷", "磊"),
        ("言午许", "许"),
    ],
)
def test_the_parts_tell_the_character(said: str, character: str) -> None:
    assert [one.character for one in told_characters(said)] == [character]


@pytest.mark.parametrize("said", ["古月楼饭店", "我们小区的路", "昨天的事", "木子美容院"])
def test_other_words_tell_no_character(said: str) -> None:
    assert told_characters(said) == ()


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("收了八十六", 86),
        ("花了两万三千六", 23600),
        ("一共三十六万八", 368000),
        ("把剩下的四千二退给我", 4200),
        ("涨到三百了", 300),
    ],
)
def test_amounts_are_said_without_their_unit(said: str, amount: int) -> None:
    assert [one.quantity.low for one in bare_money(said)] == [Decimal(amount)]


@pytest.mark.parametrize("said", ["欠我们十一个人的工资", "交了三节课", "花了三天", "买了五斤"])
def test_what_counts_something_is_no_amount(said: str) -> None:
    assert bare_money(said) == ()


def test_a_number_ends_where_the_next_begins() -> None:
    assert "240" in [one.quantity.text() for one in numbers_of("一直是二百四一个月")]


def test_a_written_date_is_no_range() -> None:
    assert numbers_of("2026-07至今") == ()


def test_rows_of_digits_are_read_out() -> None:
    assert rows_of("车号是六六二零") == ("6620",)


def test_a_balance_is_borne_out_by_what_was_paid_and_used() -> None:
    assert borne_out(Decimal(4200), {Decimal(5000), Decimal(800)})
    assert not borne_out(Decimal(2400), {Decimal(5000), Decimal(800)})


@given(st.integers(100, 9_999_999))
def test_an_amount_that_was_heard_right_is_not_misheard(amount: int) -> None:
    assert not misheard(amount_forms(Decimal(amount)), (f"{in_words(Decimal(amount))}块",))


@pytest.mark.parametrize(
    ("forms", "heard"),
    [
        (amount_forms(Decimal(23600)), "花了两晚三千六"),
        (date_forms(date(2026, 11, 3)), "是一月三号我送孩子去"),
        (clock_forms(7 * 60 + 48), "七点司十八"),
    ],
)
def test_a_number_with_another_word_in_it_was_misheard(forms: tuple[str, ...], heard: str) -> None:
    assert misheard(forms, (heard,))


def test_another_building_is_no_misheard_one() -> None:
    assert not misheard(("十七栋",), ("菊园新村十一栋四零一",))
