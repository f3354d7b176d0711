"""One module for each kind of evidence: what of a call shows a scenario."""

from __future__ import annotations

from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.scenarios.beyond_policy import beyond_policy
from qa_pipeline.training.finding.scenarios.crank import crank
from qa_pipeline.training.finding.scenarios.grief import grief
from qa_pipeline.training.finding.scenarios.insult import insult
from qa_pipeline.training.finding.scenarios.long_silence import long_silence
from qa_pipeline.training.finding.scenarios.refusal import refusal
from qa_pipeline.training.finding.scenarios.repeated import repeated
from qa_pipeline.training.finding.scenarios.shouting import shouting
from qa_pipeline.training.finding.scenarios.threat import threat

DETECTORS = (insult, shouting, threat, repeated, grief, refusal, beyond_policy, long_silence, crank)
"""In the order of `Scenario`; each returns the marks that it finds in a call."""


def marks_in(call: Heard) -> tuple[Mark, ...]:
    """Return all that shows a scenario in a call, in the order of time."""
    found = [mark for detect in DETECTORS for mark in detect(call)]
    cranks = {mark.utterance for mark in found if mark.scenario is Scenario.CRANK}
    # Who plays with the hotline demands nothing in earnest.
    kept = (m for m in found if m.scenario is not Scenario.BEYOND_POLICY or not cranks)
    return tuple(sorted(kept, key=lambda mark: (mark.start_ms, mark.end_ms, str(mark.scenario))))
