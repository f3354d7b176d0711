import json
from dataclasses import replace
from decimal import Decimal

import pytest

from qa_pipeline.assessment import (
    Beside,
    NoteKind,
    assess,
    closed_line,
    closing_lines,
    line_mapping,
    open_before_closing,
)
from qa_pipeline.models import DrawReason, Outcome, Verdict
from scoring.strikes import StrikeStatus
from tests.month_builder import CARD, MONTH, advice, call_file, clean, decision, month, operator, result

WANG, LI = operator("1001", "王芳"), operator("1002", "李强")
WRONG = result("AN02", "C2")
BAD = [WRONG, result("PH01", "A1", faults=3, parts=3), result("RD02", "D2", faults=2), result("AN01", "C1")]  # 72
OPEN = result("AN03", "C3", Outcome.UNDETERMINED)


def twice(results):
    """Two reviewers who confirm everything."""
    return [
        decision(one.code, one.item, Verdict.CONFIRM, name, n=2 * k + j)
        for k, one in enumerate(results)
        for j, name in enumerate(("张敏", "周倩"))
    ]


KNOWN_SPREAD = Beside(variance=Decimal(9))
"""As a month has it that is not the first: calls that are all alike tell nothing by themselves."""


def line_of(files, who=WANG, people=(WANG, LI), min_calls=10, previous=()):
    view = assess(month(files, people), CARD, min_calls, previous, beside=KNOWN_SPREAD)
    return next(line for line in view.operators if line.operator == who)


def failing(month_name, confirmed=True, **changes):
    files = [call_file(f"C{n}", clean(but=BAD), WANG, decisions=twice(BAD) if confirmed else ()) for n in range(12)]
    view = assess(month(files, [WANG]), CARD, 10, beside=KNOWN_SPREAD)
    return replace(closing_lines(view)[0], month=month_name, **changes)


def kinds(line):
    return {note.kind: note.count for note in line.notes}


def test_a_month_has_its_mean_interval_grade_and_factor():
    files = [call_file(f"C{n}", clean(but=[WRONG] if n < 5 else []), WANG) for n in range(10)]
    line = line_of(files)
    assert (line.n_heard, line.n_frame) == (10, 20)
    assert (line.mean, line.mean_low, line.mean_high) == (94, 94, 100)
    assert line.interval_low < 94 < line.interval_high
    assert (line.grade, line.grade_low, line.grade_high, line.factor) == ("良好", "良好", "优秀", 1)
    assert line.provisional


def test_a_month_that_people_settled_is_not_provisional():
    files = [call_file(f"C{n}", clean(but=[WRONG]), WANG, decisions=twice([WRONG])) for n in range(3)]
    line = line_of(files)
    assert (line.mean_low, line.mean, line.mean_high, line.provisional) == (88, 88, 88, False)


def test_a_clean_month_needs_nobody():
    line = line_of([call_file(f"C{n}", clean(), WANG) for n in range(10)])
    assert (line.provisional, line.grade, line.notes) == (False, "优秀", ())


def test_what_is_open_costs_nothing_and_is_told():
    line = line_of([call_file(f"C{n}", clean(but=[OPEN]), WANG) for n in range(10)])
    assert (line.mean, line.mean_low, line.provisional) == (100, 94, True)
    assert kinds(line) == {NoteKind.OPEN: 10}
    assert str(line.notes[0]) == "10 通有待人工判定的内容，存疑不扣"


def test_a_call_that_people_must_judge_the_most_part_of_does_not_stand_at_full_points():
    nobody_knows = [result("X" + item.code, item.code, Outcome.UNDETERMINED) for item in CARD.items]
    line = line_of([call_file("C1", clean(but=[WRONG]), WANG), call_file("C2", nobody_knows, WANG)])
    assert (line.n_heard, line.mean, line.provisional) == (1, 88, True)
    assert kinds(line)[NoteKind.UNJUDGED] == 1


