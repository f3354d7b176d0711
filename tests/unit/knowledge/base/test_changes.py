"""What an incoming entry changes is told before it is written, and what judged a call is never rewritten by the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.knowledge.base.changes import Change, ChangeKind, FieldChange, changes_of, overlapping
from qa_pipeline.knowledge.base.plan import Incoming, counted, planned
from qa_pipeline.models import Fact, KnowledgeEntry
from tests import centre

OLD = centre.entry()


def one(entry: KnowledgeEntry, *stored: KnowledgeEntry, correcting: bool = False) -> Change:
    (change,) = changes_of(entry, {known.version: known for known in stored}, correcting=correcting)
    return change


def test_a_new_entry_and_the_same_again() -> None:
    assert one(OLD).kind is ChangeKind.NEW
    assert one(OLD, OLD).kind is ChangeKind.UNCHANGED


def test_another_answer_of_the_same_version_is_refused_with_the_way_out() -> None:
    change = one(replace(OLD, answer="不收费"), OLD)
    assert change.kind is ChangeKind.REFUSED
    assert "新的版本号（如 2）" in change.hint
    assert "--correct" in change.hint


def test_a_correction_is_one_only_when_it_is_said() -> None:
    change = one(replace(OLD, answer="带户口簿，工本费二十元。"), OLD, correcting=True)
    assert change.kind is ChangeKind.CORRECTED
    assert [field.field for field in change.fields] == ["answer"]


def test_who_keeps_an_entry_and_until_when_may_change_without_a_new_version() -> None:
    later = replace(OLD, owner_department="市公安局", details={"review_by": "2027-01-01"})
    change = one(later, OLD)
    assert change.kind is ChangeKind.CHANGED
    assert FieldChange("review_by", "", "2027-01-01") in change.fields


def test_a_version_may_end() -> None:
    assert one(replace(OLD, valid_to=date(2026, 6, 30)), OLD).kind is ChangeKind.CLOSED


def test_a_version_that_supersedes_ends_the_one_before() -> None:
    new = centre.entry(version=2, valid_from=date(2026, 6, 1), details={"supersedes": "K1@1"})
    closed, added = changes_of(new, {1: OLD})
    assert (closed.kind, closed.entry.valid_to) == (ChangeKind.CLOSED, date(2026, 5, 31))
    assert added.kind is ChangeKind.NEW_VERSION


def test_a_version_that_overlaps_and_supersedes_nothing_is_refused() -> None:
    change = one(centre.entry(version=2, valid_from=date(2026, 6, 1)), OLD)
    assert (change.kind, change.column) == (ChangeKind.REFUSED, "valid_from")
    assert "（supersedes）一栏写 K1@1" in change.hint


def test_what_an_owner_confirmed_outlives_the_next_import_of_the_text() -> None:
    confirmed = replace(OLD, details={"facts_confirmed_by": "李四", "facts_confirmed_at": "2026-03-01"})
    assert one(replace(OLD, facts=()), confirmed).kind is ChangeKind.UNCHANGED


def test_a_new_version_keeps_confirmed_what_its_text_still_states() -> None:
    old = centre.entry(answer="工本费40元，20个工作日领取。", facts=(
        Fact("fee", "40", "yuan", must_say=True), Fact("time_limit", "20", "workday"),
    ), valid_to=date(2026, 5, 31))  # fmt: skip
    new = replace(
        old, version=2, answer="工本费30元，20个工作日领取。", facts=(), valid_from=date(2026, 6, 1), valid_to=None
    )
    change = one(new, old)
    assert change.entry.facts == (Fact("fee", "30", "yuan", confirmed=False), Fact("time_limit", "20", "workday"))


def test_the_same_version_twice_in_the_files_names_the_first_place() -> None:
    twice = [Incoming("a.csv", 2, OLD), Incoming("b.csv", 5, replace(OLD, answer="不收费"))]
    plans = planned(twice, {})
    assert counted(plans) == {ChangeKind.NEW: 1, ChangeKind.REFUSED: 1}
    assert "a.csv 第 2 行" in plans[1].change.what


def test_versions_are_taken_in_their_order_whatever_their_files() -> None:
    new = centre.entry(version=2, valid_from=date(2026, 6, 1), details={"supersedes": "K1@1"})
    plans = planned([Incoming("a.md", 1, new), Incoming("b.md", 1, OLD)], {})
    assert [plan.change.kind for plan in plans] == [ChangeKind.NEW, ChangeKind.CLOSED, ChangeKind.NEW_VERSION]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 20), st.integers(0, 20) | st.none()), max_size=6))
def test_what_is_planned_leaves_no_day_with_two_answers(versions: list[tuple[int, int, int | None]]) -> None:
    incoming = [
        Incoming("f", row, centre.entry(
            version=version, valid_from=date(2026, 1, 1 + first),
            valid_to=None if last is None else date(2026, 1, 1 + max(first, last)),
        ))
        for row, (version, first, last) in enumerate(versions)
    ]  # fmt: skip
    stored: dict[int, KnowledgeEntry] = {}
    for plan in planned(incoming, {}):
        if plan.change.kind is not ChangeKind.REFUSED:
            stored[plan.change.entry.version] = plan.change.entry
    assert all(overlapping(entry, stored.values()) is None for entry in stored.values())


ANSWERS = st.text(alphabet="工本费二十元3个作日，。带身份证到派出所0917-3388123", max_size=40)


@given(ANSWERS, ANSWERS, st.booleans())
def test_what_was_taken_once_is_unchanged_when_it_comes_again(first: str, second: str, stated: bool) -> None:
    facts = (Fact("fee", "40", "yuan"),) if stated else ()
    old = centre.entry(answer=first, facts=facts)
    new = centre.entry(
        version=2, answer=second, facts=facts, valid_from=date(2026, 6, 1), details={"supersedes": "K1@1"}
    )
    stored: dict[str, dict[int, KnowledgeEntry]] = {}
    for plan in planned([Incoming("f", 1, old), Incoming("f", 2, new)], {}):
        stored.setdefault("K1", {})[plan.change.entry.version] = plan.change.entry
    again = planned([Incoming("f", 1, old), Incoming("f", 2, new)], stored)
    assert {plan.change.kind for plan in again} == {ChangeKind.UNCHANGED}
