"""Calls that are heard for a risk: chosen by criteria that are recorded with them, never by chance.

They say nothing of how an operator usually is, so that they never count into a mean; they are there for what a random
sample seldom meets. The same calls, orders and criteria choose the same calls.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from statistics import median

from scipy import stats

from qa_pipeline.models import CallRecord, RiskCall, RiskCriteria, WorkOrder
from qa_pipeline.sampling.drawing import stratum_of

KIND = "诉求类型"


def risk_calls(
    frame: Sequence[CallRecord],
    orders: Iterable[WorkOrder],
    barred: Collection[str],
    budget: int,
    criteria: RiskCriteria,
) -> tuple[RiskCall, ...]:
    """Return the calls to hear for a risk, the gravest first; their order does not depend on that of the frame.

    A call that meets more criteria comes first; among equals the order is that of the criteria (complaint, low mark,
    repeated caller, unusual length), then that of the SHA-256 of the id, so that no day or operator is preferred.

    Args:
        frame: Every call of the month.
        orders: Their work orders.
        barred: Calls that were drawn already or cannot be heard.
        budget: At most so many.
        criteria: What a risk is.

    Raises:
        ValueError: The budget is below 1.
    """
    if budget < 1:
        raise ValueError(f"budget {budget} is below 1")
    met: dict[str, list[tuple[int, str]]] = defaultdict(list)
    found = (
        _complaints(orders, criteria),
        _low_marks(frame, criteria),
        _repeated(frame, criteria),
        _unusual(frame, criteria),
    )
    for weight, reasons in enumerate(found):
        for call_id, reason in reasons.items():
            met[call_id].append((weight, reason))
    calls = [call for call in frame if call.call_id in met and call.call_id not in barred]
    calls.sort(key=lambda call: (-len(met[call.call_id]), met[call.call_id][0][0], _shuffled(call.call_id)))
    return tuple(_chosen(call, met[call.call_id]) for call in calls[:budget])


def _chosen(call: CallRecord, met: Sequence[tuple[int, str]]) -> RiskCall:
    stratum = stratum_of(call.shift, call.operator_id)
    return RiskCall(call.call_id, call.operator_id, stratum, tuple(reason for _, reason in met))


def _complaints(orders: Iterable[WorkOrder], criteria: RiskCriteria) -> dict[str, str]:
    return {
        order.call_id: f"工单诉求类型为“{order.get(KIND)}”"
        for order in sorted(orders, key=lambda order: order.order_id)
        if criteria.complaint in order.get(KIND)
    }


def _low_marks(frame: Sequence[CallRecord], criteria: RiskCriteria) -> dict[str, str]:
    return {
        call.call_id: f"来电人满意度 {call.satisfaction} 分"
        for call in frame
        if call.satisfaction is not None and call.satisfaction <= criteria.low_satisfaction
    }


def _repeated(frame: Sequence[CallRecord], criteria: RiskCriteria) -> dict[str, str]:
    """Return calls of numbers that called often. A number that the log hides is nobody's: two may look the same."""
    of_numbers: dict[str, list[CallRecord]] = defaultdict(list)
    for call in sorted(frame, key=lambda call: (call.started_at, call.call_id)):
        if call.caller_number.isdigit():
            of_numbers[call.caller_number].append(call)
    span = timedelta(days=criteria.repeat_days)
    found = {}
    for calls in of_numbers.values():
        starts = [call.started_at for call in calls]
        for at, call in enumerate(calls):
            nth = at + 1 - bisect_left(starts, call.started_at - span)
            if nth >= criteria.repeat_calls:
                found[call.call_id] = f"同一号码 {criteria.repeat_days} 天内第 {nth} 次来电"
    return found


def _unusual(frame: Sequence[CallRecord], criteria: RiskCriteria) -> dict[str, str]:
    of_operators: dict[str, list[CallRecord]] = defaultdict(list)
    for call in frame:
        if call.duration_s > 0:
            of_operators[call.operator_id].append(call)
    found: dict[str, str] = {}
    for calls in of_operators.values():
        if len(calls) >= criteria.min_calls:
            found |= _unusual_of(calls, criteria.unusual_length)
    return found


def _unusual_of(calls: Sequence[CallRecord], far: float) -> Mapping[str, str]:
    # Lengths of calls are skewed to the right; their logarithms are about symmetric.
    lengths = [math.log(call.duration_s) for call in calls]
    middle = median(lengths)
    spread = float(stats.median_abs_deviation(lengths, scale="normal"))
    if spread == 0:
        return {}
    return {
        call.call_id: f"时长 {call.duration_s} 秒，本人中位数 {math.exp(middle):.0f} 秒"
        for call, length in zip(calls, lengths, strict=True)
        if abs(length - middle) / spread > far
    }


def _shuffled(call_id: str) -> str:
    return hashlib.sha256(call_id.encode()).hexdigest()