def test_half_of_the_points_judged_are_enough_to_count():
    said = {"A": Outcome.UNDETERMINED, "B": Outcome.PASS, "C": Outcome.PASS, "D": Outcome.UNDETERMINED}
    half = [result("X" + item.code, item.code, said[item.group]) for item in CARD.items]
    assert line_of([call_file("C1", half, WANG)]).n_heard == 1


def test_calls_weigh_by_their_chance_of_being_drawn():
    often = call_file("C1", clean(), WANG, probability="1")
    seldom = call_file("C2", clean(but=[WRONG]), WANG, probability="0.2")
    assert line_of([often, seldom]).mean == Decimal("90.00")  # (100 + 5 * 88) / 6


def test_a_risk_supplement_and_calls_outside_the_plan_never_count():
    files = [
        call_file("C1", clean(), WANG),
        call_file("C2", clean(but=[WRONG]), WANG, reason=DrawReason.RISK),
        call_file("C3", clean(but=[WRONG]), WANG, reason=None),
    ]
    assert (line_of(files).n_heard, line_of(files).mean) == (1, 100)


def test_a_risk_supplement_moves_no_figure_that_decides_pay_or_strikes():
    files = [call_file(f"C{n}", clean(but=[WRONG] if n < 5 else []), WANG) for n in range(12)]
    risky = [
        call_file(f"R{n}", clean(but=BAD), WANG, reason=DrawReason.RISK, probability="1", decisions=twice(BAD))
        for n in range(9)
    ]
    plain, mixed = line_of(files), line_of([*files, *risky])
    for name in ("n_heard", "mean", "mean_low", "mean_high", "interval_low", "interval_high", "grade", "factor"):
        assert getattr(mixed, name) == getattr(plain, name), name
    assert (mixed.assessment, mixed.strike) == (plain.assessment, plain.strike)


def test_a_replaced_call_counts_nowhere_and_holds_up_no_closing():
    gone = call_file("C2", clean(but=BAD), WANG, reason=DrawReason.REPLACED, failure="已替换：串线")
    silent = call_file("C3", None, WANG, reason=DrawReason.REPLACED, failure="已替换：无声")
    view = assess(month([call_file("C1", clean(), WANG), gone, silent], (WANG, LI)), CARD, 1)
    assert (view.operators[0].n_heard, view.operators[0].mean) == (1, 100)
    assert NoteKind.NOT_AUDITED not in kinds(view.operators[0])
    assert open_before_closing(view) == ()


def test_a_replacement_counts_like_what_it_replaces():
    files = [call_file("C1", clean(but=[WRONG]), WANG, reason=DrawReason.REPLACEMENT)]
    assert line_of(files).mean == 88


def test_too_few_calls_have_a_grade_and_are_marked():
    line = line_of([call_file("C1", clean(), WANG)])
    assert (line.grade, line.enough) == ("优秀", False)
    assert kinds(line) == {NoteKind.FEW_CALLS: 10}


def test_an_operator_without_calls_has_no_grade_and_no_factor():
    line = line_of([call_file("C1", clean(), WANG)], who=LI)
    assert (line.mean, line.grade, line.factor, line.interval_low) == (None, None, None, None)
    assert not line.provisional
    assert kinds(line) == {NoteKind.NOTHING_HEARD: 1}


def test_calls_that_could_not_be_audited_are_told_and_left_out():
    line = line_of([call_file("C1", clean(), WANG), call_file("C2", None, WANG, failure="录音被截断")])
    assert line.n_heard == 1
    assert kinds(line)[NoteKind.NOT_AUDITED] == 1


def test_a_call_to_which_nothing_applies_is_no_free_hundred():
    nothing = [result(f"R{item.code}", item.code, Outcome.NOT_APPLICABLE) for item in CARD.items]
    line = line_of([call_file("C1", nothing, WANG), call_file("C2", clean(but=[WRONG]), WANG)])
    assert (line.n_heard, line.mean) == (1, 88)
    assert kinds(line)[NoteKind.NOTHING_APPLIES] == 1


