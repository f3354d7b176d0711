"""Two people, or two processes, at the same moment: what may be done once is done once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.accounts.managing import change_roles, disable_account
from qa_pipeline.errors import Conflict, QaError
from qa_pipeline.models import CallRecord
from qa_pipeline.models import Role as Side
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.models.clips import ClipPlan, ClipWish
from qa_pipeline.models.errands import Errand, ErrandKind, ErrandState
from qa_pipeline.store.queries.accounts import accounts, add_account
from qa_pipeline.store.queries.calibration import hold_calibration
from qa_pipeline.store.queries.clips import clips_of
from qa_pipeline.store.queries.documents import hold_standard
from qa_pipeline.store.queries.errands import add_errand, ask_to_stop, claim_errand, end_errand, errands, go_on
from qa_pipeline.store.queries.knowledge import entry_row, history, hold_entry
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import CallRow, OperatorRow
from qa_pipeline.store.worker import this_worker
from qa_pipeline.training.clips.making import MadeSound, keep_clip
from tests import centre

NOW = datetime(2026, 11, 2, 9, 0)
WAITS_S = 0.2
"""Long enough for the other to read what it would decide by, were it not kept waiting."""
Store = sessionmaker[Session]


def together(store: Store, first: Callable[[Session], object], second: Callable[[Session], object]) -> list[object]:
    """Do one thing and, before it is committed, another in a process of its own; return what each came to."""
    came: list[object] = []

    def later() -> None:
        try:
            with store.begin() as session:
                came.append(second(session))
        except QaError as error:
            came.append(error)

    beside = threading.Thread(target=later)
    with store.begin() as session:
        before = first(session)
        session.flush()
        beside.start()
        time.sleep(WAITS_S)
    beside.join()
    return [before, *came]


@pytest.fixture
def two_administrators(sessions: Store) -> Store:
    with sessions.begin() as session:
        for login in ("root", "root2"):
            add_account(session, Account(0, login, login, (Role.ADMINISTRATOR,), None, False, "test", NOW), login, "")
    return sessions


def take_the_role(session: Session) -> Account:
    return change_roles(session, "root2", (Role.REVIEWER,), None)


@pytest.mark.parametrize("way", [lambda session: disable_account(session, "root2", NOW), take_the_role])
def test_two_administrators_who_bar_each_other_leave_one(two_administrators: Store, way) -> None:
    barred, refused = together(two_administrators, way, lambda session: disable_account(session, "root", NOW))
    assert isinstance(barred, Account)
    assert isinstance(refused, Conflict)
    with two_administrators() as session:
        left = [a.login for a in accounts(session) if a.disabled_at is None and Role.ADMINISTRATOR in a.roles]
    assert left == ["root"]


@pytest.mark.parametrize("hold", [partial(hold_standard, kind="ruleset"), partial(hold_calibration, session_id=1)])
def test_a_table_that_is_only_added_to_can_be_held(sessions: Store, hold) -> None:
    with sessions.begin() as session:
        hold(session)


def test_the_same_errand_asked_by_two_processes_at_once_is_one(sessions: Store) -> None:
    def ask(session: Session) -> Errand:
        return add_errand(session, ErrandKind.RUN, {"month": "2026-10"}, "周倩", NOW)

    first, second = together(sessions, ask, ask)
    assert first == second
    with sessions() as session:
        assert len(errands(session)) == 1


def test_what_was_asked_before_and_ended_can_be_asked_again_and_not_gone_on_with_meanwhile(sessions: Store) -> None:
    def ask(session: Session) -> Errand:
        return add_errand(session, ErrandKind.RUN, {"month": "2026-10"}, "周倩", NOW)

    with sessions.begin() as session:
        first = ask(session)
        held = claim_errand(session, this_worker(), NOW)
        assert held is not None
        assert end_errand(session, held, ErrandState.FAILED, NOW)
        second = ask(session)
        with pytest.raises(Conflict, match=f"已在进行（{second.errand_id} 号）"):
            go_on(session, first.errand_id)
        ask_to_stop(session, second.errand_id, ErrandState.CANCELLED, NOW)
        go_on(session, first.errand_id)
        assert ask(session).errand_id == first.errand_id


def test_two_workers_keep_one_clip_of_the_same_words(sessions: Store) -> None:
    with sessions.begin() as session:
        session.add(OperatorRow(operator_id="1001", name="陈晓雯", team="一组", leader_id=None, hired_on=None))
        session.flush()
        call = CallRecord("H1", NOW, 60, "1001", "白班", "13900001234", Side.CALLER, None, "", None)
        session.add(as_row(CallRow, call, month="2026-11"))
    plan = ClipPlan(0, 9_000, (0,), (), (), (Side.CALLER,), (), ())

    def keep(session: Session) -> int:
        return keep_clip(session, ClipWish("H1", 0, 9_000), plan, MadeSound("", "0" * 64, 9_000), "甲", NOW).clip_id

    kept, refused = together(sessions, keep, keep)
    assert isinstance(refused, Conflict)
    with sessions() as session:
        assert [file.clip.clip_id for file in clips_of(session, "H1")] == [kept]


def test_two_words_on_an_entry_at_once_are_told_apart(sessions: Store) -> None:
    with sessions.begin() as session:
        session.add(entry_row(centre.entry(), NOW))

    def say(session: Session) -> int:
        hold_entry(session, "K1")
        seen = len(history(session, "K1"))
        session.add(entry_row(centre.entry(), NOW))
        return seen

    assert together(sessions, say, say) == [1, 2]
