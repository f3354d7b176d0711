"""The draw: strata shift × operator, a quota for every operator, a seed.

Within a stratum the calls with the smallest SHA-256 of seed, month and call id are drawn. That is a simple random
sample without replacement which anybody can draw again with nothing but the frame and the seed, in any language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Context, Decimal

from qa_pipeline.models import CallRecord, DrawReason, Exclusion, FrameRow, SampledCall, SamplePlan

SHORTEST_S = 10
"""Shorter calls hold no service that could be judged: misdials, test calls, callers who hang up at the greeting."""

RULE = (
    f"分层：班次×话务员；额度按各层通数比例、最大余数法分配，额度够时每层至少一通；不足{SHORTEST_S}秒或没有可用录音的不抽；"
    "层内按SHA-256(种子、月份、通话编号)由小到大抽取"
)
"""How calls are drawn, in one line: it is committed with the seed, so that it cannot be chosen later either."""

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
    rows = frame_rows(frame)
    if len({row.call_id for row in rows}) != len(rows):
        raise ValueError("a call id occurs twice in the frame")
    excluded = [Exclusion(row.call_id, reason) for row in rows if (reason := _unusable(row, usable)) is not None]
    barred = {exclusion.call_id for exclusion in excluded}
    return SamplePlan(
        month=month,
        seed=seed,
        seed_sha256=hashlib.sha256(seed.encode()).hexdigest(),
        frame_sha256=rows_sha256(rows),
        frame_size=len(rows),
        quota_per_operator=quota,
        drawn_at=now,
        calls=drawn_of(rows, barred, month, quota, seed),
        exclusions=tuple(excluded),
    )


def frame_rows(calls: Iterable[CallRecord]) -> tuple[FrameRow, ...]:
    """Return what the draw depends on of each call: id, start, duration, operator and shift, by id."""
    rows = (FrameRow(c.call_id, c.started_at.isoformat(), c.duration_s, c.operator_id, c.shift) for c in calls)
    return tuple(sorted(rows, key=lambda row: row.call_id))


def frame_sha256(calls: Sequence[CallRecord]) -> str:
    """Return the SHA-256 over what the draw depends on, see `frame_rows`."""
    return rows_sha256(frame_rows(calls))


def rows_sha256(rows: Sequence[FrameRow]) -> str:
    """Return the SHA-256 over rows as JSON lists without blanks, by id."""
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def drawn_of(
    rows: Sequence[FrameRow], barred: Collection[str], month: str, quota: int, seed: str
) -> tuple[SampledCall, ...]:
    """Return the drawn calls, by id.

    Raises:
        ValueError: The quota is below 1.
    """
    if quota < 1:
        raise ValueError(f"quota {quota} is below 1")
    of_operators: dict[str, dict[str, list[FrameRow]]] = {}
    for name, members in strata_of(rows, barred).items():
        of_operators.setdefault(members[0].operator_id, {})[name] = members
    drawn = [one for strata in of_operators.values() for one in _draw_operator(strata, month, quota, seed)]
    return tuple(sorted(drawn, key=lambda one: one.call_id))


def strata_of(rows: Sequence[FrameRow], barred: Collection[str]) -> dict[str, list[FrameRow]]:
    """Return stratum -> its calls that can be drawn."""
    strata: dict[str, list[FrameRow]] = {}
    for row in rows:
        if row.call_id not in barred:
            strata.setdefault(stratum_of(row.shift, row.operator_id), []).append(row)
    return strata


def stratum_of(shift: str, operator_id: str) -> str:
    """Return the name of a stratum."""
    return f"{shift}/{operator_id}"


def ranked(rows: Iterable[FrameRow], month: str, seed: str) -> list[FrameRow]:
    """Return calls in the order in which the seed draws them."""
    return sorted(rows, key=lambda row: (_rank(seed, month, row.call_id), row.call_id))


def share_of(part: int, whole: int) -> Decimal:
    """Return a share of calls as a probability of 28 digits."""
    return _EXACT.divide(Decimal(part), Decimal(whole))


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


def _unusable(row: FrameRow, usable: Mapping[str, str | None]) -> str | None:
    reason = usable.get(row.call_id)
    if reason is None and row.duration_s < SHORTEST_S:
        return f"通话只有 {row.duration_s} 秒，不足 {SHORTEST_S} 秒"
    return reason


def _draw_operator(strata: Mapping[str, Sequence[FrameRow]], month: str, quota: int, seed: str) -> list[SampledCall]:
    shares = apportion({name: len(rows) for name, rows in strata.items()}, quota)
    drawn = []
    for name, rows in strata.items():
        probability = share_of(shares[name], len(rows))
        drawn += [
            SampledCall(row.call_id, row.operator_id, name, probability, DrawReason.RANDOM)
            for row in ranked(rows, month, seed)[: shares[name]]
        ]
    return drawn


def _rank(seed: str, month: str, call_id: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{month}\n{call_id}".encode()).digest()
