"""Voting blind in 声音里的微笑: numbers, masked sound and words, and nothing that tells whose call it is."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from qa_pipeline.errors import UserError
from qa_pipeline.models.contest import HIGHEST, LOWEST, ContestState
from qa_pipeline.training.contest.opening import VOTES
from qa_pipeline.training.contest.voting import Marks, Shown
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.contest_desk import keep_marks, seen_ballots, sound_heard
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.pack_desk import SOUNDS
from qa_pipeline.web.training_records import FormOf

router = family()
VOTERS = tuple(sorted(VOTES))
PARTS = ("tone", "clarity", "warmth")


@router.get("/training/contest/{contest_id}/vote", dependencies=[allow(*VOTERS, looks=True)])
def voting_page(request: Request, desk: DeskOf, person: PersonOf, contest_id: int, kept: bool = False) -> Response:
    """Show a voter the entries to hear, in an order of their own, with the marks they gave."""
    seen = seen_ballots(desk, person, contest_id)
    if seen.file.state is ContestState.CLOSED:
        return go_to(request, f"/training/contest/{contest_id}/result")
    return page(
        request,
        "contest_vote.html",
        contest=seen.file.contest,
        voting=seen.file.voting,
        shown=seen.shown,
        turns=seen.turns,
        parts=PARTS,
        marks=range(LOWEST, HIGHEST + 1),
        kept=kept,
        over=seen.over,
        left=sum(one.given is None for one in seen.shown),
    )


@router.post("/training/contest/{contest_id}/vote", dependencies=[allow(*VOTERS)])
def post_vote(request: Request, desk: DeskOf, person: PersonOf, contest_id: int, form: FormOf) -> Response:
    """Keep a voter's marks."""
    keep_marks(desk, person, contest_id, lambda shown: dict(_given(form, shown)))
    return go_to(request, f"/training/contest/{contest_id}/vote?kept=true")


@router.get("/training/contest/{contest_id}/heard/{token}", dependencies=[allow(*VOTERS, looks=True)])
def entry_audio(desk: DeskOf, person: PersonOf, contest_id: int, token: str) -> Response:
    """Send the masked sound of an entry to a voter; refused as soon as its approval is withdrawn."""
    sound, ready = sound_heard(desk, person, contest_id, token)
    return Response(sound, media_type=SOUNDS[ready.kind], headers={"Cache-Control": "private, no-store"})


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
