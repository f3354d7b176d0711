"""Grief: somebody close has died, or the caller weeps."""

from __future__ import annotations

from qa_pipeline.models import Role
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue
from qa_pipeline.training.finding.evidence import marks_of


def grief(call: Heard) -> tuple[Mark, ...]:
    """Return where the caller speaks of a death in the family, or of weeping."""
    hits = cue("grief").hits(call.ctx.transcript.of(Role.CALLER))
    return marks_of(hits, "来电人说到亲人离世或者在哭", Scenario.GRIEF)
