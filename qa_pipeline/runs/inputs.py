"""The hash over all that hearing a call depends on: the same inputs mean no work. That of judging: `judging.inputs`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from qa_pipeline.models import ModelStamp, Recording
from qa_pipeline.store.codec import encode, sha256_of
from qa_pipeline.store.queries.calls import month_data, months
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.store.queries.results import has_speech

SPEECH_FORMAT = "2"
"""Raised by hand when decoding, recognition or measuring change so much that calls should be heard again."""


def speech_hash(recording: Recording, operator_channel: int | None, stamp: ModelStamp) -> str:
    """Return the hash over what is heard: the audio, who is on which channel, and the recogniser."""
    return sha256_of("transcribe", SPEECH_FORMAT, recording.recording_id, str(operator_channel), encode(stamp))


def heard_otherwise(session: Session, stamp: ModelStamp) -> tuple[int, int]:
    """Return how many drawn calls of open months were transcribed, and how many of them a run would hear anew."""
    heard = otherwise = 0
    for month in months(session):
        if closing_of(session, month) is not None:
            continue
        for file in month_data(session, month, speech=False).files:
            if file.audit is None or file.recording is None:
                continue
            now = speech_hash(file.recording, file.call.operator_channel, stamp)
            heard += 1
            otherwise += not has_speech(session, file.recording.recording_id, now)
    return heard, otherwise
