"""Role-play as a trainee sees it, and trainers: a clip's cues, what was answered to each, and who rehearsed what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.packs import PackFile, Rehearsal
from qa_pipeline.standards import ruleset_of
from qa_pipeline.store.queries.rehearsals import rehearsals_of, rehearsals_on
from qa_pipeline.training.packs.cards import begun_card
from qa_pipeline.training.packs.cues import Cue, require_cues
from qa_pipeline.training.packs.opening import PackClip, openable_pack, pack_clips
from qa_pipeline.training.packs.original import OriginalFinding, once
from qa_pipeline.training.packs.rehearsing import (
    MOST_BYTES,
    delete_answer,
    expired,
    keep_answer,
    rehearsal_for,
    sound_path,
)
from qa_pipeline.training.packs.suggesting import standard_phrases
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.pack_desk import Told, clip_at, note_told, told_of

ANSWER_BYTES = MOST_BYTES + 64 * 1024
"""A sound, and the form around it."""


@dataclass(frozen=True, slots=True)
class Playing:
    """One clip of a pack in role-play; ``phrases`` are what would have served, its card's or those of its scenario."""

    file: PackFile
    clip: PackClip
    cues: tuple[Cue, ...]
    told: Told
    phrases: tuple[str, ...]

    def of(self, cue: Cue) -> tuple[OriginalFinding, ...]:
        """Return what was found on the operator's own answer to a cue."""
        own = (f for f in self.told.found if any(t.start_ms < f.end_ms and f.start_ms < t.end_ms for t in cue.original))
        return once(own)


@dataclass(frozen=True, slots=True)
class Round:
    """One cue of a clip, and what the trainee answered to it so far (the latest first); ``done`` cues are answered."""

    playing: Playing
    cue: Cue
    answers: list[Rehearsal]
    done: set[int]


