"""Packs as those see them who make them and who are trained with them: their clips, sounds, and a pack as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from urllib.parse import quote

from fastapi.responses import FileResponse, Response, StreamingResponse
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Clip, ClipState, SoundKind
from qa_pipeline.models.packs import PackFile, Plan
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import clip_files, clips_page
from qa_pipeline.store.queries.packs import pack_file, plan_versions
from qa_pipeline.training.clips.leaving import still_leaving, why_not
from qa_pipeline.training.packs.bundle import pack_bundle, sending
from qa_pipeline.training.packs.opening import PackClip, openable_pack, pack_clips
from qa_pipeline.training.packs.original import OriginalFinding, original_findings
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.sealed import note_read, sealed_for

MOST_OFFERED = 100
SOUNDS = {SoundKind.MP3: "audio/mpeg", SoundKind.WAV: "audio/wav"}


@dataclass(frozen=True, slots=True)
class MadePack:
    """A pack with its clips, all its saved plans (the newest first), and approved clips that may be added."""

    file: PackFile
    clips: tuple[PackClip, ...]
    versions: tuple[Plan, ...]
    offered: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody may be told of what was found on the operator's words in a clip.

    ``sealed``: they have to judge the clip's call blind first, and ``found`` is empty for that alone.
    """

    found: tuple[OriginalFinding, ...]
    sealed: bool


def told_of(desk: Desk, session: Session, person: Person, clip: Clip) -> Told:
    """Return what somebody may be told of what was found in a clip; `note_told` once they are told it."""
    if clip.call_id in sealed_for(desk, session, person):
        return Told((), sealed=True)
    return Told(original_findings(session, desk.card, clip), sealed=False)


def note_told(desk: Desk, person: Person, clip: Clip, told: Told) -> None:
    """Write that somebody who reviews was told what stands on a clip's call: they cannot judge it blind any more."""
    if told.sealed or not person.has(*REVIEWS):
        return
    with desk.sessions() as session:
        file = call_file(session, clip.call_id, speech=False)
    note_read(desk, person, file)


def made_pack(session: Session, pack: int) -> MadePack:
    """Return a pack as whoever makes packs sees it.

    Raises:
        NotFound: There is no such pack.
    """
    file = pack_file(session, pack)
    approved, _ = clips_page(session, ClipState.APPROVED, MOST_OFFERED, 0)
    more = [one.clip for one in approved if one.clip.clip_id not in file.plan.clips]
    offered = tuple(clip for clip in more if not why_not(session, clip.clip_id))
    return MadePack(file, pack_clips(session, file), plan_versions(session, pack), offered)


def zip_of(desk: Desk, person: Person, pack: int) -> Response:
    """Return a pack as a file that opens without the program; it is written down who took it.

    Raises:
        NotFound: There is no such pack, or a sound is gone.
        UserError: It holds no clip.
        Conflict: A clip of it may not leave.
    """
    made = TemporaryFile()  # noqa: SIM115  # closed when it has been sent
    try:
        with desk.sessions.begin() as session:
            plan = pack_bundle(session, desk.settings.workspace, pack, made, person, datetime.now())
        size = made.tell()
        made.seek(0)
        with desk.sessions() as session:  # once more, now that it is made: a refusal can still be a page
            still_leaving(session, plan.clips)
    except BaseException:
        made.close()
        raise
    name = quote(f"课包-{pack}-第{plan.version}版.zip")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Content-Length": str(size)}
    return StreamingResponse(sending(desk.sessions, plan, made), media_type="application/zip", headers=headers)


def sound_in_pack(desk: Desk, person: Person, pack: int, clip: int) -> FileResponse:
    """Return the masked sound of a clip of a pack to whoever may open the pack.

    Raises:
        NotFound: There is no such pack for them, it has no such clip, or the sound is gone.
        Conflict: The clip may not be heard any more.
    """
    with desk.sessions() as session:
        file = openable_pack(session, pack, person, datetime.now().date())
        if clip not in file.plan.clips:
            raise NotFound(f"{pack} 号课包里没有 {clip} 号剪辑", "从课包页面进入")
        still_leaving(session, [clip])
        one = clip_files(session, [clip])[0].clip
    path = desk.settings.workspace / one.sound_path
    if not path.is_file():
        raise NotFound(f"{clip} 号剪辑的声音文件不在工作区", "重新制作该剪辑")
    return FileResponse(path, media_type=SOUNDS[one.kind], headers={"Cache-Control": "private, no-cache"})


def clip_at(plan: Plan, place: int) -> int:
    """Return the number of the clip that stands at a place of a plan, counted from 1.

    Raises:
        NotFound: It has fewer.
    """
    if not 1 <= place <= len(plan.clips):
        raise NotFound(f"{plan.pack_id} 号课包没有第 {place} 段录音", "从课包页面进入")
    return plan.clips[place - 1]
