"""Who gets which call: what weighs most first, nobody twice, nobody their own, each fatal error by two people."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models import Verdict
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.models.queue import Asking, Effect, Work
from qa_pipeline.review.queueing import asking, take_next
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.accounts import account_by_login, add_account
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.claims import LEASE, claim_call, claim_on, claims_of, release_claim, renew_claim
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.queries.queue import count_waiting, waiting
from qa_pipeline.store.queries.review import add_decision
from qa_pipeline.store.schema import StandingRow
from tests.e2e.month import CLEAN, MAIN, MONTH, NOW, fill

AT = datetime(2026, 11, 2, 9)
UNCONFIRMED = ("H261004-002", "H261005-001", "H261006-001", "H261007-001")


@pytest.fixture
def month(sessions: sessionmaker[Session], tmp_path) -> sessionmaker[Session]:
    fill(sessions, tmp_path)
    return sessions


def account(session: Session, login: str) -> Account:
    found = account_by_login(session, login)
    assert found is not None
    return found[0]


def who(session: Session, login: str, **settings: object) -> Asking:
    return asking(session, Settings(workspace=".", **settings), account(session, login))


def say(session: Session, call_id: str, code: str, item: str, verdict: Verdict, reviewer: str) -> None:
    audit = call_file(session, call_id).audit
    assert audit is not None
    add_decision(session, audit.audit_id, code, item, verdict, 0, reviewer, "理由", NOW)


def works(session: Session, login: str, **settings: object) -> dict[str, Work]:
    return {line.call_id: line.work for line in waiting(session, who(session, login, **settings), AT)}


def test_what_can_change_most_comes_first(month) -> None:
    with month() as session:
        lines = waiting(session, who(session, "reviewer"), AT)
        assert [line.call_id for line in lines] == [MAIN, "H261007-001", "H261004-002", "H261005-001", "H261006-001"]
        assert [line.effect for line in lines] == [Effect.FATAL, Effect.TOWARDS, *[Effect.POINTS] * 3]
        assert lines[0].codes == ("V1",)
        assert lines[1].codes == ("A5",)


def test_a_suspected_fatal_error_on_which_somebody_spoke_waits_for_another_and_not_for_them(month) -> None:
    with month.begin() as session:
        say(session, MAIN, "FE01", "V1", Verdict.CONFIRM, "质检员甲")
        assert works(session, "reviewer2")[MAIN] is Work.SECOND
        assert works(session, "reviewer")[MAIN] is Work.OPEN  # items are left that any one person may decide
        for item in call_file(session, MAIN).audit.evaluation.open_items:
            code = "TN04" if item == "B4" else item
            say(session, MAIN, code, item, Verdict.NOT_APPLICABLE, "质检员丙")
        assert works(session, "reviewer")[MAIN] is Work.LOW
        for code, item in (("PH05", "A5"), ("PH06", "A6"), ("AN01", "C2"), ("RD02", "D2")):
            say(session, MAIN, code, item, Verdict.CONFIRM, "质检员丙")
        assert MAIN not in works(session, "reviewer")
        assert works(session, "reviewer2")[MAIN] is Work.SECOND


def test_nobody_is_given_their_own_calls(month) -> None:
    with month() as session:
        own = replace(account(session, "reviewer"), operator_id="1003")
        mine = waiting(session, asking(session, Settings(workspace="."), own), AT)
        assert {line.operator_id for line in mine} == {"1001", "1002"}
        namesake = replace(account(session, "reviewer"), name="刘志强")
        assert "1002" not in {
            line.operator_id for line in waiting(session, asking(session, Settings(workspace="."), namesake), AT)
        }


def test_counts_are_those_of_the_lines(month) -> None:
    with month() as session:
        for login in ("reviewer", "supervisor"):
            asked = who(session, login, sure_from=0.5)
            assert count_waiting(session, asked) == {work: len(waiting(session, asked, AT, work)) for work in Work}
        low = count_waiting(session, replace(who(session, "reviewer"), sure_from=1.01))
        assert (low[Work.LOW], low[Work.UNCONFIRMED]) == (4, 0)


def test_nothing_waits_in_a_month_that_is_settled(month) -> None:
    with month.begin() as session:
        save_closing(session, MONTH, [], "主管丁", AT)
        assert works(session, "reviewer") == {}


def test_the_next_call_is_held_for_one_person_and_not_given_to_another(month) -> None:
    with month.begin() as session:
        first, second = account(session, "reviewer"), account(session, "reviewer2")
        one = take_next(session, who(session, "reviewer"), first, AT)
        other = take_next(session, who(session, "reviewer2"), second, AT)
        assert one == (MAIN, Work.SUSPECTED)
        assert other == ("H261007-001", Work.UNCONFIRMED)
        shown = {line.call_id: line for line in waiting(session, who(session, "reviewer2"), AT)}
        assert (shown[MAIN].held_by, shown[MAIN].mine) == ("质检员甲", False)
        assert (shown["H261007-001"].held_by, shown["H261007-001"].mine) == ("质检员乙", True)
        assert not claim_call(session, MAIN, second, AT)
        release_claim(session, MAIN, second.account_id)  # of somebody else's: nothing
        assert claim_on(session, MAIN, AT).account_id == first.account_id


def test_a_claim_that_ran_out_is_anybodys_and_one_that_is_renewed_is_not(month) -> None:
    with month.begin() as session:
        first, second = account(session, "reviewer"), account(session, "reviewer2")
        assert claim_call(session, MAIN, first, AT)
        assert renew_claim(session, MAIN, first.account_id, AT + LEASE / 2)
        assert not claim_call(session, MAIN, second, AT + LEASE)
        assert claim_call(session, MAIN, second, AT + LEASE * 2)
        assert not renew_claim(session, MAIN, first.account_id, AT + LEASE * 2)


def test_who_goes_on_gives_back_what_is_done_and_sees_what_was_left_only_at_the_end(month) -> None:
    with month.begin() as session:
        me, asked = account(session, "reviewer"), who(session, "reviewer", repeat_share=0)
        given = [take_next(session, asked, me, AT)]
        for _ in UNCONFIRMED:
            given.append(take_next(session, asked, me, AT + timedelta(minutes=len(given)), leaving=given[-1][0]))
        assert [one for one, _ in given] == [MAIN, "H261007-001", "H261004-002", "H261005-001", "H261006-001"]
        say(session, "H261006-001", "PH05", "A5", Verdict.CONFIRM, "质检员甲")
        again = take_next(session, asked, me, AT + timedelta(minutes=9), leaving="H261006-001")
        assert again == (MAIN, Work.SUSPECTED)
        assert {claim.call_id for claim in claims_of(session, me.account_id, AT)} == {MAIN, *UNCONFIRMED} - {
            "H261006-001"
        }


def test_a_call_that_one_person_reviewed_may_be_drawn_for_another_to_judge_again(month) -> None:
    with month.begin() as session:
        say(session, CLEAN, "XA1", "A1", Verdict.OVERRULE, "质检员甲")
        lot = session.get_one(StandingRow, CLEAN).lot
        drawn = replace(who(session, "reviewer2"), repeat_share=lot + 1)
        passed = replace(drawn, repeat_share=lot)
        assert CLEAN in {line.call_id for line in waiting(session, drawn, AT, Work.REPEAT)}
        assert CLEAN not in {line.call_id for line in waiting(session, passed, AT)}
        assert CLEAN not in works(session, "reviewer", repeat_share=1.0)
        say(session, CLEAN, "XA1", "A1", Verdict.OVERRULE, "质检员丙")
        assert CLEAN not in {line.call_id for line in waiting(session, drawn, AT)}


def test_twenty_who_begin_at_once_get_no_call_twice(month) -> None:
    people = [Account(0, f"r{n}", f"复核{n}", (Role.REVIEWER,), None, False, "test", NOW) for n in range(20)]
    with month.begin() as session:
        made = [add_account(session, one, one.name, "x") for one in people]
    got: list[str] = []
    start = threading.Barrier(len(made))

    def work(one: Account) -> None:
        start.wait()
        with month.begin() as session:
            given = take_next(session, asking(session, Settings(workspace="."), one), one, AT)
        if given is not None:
            got.append(given[0])

    threads = [threading.Thread(target=work, args=(one,)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(got) == Counter({MAIN: 1, **dict.fromkeys(UNCONFIRMED, 1)})
