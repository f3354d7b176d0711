"""One item of a call, and the waveform of its recording, by the API."""

from __future__ import annotations

from decimal import Decimal

from qa_pipeline.models import Decision, Verdict
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.api.shown import FoundLine, found_line
from qa_pipeline.web.calls import item_read, recording_of
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.findings import FindingView
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS
from scoring.evaluation import ItemState

router = api_family("calls")


class FindingLine(Values):
    """A finding with what was said of it, as far as the token's account may see it.

    ``waits``: a person has still to decide. ``hidden``: so many people spoke whose words are kept back. ``seen`` is
    what a decision has to name. ``together``: the findings that one answer settles.
    """

    found: FoundLine
    waits: bool
    verdicts: list[Verdict]
    decisions: list[Decision]
    hidden: int
    settled: bool
    seen: int
    together: list[str]


class ItemLine(Values):
    """One item or fatal error of a call; what it lost is None of a fatal error."""

    call_id: str
    audit_id: int
    code: str
    name: str
    how: str
    hint_only: bool
    lost: Decimal | None
    state: ItemState | None
    findings: list[FindingLine]


class Peaks(Values):
    """The waveform: its length in seconds, and per channel the peaks (0 to 1), equally far apart."""

    duration: float
    peaks: list[list[float]]


@router.get("/calls/{call_id}/items/{code}", dependencies=[by_token(Scope.CALLS_READ, *SEES_CALLS, looks=True)])
def get_item(desk: DeskOf, person: PersonOf, call_id: str, code: str) -> ItemLine:
    """Return one item of a call; ``code`` is the item's."""
    item, values = item_read(desk, person, call_id, code)
    return ItemLine(
        call_id=call_id,
        audit_id=values["file"].audit.audit_id,
        code=item.code,
        name=item.name,
        how=item.how,
        hint_only=item.hint_only,
        lost=None if item.score is None else item.score.lost,
        state=None if item.score is None else item.score.state,
        findings=[_line(finding) for finding in item.findings],
    )


@router.get("/calls/{call_id}/peaks", dependencies=[by_token(Scope.CALLS_READ, *REVIEWS)])
def get_peaks(desk: DeskOf, person: PersonOf, call_id: str) -> Peaks:
    """Return what the waveform of a recording is drawn from."""
    path = desk.sound.peaks(recording_of(desk, person, call_id))
    return Peaks.model_validate_json(path.read_bytes())


def _line(finding: FindingView) -> FindingLine:
    return FindingLine(
        found=found_line(finding),
        waits=finding.waits,
        verdicts=list(finding.verdicts),
        decisions=list(finding.decisions),
        hidden=finding.hidden,
        settled=finding.settled,
        seen=finding.seen,
        together=[result.code for result in finding.shared],
    )
