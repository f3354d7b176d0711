"""What a calibration session came to, as its page shows it: people's words beside the machine's, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from qa_pipeline.assessment.heard import brief, heard_as
from qa_pipeline.calibration.comparing import Comparison, Disagreement, compare
from qa_pipeline.models import CallFile, RuleResult
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.calibration import CalibrationFile
from qa_pipeline.store.queries.calls import audit_by_id
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.findings import is_playable
from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Differing:
    """An item on which people differ, with what the machine had found of it when the session was opened."""

    found: Disagreement
    call: CallFile
    machine: tuple[RuleResult, ...]
    audio: str


@dataclass(frozen=True, slots=True)
class Results:
    """The comparison, and each disagreement with what it is about."""

    comparison: Comparison
    differing: tuple[Differing, ...]
    brief = staticmethod(brief)
    heard_as = staticmethod(heard_as)
    is_playable = staticmethod(is_playable)


def results(desk: Desk, session: Session, file: CalibrationFile, card: Scorecard, person: Person) -> Results:
    """Return what a session whose words may be shown came to."""
    found = compare(file, card)
    wanted = {one.call_id for one in found.disagreements}
    calls = {call_id: desk.call(session, call_id, person) for call_id in sorted(wanted)}
    # What the machine says today may be another audit's; with personal data hidden only today's can be shown.
    audits = {c.call_id: audit_by_id(session, c.audit_id) for c in file.calls if c.call_id in wanted}
    if not desk.sees_all(person):
        audits = {call_id: call.audit for call_id, call in calls.items() if call.audit is not None}
    return Results(
        found,
        tuple(
            Differing(
                one,
                calls[one.call_id],
                tuple(r for r in audits[one.call_id].results if r.item == one.item),
                f"/calls/{one.call_id}/audio.wav"
                if desk.sees_all(person) and calls[one.call_id].recording is not None
                else "",
            )
            for one in found.disagreements
        ),
    )
