"""Retraining: offered by one, taken or declined by the operator, recorded before anybody can be put forward."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from qa_pipeline.assessment import ClosedLine
from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.models.retraining import RetrainingFile, RetrainingResult, RetrainingWord
from qa_pipeline.review import newest_lines, previous_lines
from qa_pipeline.store.queries.people import hold_operator
from qa_pipeline.store.queries.retraining import (
    add_retraining,
    add_retraining_word,
    retrained_on,
    retraining_file,
    retrainings,
)
from qa_pipeline.supervision.asking import (
    known_operator,
    person,
    refuse_backwards,
    refuse_one_person,
    roster_of,
    wording,
)
from scoring.strikes import StrikeState, StrikeStatus, retrained_within, strike_state

logger = logging.getLogger(__name__)
AFTER_ALL = "9999-12"
WARNED_FROM = 2
"""From so many failed months in a row on, a retraining is to be offered: the next one could be the third."""


@dataclass(frozen=True, slots=True)
class Due:
    """An operator who is to be offered a retraining, and the run that asks for it."""

    operator_id: str
    name: str
    run: StrikeState
    open_offer: int | None


def offer_retraining(
    session: Session, operator: str, subject: str, planned_on: date, by: str, now: datetime
) -> RetrainingFile:
    """Offer an operator a retraining.

    Raises:
        NotFound: No such operator.
        UserError: By the operator, without a subject, or for a day that is over.
    """
    roster = roster_of(session)
    who, name = known_operator(roster, operator).operator_id, person(by, "安排人")
    refuse_one_person(name, ((who, "本人"),), roster, "为自己安排培训")
    if planned_on < now.date():
        raise UserError(f"计划日期 {planned_on} 已经过去", "写今天或以后的日期；已经培训的，先登记安排再登记结果")
    made = add_retraining(session, who, wording(subject, "培训内容"), planned_on, name, now)
    logger.info("retraining %d offered", made.retraining_id)
    return RetrainingFile(made)


def record_retraining(
    session: Session,
    retraining_id: int,
    result: RetrainingResult,
    on_day: date,
    by: str,
    remark: str,
    now: datetime,
) -> RetrainingFile:
    """Record what became of an offer.

    Raises:
        NotFound: No such offer.
        UserError: By the operator, without a remark, for a day before the offer or in the future, or the clock went
            backwards.
        Conflict: It was recorded before.
    """
    hold_operator(session, retraining_file(session, retraining_id).retraining.operator_id)
    file, roster, name = retraining_file(session, retraining_id), roster_of(session), person(by, "登记人")
    offer = file.retraining
    if file.word is not None:
        raise Conflict(f"{retraining_id} 号培训已登记为{file.word.result.name_zh}（{file.word.by}）", "不能重复登记")
    refuse_one_person(name, ((offer.operator_id, "受训人本人"),), roster, "登记培训结果")
    refuse_backwards(now, offer.offered_at, "安排培训")
    if not offer.offered_at.date() <= on_day <= now.date():
        raise UserError(
            f"日期 {on_day} 不在安排之日 {offer.offered_at:%Y-%m-%d} 与今天之间", "核对日期；尚未举行的以后再登记"
        )
    word = RetrainingWord(retraining_id, result, on_day, name, wording(remark, "培训情况或谢绝原因"), now)
    add_retraining_word(session, word)
    logger.info("retraining %d: %s", retraining_id, result.value)
    return RetrainingFile(offer, word)


def runs_now(session: Session) -> Mapping[str, StrikeState]:
    """Return by operator where the run of failed months stands after the last settled month, as appeals have it now."""
    trained = retrained_on(session)
    return {
        who: strike_state([line.assessment for line in lines], trained.get(who, ()))
        for who, lines in newest_lines(session, _end_a_run).items()
    }


def _end_a_run(lines: Sequence[ClosedLine]) -> bool:
    """Whether the run at the end of some lines begins within them: what is older changes nothing of it."""
    return any(line.assessment.assessed and not line.assessment.proven for line in lines)


def run_of(session: Session, operator_id: str) -> tuple[StrikeState, tuple[ClosedLine, ...]]:
    """Return where one operator's run of failed months stands, and the settled lines that it follows from."""
    lines = previous_lines(session, AFTER_ALL, operator_id)
    trained = [f.word.on_day for f in retrainings(session, operator_id) if f.word is not None]
    return strike_state([line.assessment for line in lines], trained), lines


def retraining_due(session: Session) -> tuple[Due, ...]:
    """Return whom a retraining is to be offered, or recorded of: two or more in a row, and none within the run."""
    trained = retrained_on(session)
    offers = {f.retraining.operator_id: f.retraining.retraining_id for f in retrainings(session) if f.word is None}
    names = {o.operator_id: o.name for o in roster_of(session)}
    return tuple(
        Due(who, names.get(who, ""), run, offers.get(who))
        for who, run in sorted(runs_now(session).items())
        if run.run >= WARNED_FROM
        and run.status is not StrikeStatus.FOR_REVIEW
        and not retrained_within(run.months[-run.run :], trained.get(who, ()))
    )
