"""The same matter again: the caller says that it was reported before."""

from __future__ import annotations

from qa_pipeline.models import Role
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue
from qa_pipeline.training.finding.evidence import marks_of


def repeated(call: Heard) -> tuple[Mark, ...]:
    """Return where the caller speaks of earlier calls about the matter."""
    hits = cue("repeated").hits(call.ctx.transcript.of(Role.CALLER))
    return marks_of(hits, "来电人说以前为此反映过", Scenario.REPEATED)
