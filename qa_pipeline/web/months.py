"""A month as the pages need it, kept until something in the store changes: reading 1,200 calls anew takes a second.

After a decision, which is what changes most often, only its call is read again, and only that call is scored again. Of
a large month (`LARGE` calls and more) that, too, takes seconds: there a page shows what is kept, with the time as of
which it is so (`Month.as_of`), and the month is renewed beside it.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.assessment import CallPoints, MonthView, call_points
from qa_pipeline.models import CallFile, MonthData
from qa_pipeline.review import month_figures
from qa_pipeline.store.queries.calls import call_file, month_data, months
from qa_pipeline.store.queries.revision import Revision, calls_decided_after, only_newer_decisions, revision
from qa_pipeline.web.rows import CallRow, call_rows
from scoring.scorecard import Scorecard

KEPT_MONTHS = 3
"""One that is looked at stands beside the month before it."""
LARGE = 3_000
KEPT_POINTS = 100_000
"""Calls whose points are kept: operators look at months that nobody else has open."""
logger = logging.getLogger(__name__)
CardOf = Callable[[Session, str | None], Scorecard]


@dataclass(frozen=True, slots=True)
class Month:
    """One month at a revision of the store, read at a time: what is stored, and its calls as rows.

    ``figures`` keeps what pages computed of it, and goes with it when something changes.
    """

    revision: Revision
    data: MonthData
    rows: tuple[CallRow, ...]
    as_of: datetime
    figures: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def told_as_of(self) -> datetime | None:
        """As of when it is, where pages must say so: a large month may be a little older than what is stored."""
        return self.as_of if len(self.rows) >= LARGE else None


class Months:
    """The months that were looked at last. ``card`` gives the scorecard of a version, or the one in force."""

    def __init__(self, card: CardOf, min_calls: int, sessions: sessionmaker[Session] | None = None) -> None:
        self._card = card
        self._min_calls = min_calls
        self._sessions = sessions
        self._kept: OrderedDict[str, Month] = OrderedDict()
        self._views: dict[str, tuple[Revision, MonthView]] = {}
        self._points: dict[tuple[str, str], tuple[CallFile, CallPoints]] = {}
        self._lock = threading.Lock()
        self._renewing: set[str] = set()

    def get(self, session: Session, month: str) -> Month:
        """Return a month as it is now; a large one that is renewed beside this may be a little older.

        Raises:
            NotFound: There are no calls of that month.
        """
        kept = self._kept.get(month)
        if self._sessions is not None and kept is not None and len(kept.rows) >= LARGE:
            if kept.revision != revision(session):
                self._renew_beside(self._sessions, month)
            return kept
        return self._current(session, month)

    def view(self, session: Session, month: str) -> MonthView | None:
        """Return a month's figures, None before its calls were drawn; errors as `get`."""
        return self._view(session, self.get(session, month))

    def warm(self) -> None:
        """Read the newest month and its figures beside whatever is asked: a large one takes half a minute."""
        threading.Thread(target=self._warm, name="reads the newest month", daemon=True).start()

    def _warm(self) -> None:
        try:
            with self._sessions() as session:  # type: ignore[misc]  # a server's months have a store
                for newest in months(session)[:1]:
                    self.view(session, newest)
        except Exception:
            logger.exception("the newest month was not read beforehand; its first page will take longer")

    def _current(self, session: Session, month: str) -> Month:
        with self._lock:
            now = revision(session)
            kept = self._kept.get(month)
            if kept is None:
                kept = self._read(session, month, now)
            elif kept.revision != now:
                kept = self._fresh(session, kept, now)
            self._keep(month, kept)
        return kept

    def _keep(self, month: str, kept: Month) -> None:
        self._kept[month] = kept
        self._kept.move_to_end(month)
        while len(self._kept) > KEPT_MONTHS:
            gone, _ = self._kept.popitem(last=False)
            self._views.pop(gone, None)
            self._points.clear()

    def _view(self, session: Session, found: Month) -> MonthView | None:
        if found.data.plan is None:
            return None
        month = found.data.month
        kept = self._views.get(month)
        if kept is None or kept[0] != found.revision:
            card_of = partial(self._card, session)
            view, _ = month_figures(session, found.data, card_of, self._min_calls, self.points_of)
            kept = self._views[month] = (found.revision, view)
        return kept[1]

    def points_of(self, file: CallFile, card: Scorecard) -> CallPoints:
        """Score a call, unless it was scored as it stands by this very scorecard; errors as `call_points`."""
        key = (file.call.call_id, card.sha256)
        kept = self._points.get(key)
        if kept is None or not _stands_as(kept[0], file):
            if len(self._points) >= KEPT_POINTS:
                self._points.clear()
            kept = self._points[key] = (file, call_points(file, card))
        return kept[1]

    def _renew_beside(self, sessions: sessionmaker[Session], month: str) -> None:
        with self._lock:
            if month in self._renewing:
                return
            self._renewing.add(month)
        threading.Thread(target=self._renew, args=(sessions, month), name=f"renews {month}", daemon=True).start()

    def _renew(self, sessions: sessionmaker[Session], month: str) -> None:
        """Make the month and its figures anew, and put both in the place of the old at once."""
        try:
            with sessions() as session:
                now, kept = revision(session), self._kept[month]
                fresh = self._fresh(session, kept, now)
                figures = month_figures(
                    session, fresh.data, partial(self._card, session), self._min_calls, self.points_of
                )
            with self._lock:
                self._keep(month, fresh)
                self._views[month] = (fresh.revision, figures[0])
        except Exception:
            logger.exception("month %s was not renewed; pages go on showing it as it was", month)
        finally:
            with self._lock:
                self._renewing.discard(month)

    def _fresh(self, session: Session, kept: Month, now: Revision) -> Month:
        if only_newer_decisions(session, kept.revision, now):
            return self._renewed(session, kept, now)
        return self._read(session, kept.data.month, now)

    def _read(self, session: Session, month: str, now: Revision) -> Month:
        data = month_data(session, month, speech=False)
        return Month(now, data, self._rows(session, data.files), datetime.now())

    def _renewed(self, session: Session, kept: Month, now: Revision) -> Month:
        """Read again only the calls that somebody decided on."""
        changed = calls_decided_after(session, kept.revision.decision_id)
        fresh = {
            row.call_id: call_file(session, row.call_id, speech=False) for row in kept.rows if row.call_id in changed
        }
        files = tuple(fresh.get(file.call.call_id, file) for file in kept.data.files)
        renewed = {row.call_id: row for row in self._rows(session, tuple(fresh.values()))}
        rows = tuple(renewed.get(row.call_id, row) for row in kept.rows)
        return Month(now, replace(kept.data, files=files), rows, datetime.now())

    def _rows(self, session: Session, files: tuple[CallFile, ...]) -> tuple[CallRow, ...]:
        return call_rows(files, partial(self._card, session), lambda file, card: self.points_of(file, card).evaluation)


def _stands_as(one: CallFile, other: CallFile) -> bool:
    """Whether two files of a call have the same of all that points are made of: an audit is never changed once made."""
    return one is other or _scored(one) == _scored(other)


def _scored(file: CallFile) -> tuple[object, ...]:
    audit = None if file.audit is None else file.audit.audit_id
    return audit, file.decisions, file.sampled, file.failure, file.call
