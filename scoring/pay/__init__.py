"""From a month's grade to what is paid: the scheme, the terms somebody worked under, the parts of the pay."""

from scoring.pay.adjusted import Owed, only_owed, with_owed
from scoring.pay.changes import scheme_changes
from scoring.pay.fitting import misfits
from scoring.pay.month import MonthPay, PayPart, month_pay
from scoring.pay.reading import PaySchemeProblems, default_scheme, load_scheme, parse_scheme, scheme_mapping
from scoring.pay.scheme import GradePay, PayScheme, RestDays
from scoring.pay.terms import PayStatus, PayTerm, PayTermProblems, joined, term_problems

__all__ = [
    "GradePay",
    "MonthPay",
    "Owed",
    "PayPart",
    "PayScheme",
    "PaySchemeProblems",
    "PayStatus",
    "PayTerm",
    "PayTermProblems",
    "RestDays",
    "default_scheme",
    "joined",
    "load_scheme",
    "misfits",
    "month_pay",
    "only_owed",
    "parse_scheme",
    "scheme_changes",
    "scheme_mapping",
    "term_problems",
    "with_owed",
]
