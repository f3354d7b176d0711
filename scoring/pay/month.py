"""One operator's pay of a month, part by part, so that a calculator, the sheet and the program agree to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from scoring.card import GradeBand
from scoring.exact import rounded
from scoring.pay.scheme import BASE, FACTOR_STEP, PERSON, GradePay, PayScheme, month_ends
from scoring.pay.terms import PayStatus, PayTerm, joined

TERM, REWARD, DEDUCTION = "绩效", "奖励", "扣款"
ONE = Decimal("1.0000")
NO_TERMS = "财务未给出任职与绩效基数，未计算"
ALL_LEAVE = "全月休假，不作为考核月"
NOT_HEARD = {PERSON: "没有听到通话，由人决定", BASE: "没有听到通话，按系数 1 计发，不奖不扣"}
FEW_DAYS = {
    PERSON: "在岗 {days} 天，不足 {least} 天，由人决定",
    BASE: "在岗 {days} 天，不足 {least} 天，按系数 1 计发，不奖不扣",
}
ON_PROBATION = "试用期系数不低于 {floor}"
CAPPED = "扣减已到上限，保留基数的 {floor}"


@dataclass(frozen=True, slots=True)
class PayPart:
    """One line: ``amount = base × days ÷ month_days × factor``, rounded once to the cent, halves up.

    ``kind`` is 绩效 (the base of a term), 奖励 or 扣款 (the grade's own yuan; ``factor`` 1 and −1). ``factor`` and
    ``amount`` are None where a person must decide.
    """

    kind: str
    from_day: date
    to_day: date
    team: str
    status: PayStatus
    days: int
    month_days: int
    base: Decimal
    factor: Decimal | None
    amount: Decimal | None
    words: str


@dataclass(frozen=True, slots=True)
class MonthPay:
    """One operator's pay of a month. ``total`` is the sum of the parts' amounts, None where a person must decide.

    ``factor`` is the grade's (1 where nobody is graded), None where a person must decide; a part's own factor differs
    from it on leave, on probation, or where the cap holds. ``notes`` (Chinese) say what is out of the ordinary.
    """

    month: str
    operator_id: str
    factor: Decimal | None
    parts: tuple[PayPart, ...]
    total: Decimal | None
    notes: tuple[str, ...]


def month_pay(
    month: str, points: Decimal | None, band: GradeBand | None, terms: Sequence[PayTerm], scheme: PayScheme
) -> MonthPay:
    """Return one operator's pay of a month.

    Args:
        month: ``YYYY-MM``.
        points: The month's mean, 0 to 100; what is printed (two decimals) decides. None: no call was heard.
        band: Its grade; None exactly where ``points`` is.
        terms: One operator's terms in the month, in any order; none at all gives no amount.
        scheme: How a grade becomes money.

    Raises:
        PayTermProblems: (a ValueError) The terms overlap, leave a gap or the month, or hold no amount.
        ValueError: No month, points that do not lie in the band, or a month in which nobody is due on any day.
    """
    worked, month_days = joined(month, terms), _month_days(month, scheme)
    heard = _heard(points, band)
    days = sum(_days(term, scheme) for term in worked if term.status is not PayStatus.LEAVE)
    if not worked:
        _, factor, note = _worth(heard, scheme.min_days, scheme)
        return MonthPay(month, "", factor, (), None, (note, NO_TERMS) if note else (NO_TERMS,))
    worth, factor, note = _worth(heard, days, scheme)
    if days == 0:
        worth, factor, note = GradePay(""), ONE, ALL_LEAVE
    parts = tuple(part for term in worked for part in _parts(term, month_days, worth, factor, scheme))
    total = None if factor is None else sum((p.amount for p in parts if p.amount is not None), Decimal("0.00"))
    return MonthPay(month, worked[0].operator_id, factor, parts, total, (note,) if note else ())


def _month_days(month: str, scheme: PayScheme) -> int:
    days = scheme.days_between(*month_ends(month))
    if days == 0:
        raise ValueError(f"{month}: by pay scheme {scheme.version} nobody is due on any day; mend its `rest`")
    return days


def _heard(points: Decimal | None, band: GradeBand | None) -> tuple[Decimal, GradeBand] | None:
    """Return the printed points and their grade, having seen that they belong together; None: no call was heard."""
    if points is None and band is None:
        return None
    if points is None or band is None:
        raise ValueError(f"points {points} and grade {band and band.name} do not belong together; give both or neither")
    if not band.at_least <= rounded(points) <= 100:
        raise ValueError(f"{points} points are not within grade {band.name} (from {band.at_least}) and 100")
    return rounded(points), band


def _worth(
    heard: tuple[Decimal, GradeBand] | None, days: int, scheme: PayScheme
) -> tuple[GradePay, Decimal | None, str]:
    """Return what the grade is worth, its factor (None: a person decides), and a note where nobody was graded."""
    if heard is None:
        return _ungraded(scheme.not_heard, NOT_HEARD[scheme.not_heard])
    if days < scheme.min_days:
        words = FEW_DAYS[scheme.few_days].format(days=days, least=scheme.min_days)
        return _ungraded(scheme.few_days, words)
    points, band = heard
    worth = scheme.worth(band)
    return worth, worth.factor_at(points, band), ""


def _ungraded(rule: str, note: str) -> tuple[GradePay, Decimal | None, str]:
    return GradePay(""), None if rule == PERSON else ONE, note


def _days(term: PayTerm, scheme: PayScheme) -> int:
    return scheme.days_between(term.from_day, term.to_day)


def _parts(
    term: PayTerm, month_days: int, worth: GradePay, factor: Decimal | None, scheme: PayScheme
) -> Iterator[PayPart]:
    """Yield a term's lines: its base, then what the grade adds and takes."""
    days = _days(term, scheme)
    if term.status is PayStatus.LEAVE:
        yield _part(TERM, term, days, month_days, term.base, Decimal(0))
        return
    if factor is None:
        yield _part(TERM, term, days, month_days, term.base, None)
        return
    floor, why = _floor(term, scheme)
    graded, taken, kept = (
        _amount(base, days, month_days, by)
        for base, by in ((term.base, factor), (worth.deduction, ONE), (term.base, floor))
    )
    # Compared as they are printed: then a better grade never pays a cent less, whichever of the two holds.
    if graded - taken < kept:
        yield _part(TERM, term, days, month_days, term.base, floor, why)
    else:
        yield _part(TERM, term, days, month_days, term.base, factor)
        if worth.deduction:
            yield _part(DEDUCTION, term, days, month_days, worth.deduction, -ONE)
    if worth.reward:
        yield _part(REWARD, term, days, month_days, worth.reward, ONE)


def _floor(term: PayTerm, scheme: PayScheme) -> tuple[Decimal, str]:
    probation = term.status is PayStatus.PROBATION
    floor = rounded(scheme.floor(probation=probation), FACTOR_STEP)
    own = probation and floor > rounded(scheme.floor(probation=False), FACTOR_STEP)
    return floor, (ON_PROBATION if own else CAPPED).format(floor=floor)


def _part(
    kind: str, term: PayTerm, days: int, month_days: int, base: Decimal, factor: Decimal | None, why: str = ""
) -> PayPart:
    amount = None if factor is None else _amount(base, days, month_days, factor)
    who = f"{term.from_day:%m-%d} 至 {term.to_day:%m-%d} {term.team} {term.status.label} {kind}"
    found = "，系数由人决定" if factor is None else f" × {factor} = {amount}"
    words = f"{who}：{base} × {days} ÷ {month_days}{found}" + (f"（{why}）" if why else "")
    return PayPart(
        *(kind, term.from_day, term.to_day, term.team, term.status, days, month_days, base, factor, amount, words)
    )


def _amount(base: Decimal, days: int, month_days: int, factor: Decimal) -> Decimal:
    return rounded(Fraction(base) * days / month_days * Fraction(factor))
