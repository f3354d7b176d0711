"""The same demand again and again: by sound, whether it was answered or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from qa_pipeline.language.pinyin import keys, nearest
from qa_pipeline.models import CallContext, Role, Utterance
from qa_pipeline.rules.hostility.params import HostilityParams
from qa_pipeline.rules.matching import Phrase, passage_text, passages

SAME = 0.25
"""One syllable in four may be another, or every one half another."""

_FEWEST_SYLLABLES = 5
_MOST_SYLLABLES = 8
_LOOKS_BACK = 12  # turns; who comes back to a matter after more of them than that tells it anew
_SHARED = 0.6  # of a demand's syllables, in any order: without so many there is no need to look for it


@dataclass(frozen=True, slots=True)
class Repeat:
    """A turn in which a demand was made for the third time or more; ``similar`` is how alike it sounded, 0-1."""

    turn: tuple[Utterance, ...]
    words: str
    similar: float


def repeated_demands(ctx: CallContext, role: Role, params: HostilityParams) -> tuple[Repeat, ...]:
    """Return the turns in which a role made a demand that it had made in so many turns before, in order."""
    if not params.demanding:
        return ()
    opening = _opening(params.demanding)
    turns = passages(ctx.transcript.of(role))
    texts = [passage_text(turn) for turn in turns]
    found = (_repeat(turns, texts, place, opening, params.demand_turns) for place in range(len(turns)))
    return tuple(repeat for repeat in found if repeat is not None)


def _repeat(
    turns: Sequence[tuple[Utterance, ...]], texts: Sequence[str], place: int, opening: re.Pattern[str], wanted: int
) -> Repeat | None:
    earlier = texts[max(0, place - _LOOKS_BACK) : place]
    if len(earlier) < wanted - 1:
        return None
    for demand in _demands(texts[place], opening):
        heard = (alike for text in reversed(earlier) if (alike := _alike(demand, text)) is not None)
        likeness = list(islice(heard, wanted - 1))
        if len(likeness) == wanted - 1:
            return Repeat(turns[place], demand, min(likeness))
    return None


def _demands(text: str, opening: re.Pattern[str]) -> list[str]:
    """Return the demands of a turn: an opening and what follows it, up to eight syllables."""
    stretches = (re.split(r"[，。！？、；：,.!?;:…\s]", text[match.start() :])[0] for match in opening.finditer(text))
    wanted = (stretch[:_MOST_SYLLABLES] for stretch in stretches)
    return [stretch for stretch in wanted if len(keys(stretch)) >= _FEWEST_SYLLABLES]


@lru_cache(maxsize=4096)
def _alike(demand: str, text: str) -> float | None:
    """Return how alike the nearest stretch of a text sounds to a demand; None where nothing sounds like it."""
    sounds, there = keys(demand), set(keys(text))
    if sum(sound in there for sound in sounds) < _SHARED * len(sounds):
        return None
    match = nearest(demand, text)
    return 1 - match.distance if match is not None and match.distance <= SAME else None


@lru_cache(maxsize=64)
def _opening(demanding: tuple[Phrase, ...]) -> re.Pattern[str]:
    longest_first = sorted((phrase.text for phrase in demanding), key=lambda text: (-len(text), text))
    return re.compile("|".join(re.escape(text) for text in longest_first))
