"""What several families of the API show of a call: what was said and written, findings with their words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from qa_pipeline.models import CallFile, Role, Verdict
from qa_pipeline.models.findings import Evidence
from qa_pipeline.web.api.base import Values
from qa_pipeline.web.findings import FindingView
from qa_pipeline.web.transcript import Line, as_shown


class SaidLine(Values):
    """What one speaker said, or (``text`` None) a stretch where somebody spoke and nothing was written.

    Milliseconds from the call's start.
    """

    start_ms: int
    end_ms: int
    role: Role
    text: str | None


class BlindCall(Values):
    """A call that is judged blind: its words and order, and neither findings nor anybody's verdict.

    It is heard at `/calls/{call_id}/audio`.
    """

    call_id: str
    started_at: datetime
    duration_s: int
    lines: list[SaidLine]
    work_order: Mapping[str, str] | None


class FoundLine(Values):
    """What a rule found, or an item that a person judges (``reason`` '').

    ``label`` is fail, pass, undetermined, not_applicable, person, advise or suspected. ``follows`` is the item at which
    the same was asked, '' where it is asked here.
    """

    code: str
    label: str
    reason: str
    confidence: float | None
    corrected: bool
    follows: str
    evidence: list[Evidence]


class SaidWord(Values):
    """What somebody who reviews decided, with their office in place of their name: reviewer or supervisor."""

    verdict: Verdict
    faults: int
    office: str
    reason: str
    said_at: datetime


def said_lines(file: CallFile) -> list[SaidLine]:
    """Return the words of a call as its pages show them."""
    found = []
    for line in as_shown(file):
        spoken = line.utterance if isinstance(line, Line) else line.span
        text = line.utterance.text if isinstance(line, Line) else None
        found.append(SaidLine(start_ms=spoken.start_ms, end_ms=spoken.end_ms, role=spoken.role, text=text))
    return found


def order_of(file: CallFile) -> dict[str, str] | None:
    """Return the fields of a call's work order, None where it has none."""
    return None if file.work_order is None else dict(file.work_order.fields)


def blind_call(file: CallFile) -> BlindCall:
    """Return a call as it is judged blind."""
    return BlindCall(
        call_id=file.call.call_id,
        started_at=file.call.started_at,
        duration_s=file.call.duration_s,
        lines=said_lines(file),
        work_order=order_of(file),
    )


def found_line(finding: FindingView) -> FoundLine:
    """Return what was found, without what people said of it."""
    result = finding.result
    return FoundLine(
        code=finding.code,
        label=finding.label,
        reason="" if result is None else result.reason,
        confidence=None if result is None else result.confidence,
        corrected=result is not None and result.corrected,
        follows=finding.follows,
        evidence=list(finding.evidence),
    )


def said_words(finding: FindingView) -> list[SaidWord]:
    """Return what people decided on a finding, without their names."""
    return [
        SaidWord(
            verdict=word.verdict,
            faults=word.faults,
            office="reviewer" if word.appeal_id is None else "supervisor",
            reason=word.reason,
            said_at=word.created_at,
        )
        for word in finding.decisions
    ]
