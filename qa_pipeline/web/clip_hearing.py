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
from qa_pipeline.web.access import PersonOf, allow, family, logged_name
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.navigation import SEES_CALLS

router = family()
CLIP_HZ = 16_000
PRIVATE = {"Cache-Control": "private, no-store"}
SOUND_SENT = ("clip_sound", "get_clip_sound")
"""What the access log calls it that a clip's sound was sent: to a page's player, and by the API."""
WHOLE = ("post_clip_heard", "say_clip_heard")
"""That a player has played all of it, and that somebody says so by the API."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """That somebody heard a clip, and when last: all of it, or (not ``whole``) nobody knows how much.

    ``name`` is as the access log has it: with the token's, where a program fetched the sound for them.
    """

    name: str
    at: datetime
    whole: bool


@router.get("/training/clips/{clip_id}/sound.wav", dependencies=[allow(*SEES_CALLS, looks=True)])
def clip_sound(desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Send the masked sound as WAV; a Range header gets its part."""
    wav = desk.sound.wav(masked_sound(desk, person, clip_id))
    return FileResponse(wav, media_type="audio/wav", headers=PRIVATE)


@router.get("/training/clips/{clip_id}/peaks.json", dependencies=[allow(*SEES_CALLS)])
def clip_peaks(desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Send the peaks that the masked sound's waveform is drawn from."""
    path = desk.sound.peaks(masked_sound(desk, person, clip_id))
    return FileResponse(path, media_type="application/json", headers=PRIVATE)


@router.get("/training/clips/{clip_id}/original.wav", dependencies=[allow(*SEES_CALLS, looks=True)])
def clip_original(desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Send the same passage as it was said, to be held against the mask; only to who may hear all of the call."""
    return Response(original_sound(desk, person, clip_id), media_type="audio/wav", headers=PRIVATE)


@router.post("/training/clips/{clip_id}/heard", dependencies=[allow(*SEES_CALLS)])
def post_clip_heard(request: Request, desk: DeskOf, person: PersonOf, clip_id: int) -> Response:
    """Take down that somebody's player has played all of a clip, and show who has heard it; the log keeps it."""
    file, heard = heard_whole(desk, person, clip_id)
    approves = may_approve(file, person, hears_all=desk.sees_all(person))
    return page(request, "_heard.html", heard=heard, may_approve=approves)


def original_sound(desk: Desk, person: Person, clip_id: int) -> bytes:
    """Return a clip's passage as it was said, as WAV.

    Raises:
        NotFound: The person may not hear all of the call, there is no such clip, or its recording is gone.
    """
    if not desk.sees_all(person):
        raise NotFound("原声没有去除个人信息，您的角色不能播放", "请质检员或主管对照审听")
    with desk.sessions() as session:
        clip = clip_file(session, clip_id).clip
        recording = call_file(session, clip.call_id, speech=False).recording
    if recording is None:
        raise NotFound("这份剪辑的录音不在了", "导入该通话的录音")
    return _excerpt(desk.sound.wav(recording), clip)


def heard_whole(desk: Desk, person: Person, clip_id: int) -> tuple[ClipFile, list[Hearing]]:
    """Return a clip and who has heard it, now that somebody says they heard all of it; the log keeps what they say.

    Raises:
        NotFound: There is no such clip, or they may not hear it.
        UserError: Its sound was not sent to them.
    """
    masked_sound(desk, person, clip_id)  # whoever may not hear it has not
    with desk.sessions() as session:
        file = clip_file(session, clip_id)
        if not heard_by(session, person, file.clip):
            raise UserError(f"{clip_id} 号剪辑的声音没有发给过您", "先播放剪辑")
        name = logged_name(person)
        heard = [one for one in hearings(desk, session, file) if one.name != name]
    return file, [*heard, Hearing(name, datetime.now(), whole=True)]


def hearings(desk: Desk, session: Session, file: ClipFile) -> list[Hearing]:
    """Return who heard a clip before it was approved (last), each person once: when all of it, else when some of it.

    By the access log: that the sound was asked for, and that the player on its page had played all of it. Only who may
    hear the call is sent the sound before; whoever else asked for it is in the log as well, and was refused.
    """
    approved = file.words[-1].said_at if file.state is ClipState.APPROVED else None
    done = done_since(session, (*SOUND_SENT, *WHOLE), _about(file.clip), file.clip.made_at, approved)
    accounts = {login: account_by_login(session, login) for login in {one.login for one in done}}
    hear = {login for login, known in accounts.items() if known is not None and desk.sees_all(Person(known[0]))}
    found: dict[str, Hearing] = {}
    for one in done:
        before = found.get(one.name)
        whole = one.action in WHOLE
        if one.login in hear and (before is None or whole or not before.whole):
            found[one.name] = Hearing(one.name, one.at, whole=whole)
    return sorted(found.values(), key=lambda one: one.at)


def heard_by(session: Session, person: Person, clip: Clip) -> bool:
    """Whether somebody has asked for a clip's sound, as the access log has it: what is not logged is not sent."""
    login = person.account.login
    return any(looked_since(session, login, action, _about(clip), clip.made_at) for action in SOUND_SENT)


def may_hear(file: ClipFile, *, hears_all: bool) -> bool:
    """Whether a masked sound may be heard: by everybody once it is approved, before and after by who may hear all."""
    return hears_all or file.state is ClipState.APPROVED


def _about(clip: Clip) -> str:
    """Return what the access log calls a clip."""
    return f"clip_id={clip.clip_id}"


def masked_sound(desk: Desk, person: Person, clip_id: int) -> Recording:
    """Return a clip's sound as the cache of playable copies wants it.

    Raises:
        NotFound: There is no such clip, or the person may not hear it (yet).
    """
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
