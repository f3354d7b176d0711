"""A call as conditions see it: turns with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_pipeline.models import CallContext, Role, Utterance
from qa_pipeline.rules.matching.passages import Passage
from qa_pipeline.rules.matching.reading import current


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says in a go; ``number`` counts the turns of the call from 0."""

    number: int
    passage: Passage

    @property
    def role(self) -> Role:
        """Who speaks."""
        return self.passage.utterances[0].role

    @property
    def start_ms(self) -> int:
        """When it begins."""
        return self.passage.utterances[0].start_ms

    @property
    def end_ms(self) -> int:
        """When it ends."""
        return max(u.end_ms for u in self.passage.utterances)


class Call:
    """A call with its turns; ``sure`` is the probability from which a hit counts as one."""

    def __init__(self, ctx: CallContext, sure: float) -> None:
        self.ctx = ctx
        self.sure = sure
        grouped = current().passages(ctx.transcript.utterances)
        self.turns = tuple(Turn(number, passage) for number, passage in enumerate(grouped))
        self._turn_of = {u.index: turn.number for turn in self.turns for u in turn.passage.utterances}

    def utterances(self, window: Sequence[Turn]) -> tuple[Utterance, ...]:
        """Return the utterances of some turns, in the order of the call."""
        return tuple(sorted((u for turn in window for u in turn.passage.utterances), key=_index))

    def turn_of(self, utterance: int) -> int:
        """Return the number of the turn that an utterance belongs to."""
        return self._turn_of[utterance]

    def of(self, role: Role | None) -> tuple[Turn, ...]:
        """Return the turns of a role, of everybody for None."""
        return tuple(turn for turn in self.turns if role in {None, turn.role})


def _index(utterance: Utterance) -> int:
    return utterance.index