@dataclass(frozen=True, slots=True)
class Whole:
    """A clip with somebody's last answer to each cue, by the cue; ``name`` is theirs, '' where there is no answer."""

    playing: Playing
    last: dict[int, Rehearsal]
    name: str


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What one trainee answered to one clip of a pack, in order."""

    clip: PackClip
    answers: tuple[Rehearsal, ...]


def seen_round(desk: Desk, person: Person, pack: int, place: int, cue: int) -> Round:
    """Return a cue of the clip that stands at a place of a pack; both are counted from 1.

    It is noted that somebody who reviews read what was found there; from who has to judge it blind it is kept back.

    Raises:
        NotFound: There is no such pack for this person, no such clip, or no such cue.
        UserError: The clip may not be heard now, or holds no words of the caller's.
    """
    now = datetime.now()
    with desk.sessions() as session:
        playing = _playing(desk, session, pack, place, person, now)
        if not 1 <= cue <= len(playing.cues):
            raise NotFound(f"这段录音没有第 {cue} 轮", "从课包页面进入")
        at = playing.cues[cue - 1]
        mine = _answers(desk, session, playing, person.account.account_id, now)
    note_told(desk, person, playing.clip.clip, playing.told)
    answers = [one for one in reversed(mine) if one.cue == at.number]
    return Round(playing, at, answers, {one.cue for one in mine if one.heard is not None})


def seen_whole(desk: Desk, person: Person, pack: int, place: int, of: int = 0) -> Whole:
    """Return one's own last answer to each cue of a clip, or to trainers that of the account ``of``; errors as above.

    Raises:
        NotFound: Another's, to whom that is nothing.
    """
    now = datetime.now()
    whose = of or person.account.account_id
    if whose != person.account.account_id and not person.has(Role.TRAINER):
        raise NotFound("没有这位学员的演练记录", "只能看自己的")
    with desk.sessions() as session:
        playing = _playing(desk, session, pack, place, person, now)
        answers = _answers(desk, session, playing, whose, now)
    note_told(desk, person, playing.clip.clip, playing.told)
    last = {one.cue: one for one in answers if one.heard is not None}
    return Whole(playing, last, answers[0].name if answers else "")


def send_answer(
    desk: Desk, person: Person, pack: int, place: int, clip: int, cue: int, sent: Iterable[bytes]
) -> Rehearsal:
    """Keep what somebody answered to a cue, and have it listened to.

    Args:
        desk: The desk.
        person: Whose it is.
        pack: The pack.
        place: The place of a clip in it, from 1.
        clip: The clip that stood there when it was answered.
        cue: The cue, from 1.
        sent: The file, a block at a time.

    Raises:
        NotFound: There is no such pack for this person, no such clip, or no such cue.
        Conflict: Another clip stands there by now, or it may not be heard any more.
        UserError: The file is empty or too large, or there are too many answers already.
        TransientError: The disk is full.
    """
    now = datetime.now()
    with desk.sessions.begin() as session:
        file = openable_pack(session, pack, person, now.date())
        if clip_at(file.plan, place) != clip:
            raise Conflict("课包的流程刚刚改过，这一段已经换了位置", "从课包页面重新进入，再录一遍")
        return keep_answer(session, desk.settings, (pack, clip, cue - 1), sent, person, now)


def rehearsed(desk: Desk, person: Person, pack: int) -> tuple[PackFile, list[Rehearsed]]:
    """Return a pack, and who rehearsed what of it.

    Raises:
        NotFound: There is no such pack for this person.
    """
    now = datetime.now()
    with desk.sessions() as session:
        file = openable_pack(session, pack, person, now.date())
        clips = {one.clip.clip_id: one for one in pack_clips(session, file)}
        kept = [one for one in rehearsals_on(session, pack) if not expired(one, desk.settings, now)]
    rows: dict[tuple[int, int], list[Rehearsal]] = {}
    for one in kept:
        rows.setdefault((one.account_id, one.clip_id), []).append(one)
    return file, [Rehearsed(clips[clip], tuple(of)) for (_, clip), of in rows.items() if clip in clips]


def answer_sound(desk: Desk, person: Person, number: int) -> FileResponse:
    """Return what a trainee answered, as it was decoded, to the trainee and to trainers.

    Raises:
        NotFound: There is no such answer for them, it was not listened to yet, or its term is over.
    """
    with desk.sessions() as session:
        one = rehearsal_for(session, number, person)
    if one.heard is None or expired(one, desk.settings, datetime.now()):
        raise NotFound(f"{number} 号演练录音还没有识别，或已到期", "稍后刷新页面")
    headers = {"Cache-Control": "private, no-cache"}
    return FileResponse(sound_path(desk.settings, one), media_type="audio/wav", headers=headers)


def forget_answer(desk: Desk, person: Person, number: int) -> Rehearsal:
    """Delete one's own answer, and return what it was.

    Raises:
        NotFound: There is none of this person's.
    """
    with desk.sessions.begin() as session:
        return delete_answer(session, desk.settings, number, person, datetime.now())


def _playing(desk: Desk, session: Session, pack: int, place: int, person: Person, now: datetime) -> Playing:
    file = openable_pack(session, pack, person, now.date())
    clip_at(file.plan, place)
    clip = pack_clips(session, file)[place - 1]
    if clip.why_not:
        raise UserError(f"这段录音现在不能演练：{clip.why_not}", "换一段；培训师可以换掉它")
    card = clip.card if clip.saved is not None else begun_card(session, clip.clip)
    suggested = (one.text for one in standard_phrases(card.scenario, ruleset_of(desk.settings)))
    return Playing(
        file,
        clip,
        require_cues(clip.clip.turns),
        told_of(desk, session, person, clip.clip),
        card.phrase_lines or tuple(suggested),
    )


def _answers(desk: Desk, session: Session, playing: Playing, account_id: int, now: datetime) -> Sequence[Rehearsal]:
    kept = rehearsals_of(session, playing.file.plan.pack_id, playing.clip.clip.clip_id, account_id)
    return [one for one in kept if not expired(one, desk.settings, now)]
