"""Which calls can be held up as an example: by tone, clarity and recovery.

A call with a fatal error found or suspected, with a fault of tone or of an answer, or that the caller was dissatisfied
with is none. Of the others

- tone (0.4) is the share of the items on tone and courtesy that were met, and how lively the voice is: a range of eight
  semitones is full marks, two none (monotonous speech has 2 to 3);
- clarity (0.3) is how surely the operator's words were recognised, and a rate of 180 to 260 characters a minute;
- recovery (0.3) is the best that became of a hard passage (calmed 1, held 0.7), or a slip that the operator mended in
  the call (0.8). Where there was nothing to recover from, tone and clarity are weighed alone, and count 0.9: an easy
  call shows less.

The weights are set, not measured; the vote of people decides (the contest).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from qa_pipeline.models import Outcome, Role
from qa_pipeline.models.passages import Exemplary, Handling, Passage
from qa_pipeline.rules.windows import heard_well
from qa_pipeline.store.queries.passages import Example, examples_of_month
from qa_pipeline.training.finding.call import Heard

TONE_ITEMS = ("A2", "A4", "B1", "B2", "B3", "B4", "B5", "B6")
SPOTLESS = ("V", "B", "C")
"""Groups of items that an example has no fault in."""
EASY = 0.9
LEAST = 0.75
"""Less is a good call and no example."""
LEAST_WORDS = 60
_MET = {Outcome.PASS: 1.0, Outcome.FAIL: 0.0, Outcome.UNDETERMINED: 0.5}
_RECOVERED = {Handling.CALMED: 1.0, Handling.HELD: 0.7}
_DISSATISFIED = 2


def exemplary(
    session: Session, month: str, team: str = "", least: float = 0.0, without: Collection[str] = ()
) -> tuple[Example, ...]:
    """Return a month's exemplary calls with whose they are, the best first.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
        team: Only of this team, '' for all.
        least: The lowest value, 0 to 1.
        without: Calls that are left out.
    """
    return examples_of_month(session, month, team, least, without=without)


def example_of(call: Heard, passages: Sequence[Passage]) -> Exemplary | None:
    """Return how far a call can be held up as an example; None where it cannot."""
    if _spoilt(call, passages):
        return None
    tone, clarity, recovery = _tone(call), _clarity(call), _recovery(call, passages)
    value = EASY * (4 * tone + 3 * clarity) / 7 if recovery is None else 0.4 * tone + 0.3 * clarity + 0.3 * recovery
    if value < LEAST:
        return None
    return Exemplary(
        call_id=call.ctx.call.call_id,
        audit_id=call.audit_id,
        tone=round(tone, 3),
        clarity=round(clarity, 3),
        recovery=recovery,
        value=round(value, 3),
        reasons=_reasons(tone, clarity, recovery),
    )


def _spoilt(call: Heard, passages: Sequence[Passage]) -> bool:
    spoken = call.ctx.transcript.of(Role.OPERATOR)
    satisfied = call.ctx.call.satisfaction
    bad = any(p.handling in {Handling.ESCALATED, Handling.GAVE_IN} for p in passages)
    faulty = any(
        one.verdict.outcome is Outcome.FAIL and one.verdict.item.startswith(SPOTLESS) and not one.verdict.corrected
        for one in call.judged
    )
    dissatisfied = satisfied is not None and satisfied <= _DISSATISFIED
    return bad or faulty or dissatisfied or sum(len(u.text) for u in spoken) < LEAST_WORDS or not call.judged


def _tone(call: Heard) -> float:
    met = [
        _MET[one.verdict.outcome]
        for one in call.judged
        if one.verdict.item in TONE_ITEMS and one.verdict.outcome in _MET
    ]
    items = sum(met) / len(met) if met else 0.5
    ranges = [v.pitch_range_semitones for v in call.ctx.acoustics.voices if v.role is Role.OPERATOR]
    known = [one for one in ranges if one is not None]
    return 0.7 * items + 0.3 * _between(known[0], 2, 8) if known else items


def _clarity(call: Heard) -> float:
    sure = _between(heard_well(call.ctx.transcript.of(Role.OPERATOR)), 0.7, 0.95)
    rate = call.ctx.acoustics.operator_rate_cpm
    if rate is None:
        return sure
    return 0.7 * sure + 0.3 * min(_between(rate, 120, 180), 1 - _between(rate, 260, 330))


def _recovery(call: Heard, passages: Sequence[Passage]) -> float | None:
    found = [_RECOVERED.get(p.handling, 0.0) for p in passages]
    found += [0.8 for one in call.judged if one.verdict.corrected and one.verdict.outcome is Outcome.FAIL]
    return max(found, default=None)


def _reasons(tone: float, clarity: float, recovery: float | None) -> tuple[str, ...]:
    recovered = "没有需要化解的情况" if recovery is None else f"化解 {recovery:.0%}"
    return (f"语气 {tone:.0%}", f"清晰 {clarity:.0%}", recovered)


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
