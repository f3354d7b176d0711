"""A reviewed call judged again by another person, who is not shown what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.assessment.agreement import AWAY, FAULT, NONE
from qa_pipeline.assessment.heard import brief
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.repeats import Repeat
from qa_pipeline.review.repeating import Asked, Word, asked_again, judge_again, refuse_repeat
from qa_pipeline.store.queries.claims import release_claim
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.findings import is_playable
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.transcript import as_shown
from qa_pipeline.web.typed import FormOf
from scoring.scorecard import Scorecard

router = family()
ANSWERS = (("fault", FAULT), ("none", NONE), ("away", AWAY))
"""A form's value, and the word that is kept."""


@router.get("/repeats/{call_id:path}", dependencies=[allow(*REVIEWS, looks=True)])
def repeat_page(request: Request, desk: DeskOf, person: PersonOf, call_id: str, queue: str = "all") -> Response:
    """Show a call to be judged again: its sound, words and what is asked, and nobody's word on it."""
    file, asked, names = asked_blind(desk, person, call_id)
    return page(
        request,
        "repeat.html",
        call=file.call,
        asked=asked,
        names=names,
        answers=[value for value, _ in ANSWERS],
        lines=as_shown(file),
        order=file.work_order,
        audio=_audio(desk, person, file),
        brief=brief,
        is_playable=is_playable,
        queue=queue,
    )


@router.post("/repeats/{call_id:path}", dependencies=[allow(*REVIEWS)])
def post_repeat(desk: DeskOf, person: PersonOf, call_id: str, form: FormOf, queue: str = "all") -> Response:
    """Keep what this person says of the call, and go on in the queue."""
    words = dict(ANSWERS)
    said = {
        code: (words.get(str(value), ""), str(form.get(f"reason-{code}", "")))
        for name, value in form.items()
        if (code := name.removeprefix("word-")) != name
    }
    judged_again(desk, person, call_id, said)
    return RedirectResponse(f"/queue/next?kind={queue if queue.isalpha() else 'all'}", status_code=303)


def asked_blind(desk: Desk, person: Person, call_id: str) -> tuple[CallFile, list[Asked], dict[str, str]]:
    """Return a call that somebody may judge again, what is asked of it, and the names of those items.

    Raises:
        NotFound: There is no such call.
        UserError: It is not for them to judge (`qa_pipeline.review.repeating.refuse_repeat`).
    """
    with desk.sessions() as session:
        file = desk.call(session, call_id, person)
        card = desk.card(session, None if file.audit is None else file.audit.scorecard_version)
        found = asked_again(file, card)
        refuse_repeat(session, file, found, person.account)
    asked = [one for one, _ in found]
    return file, asked, _names(card, asked)


def judged_again(desk: Desk, person: Person, call_id: str, said: Mapping[str, Word]) -> Repeat:
    """Keep what this person says of a call, and hold it no longer; errors as `qa_pipeline.review.repeating`."""
    with desk.deciding, desk.sessions.begin() as session:
        file = desk.call(session, call_id, person)
        card = desk.card(session, None if file.audit is None else file.audit.scorecard_version)
        kept = judge_again(session, card, call_id, person.account, said, datetime.now())
        release_claim(session, call_id, person.account.account_id)
    return kept


def _names(card: Scorecard, asked: list[Asked]) -> dict[str, str]:
    known = {item.code: item.name for item in card.items} | {error.code: error.name for error in card.fatal_errors}
    return {one.item: known.get(one.item, one.item) for one in asked}


def _audio(desk: Desk, person: Person, file: CallFile) -> str:
    return f"/calls/{file.call.call_id}/audio.wav" if file.recording is not None and desk.sees_all(person) else ""
