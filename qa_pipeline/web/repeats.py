"""A reviewed call judged again by another person, who is not shown what was decided."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.assessment.agreement import AWAY, FAULT, NONE
from qa_pipeline.assessment.heard import as_read, brief, without_words
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Person
from qa_pipeline.review.repeating import Asked, asked_again, judge_again, refuse_repeat
from qa_pipeline.store.queries.claims import release_claim
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.findings import is_playable
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.transcript import in_time, lines
from qa_pipeline.web.typed import FormOf
from scoring.scorecard import Scorecard

router = family()
ANSWERS = (("fault", FAULT), ("none", NONE), ("away", AWAY))
"""A form's value, and the word that is kept."""


@router.get("/repeats/{call_id:path}", dependencies=[allow(*REVIEWS, looks=True)])
def repeat_page(request: Request, desk: DeskOf, person: PersonOf, call_id: str, queue: str = "all") -> Response:
    """Show a call to be judged again: its sound, words and what is asked, and nobody's word on it."""
    with desk.sessions() as session:
        file = desk.call(session, call_id, person)
        card = desk.card(session, None if file.audit is None else file.audit.scorecard_version)
        asked = asked_again(file, card)
        refuse_repeat(session, file, asked, person.account)
    read = as_read(file)
    return page(
        request,
        "repeat.html",
        call=file.call,
        asked=[one for one, _ in asked],
        names=_names(card, [one for one, _ in asked]),
        answers=[value for value, _ in ANSWERS],
        lines=in_time(lines(read, file.audit.corrections if file.audit else ()), without_words(read)) if read else (),
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
    with desk.deciding, desk.sessions.begin() as session:
        file = desk.call(session, call_id, person)
        card = desk.card(session, None if file.audit is None else file.audit.scorecard_version)
        judge_again(session, card, call_id, person.account, said, datetime.now())
        release_claim(session, call_id, person.account.account_id)
    return RedirectResponse(f"/queue/next?kind={queue if queue.isalpha() else 'all'}", status_code=303)


def _names(card: Scorecard, asked: list[Asked]) -> dict[str, str]:
    known = {item.code: item.name for item in card.items} | {error.code: error.name for error in card.fatal_errors}
    return {one.item: known.get(one.item, one.item) for one in asked}


def _audio(desk: Desk, person: Person, file: CallFile) -> str:
    return f"/calls/{file.call.call_id}/audio.wav" if file.recording is not None and desk.sees_all(person) else ""
