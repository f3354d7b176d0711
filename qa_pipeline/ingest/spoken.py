"""Turns of a written dialogue as utterances with times: given ones are kept, the others are estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa_pipeline.errors import UserError
from qa_pipeline.models import DeadAir, Role, Span, Utterance, Word

MS_A_CHARACTER = 240
"""250 characters a minute, the middle of the rates that the default scorecard calls normal (B1: 160 to 300)."""
_GAP_MS = 400
_FIRST_MS = 500
_UNHEARD_MS = 1_000
_SHORTEST_MS = 100
_SURE, _UNSURE = 1.0, 0.4


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of a dialogue: who, what, and from when to when where it says so.

    ``unheard``: somebody spoke and it is not known what; ``unsure``: it is marked as badly heard.
    """

    line: int
    role: Role
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    unheard: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Turns at their times; ``empty`` are the lines in which there is nothing to say."""

    said: tuple[Utterance, ...]
    unheard: tuple[Span, ...]
    silent: tuple[DeadAir, ...]
    empty: tuple[int, ...]

    @property
    def end_ms(self) -> int:
        """When the last of it ends; 0 where there is nothing."""
        said, unheard, silent = ([one.end_ms for one in part] for part in (self.said, self.unheard, self.silent))
        return max([0, *said, *unheard, *silent])


def place(turns: Sequence[Turn], pauses: Mapping[int, int]) -> Placed:
    """Give every turn its time.

    Args:
        turns: In the order of the text.
        pauses: How long nobody spoke, in ms, before which turn (by its place; one past the last: at the end).

    Raises:
        UserError: A turn begins before the one above it.
    """
    said: list[Utterance] = []
    unheard: list[Span] = []
    silent: list[DeadAir] = []
    empty: list[int] = []
    free_ms, begun_ms = _FIRST_MS, 0
    for place_, turn in enumerate(turns):
        pause_ms = pauses.get(place_, 0)
        start_ms = free_ms + pause_ms if turn.start_ms is None else turn.start_ms
        if start_ms < begun_ms:
            raise UserError(f"对话第 {turn.line} 行：开始时间早于上一行", "按说话的先后写")
        if pause_ms:
            silent.append(DeadAir(max(0, start_ms - pause_ms), start_ms, turn.role, len(said) - 1 if said else None))
        text = as_heard(turn.text)
        end_ms = _end(turn, text, start_ms, turns[place_ + 1].start_ms if place_ + 1 < len(turns) else None)
        if turn.unheard:
            unheard.append(Span(start_ms, end_ms, _channel(turn.role), turn.role))
        elif text:
            said.append(_utterance(len(said), turn, text, start_ms, end_ms))
        else:
            empty.append(turn.line)
        begun_ms, free_ms = start_ms, max(free_ms, end_ms) + _GAP_MS
    if pause_ms := pauses.get(len(turns), 0):
        start_ms = max(0, free_ms - _GAP_MS)
        silent.append(DeadAir(start_ms, start_ms + pause_ms, Role.UNKNOWN, len(said) - 1 if said else None))
    return Placed(tuple(said), tuple(unheard), tuple(silent), tuple(empty))


def as_heard(text: str) -> str:
    """Return a text as recognisers give it to rules: no spaces, no punctuation but that of numbers.

    Args:
        text: In simplified Chinese.
    """
    following = text[1:].ljust(len(text))
    return "".join(c for c, n in zip(text, following, strict=True) if _is_said(c, n))


def _is_said(character: str, following: str) -> bool:
    return character.isalnum() or character == "%" or (character in ".:-" and following.isdigit())


def _end(turn: Turn, text: str, start_ms: int, next_ms: int | None) -> int:
    """Return when a turn ends: an estimate never reaches into the next turn that says when it begins."""
    if turn.end_ms is not None:
        return turn.end_ms
    end_ms = start_ms + (_UNHEARD_MS if turn.unheard else max(1, len(text)) * MS_A_CHARACTER)
    return end_ms if next_ms is None else max(start_ms + _SHORTEST_MS, min(end_ms, next_ms))


def _channel(role: Role) -> int:
    return 1 if role is Role.CALLER else 0


def _utterance(index: int, turn: Turn, text: str, start_ms: int, end_ms: int) -> Utterance:
    sure = _UNSURE if turn.unsure else _SURE
    step = (end_ms - start_ms) / len(text)
    words = tuple(
        Word(text[at : at + 2], start_ms + round(at * step), start_ms + round(min(at + 2, len(text)) * step), sure)
        for at in range(0, len(text), 2)
    )
    told = 0.0 if turn.role is Role.UNKNOWN else 1.0
    return Utterance(index, turn.role, _channel(turn.role), start_ms, end_ms, text, words, sure, told)
