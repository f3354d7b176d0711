"""How calls of made-up sound ended."""

from __future__ import annotations

import numpy as np
import pytest

from qa_pipeline.asr.ending import ending_of
from qa_pipeline.asr.frames import frames_of
from qa_pipeline.models import Ending, EndingSign, Role, Span
from tests.sounds import noise, said, silence, tone, transcript

OPERATOR, CALLER, UNKNOWN = Role.OPERATOR, Role.CALLER, Role.UNKNOWN


def sine(hz: float, ms: int) -> np.ndarray:
    return (0.1 * np.sin(2 * np.pi * hz * np.arange(ms * 16) / 16_000)).astype(np.float32)


def ended(left: np.ndarray, right: np.ndarray | None, spans: list[Span], last: str = "话") -> Ending:
    """The ending of a call whose last utterance is ``last``; every other one is 话."""
    samples = left[None] if right is None else np.stack([left, right])
    end = max(range(len(spans)), key=lambda n: spans[n].end_ms)
    utterances = [said(n, s.channel, s.start_ms, last if n == end else "话", s.role) for n, s in enumerate(spans)]
    call = transcript(utterances, samples.shape[1] // 16, spans)
    return ending_of(call, samples, frames_of(samples, "cpu").levels_db)


HISS = noise(10_000, -60)
BUSY = np.concatenate([sine(450, 350), silence(350), sine(450, 350), silence(350)])
QUIET_END = [Span(0, 4000, 0, OPERATOR), Span(4500, 8000, 1, CALLER)]


def test_a_call_that_ends_in_silence_does_not_tell_who_hung_up() -> None:
    found = ended(HISS, noise(10_000, -58, 2), QUIET_END, "好的再见")
    assert (found.last_role, found.silence_ms, found.goodbye_by) == (CALLER, 2000, (CALLER,))
    assert (found.cut, found.hung_up_by, found.sign) == (None, UNKNOWN, EndingSign.NONE)


def test_the_exchanges_busy_tone_on_the_callers_line_tells_that_the_caller_is_gone() -> None:
    line = noise(10_000, -60, 2)
    line[-len(BUSY) :] += BUSY
    found = ended(HISS, line, QUIET_END)
    assert (found.hung_up_by, found.sign) == (CALLER, EndingSign.BUSY_TONE)


@pytest.mark.parametrize("sound", [sine(880, 1400), tone(150, 1400), noise(1400, -20, 5), sine(450, 350)])
def test_other_sounds_and_a_single_beep_are_no_busy_tone(sound: np.ndarray) -> None:
    line = noise(10_000, -60, 2)
    line[-len(sound) :] += sound
    assert ended(HISS, line, QUIET_END).hung_up_by is UNKNOWN


def test_a_busy_tone_on_mono_tells_the_same_and_on_the_operators_line_nothing() -> None:
    line = HISS.copy()
    line[-len(BUSY) :] += BUSY
    mono = [Span(s.start_ms, s.end_ms, 0, UNKNOWN) for s in QUIET_END]
    assert ended(line, None, mono).hung_up_by is CALLER
    assert ended(line, noise(10_000, -58, 2), QUIET_END).hung_up_by is UNKNOWN


def test_the_line_that_goes_dead_first_is_of_who_hung_up() -> None:
    dead = noise(10_000, -58, 2)
    dead[-16_000:] = 0
    assert ended(HISS, dead, QUIET_END).hung_up_by is CALLER
    found = ended(dead, HISS, QUIET_END)
    assert (found.hung_up_by, found.sign) == (OPERATOR, EndingSign.LINE_DROPPED)


def test_lines_that_send_no_noise_at_all_tell_nothing() -> None:
    left, right = np.zeros(160_000, np.float32), np.zeros(160_000, np.float32)
    left[: 4000 * 16] = tone(200, 4000)
    right[4500 * 16 : 8000 * 16] = tone(150, 3500)
    assert ended(left, right, QUIET_END).hung_up_by is UNKNOWN


def test_both_lines_going_dead_together_tells_nothing() -> None:
    left, right = HISS.copy(), noise(10_000, -58, 2)
    left[-16_000:] = right[-15_000:] = 0
    assert ended(left, right, QUIET_END).hung_up_by is UNKNOWN


def test_words_into_the_end_of_the_recording_were_cut_off_by_the_other() -> None:
    spans = [Span(0, 4000, 0, OPERATOR), Span(4500, 9950, 1, CALLER)]
    found = ended(HISS, noise(10_000, -58, 2), spans)
    assert (found.cut, found.hung_up_by, found.sign) == (CALLER, OPERATOR, EndingSign.CUT_OFF)


def test_a_goodbye_into_the_end_is_no_cut_and_two_at_once_are_nobodys() -> None:
    spans = [Span(0, 4000, 0, OPERATOR), Span(4500, 9950, 1, CALLER)]
    assert ended(HISS, noise(10_000, -58, 2), spans, "那再见").cut is None
    both = [Span(0, 9980, 0, OPERATOR), Span(4500, 9950, 1, CALLER)]
    found = ended(HISS, noise(10_000, -58, 2), both)
    assert (found.last_role, found.cut, found.hung_up_by) == (UNKNOWN, None, UNKNOWN)


def test_where_roles_cannot_be_told_a_cut_is_told_but_not_who_hung_up() -> None:
    found = ended(HISS, None, [Span(0, 9980, 0, UNKNOWN)])
    assert (found.last_role, found.cut, found.hung_up_by) == (UNKNOWN, UNKNOWN, UNKNOWN)


def test_mono_with_roles_tells_whose_words_were_cut_off() -> None:
    found = ended(HISS, None, [Span(0, 4000, 0, CALLER), Span(4500, 9980, 0, OPERATOR)])
    assert (found.cut, found.hung_up_by) == (OPERATOR, CALLER)


def test_a_call_without_speech_ends_unknown() -> None:
    call = transcript([], 10_000)
    found = ending_of(call, HISS[None], frames_of(HISS[None], "cpu").levels_db)
    assert found == Ending(UNKNOWN, 10_000)
