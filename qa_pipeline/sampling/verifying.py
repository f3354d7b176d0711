"""One draw with all that it takes to draw it again, and whether it is what the seed gives."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qa_pipeline.models import Commitment, Exclusion, FrameRow, Replacement, SampledCall, SamplePlan
from qa_pipeline.sampling.drawing import RULE, SHORTEST_S, drawn_of, rows_sha256, strata_of
from qa_pipeline.sampling.replacing import replace_calls

FORMAT = "hotline-qa draw 1"


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """A draw as it is handed to anybody. ``frame`` are the rows as they were hashed: no caller is in them."""

    format: str
    month: str
    seed: str
    seed_sha256: str
    quota_per_operator: int
    rule: str
    frame_sha256: str
    drawn_at: datetime
    commitment: Commitment | None
    commitment_sha256: str | None
    frame: tuple[FrameRow, ...]
    exclusions: tuple[Exclusion, ...]
    calls: tuple[SampledCall, ...]
    replacements: tuple[Replacement, ...]


def record_of(plan: SamplePlan, frame: Sequence[FrameRow]) -> DrawRecord:
    """Return the record of a plan. A sealed seed is in it once, as the plan's own."""
    fixed = None if plan.commitment is None else replace(plan.commitment, seed=None)
    return DrawRecord(
        format=FORMAT,
        month=plan.month,
        seed=plan.seed,
        seed_sha256=plan.seed_sha256,
        quota_per_operator=plan.quota_per_operator,
        rule=RULE,
        frame_sha256=plan.frame_sha256,
        drawn_at=plan.drawn_at,
        commitment=fixed,
        commitment_sha256=None if fixed is None else fixed.sha256,
        frame=tuple(frame),
        exclusions=plan.exclusions,
        calls=plan.calls,
        replacements=plan.replacements,
    )


def first_difference(record: DrawRecord) -> str | None:
    """Return in what a record first differs from what its own seed and frame give (Chinese); None if in nothing."""
    checks = (_form, _seed, _frame, _commitment, _exclusions, _calls, _replacements)
    return next((found for check in checks for found in check(record)), None)


def _form(record: DrawRecord) -> Iterator[str]:
    if record.format != FORMAT:
        yield f"格式是“{record.format}”，本程序只核验“{FORMAT}”"
    if record.rule != RULE:
        yield f"抽样规则与本程序的不同：“{record.rule}”"


def _seed(record: DrawRecord) -> Iterator[str]:
    found = hashlib.sha256(record.seed.encode()).hexdigest()
    if found != record.seed_sha256:
        yield f"种子的 SHA-256 是 {found}，方案中写的是 {record.seed_sha256}"


def _frame(record: DrawRecord) -> Iterator[str]:
    ids = [row.call_id for row in record.frame]
    if (twice := _first(one for one, after in itertools.pairwise(ids) if one == after)) is not None:
        yield f"总体中通话 {twice} 出现两次"
    if ids != sorted(ids):
        yield "总体没有按通话编号排列"
    if (stray := _first(row.call_id for row in record.frame if row.started_at[:7] != record.month)) is not None:
        yield f"总体中通话 {stray} 不是 {record.month} 的"
    found = rows_sha256(record.frame)
    if found != record.frame_sha256:
        yield f"总体的 SHA-256 是 {found}，方案中写的是 {record.frame_sha256}"


def _commitment(record: DrawRecord) -> Iterator[str]:
    fixed = record.commitment
    if fixed is None:
        return
    if fixed.sha256 != record.commitment_sha256:
        yield f"承诺内容的 SHA-256 是 {fixed.sha256}，公布的是 {record.commitment_sha256}"
    if fixed.month != record.month:
        yield f"承诺的是 {fixed.month} 的种子"
    if fixed.seed_sha256 != record.seed_sha256:
        yield f"种子不是事先承诺的那一个：承诺的哈希是 {fixed.seed_sha256}"
    if fixed.quota_per_operator != record.quota_per_operator:
        yield f"每人 {record.quota_per_operator} 通，事先承诺的是 {fixed.quota_per_operator} 通"
    if fixed.rule != record.rule:
        yield f"抽样规则不是事先承诺的那一条：承诺的是“{fixed.rule}”"
    if f"{fixed.committed_at:%Y-%m}" > record.month:
        yield f"承诺于 {fixed.committed_at:%Y-%m-%d %H:%M} 作出，其时 {record.month} 已经结束"
    if fixed.committed_at > record.drawn_at:
        yield f"抽样时间 {record.drawn_at:%Y-%m-%d %H:%M} 早于承诺时间 {fixed.committed_at:%Y-%m-%d %H:%M}"


