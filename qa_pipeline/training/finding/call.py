"""A call as it is looked through: what was heard, what rules said of it, and what people said to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from qa_pipeline.assessment.verdicts import Judged, judge
from qa_pipeline.models import CallContext, CallFile, Outcome, Role, RuleResult, Utterance
from qa_pipeline.rules.tone.calming import CalmingParams
from qa_pipeline.rules.windows import turns
from scoring.scorecard import Scorecard

SOUNDS_LIKE_IT = 0.5
"""What a rule only doubts is evidence for training from this confidence on: it costs nobody a point."""


@cache
def shipped_words() -> CalmingParams:
    """Return the shipped lists of hostile words and of soothing ones."""
    return CalmingParams()


@dataclass(frozen=True)
class Heard:
    """One call. ``judged`` are its findings as they stand with people's words; ``audit_id`` is 0 where none is kept.

    ``words`` are the lists of hostility and of soothing in the ruleset that it was judged by.
    """

    ctx: CallContext
    audit_id: int = 0
    judged: tuple[Judged, ...] = ()
    words: CalmingParams = field(default_factory=shipped_words)

    @cached_property
    def turns(self) -> tuple[tuple[Utterance, ...], ...]:
        """What each said in a go, in the order of the call."""
        return turns(self.ctx)

    @cached_property
    def of_turn(self) -> dict[int, int]:
        """The turn of each utterance."""
        return {u.index: number for number, turn in enumerate(self.turns) for u in turn}

    def turns_of(self, role: Role) -> tuple[tuple[Utterance, ...], ...]:
        """Return one role's turns."""
        return tuple(turn for turn in self.turns if turn[0].role is role)

    def found(self, item: str) -> tuple[RuleResult, ...]:
        """Return what rules found of an item, without what people overruled; what they doubt if it is likely."""
        return tuple(
            result
            for one in self.judged
            if one.verdict.item == item and not (one.verdict.person and one.verdict.outcome is not Outcome.FAIL)
            for result in one.results
            if result.outcome is Outcome.FAIL
            or (result.outcome is Outcome.UNDETERMINED and result.confidence >= SOUNDS_LIKE_IT)
        )

    def confirmed(self, item: str) -> bool:
        """Whether people say that an item is at fault."""
        return any(self._by_people(item, Outcome.FAIL))

    def found_by_people(self, item: str) -> bool:
        """Whether people say that an item is at fault of which no rule found a place."""
        return self.confirmed(item) and not any(result.evidence for result in self.found(item))

    def overruled(self, item: str) -> bool:
        """Whether people say that nothing of an item is at fault, or that it does not apply."""
        return not self.confirmed(item) and any(self._by_people(item, Outcome.PASS, Outcome.NOT_APPLICABLE))

    def not_applicable(self, item: str) -> bool:
        """Whether people say that an item does not apply to the call."""
        return not self.confirmed(item) and any(self._by_people(item, Outcome.NOT_APPLICABLE))

    def _by_people(self, item: str, *outcomes: Outcome) -> list[bool]:
        mine = (one.verdict for one in self.judged if one.verdict.item == item)
        return [True for verdict in mine if verdict.person and verdict.outcome in outcomes]


def heard_call(file: CallFile, card: Scorecard | None, words: CalmingParams | None = None) -> Heard | None:
    """Return a call that can be looked through; None where it was not heard, or nobody can tell who speaks.

    ``card`` is the audit's scorecard; where it is not kept (None) nothing that people said is known. ``words`` are the
    lists of its ruleset, the shipped ones unless given.
    """
    if file.recording is None or file.transcript is None or file.acoustics is None or file.audit is None:
        return None
    if not told_apart(file.transcript.utterances):
        return None
    judged = tuple(judge(card, file.audit, file.decisions)) if card is not None else ()
    ctx = CallContext(file.call, file.recording, file.transcript, file.acoustics, file.work_order)
    return Heard(ctx, file.audit.audit_id, judged, words or shipped_words())


def told_apart(utterances: Sequence[Utterance]) -> bool:
    """Whether both a caller and an operator were heard and told apart."""
    return {Role.CALLER, Role.OPERATOR} <= {u.role for u in utterances}
