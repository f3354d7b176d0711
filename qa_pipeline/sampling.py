"""Which calls of a month are heard: strata shift × operator, a quota for every operator, a seed.

Within a stratum the calls with the smallest SHA-256 of seed, month and call id are drawn. That is a simple random
sample without replacement which anybody can draw again with nothing but the frame and the seed, in any language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Context, Decimal

from qa_pipeline.models import CallRecord, DrawReason, Exclusion, SampledCall, SamplePlan

SHORTEST_S = 10
"""Shorter calls hold no service that could be judged: misdials, test calls, callers who hang up at the greeting."""

_EXACT = Context(prec=28)


def draw(
    frame: Sequence[CallRecord],
    month: str,
    quota: int,
    seed: str,
    usable: Mapping[str, str | None],
    now: datetime,
) -> SamplePlan:
    """Draw a month's calls. The order of the frame is irrelevant; the same frame and seed give the same calls.

    Args:
        frame: Every call of the month.
        month: ``YYYY-MM``.
        quota: Calls of each operator; an operator with fewer usable calls has all of them drawn.
        seed: Committed before the month ends; its SHA-256 is published, it itself is kept.
        usable: Call id -> why the call cannot be drawn (no recording, say); None or absent: it can.
        now: The centre's wall clock.

    Returns:
        The plan, calls by id; each has the share of its stratum that was drawn as its probability.

    Raises:
        ValueError: The quota is below 1, or a call id occurs twice.
    """
    if quota < 1:
        raise ValueError(f"quota {quota} is below 1")
    calls = sorted(frame, key=lambda call: call.call_id)
    if len({call.call_id for call in calls}) != len(calls):
        raise ValueError("a call id occurs twice in the frame")
    excluded = [Exclusion(call.call_id, reason) for call in calls if (reason := _unusable(call, usable)) is not None]
    barred = {exclusion.call_id for exclusion in excluded}
    strata = _strata([call for call in calls if call.call_id not in barred])
    drawn = [one for of_operator in strata.values() for one in _draw_operator(of_operator, month, quota, seed)]
    return SamplePlan(
        month=month,
        seed=seed,
        seed_sha256=hashlib.sha256(seed.encode()).hexdigest(),
        frame_sha256=frame_sha256(calls),
        frame_size=len(calls),
        quota_per_operator=quota,
        drawn_at=now,
        calls=tuple(sorted(drawn, key=lambda one: one.call_id)),
        exclusions=tuple(excluded),
    )


def frame_sha256(calls: Sequence[CallRecord]) -> str:
    """Return the SHA-256 over what the draw depends on: id, start, duration, operator and shift of each call, by id."""
    rows = [
        [call.call_id, call.started_at.isoformat(), call.duration_s, call.operator_id, call.shift]
        for call in sorted(calls, key=lambda call: call.call_id)
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def apportion(sizes: Mapping[str, int], quota: int) -> dict[str, int]:
    """Share a quota among strata in proportion to their sizes, by largest remainders.

    Every stratum gets at least one call if the quota reaches that far: a stratum that can never be drawn would bias
    the month's mean, and the centre's rule is that every shift is heard. What lifts a stratum to one comes from the
    one that has most above its proportion. Ties go to the larger stratum, then to the name that sorts first. No
    stratum gets more than it has.
    """
    names = sorted((name for name, size in sizes.items() if size > 0), key=lambda name: (-sizes[name], name))
    total = sum(sizes.values())
    quota = min(quota, total)
    shares = {name: quota * sizes[name] // total for name in names}
    by_remainder = sorted(names, key=lambda name: -(quota * sizes[name] % total))
    for name in by_remainder[: quota - sum(shares.values())]:
        shares[name] += 1
    for empty in [name for name in names if shares[name] == 0] if quota >= len(names) else []:
        donors = [name for name in names if shares[name] > 1]
        shares[max(donors, key=lambda name: shares[name] * total - quota * sizes[name])] -= 1
        shares[empty] = 1
    return shares


def _unusable(call: CallRecord, usable: Mapping[str, str | None]) -> str | None:
    reason = usable.get(call.call_id)
    if reason is None and call.duration_s < SHORTEST_S:
        return f"通话只有 {call.duration_s} 秒，不足 {SHORTEST_S} 秒"
    return reason


def _strata(calls: Sequence[CallRecord]) -> dict[str, dict[str, list[CallRecord]]]:
    """Return operator -> stratum -> calls."""
    strata: dict[str, dict[str, list[CallRecord]]] = {}
    for call in calls:
        of_operator = strata.setdefault(call.operator_id, {})
        of_operator.setdefault(f"{call.shift}/{call.operator_id}", []).append(call)
    return strata


def _draw_operator(strata: Mapping[str, Sequence[CallRecord]], month: str, quota: int, seed: str) -> list[SampledCall]:
    shares = apportion({name: len(calls) for name, calls in strata.items()}, quota)
    drawn = []
    for name, calls in strata.items():
        probability = _EXACT.divide(Decimal(shares[name]), Decimal(len(calls)))
        ranked = sorted(calls, key=lambda call: (_rank(seed, month, call.call_id), call.call_id))
        drawn += [
            SampledCall(call.call_id, call.operator_id, name, probability, DrawReason.RANDOM)
            for call in ranked[: shares[name]]
        ]
    return drawn


def _rank(seed: str, month: str, call_id: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{month}\n{call_id}".encode()).digest()
