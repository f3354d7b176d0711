"""Finds passages of calls that something can be learnt from, and calls that can be held up as an example."""

from __future__ import annotations

from qa_pipeline.training.finding.call import Heard, heard_call
from qa_pipeline.training.finding.passages import passages_of

__all__ = ["Heard", "heard_call", "passages_of"]
