"""A month's payroll for tests: the sample month's people under terms of every kind."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from qa_pipeline.assessment import assess
from qa_pipeline.reports.payroll import operator_pays
from scoring.pay import GradePay, PayStatus, PayTerm, default_scheme
from tests.month_builder import CARD
from tests.unit.reports.sample_month import sample_month

SCHEME = replace(
    default_scheme(),
    grades=(
        GradePay("优秀", per_point=Decimal("0.0033"), reward=Decimal("200.05")),
        GradePay("不合格", deduction=Decimal("33.33")),
    ),
)


def term(who, base, first=1, last=31, team="一组", status="regular"):
    days = (date(2026, 10, day) for day in (first, last))
    return PayTerm(who, *days, team, PayStatus(status), Decimal(base))


TERMS = {
    "1001": (term("1001", "2000"),),
    "1002": (term("1002", "1234.35", 1, 10), term("1002", "1333.33", 11, 31, "二组")),
    "1003": (term("1003", "1800.01", 1, 20), term("1003", "1800.01", 21, 31, status="leave")),
    "1004": (term("1004", "1600", 1, 12, status="probation"), term("1004", "1800.5", 13, 31)),
    "1006": (term("1006", "1700", 1, 30), term("1006", "1700", 31, 31, status="leave")),
}
"""1005 has none; of 1006 no call was heard."""


def pays(terms=TERMS, data=None, scheme=SCHEME, owed=None):
    """Every operator's pay of the sample month."""
    return operator_pays(assess(data or sample_month(), CARD, 10), CARD, terms, scheme, owed)
