"""What must hold of every what-if: the same standards change nothing, and nobody chooses a smaller month's calls."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_pipeline.models import MonthData
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries import month_data
from qa_pipeline.store.session import close_store
from qa_pipeline.trial import Otherwise, what_if
from qa_pipeline.trial.other_sizes import Files, first_calls
from scoring.pay import default_scheme
from scoring.scorecard import default_scorecard
from tests.centre import MONTH
from tests.settled import Store, judged_month

CARD, SCHEME = default_scorecard(), default_scheme()
QUOTA = 6
"""Calls of each operator that the month drew."""
# Another version with the same content is the same standard.
CARDS = st.sampled_from([None, CARD, replace(CARD, version="v2", effective_from=date(2027, 1, 1))])
SCHEMES = st.sampled_from([None, SCHEME, replace(SCHEME, version="v2", effective_from=date(2027, 1, 1))])
ENOUGH = st.sets(st.integers(QUOTA, QUOTA + 100), min_size=1, max_size=2)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Store]]:
    """A judged month of two operators."""
    found = judged_month(tmp_path_factory.mktemp("month"))
    yield found
    close_store(found[1])


@pytest.fixture(scope="module")
def data(month: tuple[Settings, Store]) -> MonthData:
    """The month as it is stored."""
    with month[1]() as session:
        return month_data(session, MONTH, speech=False)


@settings(max_examples=6)
@given(CARDS, SCHEMES, ENOUGH)
def test_the_same_standards_change_nothing(
    month: tuple[Settings, Store], card: object, scheme: object, calls: set[int]
) -> None:
    with month[1]() as session:
        found = what_if(session, month[0], MONTH, Otherwise(card=card, scheme=scheme, calls=calls))  # type: ignore[arg-type]
    assert found.operators == found.moved == ()
    assert replace(found.new.view, scorecard_version="", calls=()) == replace(
        found.old.view, scorecard_version="", calls=()
    )
    assert (found.old.pay, found.old.load, found.old.hours) == (found.new.pay, found.new.load, found.new.hours)
    assert all(one.line.grade == now.grade for size in found.sizes for one, now in _pairs(size.operators, found))


def _pairs(ones: tuple, found) -> Iterator:  # type: ignore[no-untyped-def,type-arg]
    return zip(ones, found.new.view.operators, strict=True)


@given(st.integers(1, QUOTA + 3), st.randoms(use_true_random=False))
def test_a_smaller_month_is_the_same_in_whatever_order_its_calls_come(
    data: MonthData, calls: int, shuffling: random.Random
) -> None:
    assert data.plan is not None
    shuffled = list(data.files)
    shuffling.shuffle(shuffled)
    one, other = first_calls(data.files, data.plan, calls), first_calls(tuple(shuffled), data.plan, calls)
    assert _chances(one) == _chances(other)
    counts = Counter(file.call.operator_id for file in one)
    assert set(counts.values()) == {min(calls, QUOTA)}


@given(st.integers(1, QUOTA + 3))
def test_a_call_of_a_smaller_month_was_less_likely_to_be_in_it(data: MonthData, calls: int) -> None:
    assert data.plan is not None
    drawn, kept = _chances(data.files), _chances(first_calls(data.files, data.plan, calls))
    assert kept.items() <= drawn.items() if calls >= QUOTA else all(0 < kept[one] <= drawn[one] for one in kept)


def _chances(files: Files) -> dict[str, object]:
    return {file.call.call_id: file.sampled.probability for file in files if file.sampled is not None}
