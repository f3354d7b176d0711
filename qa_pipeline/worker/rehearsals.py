"""What a trainee answered, recognised and held against the rules that can judge a passage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.asr.answers import Sound, decoded, listened, write_wav
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.asr.listening import Listener
from qa_pipeline.errors import CallError, NotFound
from qa_pipeline.models.errands import Errand
from qa_pipeline.models.packs import Rehearsal
from qa_pipeline.settings import Settings
from qa_pipeline.standards import ruleset_of
from qa_pipeline.store.queries.clips import clip_file
from qa_pipeline.store.queries.rehearsals import rehearsal, rehearsal_heard, rehearsal_refused, speech_before
from qa_pipeline.training.packs.cues import require_cues
from qa_pipeline.training.packs.judging import judged
from qa_pipeline.training.packs.rehearsing import sound_path


def rehearsed(
    settings: Settings,
    sessions: sessionmaker[Session],
    errand: Errand,
    _now: Callable[[], datetime],
    tell: Callable[[int, int, str], None],
) -> dict[str, Any]:
    """Listen to an answer and say what the rules say; what cannot be listened to is told with the answer.

    Raises:
        SettingsError: The recogniser cannot be loaded.
    """
    number = int(errand.parameters["rehearsal"])
    try:
        with sessions() as session:
            one = rehearsal(session, number)
    except NotFound:
        return {"gone": True}  # the trainee has deleted it
    if one.heard is not None:
        return {}
    tell(0, 2, "")
    try:
        sent = sound_path(settings, one)
        sound = decoded(sent, settings.rehearsal_max_seconds)
        _listen(settings, sessions, one, sound, sent)
    except (CallError, NotFound) as refused:
        _refuse(settings, sessions, one, (refused.message, refused.hint))
    except Exception:  # a trainee must not wait for what will never come; the errand says to administrators what it was
        _refuse(settings, sessions, one, ("识别没有成功", "请管理员看任务记录，之后再录一遍"))
        raise
    tell(2, 2, "")
    return {}


def _refuse(settings: Settings, sessions: sessionmaker[Session], one: Rehearsal, why: tuple[str, str]) -> None:
    with sessions.begin() as session:
        rehearsal_refused(session, one.rehearsal_id, *why)
    (settings.workspace / one.sound_path).unlink(missing_ok=True)


def _listen(settings: Settings, sessions: sessionmaker[Session], one: Rehearsal, sound: Sound, sent: Path) -> None:
    answer = listened(sound, _listener(settings))
    with sessions() as session:
        cues = require_cues(clip_file(session, one.clip_id).clip.turns)
        earlier = speech_before(session, one)
    heard = judged(cues, one.cue, {**earlier, one.cue: answer}, ruleset_of(settings))
    kept = sent.with_suffix(".wav")
    write_wav(kept, sound)
    with sessions.begin() as session:
        path = str(kept.relative_to(settings.workspace))
        is_there = rehearsal_heard(session, one.rehearsal_id, path, heard, answer)
    sent.unlink(missing_ok=True)
    if not is_there:
        kept.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _listener(settings: Settings) -> Listener:
    """Return the centre's recogniser, loaded once for many short answers."""
    return Listener(make_transcriber(settings))
