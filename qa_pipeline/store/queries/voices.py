"""Voices that were heard before: what baselines are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.assessment import voice_baseline
from qa_pipeline.models import AcousticProfile, Role, Voice, VoiceBaseline
from qa_pipeline.store.schema import AuditRow, CallRow, RecordingRow, SpeechRow

CALLS_OF_A_BASELINE = 20
"""A quarter's drawn calls or so: voices and headsets change over years."""
_AT_ONCE = 400
_STEREO = 2

Heard = tuple[str, str]
"""Recording and inputs hash of what was heard in it."""


def earlier_voices(
    session: Session, before_month: str, operators: Collection[str], each: int
) -> dict[str, tuple[Voice, ...]]:
    """Return operators' voices in their last ``each`` audited calls of the months before a month, the newest first.

    Mono recordings are left out: their levels are those of both speakers' lines, their roles less sure.

    Args:
        session: The unit of work.
        before_month: ``YYYY-MM``; calls of it and later ones are never looked at.
        operators: Whose voices.
        each: At most so many calls of each.
    """
    chosen: dict[Heard, str] = {}
    counted: dict[str, int] = defaultdict(int)
    for operator_id, heard in _audited(session, before_month):
        if operator_id in operators and counted[operator_id] < each:
            counted[operator_id] += 1
            chosen[heard] = operator_id
    found: dict[str, list[Voice]] = defaultdict(list)
    voices = {heard: operator_voice(profile) for heard, profile in _profiles(session, chosen)}
    for heard, operator_id in chosen.items():
        if (voice := voices.get(heard)) is not None:
            found[operator_id].append(voice)
    return {operator_id: tuple(own) for operator_id, own in found.items()}


def baselines(session: Session, month: str, operators: Collection[str]) -> dict[str, VoiceBaseline]:
    """Return how operators usually sound, from the months before ``month``; who was heard too little is left out.

    Of earlier months alone, so that a finding does not depend on which calls of its own month were heard before it, nor
    on itself.
    """
    voices = earlier_voices(session, month, operators, CALLS_OF_A_BASELINE)
    known = {operator_id: voice_baseline(own) for operator_id, own in voices.items()}
    return {operator_id: baseline for operator_id, baseline in known.items() if baseline is not None}


def operator_rates(session: Session, month: str | None = None) -> tuple[float | None, ...]:
    """Return the operators' speech rates (characters a minute) in all audited calls, or in those of a month."""
    of_month = (AuditRow.month == month,) if month is not None else ()
    newest = select(func.max(AuditRow.audit_id)).where(*of_month).group_by(AuditRow.call_id)
    rows = session.execute(select(AuditRow.recording_id, AuditRow.speech_hash).where(AuditRow.audit_id.in_(newest)))
    heard = [(recording_id, speech_hash) for recording_id, speech_hash in rows]
    return tuple(profile.operator_rate_cpm for _, profile in _profiles(session, heard))


def operator_voice(profile: AcousticProfile) -> Voice | None:
    """Return the operator's voice in a call; None where nobody could tell who spoke."""
    return next((voice for voice in profile.voices if voice.role is Role.OPERATOR), None)


def _audited(session: Session, before_month: str) -> Iterator[tuple[str, Heard]]:
    newest = select(func.max(AuditRow.audit_id)).where(AuditRow.month < before_month).group_by(AuditRow.call_id)
    rows = session.execute(
        select(CallRow.operator_id, AuditRow.recording_id, AuditRow.speech_hash)
        .join(CallRow, CallRow.call_id == AuditRow.call_id)
        .join(RecordingRow, RecordingRow.recording_id == AuditRow.recording_id)
        .where(AuditRow.audit_id.in_(newest), RecordingRow.channels == _STEREO)
        .order_by(CallRow.started_at.desc(), CallRow.call_id)
    )
    return ((operator_id, (recording_id, speech_hash)) for operator_id, recording_id, speech_hash in rows)


def _profiles(session: Session, heard: Collection[Heard]) -> Iterator[tuple[Heard, AcousticProfile]]:
    every = list(heard)
    for first in range(0, len(every), _AT_ONCE):
        some = every[first : first + _AT_ONCE]
        wanted = set(some)
        rows = session.execute(
            select(SpeechRow.recording_id, SpeechRow.inputs_hash, SpeechRow.acoustics).where(
                SpeechRow.recording_id.in_({recording_id for recording_id, _ in some})
            )
        )
        for recording_id, inputs_hash, acoustics in rows:
            if (recording_id, inputs_hash) in wanted:
                yield (recording_id, inputs_hash), acoustics
