"""What of an audited call is still to be done: the one definition that screens, reports and settlements count by."""

from __future__ import annotations

from scoring.score import Evaluation, ItemState


def is_open(evaluation: Evaluation) -> bool:
    """Whether something waits for a person (待人工): items that cost nothing so far, or a suspected fatal error."""
    return bool(evaluation.open_items or evaluation.suspected)


def unconfirmed(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the items that rules took points of and nobody has looked at (待确认)."""
    # lost_min counts only what a person found, so the difference is what rules took by themselves.
    return tuple(i.code for i in evaluation.items if i.lost > i.lost_min and i.state is not ItemState.DECIDED)


def mostly_open(evaluation: Evaluation) -> bool:
    """Whether more than half of a call's applicable points wait for a person: its score says nothing yet."""
    applicable = [item for item in evaluation.items if item.counts]
    waiting = sum(item.points for item in applicable if item.state is ItemState.OPEN)
    return 2 * waiting > sum(item.points for item in applicable)


def applies(evaluation: Evaluation) -> bool:
    """Whether anything of the scorecard applied, so that the call's points say something of its operator."""
    return bool(evaluation.fatal) or any(section.points is not None for section in evaluation.sections)
