"""Voting blind in 声音里的微笑: numbers, masked sound and words, and nothing that tells whose call it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from qa_pipeline.errors import UserError
from qa_pipeline.models.clips import ReadyClip, SoundKind
from qa_pipeline.models.contest import HIGHEST, LOWEST, ContestState
from qa_pipeline.store.queries.clips import clip_file, clip_files
from qa_pipeline.store.queries.contest import contest_file
from qa_pipeline.training.clips.leaving import sound_of, still_leaving, why_not
from qa_pipeline.training.contest.opening import VOTES
from qa_pipeline.training.contest.voting import Marks, Shown, clip_heard, seen_by, vote
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.training_records import FormOf

router = family()
VOTERS = tuple(sorted(VOTES))
PARTS = ("tone", "clarity", "warmth")
SOUNDS = {SoundKind.MP3: "audio/mpeg", SoundKind.WAV: "audio/wav"}


@router.get("/training/contest/{contest_id}/vote", dependencies=[allow(*VOTERS, looks=True)])
def voting_page(request: Request, desk: DeskOf, person: PersonOf, contest_id: int, kept: bool = False) -> Response:
    """Show a voter the entries to hear, in an order of their own, with the marks they gave."""
    today = datetime.now().date()
    with desk.sessions() as session:
        file = contest_file(session, contest_id)
        shown = seen_by(file, person.account.account_id)
        clips = clip_files(session, {e.clip_id for e in shown})
        turns = {one.clip.clip_id: one.clip.turns for one in clips if not why_not(session, one.clip.clip_id)}
    if file.state is ContestState.CLOSED:
        return go_to(request, f"/training/contest/{contest_id}/result")
    return page(
        request,
        "contest_vote.html",
        contest=file.contest,
        voting=file.voting,
        shown=shown,
        turns=turns,
        parts=PARTS,
        marks=range(LOWEST, HIGHEST + 1),
        kept=kept,
        over=file.voting is None or today > file.voting.until,
        left=sum(one.given is None for one in shown),
    )


@router.post("/training/contest/{contest_id}/vote", dependencies=[allow(*VOTERS)])
def post_vote(request: Request, desk: DeskOf, person: PersonOf, contest_id: int, form: FormOf) -> Response:
    """Keep a voter's marks."""
    with desk.deciding, desk.sessions.begin() as session:
        shown = seen_by(contest_file(session, contest_id), person.account.account_id)
        vote(session, contest_id, person.account, dict(_given(form, shown)), datetime.now())
    return go_to(request, f"/training/contest/{contest_id}/vote?kept=true")


@router.get("/training/contest/{contest_id}/heard/{token}", dependencies=[allow(*VOTERS, looks=True)])
def entry_audio(desk: DeskOf, person: PersonOf, contest_id: int, token: str) -> Response:
    """Send the masked sound of an entry to a voter; refused as soon as its approval is withdrawn."""
    with desk.sessions() as session:
        ready = _ready(session, clip_heard(contest_file(session, contest_id), person.account.account_id, token))
        still_leaving(session, (ready.clip_id,))
    sound = sound_of(desk.settings.workspace, ready)
    return Response(sound, media_type=SOUNDS[ready.kind], headers={"Cache-Control": "private, no-store"})


def _ready(session: Session, clip_id: int) -> ReadyClip:
    c = clip_file(session, clip_id).clip
    return ReadyClip(c.clip_id, c.turns, c.voices, c.kind, c.sound_path, c.sound_sha256, c.duration_ms)


def _given(form: FormData, shown: tuple[Shown, ...]) -> Iterator[tuple[str, Marks]]:
    """Read the marks: an entry has all three of them or none."""
    for one in shown:
        typed = [str(form.get(f"{part}_{one.token}", "")) for part in PARTS]
        if not any(typed):
            continue
        if not all(mark.isdecimal() and len(mark) == 1 for mark in typed):
            raise UserError(f"{one.number} 号没有评完", "语气、清晰、亲切三项都打分，或都不打")
        tone, clarity, warmth = map(int, typed)
        yield one.token, (tone, clarity, warmth)
