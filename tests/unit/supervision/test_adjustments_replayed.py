"""What appeals changed of a settled month comes out again from the ledger: from its verdicts and what was ruled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from qa_pipeline import sampling
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.ledger.adjusted_again import Ledger
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.chain import Entry, Kind, chained
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.replay import Replayed, replay
from qa_pipeline.review import close_month
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.queries.month import save_plan
from qa_pipeline.store.session import close_store
from qa_pipeline.supervision.appeal_changes import Outcome, Ruling
from qa_pipeline.supervision.appeal_targets import notice_target
from tests import centre
from tests.e2e.month import seed
from tests.settled import entries
from tests.unit.supervision.test_adjusting import MONTH, Month, book, item, noted, settle_with_pay, won

NEXT = "2026-11"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    """October settled; two items and part of a notice won; November, in which that is booked, settled too."""
    month: Month = seed(tmp_path_factory.mktemp("replayed"))
    number = noted(month)
    settle_with_pay(month)
    with month[1]() as session:
        taken = notice_target(session, number)
    for target, ruling in (
        (item(month, "C2"), Ruling(Outcome.UPHELD)),
        (taken, Ruling(Outcome.PARTLY, points=Decimal("0.5"))),
        (item(month, "A6"), Ruling(Outcome.PARTLY, faults=1)),
    ):
        book(month, won(month, target, ruling))
    later = centre.call("N1", operator_id="1003", started_at=datetime(2026, 11, 3, 8))
    with month[1].begin() as session:
        centre.put(session, FileKind.CALL_LOG, later)
        save_plan(session, sampling.draw([later], NEXT, 1, "seed", {}, datetime(2026, 12, 1)))
        close_month(session, month[0], NEXT, "孙主管", datetime(2026, 12, 2), accept_open=True)
    with month[1]() as session:
        verify_store(session)
    found = entries(month[1])
    close_store(month[1])
    return found


def replayed(ledger: list[Entry], months: tuple[str, ...] = (MONTH, NEXT)) -> tuple[list[str], Replayed]:
    done = Replayed()
    at_hand = Ledger(lambda: months, lambda of: [entry for entry in ledger if entry.month == of])
    mine = [entry for entry in ledger if entry.month == NEXT]
    return [one.words for one in replay(checked(mine, None), done, at_hand)], done


def changed(ledger: list[Entry], kind: Kind, change: Callable[[Body], object]) -> list[Entry]:
    """Return the ledger with its first entry of a kind changed and all of it chained anew, so that hashes are right."""
    found: list[Entry] = []
    left = [kind]
    for name in (MONTH, NEXT):
        bodies = []
        for entry in (one for one in ledger if one.month == name):
            said = {k: v for k, v in entry.said.items() if k not in {"seq", "month", "previous"}}
            if entry.kind in left:
                left.remove(entry.kind)
                change(said)
            bodies.append(said)
        last = (found[-1].seq, found[-1].sha256) if found else (0, "0" * 64)
        found += chained(bodies, name, *last)
    return found


def test_adjustments_come_out_again_to_the_cent(ledger: list[Entry]) -> None:
    said, done = replayed(ledger)
    assert (said, done.adjustments, done.on_trust) == ([], 3, 0)
    booked = [entry.said for entry in ledger if entry.kind == Kind.ADJUSTMENT]
    assert [one["appeal"]["kind"] for one in booked] == ["item", "notice", "item"]
    assert booked[0]["after"] != booked[0]["before"]
    assert booked[1]["before"] == booked[0]["after"]


def raised(body: Body) -> None:
    body["after"] = {**body["after"], "points": "99.99"}


def lowered(body: Body) -> None:
    body["before"] = {**body["before"], "points": "1.00"}


def never_ruled(body: Body) -> None:
    body["appeal"] = {**body["appeal"], "changes": []}


@pytest.mark.parametrize(("change", "words"), [(raised, "after"), (lowered, "before"), (never_ruled, "after")])
def test_an_adjustment_that_does_not_follow_is_told(
    ledger: list[Entry], change: Callable[[Body], object], words: str
) -> None:
    said, _ = replayed(changed(ledger, Kind.ADJUSTMENT, change))
    assert any(f"话务员 1003 对 {MONTH} 的调整 {words} 账本为" in one for one in said)


def test_a_verdict_that_was_softened_in_the_settled_month_shows_in_the_adjustment(ledger: list[Entry]) -> None:
    def softened(body: Body) -> None:
        body["machine"] = [[code, item, "pass"] for code, item, *_ in body["machine"]]

    whose = next(entry for entry in ledger if entry.kind == Kind.CALL and entry.said["operator"] == "1003")
    first = [one for one in ledger if one.kind != Kind.CALL or one.seq >= whose.seq]
    said, _ = replayed(changed(first, Kind.CALL, softened))
    assert any("的调整 after 账本为" in one for one in said)


def test_without_the_settled_month_adjustments_are_taken_on_trust_and_that_is_counted(ledger: list[Entry]) -> None:
    said, done = replayed(ledger, (NEXT,))
    assert (said, done.adjustments, done.on_trust) == ([], 3, 3)


def test_without_what_was_ruled_only_where_an_adjustment_began_is_computed(ledger: list[Entry]) -> None:
    said, done = replayed(changed(ledger, Kind.ADJUSTMENT, lambda body: body.pop("appeal")))
    assert (said, done.on_trust) == ([], 3)

    def both(body: Body) -> None:
        body.pop("appeal")
        lowered(body)

    said, _ = replayed(changed(ledger, Kind.ADJUSTMENT, both))
    assert [words.split(" 账本为")[0].split("的调整 ")[1] for words in said] == ["before"]
