"""Entries held against each other."""

from __future__ import annotations

from collections.abc import Iterator

from qa_pipeline.checks import Level, lint_check
from qa_pipeline.knowledge.base.lint.subject import Base, Fault, Filed
from qa_pipeline.knowledge.base.matters import at_odds, matters
from qa_pipeline.language.written_facts import in_words


@lint_check("KB01", Level.WARNING, "两个条目讲同一件事，值不同")
def contradicting(base: Base) -> Iterator[Fault]:
    """Two entries about one matter, valid at one time in one region, of which one must be wrong."""
    current = list(base.current)
    for a, b in matters([filed.entry for filed in current]):
        one, other = current[a], current[b]
        if not _side_by_side(one, other):
            continue
        for ours, theirs in at_odds(base.stated(one), base.stated(other)):
            mine, his = f"《{one.entry.title}》{in_words(ours)}", f"《{other.entry.title}》{in_words(theirs)}"
            reason = f"{mine}，{other.place}{his}：同一件事，值不同"
            yield Fault(one, reason, "与责任部门核对后改正错的一条；不是一件事的，在标题里写明区别", other)


def _side_by_side(one: Filed, other: Filed) -> bool:
    """Whether two entries hold on one day and in one region (none named: everywhere)."""
    a, b = one.entry, other.entry
    starts = max(a.valid_from, b.valid_from)
    ends = [day for day in (a.valid_to, b.valid_to) if day is not None]
    regions = {entry.details.get("region", "").strip() for entry in (a, b)} - {""}
    return (not ends or min(ends) >= starts) and len(regions) < 2
