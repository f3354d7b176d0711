"""What a month comes to: from findings and people's words to each call's points, each operator's grade and strikes.

Pure: everything is computed from what was stored, each time anew, and nothing is counted up in place.
"""

from __future__ import annotations

from qa_pipeline.assessment.beside import Beside, earlier_assessments
from qa_pipeline.assessment.centre import false_flags_at
from qa_pipeline.assessment.closing import (
    ClosedLine,
    Doubts,
    LeftOver,
    closed_line,
    closing_lines,
    doubts,
    left_over,
    left_over_of,
    line_mapping,
    line_of,
    open_before_closing,
    settled_body,
)
from qa_pipeline.assessment.month import assess, call_points, operator_input, operator_month
from qa_pipeline.assessment.settled import as_settled, left_over_in
from qa_pipeline.assessment.verdicts import Judged, final_evaluation, item_verdicts, judge, standing_words
from qa_pipeline.assessment.views import (
    Accuracy,
    AfterClosing,
    CallPoints,
    CentreMonth,
    FalseFlags,
    ItemMonth,
    MonthView,
    Note,
    NoteKind,
    OperatorMonth,
    SectionMonth,
)
from qa_pipeline.assessment.voices import RateLimits, rate_limits, voice_baseline

__all__ = [
    "Accuracy",
    "AfterClosing",
    "Beside",
    "CallPoints",
    "CentreMonth",
    "ClosedLine",
    "Doubts",
    "FalseFlags",
    "ItemMonth",
    "Judged",
    "LeftOver",
    "MonthView",
    "Note",
    "NoteKind",
    "OperatorMonth",
    "RateLimits",
    "SectionMonth",
    "as_settled",
    "assess",
    "call_points",
    "closed_line",
    "closing_lines",
    "doubts",
    "earlier_assessments",
    "false_flags_at",
    "final_evaluation",
    "item_verdicts",
    "judge",
    "left_over",
    "left_over_in",
    "left_over_of",
    "line_mapping",
    "line_of",
    "open_before_closing",
    "operator_input",
    "operator_month",
    "rate_limits",
    "settled_body",
    "standing_words",
    "voice_baseline",
]
