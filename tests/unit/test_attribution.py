"""Words of a mono call to voices, and voices to operator and caller."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa_pipeline.asr.attribution import Attributed, attribute
from qa_pipeline.asr.speakers import Diarization, SpeakerTurn
from qa_pipeline.models import MIN_ROLE_CONFIDENCE, Role, Span, Word

OPERATOR, CALLER, UNKNOWN = Role.OPERATOR, Role.CALLER, Role.UNKNOWN
OPENING = "您好欢迎拨打12345热线请问有什么可以帮您"
TROUBLE = "你好我想反映一下我们小区的路灯坏了"
CLOSING = "好的请问您还需要其他帮助吗感谢您的来电"
CALL = ((0, OPENING), (1, TROUBLE), (0, CLOSING), (1, "没有了"))
MS_A_CHARACTER = 200


def spoken(said: Sequence[tuple[int, str]], pause_ms: int = 300, sure: float = 0.98) -> tuple[list[Word], Diarization]:
    """Return words and turns of what voices say one after the other."""
    words, turns, now = [], [], 0
    for voice, text in said:
        start = now
        for character in text:
            words.append(Word(character, now, now + MS_A_CHARACTER, 0.9))
            now += MS_A_CHARACTER
        turns.append(SpeakerTurn(start, now, voice, sure))
        now += pause_ms
    return words, Diarization(tuple(turns), 0.98)


def heard(words: Sequence[Word], voices: Diarization) -> Attributed:
    return attribute(words, [Span(t.start_ms, t.end_ms) for t in voices.turns], voices)


@pytest.mark.parametrize("pause_ms", [0, 300, 1200])
@pytest.mark.parametrize("operator", [0, 1])
def test_the_voice_that_opens_and_offers_help_is_the_operators(operator: int, pause_ms: int) -> None:
    found = heard(*spoken([(voice ^ operator, text) for voice, text in CALL], pause_ms))
    assert [(u.role, u.text) for u in found.utterances] == [
        (CALLER if voice else OPERATOR, text) for voice, text in CALL
    ]
    assert all(0.9 < u.role_confidence < 1 for u in found.utterances)


def test_speech_takes_the_roles_of_its_voices() -> None:
    words, voices = spoken(CALL)
    found = heard(words, voices)
    assert [(s.start_ms, s.role) for s in found.speech] == [
        (turn.start_ms, CALLER if turn.speaker else OPERATOR) for turn in voices.turns
    ]


def test_nobody_is_named_where_nothing_that_is_said_tells() -> None:
    found = heard(*spoken([(0, "嗯那个路灯坏了三天"), (1, "对对在和平路那边")]))
    assert {u.role for u in found.utterances} == {UNKNOWN}
    assert {u.role_confidence for u in found.utterances} == {0.0}
    assert len(found.utterances) == 2


def test_nobody_is_named_where_both_say_what_operators_say() -> None:
    found = heard(*spoken([(0, OPENING), (1, OPENING)]))
    assert {u.role for u in found.utterances} == {UNKNOWN}


def test_an_utterance_of_a_doubtful_voice_stays_unknown_among_known_ones() -> None:
    words, voices = spoken(CALL)
    turns = (*voices.turns[:3], SpeakerTurn(voices.turns[3].start_ms, voices.turns[3].end_ms, 1, 0.55))
    found = heard(words, Diarization(turns, voices.two))
    assert [u.role for u in found.utterances] == [OPERATOR, CALLER, OPERATOR, UNKNOWN]
    assert found.speech[-1].role is UNKNOWN


def test_one_voice_is_not_made_two() -> None:
    words, voices = spoken(CALL)
    one = tuple(SpeakerTurn(t.start_ms, t.end_ms, 0, 1.0) for t in voices.turns)
    found = heard(words, Diarization(one, 0.02))
    assert {u.role for u in found.utterances} == {UNKNOWN}
    assert {s.role for s in found.speech} == {UNKNOWN}


def test_voices_that_are_hardly_two_are_named_only_where_both_speak_their_part() -> None:
    words, voices = spoken(CALL)
    doubtful = heard(words, Diarization(voices.turns, 0.5))
    assert {u.role for u in doubtful.utterances} == {OPERATOR, CALLER}
    words, voices = spoken([(0, OPENING), (1, "在和平路那边"), (0, CLOSING), (1, "嗯嗯")])
    found = heard(words, Diarization(voices.turns, 0.5))
    assert {u.role for u in found.utterances} == {UNKNOWN}


def test_confidence_falls_with_the_evidence() -> None:
    words, voices = spoken(CALL, sure=0.98)
    sure = heard(words, voices).utterances[0].role_confidence
    less = heard(
        words, Diarization(tuple(SpeakerTurn(t.start_ms, t.end_ms, t.speaker, 0.8) for t in voices.turns), 0.98)
    )
    assert MIN_ROLE_CONFIDENCE < less.utterances[0].role_confidence < sure


def test_a_call_without_words_keeps_its_speech() -> None:
    _, voices = spoken(CALL)
    found = heard([], voices)
    assert found.utterances == ()
    assert len(found.speech) == 4


def test_no_word_is_lost_or_moved() -> None:
    words, voices = spoken(CALL, pause_ms=0)
    found = heard(words, voices)
    assert [word for utterance in found.utterances for word in utterance.words] == words
