"""The worked month of the documentation: what the program says today, and sums that a calculator can do."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest

from docs.worked_month import PAGE, page
from scoring.exact import rounded

SUM = re.compile(r"    (?:.*：)?(?P<left>[\d.()＋−×÷ ]+) ＝ (?P<right>\d+(?:\.\d+)?)")
SUMS = [found for line in PAGE.read_text(encoding="utf-8").splitlines() if (found := SUM.fullmatch(line))]


def calculated(left: str) -> Fraction:
    """Do a sum exactly, as it is written."""
    python = re.sub(r"\d+(?:\.\d+)?", lambda number: f"Fraction('{number[0]}')", left)
    for sign, operator in (("＋", "+"), ("−", "-"), ("×", "*"), ("÷", "/")):
        python = python.replace(sign, operator)
    return eval(python, {"Fraction": Fraction})


def test_the_page_is_what_the_program_says_today():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python docs/worked_month.py"


def test_every_indented_line_is_a_sum():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    assert len(lines) == len(SUMS) > 25


@pytest.mark.parametrize("found", SUMS, ids=lambda found: found[0].strip())
def test_a_calculator_gets_the_same(found):
    right = Decimal(found["right"])
    places = -int(right.as_tuple().exponent)
    assert rounded(calculated(found["left"]), Decimal(1).scaleb(-places)) == right
