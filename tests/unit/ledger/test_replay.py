"""A month comes out again as it was settled, from its ledger alone; whatever was settled otherwise is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from qa_pipeline.errors import LedgerBroken
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.chain import Entry, Kind
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.ordering import ByCall
from qa_pipeline.ledger.replay import Replayed, replay
from qa_pipeline.models import FrameRow
from tests.settled import CLOSED, MONTH, REVIEWED, Store, entries, rewritten


def replayed(ledger: list[Entry]) -> tuple[list[str], Replayed]:
    done = Replayed()
    return [one.words for one in replay(checked(ledger), done)], done


def test_a_settled_month_comes_out_again_to_the_cent(looked_at: Store) -> None:
    said, done = replayed(entries(looked_at))
    assert said == []
    assert (done.month, done.operators, done.calls, done.unpaid) == (MONTH, 2, 12, 1)
    # 20 of 31 days at 1200.00 and 11 at 1500.50, by the factor of the grade.
    assert done.pay_total > Decimal(1000)
    assert done.drawn_again is True
    assert done.models == {f"fake tiny {'0' * 64}"}
    assert done.recordings == 12


CHANGES: list[tuple[Kind, str, Any]] = [
    (Kind.CALL, "points", ["100.00", "100.00", "100.00"]),
    (Kind.CALL, "upheld", "12.00"),
    (Kind.CALL, "counted", False),
    (Kind.CALL, "unjudged", True),
    (Kind.CALL, "final", [["A1", "pass"]]),
    (Kind.CLOSE, "pay_total", "1.00"),
    (Kind.CLOSE, "counts", {}),
    (Kind.CLOSE, "demoted", {"PH06": 1}),
    (Kind.CLOSE, "rulesets", {}),
    (Kind.CLOSE, "frame_sha256", "0" * 64),
]


@pytest.mark.parametrize(("kind", "name", "value"), CHANGES)
def test_what_does_not_follow_from_the_verdicts_is_told(looked_at: Store, kind: Kind, name: str, value: Any) -> None:
    def change(body: Body) -> None:
        if body["kind"] == kind:
            body[name] = value

    said, _ = replayed(rewritten(entries(looked_at), change))
    assert any(f"{name} 账本为" in words for words in said)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mean", "100.00"), ("call_mean", "0.00"), ("range", None), ("interval", None), ("grades", []),
        ("factor", "2"), ("pay", None), ("strike", ["for_review", 3, 3, []]), ("notice_points", "7"),
        ("assessment", []), ("provisional", None), ("heard", 99),
    ],
)  # fmt: skip
def test_an_outcome_that_does_not_follow_is_told(looked_at: Store, name: str, value: Any) -> None:
    def change(body: Body) -> None:
        if body["kind"] == Kind.OPERATOR:
            body["outcome"] = {**body["outcome"], name: value}

    said, _ = replayed(rewritten(entries(looked_at), change))
    assert len(said) == 2
    assert all(f"结果 {name} 账本为" in words for words in said)


def test_a_line_that_does_not_follow_is_told(looked_at: Store) -> None:
    def change(body: Body) -> None:
        if body["kind"] == Kind.OPERATOR:
            body["line"] = {**body["line"], "unreviewed_taken": 99}

    said, _ = replayed(rewritten(entries(looked_at), change))
    assert ["结账行 unreviewed_taken 账本为 99" in words for words in said] == [True, True]


def test_a_verdict_that_was_softened_afterwards_changes_what_comes_out(looked_at: Store) -> None:
    def change(body: Body) -> None:
        if body["kind"] == Kind.CALL:
            body["machine"] = [[code, item, "pass"] for code, item, *_ in body["machine"]]

    said, _ = replayed(rewritten(entries(looked_at), change))
    assert any("points 账本为" in words for words in said)
    assert any("结果 mean 账本为" in words for words in said)


@pytest.mark.parametrize("change", [{"seed": "another"}, {"quota_per_operator": 2}])
def test_a_sample_that_the_seed_does_not_give_is_told(looked_at: Store, change: dict[str, Any]) -> None:
    def changed(body: Body) -> None:
        if body["kind"] == Kind.MONTH:
            body["draw"] = {**body["draw"], **change}

    said, done = replayed(rewritten(entries(looked_at), changed))
    assert done.drawn_again is False
    assert any("重抽为" in words for words in said)


def test_a_sample_is_not_drawn_again_from_another_call_log(looked_at: Store) -> None:
    def change(body: Body) -> None:
        if body["kind"] == Kind.MONTH:
            body["draw"] = {**body["draw"], "frame_sha256": "0" * 64, "seed": "another"}

    said, done = replayed(rewritten(entries(looked_at), change))
    assert (said, done.drawn_again) == ([], None)


def test_one_person_who_speaks_twice_is_not_two(looked_at: Store) -> None:
    """A fatal error that one reviewer confirmed under two ways of writing the name stays suspected."""
    at = REVIEWED.isoformat()

    def words(*names: str) -> list[Entry]:
        def change(body: Body) -> None:
            found = [row for row in body.get("machine", ()) if row[0] == "FE01"]
            if body["kind"] == Kind.CALL and found:
                audit = body["audit"]["id"]
                body["words"] = [
                    [n, audit, "FE01", "V1", "confirm", 1, name, at, "", True, None] for n, name in enumerate(names)
                ]

        return rewritten(entries(looked_at), change)

    def fatal(ledger: list[Entry]) -> bool:
        said, _ = replayed(ledger)
        return any("points" in words and "重算为 ['0" in words for words in said)

    assert fatal(words("孙立", "周倩"))
    assert not fatal(words("孙立", " 孙立 "))


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Kind.MONTH, "scorecard", {"body": {}}),
        (Kind.MONTH, "settings", {}),
        (Kind.CALL, "probability", "often"),
        (Kind.CALL, "probability", "0"),
        (Kind.CALL, "machine", [["PH06", "Z9", "fail", 1]]),
        (Kind.CALL, "machine", [["PH06", "A6", "perhaps"]]),
        (Kind.CALL, "machine", [["PH06", "A6", "fail", -1]]),
        (Kind.NOTICE, "points", "-5"),
        (Kind.OPERATOR, "terms", [["2026-10-01", "2026-10-31", "一组", "regular", "-1.00"]]),
        (Kind.OPERATOR, "earlier", [["2026-12", True, True, True, True, True, False]]),
        (Kind.FRAME, "calls", [["H1", "yesterday", 60, "早班"]]),
        (Kind.FRAME, "calls", [["H1", "2026-10-01T08:00:00", 60, "早班"]] * 2),
    ],
)
def test_what_cannot_be_is_a_clear_error(looked_at: Store, kind: Kind, name: str, value: Any) -> None:
    def change(body: Body) -> None:
        if body["kind"] == kind:
            body[name] = value

    with pytest.raises(LedgerBroken, match=r"第 \d+ 条.*无从重算"):
        replayed(rewritten(entries(looked_at), change))


def test_nothing_of_a_month_is_nothing() -> None:
    assert replayed([]) == ([], Replayed())


def test_a_call_that_stands_twice_in_the_log_is_refused() -> None:
    frame = ByCall()
    row = FrameRow("H1", CLOSED.isoformat(), 60, "1001", "早班")
    with pytest.raises(ValueError, match="twice"):
        frame.add([row, row])
    frame.close()
