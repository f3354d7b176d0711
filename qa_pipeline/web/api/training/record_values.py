"""What the API tells and takes of the records of training."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import Query

from qa_pipeline.models.training_records import (
    AttendanceWord,
    Presence,
    Seen,
    SessionFile,
    SessionKind,
    SessionWithdrawal,
    TrainingSession,
)
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.training.records.owing import Owed
from qa_pipeline.web.api.base import Values

Text = Annotated[str, Query(max_length=500)]


class SessionLineGiven(Values):
    """A session in a list: of how many operators what counts."""

    session: TrainingSession
    counts: dict[Presence, int]
    withdrawn: bool


class Sessions(Values):
    """A page of sessions, the newest first; ``total`` fit."""

    total: int
    sessions: list[SessionLineGiven]


class SessionDetail(Values):
    """A session, what was said of who attended in order (of one operator the last counts), and its withdrawal."""

    session: TrainingSession
    words: list[AttendanceWord]
    withdrawal: SessionWithdrawal | None


class SessionGiven(Values):
    """A session that was held; ``team`` '' for all, ``items`` codes of the scorecard's that it was about."""

    kind: SessionKind
    held_on: date
    topic: Text
    leader: Text
    minutes: int
    team: Text = ""
    items: Annotated[tuple[str, ...], Query(max_length=100)] = ()


class AttendanceGiven(Values):
    """Who attended, by operator id; with ``rest_present`` whoever the roster has besides was there.

    ``why`` is needed where earlier words are corrected.
    """

    said: Annotated[dict[str, Seen], Query(max_length=5000)]
    rest_present: bool = False
    why: Text = ""


class WithdrawalGiven(Values):
    """Why a session was entered by mistake."""

    reason: Text


class OwingLine(Values):
    """Where one operator stands with one week or month of a kind of training; both days are in it."""

    operator_id: str
    operator: str
    team: str
    kind: SessionKind
    period: str
    first: date
    last: date
    state: Owed
    why: str


class InductionLine(Values):
    """How far an operator's induction is: days taken, days to go, by when, and sessions missed and not made up."""

    operator_id: str
    operator: str
    team: str
    hired_on: date
    due_on: date
    days: list[date]
    left: int
    missed: int


class Overdue(Values):
    """Who owes what since training is recorded; ``since`` None: nothing was recorded yet, and nothing is owed."""

    since: date | None
    owing: list[OwingLine]
    inductions: list[InductionLine]


def session_detail(file: SessionFile, hide: Hide) -> SessionDetail:
    """Return a session; ``hide`` puts stand-ins into what people wrote."""
    gone = file.withdrawal
    return SessionDetail(
        session=hidden_topic(file.session, hide),
        words=[replace(word, reason=hide(word.reason), why=hide(word.why)) for word in file.words],
        withdrawal=None if gone is None else replace(gone, why=hide(gone.why)),
    )


def hidden_topic(session: TrainingSession, hide: Hide) -> TrainingSession:
    """Return a session whose topic has stand-ins."""
    return replace(session, topic=hide(session.topic))
