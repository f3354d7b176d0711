"""The passages of one call."""

from __future__ import annotations

from qa_pipeline.models.passages import Passage, Scenario
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.extent import Extent, extents, utterances_of
from qa_pipeline.training.finding.handling import handled
from qa_pipeline.training.finding.scenarios import marks_in
from qa_pipeline.training.finding.sound import sound_profile
from qa_pipeline.training.finding.value import parts, value_of


def passages_of(call: Heard) -> tuple[Passage, ...]:
    """Return a call's passages in the order of the call; none overlaps another."""
    return tuple(_passage(call, extent) for extent in extents(call, marks_in(call)))


def _passage(call: Heard, extent: Extent) -> Passage:
    within = utterances_of(call, extent)
    inside = {u.index for u in within}
    marks = tuple(mark for mark in extent.marks if mark.utterance in inside)
    how = handled(call, within, marks)
    found = parts(call, within, marks, how)
    shown = {mark.scenario for mark in marks}
    return Passage(
        call_id=call.ctx.call.call_id,
        audit_id=call.audit_id,
        start_ms=within[0].start_ms,
        end_ms=max(u.end_ms for u in within),
        first=within[0].index,
        last=max(inside),
        scenarios=tuple(scenario for scenario in Scenario if scenario in shown),
        handling=how.handling,
        value=value_of(found),
        reasons=tuple(part.why for part in found),
        marks=(*marks, *how.marks),
        sound=sound_profile(call, within),
    )
