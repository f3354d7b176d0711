"""A calibration session as the API tells it: how far it is, and what it came to once that may be shown."""

from __future__ import annotations

from datetime import datetime

from qa_pipeline.calibration.comparing import ItemAgreement, PersonAgreement
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.calibration import (
    Calibration,
    CalibrationClosing,
    CalibrationRemark,
    CalibrationWord,
    Score,
)
from qa_pipeline.models.findings import Evidence
from qa_pipeline.web.api.base import Values
from qa_pipeline.web.calibration import SessionView
from qa_pipeline.web.calibration_results import Differing, Results
from scoring.agreement import Agreement
from scoring.outcome import Outcome


class CallScored(Values):
    """A call of a session; ``scored`` is None where the account does not score in it."""

    call_id: str
    scored: bool | None


class MemberLine(Values):
    """Somebody who scores, and how many calls they have scored whole."""

    account_id: int
    name: str
    scored: int
    finished_at: datetime | None


class MachineLine(Values):
    """What the machine had found of an item when the session was opened."""

    code: str
    outcome: Outcome
    reason: str
    evidence: list[Evidence]


class DifferingLine(Values):
    """An item of a call on which people differ: in the verdict or (``count_only``) in how many faults.

    ``consensus`` is the reference's word, or what most said; None where neither is to be had.
    """

    call_id: str
    item: str
    name: str
    consensus: Score | None
    count_only: bool
    words: list[CalibrationWord]
    machine: list[MachineLine]


class CalibrationResults(Values):
    """What a session came to: of ``judged`` items of calls with two words or more ``same`` were all alike.

    Where more than two people scored, the intervals are too narrow: they say where to talk, not how good anybody is.
    """

    judged: int
    same: int
    overall: Agreement
    people: list[PersonAgreement]
    items: list[ItemAgreement]
    differing: list[DifferingLine]


class CalibrationDetail(Values):
    """A session as the token's account may see it.

    ``words`` are the account's own, and everybody's once ``results`` are there: when all have finished, or it was
    ended. ``kept_back`` are calls that the account has to judge blind elsewhere: till then there are none for it.
    """

    session: Calibration
    calls: list[CallScored]
    members: list[MemberLine]
    member: bool
    may_close: bool
    kept_back: list[str]
    closing: CalibrationClosing | None
    words: list[CalibrationWord]
    remarks: list[CalibrationRemark]
    results: CalibrationResults | None


def detail_of(person: Person, view: SessionView) -> CalibrationDetail:
    """Return a session as its page shows it to somebody."""
    file, me = view.file, person.account.account_id
    scored = view.scored
    return CalibrationDetail(
        session=file.session,
        calls=[
            CallScored(call_id=one.call_id, scored=view.done[me, one.call_id] if view.mine else None)
            for one in file.calls
        ],
        members=[
            MemberLine(
                account_id=one.account_id,
                name=one.name,
                scored=scored[one.account_id],
                finished_at=file.finished.get(one.account_id),
            )
            for one in file.members
        ],
        member=view.mine,
        may_close=view.may_close,
        kept_back=list(view.kept_back),
        closing=file.closing,
        words=list(file.words),
        remarks=list(file.remarks),
        results=None if view.found is None else _results(view.found),
    )


def _results(found: Results) -> CalibrationResults:
    compared = found.comparison
    return CalibrationResults(
        judged=compared.judged,
        same=compared.same,
        overall=compared.overall,
        people=list(compared.people),
        items=list(compared.items),
        differing=[_differing(one) for one in found.differing],
    )


def _differing(one: Differing) -> DifferingLine:
    return DifferingLine(
        call_id=one.found.call_id,
        item=one.found.item,
        name=one.found.name,
        consensus=one.found.consensus,
        count_only=one.found.count_only,
        words=[word for _, word in one.found.words],
        machine=[
            MachineLine(code=r.code, outcome=r.outcome, reason=r.reason, evidence=list(r.evidence)) for r in one.machine
        ],
    )
