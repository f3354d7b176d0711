"""A call as conditions see it: turns with numbers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa_pipeline.models import CallContext, Evidence, Role, Utterance
from qa_pipeline.rules.evidence import absent
from qa_pipeline.rules.matching.passages import Passage
from qa_pipeline.rules.matching.reading import current
from qa_pipeline.rules.operators.kleene import Answer, Place
from qa_pipeline.rules.windows import heard_well, unclear


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
    def role_confidence(self) -> float:
        """How surely it is theirs: as its least sure utterance."""
        return min(u.role_confidence for u in self.passage.utterances)

    @property
    def place(self) -> Place:
        """Where it stands in the call."""
        return Place(self.number, self.number)

    @property
    def start_ms(self) -> int:
        """When it begins."""
        return self.passage.utterances[0].start_ms

    @property
    def end_ms(self) -> int:
        """When it ends."""
        return max(u.end_ms for u in self.passage.utterances)


class Window(tuple[Turn, ...]):
    """A range of turns, with what every condition asks of it; answered once."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @cached_property
    def utterances(self) -> tuple[Utterance, ...]:
        """The utterances of the turns, in the order of the call."""
        return tuple(sorted((u for turn in self for u in turn.passage.utterances), key=_index))

    @cached_property
    def heard(self) -> float:
        """How well it was heard: the share of its characters that are expected to be right; 1 where there are none."""
        return heard_well(self.utterances) if self else 1.0

    @cached_property
    def looked(self) -> tuple[Evidence, ...]:
        """The range as the place where something was looked for in vain."""
        return (absent(self.utterances, "这一段没有"),) if self else ()


class Call:
    """A call with its turns; ``sure`` is the probability from which a hit counts as one."""

    def __init__(self, ctx: CallContext, sure: float) -> None:
        self.ctx = ctx
        self.sure = sure
        grouped = current().passages(ctx.transcript.utterances)
        self.turns = tuple(Turn(number, passage) for number, passage in enumerate(grouped))
        self._windows: dict[tuple[int, ...], Window] = {}
        self._chosen: dict[Hashable, Window] = {}
        self._unclear: dict[Window, bool] = {}
        self._answers: dict[Hashable, Answer] = {}
        self._turn_of = {u.index: turn.number for turn in self.turns for u in turn.passage.utterances}

    def window(self, turns: Iterable[Turn]) -> Window:
        """Return some turns as a range; the same turns are the same range."""
        window = Window(turns)
        return self._windows.setdefault(tuple(turn.number for turn in window), window)

    def chosen(self, key: Hashable, choose: Callable[[], Iterable[Turn]]) -> Window:
        """Return the range that is known by a key, chosen once."""
        if key not in self._chosen:
            self._chosen[key] = self.window(choose())
        return self._chosen[key]

    def utterances(self, turns: Sequence[Turn]) -> tuple[Utterance, ...]:
        """Return the utterances of some turns, in the order of the call."""
        return (turns if isinstance(turns, Window) else self.window(turns)).utterances

    def not_understood(self, window: Window) -> bool:
        """Whether words of a range's speakers were not understood within it."""
        if window not in self._unclear:
            self._unclear[window] = any(
                unclear(self.ctx, role, *self._around(window, role)) or self._unknown(window, role)
                for role in {turn.role for turn in window}
            )
        return self._unclear[window]

    def _around(self, window: Window, role: Role) -> tuple[int, int]:
        """Return the time from the role's turn before a range to its turn after it.

        What was not understood is no turn: what is missed may have been said just before or after the range.
        """
        own, numbers = self.of(role), {turn.number for turn in window}
        places = [place for place, turn in enumerate(own) if turn.number in numbers]
        start_ms = own[places[0] - 1].end_ms if places[0] else 0
        last = places[-1] + 1
        return start_ms, own[last].start_ms if last < len(own) else self.ctx.recording.duration_ms

    def _unknown(self, window: Window, role: Role) -> bool:
        """Whether somebody spoke there of whom nobody can tell who it was."""
        if role is Role.UNKNOWN:
            return False
        start_ms, end_ms = self._around(window, role)
        return any(turn.start_ms < end_ms and turn.end_ms > start_ms for turn in self.of(Role.UNKNOWN))

    def once(self, key: Hashable, answer: Callable[[], Answer]) -> Answer:
        """Return what a named condition says, found out once."""
        if key not in self._answers:
            self._answers[key] = answer()
        return self._answers[key]

    def turn_of(self, utterance: int) -> int:
        """Return the number of the turn that an utterance belongs to."""
        return self._turn_of[utterance]

    def of(self, role: Role | None) -> tuple[Turn, ...]:
        """Return the turns of a role, of everybody for None."""
        return tuple(turn for turn in self.turns if role in {None, turn.role})


def _index(utterance: Utterance) -> int:
    return utterance.index
