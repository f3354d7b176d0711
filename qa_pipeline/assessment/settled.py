"""A settled month as it is shown: the figures that were settled, and what nobody had decided then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qa_pipeline.assessment.closing import ClosedLine, LeftOver, shared_fields
from qa_pipeline.assessment.views import MonthView, Note, NoteKind, OperatorMonth

WAITING = frozenset({NoteKind.UNJUDGED, NoteKind.OPEN, NoteKind.UNCONFIRMED, NoteKind.SUSPECTED})
"""Remarks on what waits for people, which nothing of a settled month does."""
NOTHING_LEFT = LeftOver({}, 0, 0)


def left_over_in(body: Mapping[str, Any]) -> LeftOver:
    """Return what nobody had decided, as `settled_body` wrote it; nothing where lines did not keep it yet."""
    items = {call_id: tuple(codes) for call_id, codes in body.get("open_items", {}).items()}
    return LeftOver(items, body.get("unheard", 0), body.get("unreviewed_taken", 0))


def as_settled(view: MonthView, lines: Sequence[ClosedLine], left: Mapping[str, LeftOver] | None = None) -> MonthView:
    """Return a month with its operators' figures as they were settled, whatever is computed of them today.

    A settled figure is not provisional. What it was settled with, undecided, is said in its notes.

    Args:
        view: The month as it is computed now.
        lines: Its settled lines; who came onto the roster after the closing has none and is left out.
        left: By operator id, what nobody had decided then (`left_over_in`).
    """
    settled, undecided = {line.operator_id: line for line in lines}, left or {}
    found = [(line, settled.get(line.operator.operator_id)) for line in view.operators]
    return replace(
        view,
        operators=tuple(
            _settled(line, kept, undecided.get(kept.operator_id, NOTHING_LEFT))
            for line, kept in found
            if kept is not None
        ),
    )


def _settled(line: OperatorMonth, kept: ClosedLine, left: LeftOver) -> OperatorMonth:
    figures = {name: getattr(kept, name) for name in shared_fields() - {"strike", "provisional", "notes"}}
    return replace(
        line,
        **figures,
        assessment=kept.assessment,
        strike=kept.strike or line.strike,
        provisional=False,
        notes=settled_notes(kept, left),
    )


def settled_notes(kept: ClosedLine, left: LeftOver) -> tuple[Note, ...]:
    """Return a settled line's remarks, with what was undecided then in the place of what waits for people."""
    of = {note.kind: note.count for note in kept.notes}
    found = {
        NoteKind.SETTLED_OPEN: sum(map(len, left.open_items.values())),
        NoteKind.SETTLED_UNJUDGED: of.get(NoteKind.UNJUDGED, 0),
        NoteKind.SETTLED_SUSPECTED: kept.suspected_fatal,
        NoteKind.SETTLED_UNHEARD: left.unheard,
        NoteKind.SETTLED_UNREVIEWED: left.unreviewed,
    }
    stay = (note for note in kept.notes if note.kind not in WAITING)
    return (*stay, *(Note(kind, count) for kind, count in found.items() if count))
