"""Whether an entry is kept: its validity, its reviews, its owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from qa_pipeline.checks import Level, lint_check
from qa_pipeline.knowledge.base.lint.subject import Base, Fault

OLD = timedelta(days=365)
"""The domain notes ask for a base that is kept current; a year is the longest that an annual fee or term stands."""


@lint_check("KB03", Level.WARNING, "两个版本的有效期重叠，某一天有两个答案")
def overlapping_validity(base: Base) -> Iterator[Fault]:
    """Two versions of an entry that are valid on one day; also the same version filed twice with other content."""
    for versions in base.versions.values():
        for place, one in enumerate(versions):
            for other in versions[place + 1 :]:
                a, b = one.entry, other.entry
                starts, ends = max(a.valid_from, b.valid_from), [d for d in (a.valid_to, b.valid_to) if d is not None]
                if a == b or (ends and min(ends) < starts):
                    continue
                until = f"到 {min(ends)}" if ends else "起"
                which = "同一版本内容不同" if a.version == b.version else f"第 {a.version} 版与第 {b.version} 版都有效"
                advice = f"给较早的一版填失效日期（{starts - timedelta(days=1)} 或更早），或删去多余的一条"
                yield Fault(other, f"从 {starts} {until}，{which}", advice, one)


@lint_check("KB04", Level.WARNING, "条目已经失效，没有接续的版本")
def expired(base: Base) -> Iterator[Fault]:
    """The newest version is over: calls of today find no answer."""
    for one in base.latest:
        if one.entry.valid_to is not None and one.entry.valid_to < base.day:
            reason = f"{one.entry.valid_to} 已失效，之后的来电没有答案可对"
            yield Fault(one, reason, "事项还办的，登记新版本；不再办的，登记一条说明已停办的答案")


@lint_check("KB05", Level.WARNING, "前后版本之间有一段没有答案的日子")
def gap(base: Base) -> Iterator[Fault]:
    """Days between two versions on which none is valid."""
    for versions in base.versions.values():
        for one, other in pairwise(sorted(versions, key=lambda filed: filed.entry.valid_from)):
            ended, begins = one.entry.valid_to, other.entry.valid_from
            if ended is not None and begins - ended > timedelta(days=1):
                first, last = ended + timedelta(days=1), begins - timedelta(days=1)
                reason = f"第 {one.entry.version} 版与第 {other.entry.version} 版之间 {first} 到 {last} 没有答案"
                yield Fault(other, reason, "改正失效日期或生效日期，使两版衔接", one)


@lint_check("KB06", Level.WARNING, "过了复核期限")
def review_is_due(base: Base) -> Iterator[Fault]:
    """The date by which it was to be reviewed is over, and nobody reviewed it since."""
    for one in base.current:
        due, reviewed = one.entry.dated("review_by"), one.entry.dated("reviewed_at")
        if due is not None and due < base.day and (reviewed is None or reviewed < due):
            yield Fault(one, f"应在 {due} 前复核，还没有复核", "责任部门核对后改写复核日期和下次复核日期")


@lint_check("KB07", Level.NOTE, "一年多没有复核，或没有写复核日期")
def not_reviewed(base: Base) -> Iterator[Fault]:
    """Nothing says by when it is to be reviewed, and the last review is a year old or unknown."""
    for one in base.current:
        if one.entry.dated("review_by") is not None:
            continue
        reviewed = one.entry.dated("reviewed_at")
        if reviewed is None:
            yield Fault(
                one, "没有写复核日期，也没有写下次复核日期", "填上复核日期（reviewed_at）和下次复核日期（review_by）"
            )
        elif base.day - reviewed > OLD:
            yield Fault(one, f"{reviewed} 以后没有复核，已超过一年", "责任部门核对后改写复核日期，并写下次复核日期")


@lint_check("KB08", Level.WARNING, "没有责任部门")
def no_owner(base: Base) -> Iterator[Fault]:
    """Nobody to ask, and nobody to whom a fault of the base can be charged."""
    for one in base.current:
        if not one.entry.owner_department.strip():
            yield Fault(one, "没有写责任部门，条目有错时找不到人改", "填上 owner_department（责任部门）")
