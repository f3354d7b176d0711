"""A month's payroll: from what is stored to finance's files."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.assessment import MonthView
from qa_pipeline.errors import UserError
from qa_pipeline.reports.payroll import operator_pays, write_payroll
from qa_pipeline.reports.payroll_book import write_payroll_book
from qa_pipeline.reports.payroll_fields import OperatorPay
from qa_pipeline.reports.payroll_layout import PayrollLayout, default_layout, load_layout
from qa_pipeline.review import card_for, month_figures
from qa_pipeline.settings import Settings
from qa_pipeline.settling.standards import settled_standards
from qa_pipeline.standards import DEFAULT, pay_scheme_of
from qa_pipeline.store.queries.appeals import adjustments_booked_in
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.pay_terms import pay_terms
from scoring.adjustments import Adjustment
from scoring.pay import Owed
from scoring.scorecard import Scorecard


def layout_of(settings: Settings, path: Path | None = None) -> PayrollLayout:
    """Return the columns in force; ``path`` names others.

    Raises:
        SettingsError: They cannot be read or used.
    """
    if path is not None:
        return load_layout(path)
    if settings.payroll_layout == DEFAULT:
        return default_layout()
    return load_layout(settings.workspace / settings.payroll_layout)


def pays_of(session: Session, settings: Settings, view: MonthView, card: Scorecard) -> tuple[OperatorPay, ...]:
    """Return what each operator of a month is paid, by the terms that finance stated.

    An open month goes by the scheme in force, a settled one by that of its ledger. What appeals that were won since add
    to earlier months is a line of the month that it is booked in.

    Raises:
        PaySchemeInvalid: The scheme cannot be used with this scorecard.
        UserError: Terms and figures do not fit together.
    """
    settled = settled_standards(session, view.month)
    scheme = None if settled is None else settled.scheme
    try:
        return operator_pays(
            view,
            card,
            pay_terms(session, view.month),
            scheme or pay_scheme_of(settings, card, view.month),
            _owed(session, view.month),
        )
    except ValueError as error:
        raise UserError(f"payroll of {view.month}: {error}", "mend finance's file and import it again") from error


def _owed(session: Session, month: str) -> dict[str, tuple[Owed, ...]]:
    booked = adjustments_booked_in(session, month)
    return {who: tuple(_debt(one) for one in made if _may_pay(one)) for who, made in booked.items()}


def _may_pay(made: Adjustment) -> bool:
    """Whether an adjustment pays something, or may: of a month whose pay is not known nobody can tell here."""
    return made.before.points != made.after.points if made.pay is None else made.pay != 0


def _debt(made: Adjustment) -> Owed:
    if made.pay is not None:
        return Owed(made.month, made.pay, made.words)
    was, now = made.before, made.after
    changes = ((was.points, now.points, "分数"), (was.grade, now.grade, "等次"), (was.factor, now.factor, "系数"))
    said = "，".join(f"{what} {a} → {b}" for a, b, what in changes if a != b)
    return Owed(made.month, None, f"{made.words}：{said}")


def month_payroll(settings: Settings, sessions: sessionmaker[Session], month: str) -> tuple[OperatorPay, ...]:
    """Return a month's payroll, of a settled month by its settled figures.

    Raises:
        NotFound: There are no calls of that month.
        UserError: The month has no plan; or as `pays_of`.
    """
    with sessions() as session:
        data = month_data(session, month, speech=False)
        if data.plan is None:
            raise UserError(f"month {month} has no sampling plan", f"run `hotline-qa draw --month {month}` first")
        view, card = month_figures(
            session, data, lambda version: card_for(session, settings, version), settings.min_calls
        )
        return pays_of(session, settings, view, card)


def write_both(pays: tuple[OperatorPay, ...], folder: Path, month: str, layout: PayrollLayout) -> tuple[Path, Path]:
    """Write the payroll as CSV and as a workbook; return their paths.

    Raises:
        OSError: A file cannot be written.
    """
    return (
        write_payroll(pays, folder / f"绩效-{month}.csv", layout),
        write_payroll_book(pays, folder / f"绩效-{month}.xlsx", layout),
    )


def publish_payroll(
    settings: Settings, pays: tuple[OperatorPay, ...], month: str, layout: PayrollLayout, out_dir: Path | None = None
) -> tuple[Path, Path]:
    """Write a month's payroll files into a folder, the month's of the workspace unless told; return their paths.

    Raises:
        UserError: The folder cannot be written.
    """
    folder = out_dir or settings.reports_dir / month
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return write_both(pays, folder, month, layout)
    except OSError as error:
        raise UserError(
            f"payroll folder {folder}: {error.strerror}", "free space or choose another with --out"
        ) from error
