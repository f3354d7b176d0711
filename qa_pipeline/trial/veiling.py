"""What a trial on stored calls shows to those who need not know whom a call is about.

The hiding is `qa_pipeline.assessment.veil`'s; here it is laid over what a trial says. A dialogue written by hand is its
author's own and needs none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from qa_pipeline.assessment.veil import Veil, veil_of, veiled_transcript
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.models import CallFile, RuleResult
from qa_pipeline.trial.comparing import CallChange, Comparison, FindingChange
from qa_pipeline.trial.testing import Tried


def veiled_trial(tried: Tried, file: CallFile, viewer: Viewer, public: Collection[str] = ()) -> Tried:
    """Return what rules say of a stored call with stand-ins in its words and in their reasons.

    Args:
        tried: The call as its rules judged it.
        file: The same call's file: whom its order names is hidden, too.
        viewer: Who looks and may not see personal data.
        public: What anybody may know.
    """
    # The rules read it corrected, so that its letters are what is to be hidden.
    veil = veil_of(replace(file, transcript=tried.ctx.transcript), viewer, public)
    ctx = replace(tried.ctx, transcript=veiled_transcript(tried.ctx.transcript, veil))
    return replace(tried, ctx=ctx, results=tuple(veil.result(result) for result in tried.results))


def veiled_comparison(
    found: Comparison, files: Mapping[str, CallFile], viewer: Viewer, public: Collection[str] = ()
) -> Comparison:
    """Return a comparison with stand-ins in what is said of each call; ``files`` are the month's, by call."""
    return replace(
        found, calls=tuple(_call(call, veil_of(files[call.call_id], viewer, public)) for call in found.calls)
    )


def _call(call: CallChange, veil: Veil) -> CallChange:
    return replace(call, findings=tuple(_finding(finding, veil) for finding in call.findings))


def _finding(finding: FindingChange, veil: Veil) -> FindingChange:
    return replace(finding, old=_result(finding.old, veil), new=_result(finding.new, veil))


def _result(result: RuleResult | None, veil: Veil) -> RuleResult | None:
    return None if result is None else veil.result(result)
