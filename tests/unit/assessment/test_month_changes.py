"""What changed since the month before, over the whole centre or a part of it."""

from __future__ import annotations

from dataclasses import replace

from qa_pipeline.assessment import assess
from qa_pipeline.assessment.changes import Compared, month_changes
from qa_pipeline.assessment.scopes import Scope, ScopeKind, covered_by, operators_of, part_of_month
from tests.month_builder import CARD, call_file, clean, month, operator, result

CENTRE = Scope()
WANG, LI = operator(), operator("1002", "李强", "二组")
RUDE = clean(CARD, [result("PH06", "A6", faults=3)])
WRONG = clean(CARD, [result("AN01", "C2"), result("PH06", "A6", faults=3)])


def months_with(bad: int, of: int = 30, results=WRONG):
    files = [
        call_file(
            f"C{n}", results if n < bad else clean(CARD), WANG if n % 2 else LI, shift="早班" if n % 3 else "晚班"
        )
        for n in range(of)
    ]
    return month(files, [WANG, LI])


def compared(data, name: str, scope: Scope = CENTRE) -> Compared:
    view = replace(assess(data, CARD, 5), month=name)
    covers = covered_by(scope, data)
    calls = tuple(call for call in view.calls if covers(call.operator_id, call.shift))
    return Compared(
        name, view.scorecard_version, calls, part_of_month(view, data, CARD, scope), operators_of(scope, view)
    )


def test_items_that_got_worse_beyond_chance_are_named_the_worst_first() -> None:
    found = month_changes(compared(months_with(20), "2026-10"), compared(months_with(2), "2026-09"))
    assert found.month == "2026-09"
    assert found.same_card
    assert {one.code for one in found.items} == {"A6", "C2"}
    assert all(one.found.value is not None and one.found.value > 0 for one in found.items)
    assert found.mean is not None
    assert found.mean.value < 0
    assert found.mean.beyond_chance


def test_what_may_be_chance_is_not_named() -> None:
    found = month_changes(compared(months_with(3), "2026-10"), compared(months_with(2), "2026-09"))
    assert found.items == ()
    assert found.compared > 0
    assert found.mean is not None
    assert not found.mean.beyond_chance


def test_with_few_calls_no_item_is_compared() -> None:
    found = month_changes(compared(months_with(4, 10), "2026-10"), compared(months_with(0, 10), "2026-09"))
    assert (found.items, found.compared) == ((), 0)


def test_who_changed_grade_is_named_with_both_grades() -> None:
    fell = month_changes(compared(months_with(30), "2026-10"), compared(months_with(0), "2026-09"))
    assert {(one.operator.name, one.before, one.better) for one in fell.grades} == {
        ("王芳", "优秀", False),
        ("李强", "优秀", False),
    }
    rose = month_changes(compared(months_with(0), "2026-10"), compared(months_with(30), "2026-09"))
    assert all(one.better and one.now == "优秀" for one in rose.grades)


def test_of_another_scorecard_it_is_said() -> None:
    before = replace(compared(months_with(0), "2026-09"), scorecard_version="another")
    assert not month_changes(compared(months_with(0), "2026-10"), before).same_card


def test_a_part_of_the_month_holds_its_own_calls_alone() -> None:
    data = months_with(6)
    team = compared(data, "2026-10", Scope(ScopeKind.TEAM, "二组"))
    shift = compared(data, "2026-10", Scope(ScopeKind.SHIFT, "晚班"))
    one = compared(data, "2026-10", Scope(ScopeKind.OPERATOR, "1001"))
    assert {call.operator_id for call in team.calls} == {"1002"}
    assert [o.operator.name for o in team.operators] == ["李强"]
    assert {call.shift for call in shift.calls} == {"晚班"}
    assert shift.operators == ()
    assert {call.operator_id for call in one.calls} == {"1001"}
    assert team.part.n_sampled + one.part.n_sampled == compared(data, "2026-10").part.n_sampled == 30
    assert team.part.n_frame == 30
