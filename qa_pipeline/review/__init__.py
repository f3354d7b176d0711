"""What people decide: a word on one finding (`deciding`), settling a month (`months`); what they note (`beside`)."""

from qa_pipeline.review.deciding import (
    MAX_FAULTS,
    NAME_LIMIT,
    REASON_LIMIT,
    Seen,
    decide,
    is_fatal,
    possible,
    reason_needed,
)
from qa_pipeline.review.months import card_for, close_month, month_figures, newest_lines, previous_lines

__all__ = [
    "MAX_FAULTS",
    "NAME_LIMIT",
    "REASON_LIMIT",
    "Seen",
    "card_for",
    "close_month",
    "decide",
    "is_fatal",
    "month_figures",
    "newest_lines",
    "possible",
    "previous_lines",
    "reason_needed",
]