def test_fatal_errors_are_counted_as_suspected_and_as_confirmed():
    insult = advice("FE01", "V1")
    files = [
        call_file("C1", clean(but=[insult]), WANG),
        call_file("C2", clean(but=[insult]), WANG, decisions=twice([insult])),
        call_file("C3", clean(), WANG),
    ]
    line = line_of(files)
    assert (line.suspected_fatal, line.confirmed_fatal) == (1, 1)
    assert line.mean == Decimal("66.67")  # (100 + 0 + 100) / 3
    assert (line.mean_low, line.grade, line.grade_low) == (Decimal("33.33"), "不合格", "不合格")
    assert {NoteKind.SUSPECTED, NoteKind.FATAL} <= set(kinds(line))


def test_a_failed_month_is_no_strike_before_two_people_confirmed_it():
    files = [call_file(f"C{n}", clean(but=BAD), WANG) for n in range(12)]
    line = line_of(files)
    assert (line.mean, line.grade, line.failing) == (72, "不合格", True)
    assert line.assessment.failed
    assert not line.assessment.confirmed
    assert line.strike.status is StrikeStatus.NONE


def test_a_failed_month_that_two_people_confirmed_counts():
    files = [call_file(f"C{n}", clean(but=BAD), WANG, decisions=twice(BAD)) for n in range(12)]
    line = line_of(files)
    assert line.assessment.proven
    assert (line.strike.status, line.strike.run) == (StrikeStatus.COUNTING, 1)


def test_a_failed_month_of_few_calls_is_no_strike():
    files = [call_file(f"C{n}", clean(but=BAD), WANG, decisions=twice(BAD)) for n in range(9)]
    assert not line_of(files).assessment.proven


def test_a_failed_month_whose_interval_reaches_the_line_is_no_strike():
    worst = [*BAD, result("RD01", "D1", faults=2), result("AN05", "C5")]
    files = [
        call_file(f"C{n}", clean(but=worst if n < 9 else []), WANG, decisions=twice(worst) if n < 9 else ())
        for n in range(12)
    ]
    line = line_of(files)
    assert line.mean < 75
    assert line.assessment.failed
    assert line.assessment.confirmed
    assert not line.assessment.below


def test_three_proven_months_are_put_forward():
    files = [call_file(f"C{n}", clean(but=BAD), WANG, decisions=twice(BAD)) for n in range(12)]
    earlier = [failing("2026-09"), failing("2026-08"), failing("2026-11")]
    line = line_of(files, previous=earlier)
    assert line.strike.status is StrikeStatus.RETRAINING_FIRST
    assert line.strike.months == ("2026-08", "2026-09", MONTH)


def test_other_peoples_months_and_appeals_do_not_count():
    files = [call_file(f"C{n}", clean(but=BAD), WANG, decisions=twice(BAD)) for n in range(12)]
    others = [failing("2026-09", operator_id="1002"), failing("2026-08")]
    assert line_of(files, previous=others).strike.run == 2
    pending = [failing("2026-09", appeal_pending=True), failing("2026-08")]
    assert line_of(files, previous=pending).strike.status is StrikeStatus.HELD


def test_an_earlier_month_that_nobody_settled_breaks_the_run_and_leave_does_not():
    files = [call_file(f"C{n}", clean(but=BAD), WANG, decisions=twice(BAD)) for n in range(12)]
    earlier = [failing("2026-07"), failing("2026-08")]
    on_leave = assess(month(files, [WANG]), CARD, 10, earlier, beside=KNOWN_SPREAD).operators[0]
    unsettled = assess(
        month(files, [WANG]), CARD, 10, earlier, still_open=["2026-09", "2026-11"], beside=KNOWN_SPREAD
    ).operators[0]
    assert (on_leave.strike.status, on_leave.strike.run) == (StrikeStatus.RETRAINING_FIRST, 3)
    assert (unsettled.strike.status, unsettled.strike.run) == (StrikeStatus.COUNTING, 1)


