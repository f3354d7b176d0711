"""Where one sampled call stands: what it lost, what of it waits for whom. What lists and the queue are made of.

A call may stand at several places at once (``states``); ``state`` is the most pressing of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from qa_pipeline.assessment.verdicts import Judged, judge, scored
from qa_pipeline.assessment.views import DRAWN
from qa_pipeline.models import CallAudit, CallFile, DrawReason, Outcome, Standing
from qa_pipeline.models.persons import plain
from scoring.card import FATAL_MARK
from scoring.score import Evaluation
from scoring.scorecard import Scorecard
from scoring.standing import applies, is_open, unconfirmed

STATES = ("open", "suspected", "unconfirmed", "reviewed", "clean", "hinted", "fatal", "failed", "waiting")
PRESSING = ("fatal", "suspected", "open", "unconfirmed", "reviewed", "hinted", "clean")
BITS = {state: 1 << place for place, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class LostItem:
    """An item that costs points as it stands."""

    code: str
    lost: Decimal


@dataclass(frozen=True, slots=True)
class CallStanding:
    """One sampled call.

    Args:
        states: Bits of `BITS`.
        points: As it stands, with the ends of its range; None where it was not audited.
        counts: It was drawn by chance and something of the scorecard applied: it moves its operator's mean.
        open_items: Codes that wait for a person; ``suspected``, ``fatal``: codes of fatal errors.
        unconfirmed: Items that rules took points of and nobody has looked at.
        rules: Codes of the rules that found something, or were unsure.
        confidence: The least of what rules deducted and nobody has looked at; None where there is nothing.
        reviewers: Whose words it rests on, as `key_of` writes names.
        suspected_by: Who has spoken on every suspected fatal error of it: none of that waits for them.
        open_by: Who has spoken on all that is open; nobody while an ordinary item is.
        second: Somebody has spoken on a suspected fatal error, so that the next look is the second, blind one.
        failure: Why it could not be audited.
    """

    call_id: str
    month: str
    operator_id: str
    shift: str
    started_at: datetime
    duration_s: int
    reason: DrawReason
    audit_id: int | None
    scorecard_version: str | None
    state: str
    states: int
    points: Decimal | None = None
    points_low: Decimal | None = None
    points_high: Decimal | None = None
    counts: bool = False
    open_items: tuple[str, ...] = ()
    suspected: tuple[str, ...] = ()
    fatal: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    lost: tuple[LostItem, ...] = ()
    rules: tuple[str, ...] = ()
    confidence: float | None = None
    reviewers: tuple[str, ...] = ()
    suspected_by: tuple[str, ...] = ()
    open_by: tuple[str, ...] = ()
    second: bool = False
    failure: str | None = None

    @property
    def holds(self) -> frozenset[str]:
        """The places it stands at."""
        return frozenset(state for state in STATES if self.states & BITS[state])


def key_of(name: str) -> str:
    """Return a name as it is compared: one person may write it in several ways."""
    return plain(name).casefold()


def stands(file: CallFile, evaluation: Evaluation | None, hints: bool) -> tuple[str, frozenset[str]]:
    """Return the most pressing state of a call, and all that it is in; ``evaluation`` None: it was not audited.

    ``hints`` says whether a rule that judges nothing found something, see `hinted`.
    """
    if evaluation is None:
        state = "waiting" if file.failure is None else "failed"
        return state, frozenset({state})
    states = frozenset(states_of(evaluation, bool(file.decisions), hints))
    return next(state for state in PRESSING if state in states), states


def standing_of(file: CallFile, month: str, card: Scorecard | None) -> CallStanding:
    """Return where a sampled call stands; ``card`` is its audit's scorecard.

    Where that is not kept (None) the call stands by the machine's own evaluation, as if nobody had said anything.

    Raises:
        ScorecardInvalid: A rule judged an item that the scorecard does not have.
    """
    if file.audit is None:
        return _standing(file, month, *stands(file, None, hints=False), failure=file.failure)
    judged = () if card is None else judge(card, file.audit, file.decisions)
    evaluation = file.audit.evaluation if card is None else scored(card, tuple(one.verdict for one in judged))
    doubted = unconfirmed(evaluation)
    return _standing(
        file,
        month,
        *stands(file, evaluation, hints=card is not None and hinted(file.audit, card)),
        points=evaluation.points,
        points_low=evaluation.points_low,
        points_high=evaluation.points_high,
        counts=file.sampled is not None and file.sampled.reason in DRAWN and applies(evaluation),
        open_items=evaluation.open_items,
        suspected=evaluation.suspected,
        fatal=evaluation.fatal,
        unconfirmed=doubted,
        lost=tuple(LostItem(item.code, item.lost) for item in evaluation.items if item.lost > 0),
        rules=_found(file.audit),
        confidence=_least_confidence(judged, doubted),
        reviewers=_names(one for one in judged),
        suspected_by=_by_all(judged, evaluation.suspected),
        open_by=_by_all(judged, evaluation.open_items),
        second=any(one.decisions for one in judged if one.verdict.item in evaluation.suspected),
    )


def _standing(file: CallFile, month: str, state: str, states: Collection[str], **values: object) -> CallStanding:
    call, audit = file.call, file.audit
    return CallStanding(
        call.call_id,
        month,
        call.operator_id,
        call.shift,
        call.started_at,
        call.duration_s,
        DrawReason.RANDOM if file.sampled is None else file.sampled.reason,
        None if audit is None else audit.audit_id,
        None if audit is None else audit.scorecard_version,
        state,
        sum(BITS[one] for one in states),
        **values,  # type: ignore[arg-type]  # the fields' own names
    )


def states_of(evaluation: Evaluation, decided: bool, hinted: bool = False) -> frozenset[str]:
    """Return where an audited call stands; it may stand at several places at once.

    Where nothing is left to do it is reviewed, or clean if there was nothing that anybody had to decide; ``hinted``
    if there is something worth a look all the same, which costs nothing.
    """
    found = {
        "fatal": bool(evaluation.fatal),
        "suspected": bool(evaluation.suspected),
        "open": is_open(evaluation),
        "unconfirmed": bool(unconfirmed(evaluation)),
    }
    states = {name for name, holds in found.items() if holds}
    settled = "reviewed" if decided else "hinted" if hinted else "clean"
    return frozenset(states if states - {"fatal"} else states | {settled})


def hinted(audit: CallAudit, card: Scorecard) -> bool:
    """Whether rules point at something in items that cost nothing, so that nobody has to decide of it."""
    free = {item.code for item in card.items if item.hint_only}
    return any(r.item in free and r.outcome in {Outcome.FAIL, Outcome.UNDETERMINED} for r in audit.results)


def _found(audit: CallAudit) -> tuple[str, ...]:
    return tuple(sorted({r.code for r in audit.results if r.outcome in {Outcome.FAIL, Outcome.UNDETERMINED}}))


def _least_confidence(judged: Sequence[Judged], items: Collection[str]) -> float | None:
    taken = [
        result.confidence
        for one in judged
        if one.verdict.item in items and not one.verdict.person
        for result in one.results
        if result.outcome is Outcome.FAIL and result.standing is Standing.DEDUCT
    ]
    return min(taken, default=None)


def _names(judged: Iterable[Judged]) -> tuple[str, ...]:
    return tuple(sorted({key_of(decision.reviewer) for one in judged for decision in one.decisions}))


def _by_all(judged: Sequence[Judged], waiting: Collection[str]) -> tuple[str, ...]:
    """Return who has spoken on every finding that waits; nobody where one is an ordinary item, which one word ends."""
    if any(not code.startswith(FATAL_MARK) for code in waiting):
        return ()
    people = [
        {key_of(decision.reviewer) for decision in one.decisions}
        for one in judged
        if one.verdict.item in waiting and one.verdict.outcome in {Outcome.FAIL, Outcome.UNDETERMINED}
    ]
    return tuple(sorted(set.intersection(*people))) if people else ()
