"""A month as the pages need it, kept until something in the store changes: reading 1,200 calls anew takes a second.

After a decision, which is what changes most often, only its call is read again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from qa_pipeline.assessment import MonthView
from qa_pipeline.models import CallFile, MonthData
from qa_pipeline.review import month_figures
from qa_pipeline.store.queries.calls import call_file, month_data
from qa_pipeline.store.queries.revision import Revision, calls_decided_after, revision
from qa_pipeline.web.rows import CallRow, call_rows
from scoring.scorecard import Scorecard

KEPT_MONTHS = 3
"""One that is looked at stands beside the month before it."""
CardOf = Callable[[Session, str | None], Scorecard]


@dataclass(frozen=True, slots=True)
class Month:
    """One month at a revision of the store: what is stored, and its calls as rows.

    ``figures`` keeps what pages computed of it, and goes with it when something changes.
    """

    revision: Revision
    data: MonthData
    rows: tuple[CallRow, ...]
    figures: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


class Months:
    """The months that were looked at last. ``card`` gives the scorecard of a version, or the one in force."""

    def __init__(self, card: CardOf, min_calls: int) -> None:
        self._card = card
        self._min_calls = min_calls
        self._kept: OrderedDict[str, Month] = OrderedDict()
        self._views: dict[str, tuple[Revision, MonthView]] = {}
        self._lock = threading.Lock()

    def get(self, session: Session, month: str) -> Month:
        """Return a month as it is now.

        Raises:
            NotFound: There are no calls of that month.
        """
        with self._lock:
            now = revision(session)
            kept = self._kept.get(month)
            if kept is None or kept.revision.others != now.others:
                kept = self._read(session, month, now)
            elif kept.revision != now:
                kept = self._renewed(session, kept, now)
            self._kept[month] = kept
            self._kept.move_to_end(month)
            while len(self._kept) > KEPT_MONTHS:
                gone, _ = self._kept.popitem(last=False)
                self._views.pop(gone, None)
        return kept

    def view(self, session: Session, month: str) -> MonthView | None:
        """Return a month's figures, None before its calls were drawn; errors as `get`."""
        found = self.get(session, month)
        if found.data.plan is None:
            return None
        kept = self._views.get(month)
        if kept is None or kept[0] != found.revision:
            view, _ = month_figures(session, found.data, lambda version: self._card(session, version), self._min_calls)
            kept = self._views[month] = (found.revision, view)
        return kept[1]

    def _read(self, session: Session, month: str, now: Revision) -> Month:
        data = month_data(session, month, speech=False)
        return Month(now, data, self._rows(session, data.files))

    def _renewed(self, session: Session, kept: Month, now: Revision) -> Month:
        """Read again only the calls that somebody decided on."""
        changed = calls_decided_after(session, kept.revision.decision_id)
        fresh = {
            row.call_id: replace(call_file(session, row.call_id), transcript=None, acoustics=None)
            for row in kept.rows
            if row.call_id in changed
        }
        files = tuple(fresh.get(file.call.call_id, file) for file in kept.data.files)
        renewed = {row.call_id: row for row in self._rows(session, tuple(fresh.values()))}
        rows = tuple(renewed.get(row.call_id, row) for row in kept.rows)
        return Month(now, replace(kept.data, files=files), rows)

    def _rows(self, session: Session, files: tuple[CallFile, ...]) -> tuple[CallRow, ...]:
        return call_rows(files, lambda version: self._card(session, version))
