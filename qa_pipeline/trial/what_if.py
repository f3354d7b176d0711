"""What a month would come to by another scorecard, ruleset, pay scheme or sample size; nothing is written.

Both sides are computed now, by the functions that settle a month, from the same transcripts and people's words, so that
a difference is that of the standards alone. Without another ruleset the stored verdicts stand and are scored again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.assessment import Beside, ClosedLine, MonthView, assess
from qa_pipeline.errors import UserError
from qa_pipeline.models import CallAudit, MonthData
from qa_pipeline.review import card_for, month_figures, previous_lines
from qa_pipeline.rules.differences import differences
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.settling.beside import beside_of
from qa_pipeline.settling.standards import settled_standards
from qa_pipeline.standards import pay_scheme_of, require_fit, require_items, ruleset_of
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.month import open_months
from qa_pipeline.trial.judging import Files, Progress, judge_files, load_of
from qa_pipeline.trial.other_sizes import Heard, MonthAtSize, hours_waiting, month_at_size
from qa_pipeline.trial.outlook import By, Otherwise, Side, WhatIf, operator_changes
from qa_pipeline.trial.rulesets import ruleset_named
from scoring.card import Scorecard
from scoring.pay import PayScheme

HANDLING = 2.0
"""Hours of a person for an hour of sound, as in ``draw plan``."""


def what_if(
    session: Session,
    settings: Settings,
    month: str,
    otherwise: Otherwise,
    progress: Progress | None = None,
    handling: float = HANDLING,
) -> WhatIf:
    """Return a month as it stands and as it would be under other standards.

    Args:
        session: The unit of work; nothing is written.
        settings: Standards in force, for what the month's own record does not say.
        month: ``YYYY-MM``, open or settled.
        otherwise: What is to be different.
        progress: Told of each call that is judged, where a ruleset is among it.
        handling: Hours of a person for an hour of sound.

    Raises:
        NotFound: There are no calls of that month, or its ruleset was not kept.
        UserError: Nothing was audited; nothing or an impossible size is asked for.
        ScorecardInvalid: The scorecard lacks an item that rules judge.
        PaySchemeInvalid: The scheme does not fit the scorecard.
    """
    _refuse(otherwise, handling)
    data = month_data(session, month, speech=otherwise.ruleset is not None)
    shown, card = month_figures(session, data, lambda v: card_for(session, settings, v), settings.min_calls)
    before = By(_ruleset_of_month(session, settings, data, otherwise), card, _scheme_of(session, settings, card, month))
    after = _after(before, otherwise)
    files = _files(session, settings, data, before, after, progress)
    around = _around(session, data, shown.min_calls, handling)
    old, new = (around.side(some, by) for some, by in zip(files, (before, after), strict=True))
    return WhatIf(
        month=month,
        asked=otherwise,
        old=old,
        new=new,
        rules=() if before.ruleset is None or after.ruleset is None else differences(before.ruleset, after.ruleset),
        operators=operator_changes(old, new),
        sizes=around.sizes(files[1], new, sorted(set(otherwise.calls))),
        unjudged_items=_unjudged_items(files[1], card, after.card),
        moved=_moved(shown, old.view),
        n_unheard=sum(file.audit is None for file in files[1]),
        closed_at=data.closed_at,
        handling=handling,
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """What a month is settled from beside its calls: the same on either side."""

    data: MonthData
    min_calls: int
    previous: Sequence[ClosedLine]
    still_open: Sequence[str]
    beside: Beside
    handling: float

    def view(self, files: Files, card: Scorecard, scheme: PayScheme) -> MonthView:
        data = replace(self.data, files=files)
        return assess(data, card, self.min_calls, self.previous, self.still_open, self.beside, scheme)

    def side(self, files: Files, by: By) -> Side:
        view = self.view(files, by.card, by.scheme)
        pays = [line.pay for line in view.operators if line.pay is not None]
        hours = sum(hours_waiting(view, self.data, self.handling).values())
        load = load_of(files, by.card)
        return Side(by.card, by.ruleset, by.scheme, view, load, sum(pays, Decimal(0)) if pays else None, hours)

    def sizes(self, files: Files, side: Side, calls: Sequence[int]) -> tuple[MonthAtSize, ...]:
        plan = self.data.plan
        if plan is None:
            return ()
        heard = Heard(replace(self.data, files=files), plan, side.view, side.card, self.handling)
        return tuple(month_at_size(heard, n, lambda some: self.view(some, side.card, side.scheme)) for n in calls)


def _refuse(otherwise: Otherwise, handling: float) -> None:
    if otherwise.nothing:
        raise UserError("没有写明要假设什么", "至少给出 --scorecard、--ruleset、--pay-scheme、--calls 之一")
    if wrong := [n for n in otherwise.calls if n < 1]:
        raise UserError(f"每人 {wrong[0]} 通：通数至少为 1", "例如 --calls 20")
    if handling < 1:
        raise UserError(f"处理一小时录音需 {handling:g} 小时：至少为 1", "听一遍就要 1 小时，加上判定和填写，通常取 2")


def _around(session: Session, data: MonthData, min_calls: int, handling: float) -> _Around:
    beside, settled = beside_of(session, data.month), settled_standards(session, data.month)
    # A settled month keeps the spread that it was settled with.
    beside = beside if settled is None else replace(beside, variance=settled.variance)
    previous = previous_lines(session, data.month)
    return _Around(data, min_calls, previous, open_months(session, data.month), beside, handling)


def _scheme_of(session: Session, settings: Settings, card: Scorecard, month: str) -> PayScheme:
    settled = settled_standards(session, month)
    return (None if settled is None else settled.scheme) or pay_scheme_of(settings, card, month)


def _ruleset_of_month(session: Session, settings: Settings, data: MonthData, otherwise: Otherwise) -> Ruleset | None:
    """Return the ruleset that judged the month last, where another is to judge it; refuse a month without audits."""
    newest = max((f.audit for f in data.files if f.audit is not None), key=_number, default=None)
    if newest is None or data.plan is None:
        raise UserError(f"{data.month} 还没有质检结果，无从假设", "先在“设置与导入”里识别与质检，或运行 hotline-qa run")
    if otherwise.ruleset is None:
        return None
    current = ruleset_of(settings)
    return current if current.stamp == newest.ruleset else ruleset_named(newest.ruleset.version, settings, session)


def _number(audit: CallAudit) -> int:
    return audit.audit_id


def _after(before: By, otherwise: Otherwise) -> By:
    """Return what the month would go by, once it is seen that the parts fit one another."""
    card, ruleset = otherwise.card or before.card, otherwise.ruleset
    if ruleset is not None:
        require_items(ruleset, card)
    return By(ruleset, card, require_fit(otherwise.scheme or before.scheme, card))


def _files(
    session: Session, settings: Settings, data: MonthData, before: By, after: By, progress: Progress | None
) -> tuple[Files, Files]:
    if before.ruleset is None or after.ruleset is None:
        return data.files, data.files
    by = ((before.ruleset, before.card), (after.ruleset, after.card))
    return judge_files(session, settings, data, by, progress)


def _unjudged_items(files: Files, old: Scorecard, new: Scorecard) -> tuple[str, ...]:
    known = {item.code for item in old.items}
    judged = {result.item for file in files if file.audit is not None for result in file.audit.results}
    return tuple(i.code for i in new.items if i.code not in known | judged and not i.hint_only)


def _moved(shown: MonthView, now: MonthView) -> tuple[str, ...]:
    """Return the operators whose month, computed now, is not what its record shows."""
    recorded = {line.operator.operator_id: (line.mean, line.grade) for line in shown.operators}
    return tuple(
        line.operator.operator_id
        for line in now.operators
        if recorded.get(line.operator.operator_id, (line.mean, line.grade)) != (line.mean, line.grade)
    )
