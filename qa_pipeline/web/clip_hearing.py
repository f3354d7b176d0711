"""The sound of masked clips: who may hear it, who has heard it, and how much of it."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import Request
from fastapi.responses import FileResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models import Recording
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Clip, ClipFile, ClipState
from qa_pipeline.store.queries.access_log import done_since, looked_since
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import clip_file
from qa_pipeline.training.clips.approving import may_approve
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.navigation import SEES_CALLS

router = family()
CLIP_HZ = 16_000
_PRIVATE = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class Hearing:
    """That somebody heard a clip, and when last: all of it, or (not ``whole``) nobody knows how much."""

    name: str
    at: datetime
    whole: bool


@router.get("/training/clips/{clip_id}/sound.wav", dependencies=[allow(*SEES_CALLS, looks=True)])
def clip_sound(desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Send the masked sound as WAV; a Range header gets its part."""
    wav = desk.sound.wav(_masked(desk, person, clip_id))
    return FileResponse(wav, media_type="audio/wav", headers=_PRIVATE)


@router.get("/training/clips/{clip_id}/peaks.json", dependencies=[allow(*SEES_CALLS)])
def clip_peaks(desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Send the peaks that the masked sound's waveform is drawn from."""
    path = desk.sound.peaks(_masked(desk, person, clip_id))
    return FileResponse(path, media_type="application/json", headers=_PRIVATE)


@router.get("/training/clips/{clip_id}/original.wav", dependencies=[allow(*SEES_CALLS, looks=True)])
def clip_original(desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Send the same passage as it was said, to be held against the mask; only to who may hear all of the call."""
    if not desk.sees_all(person):
        raise NotFound("原声没有去除个人信息，您的角色不能播放", "请质检员或主管对照审听")
    with desk.sessions() as session:
        clip = clip_file(session, clip_id).clip
        recording = call_file(session, clip.call_id, speech=False).recording
    if recording is None:
        raise NotFound("这份剪辑的录音不在了", "导入该通话的录音")
    return Response(_excerpt(desk.sound.wav(recording), clip), media_type="audio/wav", headers=_PRIVATE)


@router.post("/training/clips/{clip_id}/heard", dependencies=[allow(*SEES_CALLS)])
def post_clip_heard(request: Request, desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Take down that somebody's player has played all of a clip, and show who has heard it; the log keeps it."""
    _masked(desk, person, clip_id)  # whoever may not hear it has not
    with desk.sessions() as session:
        file = clip_file(session, clip_id)
        if not heard_by(session, person, file.clip):
            raise UserError(f"{clip_id} 号剪辑的声音没有发给过您", "先播放剪辑")
        heard = [one for one in hearings(desk, session, file) if one.name != person.name]
    heard.append(Hearing(person.name, datetime.now(), whole=True))
    approves = may_approve(file, person, hears_all=desk.sees_all(person))
    return page(request, "_heard.html", heard=heard, may_approve=approves)


def hearings(desk: Desk, session: Session, file: ClipFile) -> list[Hearing]:
    """Return who heard a clip before it was approved (last), each person once: when all of it, else when some of it.

    By the access log: that the sound was asked for, and that the player on its page had played all of it. Only who may
    hear the call is sent the sound before; whoever else asked for it is in the log as well, and was refused.
    """
    approved = file.words[-1].said_at if file.state is ClipState.APPROVED else None
    actions = (clip_sound.__name__, post_clip_heard.__name__)
    done = done_since(session, actions, _about(file.clip), file.clip.made_at, approved)
    accounts = {login: account_by_login(session, login) for login in {one.login for one in done}}
    hear = {login for login, known in accounts.items() if known is not None and desk.sees_all(Person(known[0]))}
    found: dict[str, Hearing] = {}
    for one in done:
        before = found.get(one.name)
        whole = one.action == post_clip_heard.__name__
        if one.login in hear and (before is None or whole or not before.whole):
            found[one.name] = Hearing(one.name, one.at, whole=whole)
    return sorted(found.values(), key=lambda one: one.at)


def heard_by(session: Session, person: Person, clip: Clip) -> bool:
    """Whether somebody has asked for a clip's sound, as the access log has it: what is not logged is not sent."""
    return looked_since(session, person.account.login, clip_sound.__name__, _about(clip), clip.made_at)


def may_hear(file: ClipFile, *, hears_all: bool) -> bool:
    """Whether a masked sound may be heard: by everybody once it is approved, before and after by who may hear all."""
    return hears_all or file.state is ClipState.APPROVED


def _about(clip: Clip) -> str:
    """Return what the access log calls a clip."""
    return f"clip_id={clip.clip_id}"


def _masked(desk: Desk, person: Person, clip_id: int) -> Recording:
    """Return a clip's sound as the cache of playable copies wants it."""
    with desk.sessions() as session:
        file = clip_file(session, clip_id)
    if not may_hear(file, hears_all=desk.sees_all(person)):
        raise NotFound(f"{clip_id} 号剪辑{file.state.name_zh}，批准后才能听", "请质检员或主管审听批准")
    clip = file.clip
    return Recording(clip.sound_sha256, clip.sound_path, clip.kind.value, CLIP_HZ, 1, clip.duration_ms)


def _excerpt(wav: Path, clip: Clip) -> bytes:
    """Return a clip's stretch of a playable copy, as WAV."""
    made = io.BytesIO()
    with wave.open(str(wav), "rb") as whole, wave.open(made, "wb") as part:
        part.setparams(whole.getparams())
        rate = whole.getframerate()
        whole.setpos(min(clip.start_ms * rate // 1000, whole.getnframes()))
        part.writeframes(whole.readframes((clip.end_ms - clip.start_ms) * rate // 1000))
    return made.getvalue()
