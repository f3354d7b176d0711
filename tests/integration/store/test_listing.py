"""The list is the same as if somebody went through all calls by hand, on either database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models import Verdict
from qa_pipeline.store.queries.calls import call_file, months
from qa_pipeline.store.queries.listing import (
    SORTS,
    ListedCall,
    Wanted,
    count_listed,
    count_states,
    listed_calls,
    neighbours,
    operators_in,
    shifts_in,
)
from qa_pipeline.store.queries.review import add_decision
from tests.e2e.month import CLEAN, FAILED, MAIN, MONTH, NOW, WAITING, fill

KEYS: dict[str, Callable[[ListedCall], Any]] = {
    "time": lambda one: one.standing.started_at,
    "points": lambda one: one.standing.points or 0,
    "operator": lambda one: one.standing.operator_id,
    "length": lambda one: one.standing.duration_s,
    "open": lambda one: len(one.standing.open_items) + len(one.standing.suspected),
    "call": lambda one: one.call_id,
}


@pytest.fixture
def month(sessions: sessionmaker[Session], tmp_path) -> sessionmaker[Session]:
    fill(sessions, tmp_path)
    with sessions.begin() as session:
        audit = call_file(session, "H261005-001").audit
        assert audit is not None
        add_decision(session, audit.audit_id, "PH05", "A5", Verdict.OVERRULE, 0, "质检员甲", "说过了", NOW)
    return sessions


def by_hand(rows: tuple[ListedCall, ...], sort: str) -> list[str]:
    key, down = sort.removeprefix("-"), sort.startswith("-")
    ordered = sorted(rows, key=lambda one: (one.standing.started_at, one.call_id))
    if key == "time" and down:
        ordered.reverse()
    elif key != "time":
        ordered.sort(key=KEYS[key], reverse=down)
    if key in {"points", "open"}:
        ordered.sort(key=lambda one: one.standing.audit_id is None)
    return [one.call_id for one in ordered]


def test_every_sort_and_the_way_from_call_to_call_are_as_by_hand(month) -> None:
    for sort in (f"{way}{key}" for key in SORTS for way in ("", "-")):
        with month() as session:
            wanted = Wanted(MONTH, sort=sort)
            ids = [one.call_id for one in listed_calls(session, wanted, 0, 100)]
            assert ids == by_hand(listed_calls(session, Wanted(MONTH), 0, 100), sort)
            assert [one.call_id for one in listed_calls(session, wanted, 3, 2)] == ids[3:5]
            for one, other in pairwise(ids):
                assert neighbours(session, wanted, one)[1] == other
                assert neighbours(session, wanted, other)[0] == one
            assert neighbours(session, wanted, ids[-1])[1] is None


ASKED = (
    ({"operator": "1002"}, {"H261004-002", "H261006-001", FAILED}),
    ({"team": "二组"}, {MAIN, "H261007-001"}),
    ({"shift": "晚班"}, {"H261006-001", "H261007-001", WAITING}),
    ({"item": "V1"}, {MAIN}),
    ({"item": "A5"}, {MAIN, "H261004-002", "H261006-001", "H261007-001"}),
    ({"item": "A5%"}, set()),
    ({"rule": "TN04"}, {MAIN}),
    ({"state": "reviewed"}, {"H261005-001"}),
    ({"state": "clean"}, {CLEAN}),
    ({"state": "nowhere"}, set()),
    ({"number": "h261004"}, {CLEAN, "H261004-002"}),
    ({"number": "_"}, set()),
    ({"state": "unconfirmed", "operator": "1003"}, {MAIN, "H261007-001"}),
)


def test_what_is_asked_for_is_found_and_counted(month) -> None:
    with month() as session:
        for asked, found in ASKED:
            wanted = replace(Wanted(MONTH), **asked)
            assert {one.call_id for one in listed_calls(session, wanted, 0, 100)} == found, asked
            assert count_listed(session, wanted) == len(found)


def test_a_call_that_no_longer_fits_still_leads_on(month) -> None:
    with month() as session:
        assert neighbours(session, Wanted(MONTH, state="unconfirmed"), "H261005-001") == ("H261004-002", "H261006-001")
        assert neighbours(session, Wanted(MONTH), "no such call") == (None, None)


def test_counts_people_shifts_and_months(month) -> None:
    with month() as session:
        counts, total = count_states(session, MONTH)
        assert (total, counts["waiting"], counts["failed"], counts["suspected"], counts["unconfirmed"]) == (
            8,
            1,
            1,
            1,
            4,
        )
        assert [one for one, _, _ in operators_in(session, MONTH)] == ["1001", "1002", "1003"]
        assert set(shifts_in(session, MONTH)) == {"早班", "中班", "晚班"}
        assert months(session) == (MONTH,)


def test_an_empty_store_has_no_months(sessions) -> None:
    with sessions() as session:
        assert months(session) == ()
