"""What a column of the payroll file can hold, an operator or a part a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from qa_pipeline.assessment import OperatorMonth
from scoring.pay import MonthPay, PayPart, PayStatus, only_owed
from scoring.pay.adjusted import ADJUSTMENT
from scoring.pay.month import DEDUCTION, REWARD, TERM

Value = str | int | Decimal | date | None


class Form(StrEnum):
    """How a field is written: text, a whole number, points, a factor, yuan, or yuan that the sheet computes."""

    TEXT = "text"
    COUNT = "count"
    POINTS = "points"
    FACTOR = "factor"
    YUAN = "yuan"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class OperatorPay:
    """An operator's figures of the month with the pay that they come to."""

    month: str
    line: OperatorMonth
    pay: MonthPay

    @property
    def apart(self) -> bool:
        """Whether it is of what earlier months owe alone, so that the month's figures do not belong to it."""
        return only_owed(self.pay)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how it is written, and its value for an operator and (where rows are parts) one part."""

    form: Form
    value: Callable[[OperatorPay, PayPart | None], Value]


def _of_operator(of: Callable[[OperatorPay], Value], form: Form = Form.TEXT) -> Field:
    return Field(form, lambda who, _part: of(who))


def _of_month(of: Callable[[OperatorMonth], Value], form: Form = Form.TEXT) -> Field:
    """Return a field of the month's own figures, which a line of earlier months leaves blank."""
    return Field(form, lambda who, _part: None if who.apart else of(who.line))


def _of_part(of: Callable[[PayPart], Value], form: Form = Form.TEXT) -> Field:
    return Field(form, lambda _who, part: None if part is None else of(part))


def terms_of(pay: MonthPay) -> tuple[PayPart, ...]:
    """Return the lines of base, one for each term; none where finance has stated no terms."""
    return tuple(part for part in pay.parts if part.kind == TERM)


def worked(pay: MonthPay) -> tuple[PayPart, ...]:
    """Return the lines of base for days at work."""
    return tuple(part for part in terms_of(pay) if part.status is not PayStatus.LEAVE)


def _base(who: OperatorPay) -> Decimal | None:
    """Return the base where it was one all month; with several, the parts say which held when."""
    bases = {part.base for part in worked(who.pay)}
    return bases.pop() if len(bases) == 1 else None


def _bases(pay: MonthPay) -> tuple[str, ...]:
    """Return why there is no one base where several held."""
    bases = list(dict.fromkeys(part.base for part in worked(pay)))
    told = "、".join(f"{base} 元" for base in bases)
    return (f"当月基数先后为 {told}，分段计算",) if len(bases) > 1 else ()


def _days(who: OperatorPay) -> int | None:
    return sum(part.days for part in worked(who.pay)) if terms_of(who.pay) else None


def _month_days(who: OperatorPay) -> int | None:
    return next((part.month_days for part in terms_of(who.pay)), None)


def sum_of(pay: MonthPay, kind: str) -> Decimal | None:
    """Return the sum of one kind of lines, None where nothing is computed."""
    if pay.total is None:
        return None
    return sum((part.amount or Decimal(0) for part in pay.parts if part.kind == kind), Decimal("0.00"))


def _taken(line: OperatorMonth) -> tuple[str, ...]:
    """Return what notices took of the calls' mean; months that were settled long ago do not know the latter."""
    before = "" if line.call_mean is None else f"通话均分 {line.call_mean}，"
    return (f"{before}监督记录扣 {line.notice_points} 分",) if line.notice_points else ()


def _note(who: OperatorPay) -> str:
    if who.apart:
        return "；".join(who.pay.notes)
    notes = (str(note) for note in who.line.notes)
    return "；".join((*_taken(who.line), *notes, *_bases(who.pay), *who.pay.notes))


COMMON: dict[str, Field] = {
    "month": _of_operator(lambda who: who.month),
    "operator_id": _of_operator(lambda who: who.line.operator.operator_id),
    "name": _of_operator(lambda who: who.line.operator.name),
    "n_heard": _of_month(lambda line: line.n_heard, Form.COUNT),
    "n_frame": _of_month(lambda line: line.n_frame, Form.COUNT),
    "points": _of_month(lambda line: line.mean, Form.POINTS),
    "interval_low": _of_month(lambda line: line.interval_low, Form.POINTS),
    "interval_high": _of_month(lambda line: line.interval_high, Form.POINTS),
    "grade": _of_month(lambda line: line.grade),
    "provisional": _of_month(lambda line: "是" if line.provisional else "否"),
    "note": _of_operator(_note),
}
OPERATOR_FIELDS: dict[str, Field] = COMMON | {
    "team": _of_operator(lambda who: who.line.operator.team),
    "base": _of_operator(_base, Form.YUAN),
    "days": _of_operator(_days, Form.COUNT),
    "month_days": _of_operator(_month_days, Form.COUNT),
    "factor": _of_operator(lambda who: who.pay.factor, Form.FACTOR),
    "reward": _of_operator(lambda who: sum_of(who.pay, REWARD), Form.COMPUTED),
    "deduction": _of_operator(lambda who: sum_of(who.pay, DEDUCTION), Form.COMPUTED),
    "adjustment": _of_operator(lambda who: sum_of(who.pay, ADJUSTMENT), Form.COMPUTED),
    "pay": _of_operator(lambda who: who.pay.total, Form.COMPUTED),
}
PART_FIELDS: dict[str, Field] = COMMON | {
    "team": Field(Form.TEXT, lambda who, part: who.line.operator.team if part is None else part.team),
    "kind": _of_part(lambda part: part.kind),
    "from_day": _of_part(lambda part: part.from_day),
    "to_day": _of_part(lambda part: part.to_day),
    "status": _of_part(lambda part: part.status.label),
    "base": _of_part(lambda part: part.base, Form.YUAN),
    "days": _of_part(lambda part: part.days, Form.COUNT),
    "month_days": _of_part(lambda part: part.month_days, Form.COUNT),
    "factor": _of_part(lambda part: part.factor, Form.FACTOR),
    "amount": _of_part(lambda part: part.amount, Form.COMPUTED),
    "words": _of_part(lambda part: part.words),
}
PAID = {"operator": "pay", "part": "amount"}
"""The field that a row pays; every layout has it, so that a file that comes back can be reconciled."""


def printed(value: Value, form: Form) -> str:
    """Return a value as the CSV file has it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        places = max(2, -int(value.normalize().as_tuple().exponent)) if form is Form.FACTOR else 2
        return f"{value:.{places}f}"
    return str(value)
