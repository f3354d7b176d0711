"""Checking one call again after people have corrected its transcript, as the next run would, without hearing it again.

What was measured in the sound (talk-over, silences, voices) stays as it was: only what was said reads otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.background import background_of
from qa_pipeline.errors import Conflict, NotFound
from qa_pipeline.judging.call import Judge, Judged, judge_by
from qa_pipeline.judging.inputs import audit_hash
from qa_pipeline.judging.standards import Standards, keep_standards, standards_of
from qa_pipeline.language.by_hand import by_hand
from qa_pipeline.models import AcousticProfile, CallAudit, CallFile, HandCorrection, Recording, Transcript
from qa_pipeline.precision import earned_rules
from qa_pipeline.settings import Settings
from qa_pipeline.standards import require_items, ruleset_of, scorecard_of
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import closing_of, hold_month
from qa_pipeline.store.queries.notes import hand_corrections
from qa_pipeline.store.queries.results import newest_inputs_hash, save_audit, speech_of

if TYPE_CHECKING:
    from qa_pipeline.rules.ruleset import Ruleset
    from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class _Corrected:
    """A call whose transcript was corrected since it was judged."""

    file: CallFile
    audit: CallAudit
    recording: Recording
    transcript: Transcript
    acoustics: AcousticProfile
    made: tuple[HandCorrection, ...]

    @property
    def month(self) -> str:
        return self.audit.month


@dataclass(frozen=True, slots=True)
class _By:
    """What it is judged by."""

    standards: Standards
    judge: Judge
    scorecard: Scorecard
    ruleset: Ruleset


def check_again(sessions: sessionmaker[Session], settings: Settings, call_id: str, now: datetime) -> CallAudit:
    """Judge a corrected call by the standards in force and store the audit.

    Returns:
        The audit; the one that counts where it has read all corrections already.

    Raises:
        NotFound: No such call, or nothing was heard of it.
        Conflict: The month is closed, or the call was judged meanwhile.
    """
    with sessions() as session:
        corrected = _corrected(session, call_id)
        if all(one.correction_id <= corrected.audit.corrected_until for one in corrected.made):
            return corrected.audit
        _refuse_closed(session, corrected.month)
        by = _standards(session, settings, corrected)
    judged = by.judge(
        corrected.file,
        corrected.recording,
        corrected.transcript,
        corrected.acoustics,
        by.standards.index,
        by.standards.baseline_of(corrected.file),
    )
    with sessions.begin() as session:
        hold_month(session, corrected.month)
        _refuse_closed(session, corrected.month)
        _refuse_judged_meanwhile(session, corrected)
        keep_standards(session, by.scorecard, by.ruleset)
        return _save(session, corrected, by.standards, judged, now)


def _corrected(session: Session, call_id: str) -> _Corrected:
    file = call_file(session, call_id)
    audit, recording = file.audit, file.recording
    speech = None if audit is None else speech_of(session, audit.recording_id, audit.speech_hash)
    if audit is None or recording is None or speech is None:
        raise NotFound(f"通话 {call_id} 还没有质检过的转写", "先运行质检")
    made = hand_corrections(session, call_id, audit.speech_hash)
    return _Corrected(file, audit, recording, by_hand(speech[0], made), speech[1], made)


def _standards(session: Session, settings: Settings, corrected: _Corrected) -> _By:
    # Loaded here and not above: models that find entries take seconds and hundreds of megabytes.
    from qa_pipeline.knowledge.meanings import CACHE  # noqa: PLC0415
    from qa_pipeline.knowledge.retrieval import KnowledgeIndex  # noqa: PLC0415

    card, ruleset = scorecard_of(settings), ruleset_of(settings)
    require_items(ruleset, card)
    earned = earned_rules(session, settings, corrected.month, ruleset)
    background = background_of(session, corrected.month)
    index = partial(KnowledgeIndex, cache=settings.workspace / CACHE)
    whose = {corrected.file.call.operator_id}
    standards = standards_of(session, settings, corrected.month, whose, card, earned, index, background.sha256)
    demotions: Mapping[str, str] = earned.demotions
    return _By(standards, judge_by(settings, card, earned.ruleset, demotions, background), card, ruleset)


def _save(session: Session, corrected: _Corrected, standards: Standards, judged: Judged, now: datetime) -> CallAudit:
    found, evaluation, corrections = judged
    speech_hash = corrected.audit.speech_hash
    baseline = standards.baseline_of(corrected.file)
    return save_audit(
        session,
        corrected.file.call,
        corrected.recording.recording_id,
        inputs_hash=audit_hash(corrected.file, speech_hash, standards.sha256, baseline, corrected.made),
        speech_hash=speech_hash,
        ruleset=standards.ruleset,
        scorecard_version=standards.scorecard_version,
        knowledge_sha256=standards.knowledge_sha256,
        results=found,
        evaluation=evaluation,
        now=now,
        corrections=corrections,
        corrected_until=corrected.made[-1].correction_id,
    )


def _refuse_closed(session: Session, month: str) -> None:
    closing = closing_of(session, month)
    if closing is not None:
        raise Conflict(f"{month} 已结账，不再重新检查", "结账后的更正经申诉作出")


def _refuse_judged_meanwhile(session: Session, corrected: _Corrected) -> None:
    if newest_inputs_hash(session, corrected.file.call.call_id) != corrected.audit.inputs_hash:
        raise Conflict("该通话刚刚重新质检过", "刷新页面，按新结果复核")