def test_a_settled_line_survives_as_plain_json():
    for line in (failing("2026-09"), closing_lines(assess(month([], [LI]), CARD, 10))[0]):
        assert closed_line({**line_mapping(line), "name": "later additions are left aside"}) == line
        assert closed_line(json.loads(json.dumps(line_mapping(line)))) == line


def test_a_settled_line_without_a_key_is_refused():
    with pytest.raises(TypeError, match="n_heard"):
        closed_line({key: value for key, value in line_mapping(failing("2026-09")).items() if key != "n_heard"})


def test_the_centre_has_its_figures():
    files = [
        *(call_file(f"C{n}", clean(but=[WRONG]), WANG) for n in range(2)),
        *(call_file(f"D{n}", clean(but=[OPEN]), LI) for n in range(2)),
        call_file("E1", None, LI, failure="录音为空"),
    ]
    view = assess(month(files, [WANG, LI]), CARD, 10)
    centre = view.centre
    assert (centre.n_frame, centre.n_sampled, centre.n_audited, centre.n_counted, centre.n_failed) == (10, 5, 4, 4, 1)
    assert (centre.mean, centre.n_open, centre.n_unconfirmed) == (94, 2, 2)
    assert view.provisional
    assert {s.code: s.percent for s in centre.sections} == {"A": 100, "B": 100, "C": 80, "D": 100}
    item = next(item for item in centre.items if item.code == "C2")
    assert (item.n_applicable, item.n_lost, item.n_open, item.lost) == (4, 2, 0, 24)
    assert next(item for item in centre.items if item.code == "C3").n_open == 2


def test_three_accuracies_are_told_apart():
    leak = advice("FE05", "V5")
    phone = result("RD01", "D1")
    files = [
        call_file("C1", clean(but=[WRONG]), WANG),
        call_file("C2", clean(but=[leak]), WANG),
        call_file("C3", clean(but=[phone]), WANG),
        call_file("C4", clean(but=[leak]), WANG, decisions=twice([leak])),
    ]
    found = {
        a.kind: (a.standing.hits, a.worst.hits, a.standing.n) for a in assess(month(files), CARD, 10).centre.accuracies
    }
    assert found == {"caller": (3, 3, 4), "business": (3, 3, 4), "compliance": (3, 2, 4)}


def test_a_centre_where_nothing_was_heard_has_no_figures():
    centre = assess(month([], [WANG]), CARD, 10).centre
    assert (centre.mean, centre.interval_low, centre.false_flags) == (None, None, None)
    assert all(accuracy.standing.value is None for accuracy in centre.accuracies)
    assert all(section.percent is None for section in centre.sections)


def test_the_chance_of_a_false_flag_is_that_of_the_calls_heard():
    files = [call_file(f"C{n}", clean(), WANG) for n in range(20)]
    flags = assess(month(files, [WANG]), CARD, 10).centre.false_flags
    assert (flags.n, flags.operators) == (20, 1)
    assert flags.naive == pytest.approx(0.004, abs=0.0001)
    assert flags.gated < flags.naive
    assert flags.naive_anybody == pytest.approx(flags.naive)


def test_operators_stand_in_order_of_their_number():
    view = assess(month([], [LI, WANG]), CARD, 10)
    assert [line.operator.operator_id for line in view.operators] == ["1001", "1002"]


def test_the_order_of_calls_and_decisions_changes_nothing():
    files = [call_file(f"C{n}", clean(but=BAD), WANG, decisions=twice(BAD)) for n in range(12)]
    turned = [replace(file, decisions=tuple(reversed(file.decisions))) for file in reversed(files)]
    assert line_of(files) == line_of(turned)
