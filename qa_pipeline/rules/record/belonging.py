"""Whether an order is of the call at all."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from qa_pipeline.language.numerals import digits
from qa_pipeline.models import CallContext
from qa_pipeline.rules.record.text import heard_share, narrative, text_of

# Of orders with their own calls 0.3 of the content words and more are heard, of another call's less than 0.15
# (sample scripts, each order with each other's call: bench/record.py).
_SHARE = 0.2
_WORDS = 6
_DISTANCE = 0.2
_APART = timedelta(hours=2)
_LONGEST = 5_000  # characters of a field; the longest that was seen has 400
_MOMENT = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D+(\d{1,2})\D(\d{1,2})")


def too_long(ctx: CallContext) -> str | None:
    """Return which field of an order is longer than anybody writes (Chinese), so that a person looks at it."""
    order = ctx.work_order
    for name, value in () if order is None else order.fields.items():
        if len(value) > _LONGEST:
            return f"工单的{name}有{len(value)}个字，超过{_LONGEST}字的不核对"
    return None


def foreign(ctx: CallContext) -> str | None:
    """Return why an order is another call's (Chinese): number, time and content are all foreign; None where not."""
    order = ctx.work_order
    if order is None or not ctx.transcript.utterances:
        return None
    number = digits(text_of(order, "来电号码")) or digits(text_of(order, "联系方式"))
    other_number = bool(number) and bool(ctx.call.caller_number) and number[-7:] != digits(ctx.call.caller_number)[-7:]
    called = _moment(text_of(order, "来电时间")) or order.submitted_at
    other_time = called is not None and abs(called - ctx.call.started_at) > _APART
    if not (other_number and other_time) or not other_matter(ctx, _SHARE):
        return None
    return "来电号码、来电时间和内容都与本通电话不符"


def other_matter(ctx: CallContext, share: float, distance: float = _DISTANCE, least: int = _WORDS) -> bool:
    """Whether less than a share of the order's content words was heard, by sound, in the call."""
    order = ctx.work_order
    if order is None:
        return False
    heard, words = heard_share(narrative(order), ctx, distance)
    return words >= least and heard < share * words


def _moment(text: str) -> datetime | None:
    found = _MOMENT.search(text)
    if found is None:
        return None
    try:
        return datetime.fromisoformat("{}-{:0>2}-{:0>2}T{:0>2}:{:0>2}".format(*found.groups()))
    except ValueError:
        return None
