"""Operators on words: keywords, patterns, sounds, repetition."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, field_validator
from rapidfuzz import fuzz

from qa_pipeline.language.nearness import sounds_of
from qa_pipeline.language.pinyin import nearest
from qa_pipeline.rules.evidence import said_in
from qa_pipeline.rules.matching import Hit, Phrase, find, heard, normal, search
from qa_pipeline.rules.matching.hits import FLOOR, likely, overlaps
from qa_pipeline.rules.matching.patterns import MAX_LENGTH, check_patterns
from qa_pipeline.rules.operators.found import Found, Seen, found_in
from qa_pipeline.rules.operators.strict import Strict
from qa_pipeline.rules.turns import Call, Turn, Window
from qa_pipeline.rules.windows import heard_well


class Keywords(Strict):
    """``phrases`` of which ``min_hits`` hits are wanted."""

    phrases: tuple[Phrase, ...] = Field(min_length=1)
    min_hits: int = Field(default=1, ge=1, le=100)


class CountedKeywords(Strict):
    """``n`` different phrases of the list: -1 all, 0 none, else at least so many."""

    phrases: tuple[Phrase, ...] = Field(min_length=1)
    n: int = Field(ge=-1, le=1000)

    @field_validator("n")
    @classmethod
    def _possible(cls, value: int, info: object) -> int:
        listed = getattr(info, "data", {}).get("phrases", ())
        different = len({phrase.spoken for phrase in listed})
        if listed and value > different:
            raise ValueError(f"{value} of {different} phrases can never be said")
        return value


class Pattern(Strict):
    """A regular expression and what excuses it: patterns that overlap its match."""

    pattern: str = Field(min_length=1, max_length=MAX_LENGTH)
    unless: tuple[str, ...] = Field(default=(), alias="except")

    @field_validator("pattern", "unless")
    @classmethod
    def _compiles(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        check_patterns((value,) if isinstance(value, str) else value)
        return value


class Sounds(Strict):
    """Phrases and how differently they may sound, 0-1 over their syllables."""

    phrases: tuple[Phrase, ...] = Field(min_length=1)
    distance: float = Field(default=0.2, ge=0, le=0.5)

    @field_validator("phrases")
    @classmethod
    def _by_sound(cls, value: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
        if exact := [phrase.text for phrase in value if phrase.exact]:
            raise ValueError(f"{exact[0]!r} is exact, and sounds_like looks for sounds: use any_keywords")
        return value


class Repetition(Strict):
    """The same content again within ``within`` turns of the range, from the ``times``-th time."""

    times: int = Field(default=3, ge=2, le=20)
    within: int = Field(default=20, ge=2, le=1000)
    ignore_under: int = Field(default=4, ge=1, le=50, description="characters")
    similarity: int = Field(default=80, ge=50, le=100, description="percent")
    unless: tuple[Phrase, ...] = Field(default=(), alias="except")


def any_keywords(call: Call, window: Window, wanted: Keywords) -> Found:
    """Whether phrases were said, by characters or by sound."""
    return found_in(call, window, _seen(call, find(wanted.phrases, window.utterances)), wanted.min_hits)


def any_keywords_missed(call: Call, window: Window, wanted: Keywords) -> Found:
    """The same where it must not be missing: whatever sounds like a phrase may have been it."""
    return found_in(call, window, _seen(call, heard(wanted.phrases, window.utterances)), wanted.min_hits)


def n_keywords(call: Call, window: Window, wanted: CountedKeywords) -> Found:
    """Whether all, so many or none of the phrases were said; if none is wanted, what sounds like one may be one."""
    return _counted(call, window, wanted, 0.0 if wanted.n == 0 else FLOOR)


def n_keywords_missed(call: Call, window: Window, wanted: CountedKeywords) -> Found:
    """The same where it must not be missing."""
    return _counted(call, window, wanted, FLOOR if wanted.n == 0 else 0.0)


def _counted(call: Call, window: Window, wanted: CountedKeywords, floor: float) -> Found:
    # Each by itself: a phrase within a longer one of the list was said too.
    hits = [hit for phrase in wanted.phrases for hit in find((phrase,), window.utterances, floor)]
    needed = len({phrase.spoken for phrase in wanted.phrases}) if wanted.n == -1 else wanted.n
    return found_in(call, window, _seen(call, hits, once=True), needed)


def regex(call: Call, window: Window, wanted: Pattern) -> Found:
    """Whether a pattern matches a turn, its exceptions apart."""
    return found_in(call, window, _seen(call, search((wanted.pattern,), window.utterances, wanted.unless)))


def sounds_like(call: Call, window: Window, wanted: Sounds) -> Found:
    """Whether something sounds nearly like one of the phrases; what merely sounds so is sure only when very near."""
    texts = [turn.passage.text for turn in window]
    distances = sounds_of(tuple(phrase.text for phrase in wanted.phrases)).distances_to_each(*texts)
    hits = []
    for place, turn in enumerate(window):
        for phrase, distance in zip(wanted.phrases, distances[:, place], strict=True):
            match = nearest(phrase.text, turn.passage.text) if distance <= wanted.distance else None
            if match is None:
                continue
            first, last = turn.passage.spoken_at(match.start, match.end)
            if overlaps(turn.passage, phrase.unless, match.start, match.end):
                continue
            confidence = round((1 - match.distance) * likely(turn.passage, phrase.spoken, first, last), 3)
            evidence = said_in(turn.passage, first, last, f"读音近似“{phrase.text}”", confidence)
            hits.append(Seen((evidence,), confidence, turn.place))
    return found_in(call, window, hits)


def repeated(call: Call, window: Window, wanted: Repetition) -> Found:
    """Whether one speaker said the same content several times; each time from the ``times``-th on is a hit."""
    spoken = [(turn, normal(turn.passage.text)) for turn in window]
    long = [(t, text) for t, text in spoken if len(text) >= wanted.ignore_under and not _said(call, t, wanted.unless)]
    best: list[Turn] = []
    for place, (turn, text) in enumerate(long):
        later = long[place : place + wanted.within]
        same = [t for t, other in later if t.role is turn.role and fuzz.ratio(text, other) >= wanted.similarity]
        best = max(best, same, key=len)
    if len(best) < wanted.times:
        return found_in(call, window, ())
    confidence = min(_sure_of(turn) for turn in best)
    evidence = tuple(said_in(turn.passage, note=f"第{number}次") for number, turn in enumerate(best, 1))
    again = best[wanted.times - 1 :]
    return found_in(call, window, [Seen(evidence, confidence, turn.place) for turn in again])


def _sure_of(turn: Turn) -> float:
    return heard_well(turn.passage.utterances) * turn.role_confidence


def _said(call: Call, turn: Turn, phrases: Sequence[Phrase]) -> bool:
    return bool(find(phrases, call.utterances((turn,))))


def _seen(call: Call, hits: Sequence[Hit], *, once: bool = False) -> list[Seen]:
    """Return hits of words; ``once`` where a phrase counts once however often it is said."""
    return [
        Seen(
            (hit.evidence(),),
            hit.confidence,
            call.turns[call.turn_of(hit.utterance.index)].place,
            hit.phrase.spoken if once else None,
        )
        for hit in hits
    ]