def _exclusions(record: DrawRecord) -> Iterator[str]:
    barred = {exclusion.call_id for exclusion in record.exclusions}
    if stray := sorted(barred - {row.call_id for row in record.frame}):
        yield f"排除的通话 {stray[0]} 不在总体中"
    short = (row.call_id for row in record.frame if row.duration_s < SHORTEST_S)
    if (kept := _first(one for one in short if one not in barred)) is not None:
        yield f"通话 {kept} 不足 {SHORTEST_S} 秒而没有排除"


def _calls(record: DrawRecord) -> Iterator[str]:
    barred = {exclusion.call_id for exclusion in record.exclusions}
    if record.quota_per_operator < 1:
        yield f"每人 {record.quota_per_operator} 通，不足一通"
    else:
        right = drawn_of(record.frame, barred, record.month, record.quota_per_operator, record.seed)
        yield from _told_apart(right, record.calls)


def _told_apart(right: Sequence[SampledCall], given: Sequence[SampledCall]) -> Iterator[str]:
    drawn, written = {one.call_id: one for one in right}, {one.call_id: one for one in given}
    if len(written) != len(given):
        yield "方案中有通话出现两次"
    for call_id in sorted(drawn.keys() | written.keys()):
        if call_id not in written:
            yield f"按种子应抽中通话 {call_id}，方案中没有"
        elif call_id not in drawn:
            yield f"方案中的通话 {call_id} 按种子不应抽中"
        elif drawn[call_id] != written[call_id]:
            due = drawn[call_id]
            yield f"通话 {call_id} 应属 {due.stratum}、抽中概率 {due.probability}，方案中写的不同"


def _replacements(record: DrawRecord) -> Iterator[str]:
    yield from wrong_replacements(_plan(record), record.frame, record.replacements)


def wrong_replacements(
    plan: SamplePlan, frame: Sequence[FrameRow], replacements: Sequence[Replacement]
) -> Iterator[str]:
    """Yield which replacements are not the next in rank (Chinese); those after one that cannot be are not looked at.

    Args:
        plan: The draw without its replacements.
        frame: What was drawn from; all calls of the strata in question.
        replacements: In order.
    """
    strata = {row.call_id: rows for rows in strata_of(frame, ()).values() for row in rows}
    for one in replacements:
        if one.replaced_at < plan.drawn_at:
            yield f"通话 {one.call_id} 的替换时间早于抽样时间"
        try:
            rows = strata.get(one.call_id, ())
            (due,) = replace_calls(rows, plan, {one.call_id: one.why}, one.replaced_by, one.replaced_at)
        except ValueError:
            yield f"通话 {one.call_id} 不在样本中或已经替换过，不能再替换"
            return
        if due != one:
            right, given = due.replacement_id or "无（该层已用尽）", one.replacement_id or "无"
            yield f"替换通话 {one.call_id} 的应是 {right}，方案中是 {given}"
        plan = replace(plan, replacements=(*plan.replacements, one))


def _plan(record: DrawRecord) -> SamplePlan:
    return SamplePlan(
        month=record.month,
        seed=record.seed,
        seed_sha256=record.seed_sha256,
        frame_sha256=record.frame_sha256,
        frame_size=len(record.frame),
        quota_per_operator=record.quota_per_operator,
        drawn_at=record.drawn_at,
        calls=record.calls,
        exclusions=record.exclusions,
    )


def _first(found: Iterable[str]) -> str | None:
    return next(iter(found), None)
