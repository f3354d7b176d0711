"""Calls from which clips are made in tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from qa_pipeline.models import CallFile, Operator, Utterance, Word
from qa_pipeline.models.clips import ClipPlan, ClipWish
from qa_pipeline.training.clips.planning import plan
from tests.builders import Line, call

OPERATOR = Operator("1003", "王海燕", "二组", None, date(2019, 5, 6))
ANGRY = (
    ("话", "您好请问有什么可以帮您"),
    ("来", "楼下天天半夜放音乐，我根本睡不着，你们到底管不管"),
    ("话", "先生您先别着急，您的心情我理解，我马上为您记录"),
    ("来", "我已经打过三次电话了，每次都说会处理，结果呢"),
)
NAMED = (
    ("话", "请问您贵姓，联系电话是多少"),
    ("来", "我叫周建国，电话13900002146"),
    ("话", "好的已经为您登记"),
    ("来", "那你们什么时候来处理，我可等不了太久，家里还有孩子要上学"),
    ("话", "五个工作日内给您答复，请您放心，我们会盯着这件事"),
)


def call_of(dialogue: Iterable[Line | tuple[Any, ...]], *, channels: int = 2, **changes: Any) -> CallFile:
    """Make a call's file; with one channel both speak on it."""
    made = call(dialogue, **changes)
    transcript, recording = made.transcript, made.recording
    if channels == 1:
        utterances = tuple(replace(u, channel=0) for u in transcript.utterances)
        speech = tuple(replace(s, channel=0) for s in transcript.speech)
        transcript, recording = (
            replace(transcript, utterances=utterances, speech=speech),
            replace(recording, channels=1),
        )
    return CallFile(
        call=made.call, operator=OPERATOR, sampled=None, recording=recording, transcript=transcript,
        acoustics=made.acoustics, work_order=made.work_order, audit=None, decisions=(), failure=None,
    )  # fmt: skip


def whole(file: CallFile, **wishes: Any) -> ClipWish:
    """Wish for a clip of all of a call."""
    return ClipWish(file.call.call_id, 0, 10_000_000, **wishes)


def planned(file: CallFile, **wishes: Any) -> ClipPlan:
    """Plan a clip of all of a call; nothing is public but the hotline's number."""
    return plan(file, whole(file, **wishes), ("12345",))


def with_words(file: CallFile, index: int, words: Iterable[Word]) -> CallFile:
    """Return a call of which an utterance has other words."""
    assert file.transcript is not None
    utterances = tuple(replace(u, words=tuple(words)) if u.index == index else u for u in file.transcript.utterances)
    return replace(file, transcript=replace(file.transcript, utterances=utterances))


def said(file: CallFile, index: int) -> Utterance:
    """Return an utterance of a call."""
    assert file.transcript is not None
    return file.transcript.utterances[index]
