"""A clip for role-play: what the caller says, one cue after another, and what the operator answered then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_pipeline.errors import UserError
from qa_pipeline.models.clips import ClipTurn
from qa_pipeline.models.speech import Role

_TELLS = 4
"""Characters from which on an answer says something: 嗯 and 好的 only show that somebody is there."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What the caller says without being answered, and the operator's answer; times in the clip.

    ``lead`` is what the operator said before the caller's first words; only the first cue may have one.
    """

    number: int
    lead: tuple[ClipTurn, ...]
    caller: tuple[ClipTurn, ...]
    original: tuple[ClipTurn, ...]

    @property
    def start_ms(self) -> int:
        """Where playing it begins: with the operator's words that lead to it, if there are any."""
        return (self.lead or self.caller)[0].start_ms

    @property
    def covered(self) -> bool:
        """Whether nothing of the operator's answer is left to learn from: stand-ins, and at most 嗯 or 好的 beside."""
        pieces = [piece for turn in self.original for piece in turn.pieces]
        left = sum(letter.isalnum() for piece in pieces if piece.mask is None for letter in piece.text)
        return any(piece.mask is not None for piece in pieces) and left < _TELLS

    @property
    def end_ms(self) -> int:
        """Where the caller has ended."""
        return self.caller[-1].end_ms


def cues_of(turns: Sequence[ClipTurn]) -> tuple[Cue, ...]:
    """Return the cues of a clip in order; whoever's role is unsure belongs to whoever speaks before."""
    found: list[tuple[list[ClipTurn], list[ClipTurn]]] = []
    lead: list[ClipTurn] = []
    before = Role.UNKNOWN
    for turn in turns:
        role = turn.role if turn.role is not Role.UNKNOWN else before
        if role is Role.CALLER and before is not Role.CALLER:
            found.append(([], []))
        if role is Role.CALLER:
            found[-1][0].append(turn)
        else:
            (found[-1][1] if found else lead).append(turn)
        before = role
    return tuple(
        Cue(number, tuple(lead) if number == 0 else (), tuple(caller), tuple(original))
        for number, (caller, original) in enumerate(found)
    )


def require_cues(turns: Sequence[ClipTurn]) -> tuple[Cue, ...]:
    """Return the cues of a clip that can be rehearsed.

    Raises:
        UserError: It holds no words of the caller's, or nobody knows which these are.
    """
    cues = cues_of(turns)
    if not cues:
        raise UserError("这个剪辑里没有分得清的来电人的话，不能演练", "换一个剪辑，或只听不演")
    return cues
