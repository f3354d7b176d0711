"""A month by other standards: the settling function's own figures, what is sure of them, and nothing written."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.assessment import Note, NoteKind, OperatorMonth
from qa_pipeline.cli.what_if_told import what_if_lines
from qa_pipeline.errors import NotFound, PaySchemeInvalid, ScorecardInvalid, UserError
from qa_pipeline.models import DrawReason
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.settings import Settings, load_settings
from qa_pipeline.standards import ruleset_of
from qa_pipeline.store.queries import month_data
from qa_pipeline.store.schema import OperatorRow
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.trial import Otherwise, WhatIf, compare_month, what_if
from qa_pipeline.trial.other_sizes import Basis, first_calls
from qa_pipeline.trial.outlook import Sureness, sureness
from scoring.pay import GradePay, default_scheme
from scoring.scorecard import Scorecard, default_scorecard
from tests import centre
from tests.month_builder import clean
from tests.settled import audited, judged_month, settled_centre, tamper

CARD, SCHEME, MONTH = default_scorecard(), default_scheme(), centre.MONTH
Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """An open month of two operators with six drawn calls each, of twelve; a what-if writes nothing into it."""
    settings, sessions = judged_month(tmp_path_factory.mktemp("month"))
    yield settings, sessions
    close_store(sessions)


@pytest.fixture(scope="module")
def judged_words(judged: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A copy of a centre whose words are stored, so that it can be judged anew."""
    folder = tmp_path_factory.mktemp("words") / "centre"
    shutil.copytree(judged, folder)
    settings = load_settings(folder)
    sessions = open_store(settings.url)
    yield settings, sessions
    close_store(sessions)


def ask(where: Centre, otherwise: Otherwise, name: str = MONTH) -> WhatIf:
    settings, sessions = where
    with sessions() as session:
        return what_if(session, settings, name, otherwise)


def costlier(code: str, per_fault: str) -> Scorecard:
    items = tuple(
        replace(i, per_fault=Decimal(per_fault), cap=Decimal(12)) if i.code == code else i for i in CARD.items
    )
    return replace(CARD, version="v2", items=items)


def harder(line: str) -> Scorecard:
    """A scorecard whose 优秀 begins elsewhere."""
    first, *others = CARD.grades
    return replace(CARD, version="v3", grades=(replace(first, at_least=Decimal(line)), *others))


def milder(tmp_path: Path) -> Ruleset:
    path = tmp_path / "milder.yaml"
    path.write_text('version: "m-1"\nrules:\n  PH06: {standing: advise}\n', encoding="utf-8")
    return load_ruleset(path)


def by_id(found: WhatIf) -> dict[str, tuple[OperatorMonth, OperatorMonth]]:
    return {change.new.operator.operator_id: (change.old, change.new) for change in found.operators}


def test_a_costlier_item_lowers_those_who_failed_it_by_stored_verdicts_alone(month: Centre) -> None:
    found = ask(month, Otherwise(card=costlier("A6", "8")))
    assert found.old.ruleset is found.new.ruleset is None
    assert found.rules == ()
    assert set(by_id(found)) == {"1001", "1002"}
    for old, new in by_id(found).values():
        assert old.mean is not None
        assert new.mean is not None
        assert new.mean < old.mean
    assert found.new.view.centre.mean is not None
    assert found.old.view.centre.mean is not None
    assert found.new.view.centre.mean < found.old.view.centre.mean


def test_other_grades_change_pay_and_leave_points_alone(month: Centre) -> None:
    found = ask(month, Otherwise(card=harder("100")))
    assert {(old.mean, old.mean_low) for old, _ in by_id(found).values()} == {
        (new.mean, new.mean_low) for _, new in by_id(found).values()
    }
    paid = found.old.view.operators[0], found.new.view.operators[0]
    assert [line.pay is not None for line in paid] == [True, True]
    assert found.new.pay == sum(line.pay for line in found.new.view.operators if line.pay is not None)


def test_another_pay_scheme_changes_pay_alone(month: Centre) -> None:
    richer = replace(SCHEME, version="p2", grades=tuple(GradePay(b.name, reward=Decimal(300)) for b in CARD.grades))
    found = ask(month, Otherwise(scheme=richer))
    ((old, new),) = by_id(found).values()
    assert (old.mean, old.grade, old.strike) == (new.mean, new.grade, new.strike)
    assert old.pay is not None
    assert new.pay == old.pay + 300
    assert found.old.pay is not None
    assert found.new.pay == found.old.pay + 300
    assert [change.sureness for change in found.operators] == [Sureness.SAME]


def test_a_ruleset_gives_the_figures_of_rules_diff(judged_words: Centre, tmp_path: Path) -> None:
    settings, sessions = judged_words
    found = ask(judged_words, Otherwise(ruleset=milder(tmp_path)))
    assert found.old.ruleset is not None
    assert found.new.ruleset is not None
    with sessions() as session:
        diff = compare_month(session, settings, MONTH, found.old.ruleset, found.new.ruleset)
    assert diff.operators
    assert tuple(replace_pay(pair) for pair in by_id(found).values()) == diff.operators
    assert (found.old.view.centre.mean, found.new.view.centre.mean) == diff.centre
    assert (found.old.load, found.new.load) == diff.load
    assert found.rules == diff.rules


def replace_pay(pair: tuple[OperatorMonth, OperatorMonth]) -> tuple[OperatorMonth, OperatorMonth]:
    old, new = (replace(line, pay=None) for line in pair)
    return old, new


def test_a_ruleset_and_a_scorecard_together_are_judged_by_one_and_scored_by_the_other(
    judged_words: Centre, tmp_path: Path
) -> None:
    rules, card = milder(tmp_path), costlier("A1", "5")
    both = ask(judged_words, Otherwise(card=card, ruleset=rules))
    alone = ask(judged_words, Otherwise(ruleset=rules))
    assert both.new.load == alone.new.load
    assert both.new.view.scorecard_version == "v2"
    assert both.old.view == alone.old.view


def test_a_scorecard_without_what_rules_judge_is_refused_with_or_without_judging_anew(
    judged_words: Centre, tmp_path: Path
) -> None:
    without = replace(CARD, items=tuple(item for item in CARD.items if item.code != "A6"))
    with pytest.raises(ScorecardInvalid, match="A6"):
        ask(judged_words, Otherwise(card=without))
    with pytest.raises(ScorecardInvalid, match=r"A6 \(rule PH06\)"):
        ask(judged_words, Otherwise(card=without, ruleset=milder(tmp_path)))


def test_an_item_that_no_rule_has_judged_waits_for_people_in_every_call(month: Centre) -> None:
    new = replace(CARD.items[0], code="A9", name="新增", points=Decimal(1))
    found = ask(month, Otherwise(card=replace(CARD, version="v4", items=(*CARD.items, new))))
    assert found.unjudged_items == ("A9",)
    assert found.new.view.centre.n_open == found.new.view.centre.n_audited
    hint = replace(new, hint_only=True)
    assert ask(month, Otherwise(card=replace(CARD, items=(*CARD.items, hint)))).unjudged_items == ()


def test_a_scheme_that_does_not_fit_the_scorecard_is_refused(month: Centre) -> None:
    with pytest.raises(PaySchemeInvalid, match="卓越"):
        ask(month, Otherwise(scheme=replace(SCHEME, grades=(GradePay("卓越"),))))
    renamed = replace(CARD, grades=(replace(CARD.grades[0], name="卓越"), *CARD.grades[1:]))
    found = ask(month, Otherwise(card=renamed, scheme=replace(SCHEME, grades=(GradePay("卓越"),))))
    assert found.new.scheme.grades == (GradePay("卓越"),)


def test_fewer_calls_are_the_first_of_the_seed_with_their_actual_result(month: Centre) -> None:
    (size,) = ask(month, Otherwise(calls=[2])).sizes
    first = {one.line.operator.operator_id: one for one in size.operators}
    assert [first[who].basis for who in ("1001", "1002")] == [Basis.FIRST, Basis.FIRST]
    assert [first[who].line.n_audited for who in ("1001", "1002")] == [2, 2]
    assert all(one.otherwise is None for one in size.operators)
    assert size.false_flags is not None
    assert size.false_flags.n == 2


def test_as_many_calls_as_were_drawn_are_the_month_itself(month: Centre) -> None:
    found = ask(month, Otherwise(calls=[6]))
    (size,) = found.sizes
    assert tuple(one.line for one in size.operators) == found.new.view.operators
    assert {one.basis for one in size.operators} == {Basis.ALL}
    assert size.hours == pytest.approx(found.new.hours)


def test_more_calls_are_estimated_up_to_all_that_there_are(month: Centre) -> None:
    found = ask(month, Otherwise(calls=[500, 8, 8]))
    assert [size.calls for size in found.sizes] == [8, 500]
    some, everything = ({one.line.operator.operator_id: one for one in size.operators} for size in found.sizes)
    assert some["1001"].basis is Basis.ESTIMATE
    assert some["1001"].otherwise is not None
    assert everything["1001"].otherwise is not None
    assert 0 < some["1001"].otherwise < everything["1001"].otherwise < 1
    assert everything["1001"].calls < 500
    assert everything["1001"].low == everything["1001"].high == everything["1001"].line.mean  # nothing is unheard
    assert some["1001"].low is not None
    assert some["1001"].high is not None
    assert some["1001"].low < some["1001"].high
    assert found.sizes[1].hours > found.sizes[0].hours > found.new.hours


def test_of_who_took_no_call_nothing_is_told(tmp_path: Path) -> None:
    settings, sessions = judged_month(tmp_path)
    with sessions.begin() as session:
        session.add(OperatorRow(operator_id="1009", name="吴九", team="一组"))
    (size,) = ask((settings, sessions), Otherwise(calls=[20])).sizes
    close_store(sessions)
    away = size.operators[-1]
    assert away.line.operator.operator_id == "1009"
    assert (away.calls, away.basis, away.low, away.otherwise, away.hours) == (0, Basis.ALL, None, None, 0.0)


def test_from_a_single_call_nothing_is_estimated(tmp_path: Path) -> None:
    sessions = open_store(f"sqlite:///{tmp_path / 'few.sqlite3'}", create=True)
    calls = centre.many_calls(8)
    with sessions.begin() as session:
        centre.put_calls(session, calls)
        plan = centre.put_plan(session, calls, 2)
        audited(session, next(c for c in calls if c.call_id == plan.calls[0].call_id), clean(CARD))
    found = ask((Settings(workspace=tmp_path), sessions), Otherwise(calls=[3]))
    close_store(sessions)
    assert found.n_unheard == 3
    told = [(one.basis, one.calls, one.low, one.otherwise) for one in found.sizes[0].operators]
    assert told == [(Basis.UNKNOWN, 3, None, None)] * 2
    assert "计分通话太少，无从估计" in (said := "\n".join(what_if_lines(found)))
    assert "注意：3 通抽中的通话还没有质检结果" in said


def test_a_call_that_was_added_for_its_risk_stays_and_counts_nowhere(month: Centre) -> None:
    with month[1]() as session:
        data = month_data(session, MONTH, speech=False)
    assert data.plan is not None
    first, *others = data.files
    assert first.sampled is not None
    risky = replace(first, sampled=replace(first.sampled, reason=DrawReason.RISK))
    kept = first_calls((risky, *others), data.plan, 1)
    assert risky in kept
    assert len(kept) == 3  # and one of each operator


def test_the_ruleset_that_judged_the_month_stands_for_it_when_another_is_in_force(judged: Path, tmp_path: Path) -> None:
    shutil.copytree(judged, tmp_path / "words")
    settings = replace_ruleset(tmp_path / "words")
    sessions = open_store(settings.url)
    shipped = ask((settings, sessions), Otherwise(ruleset=ruleset_of(settings)))
    close_store(sessions)
    assert shipped.old.ruleset is not None
    assert shipped.old.ruleset.version == load_ruleset().version
    assert [change.code for change in shipped.rules] == ["PH06"]


def replace_ruleset(workspace: Path) -> Settings:
    """Put another ruleset in force, by which nothing was judged."""
    settings = load_settings(workspace)
    (workspace / settings.ruleset).write_text('version: "m-1"\nrules:\n  PH06: {standing: advise}\n', "utf-8")
    return settings


def test_who_fails_by_a_higher_line_is_told_so(month: Centre) -> None:
    *passing, failing = CARD.grades
    lines = ("100", "99.99", "99.98")
    bands = tuple(replace(b, at_least=Decimal(line)) for b, line in zip(passing, lines, strict=True))
    said = list(what_if_lines(ask(month, Otherwise(card=replace(CARD, version="v5", grades=(*bands, failing))))))
    assert any("本月 合格 → 不合格；连续不合格 无（不变）" in one for one in said)


def test_cautions_stand_before_the_figures(month: Centre) -> None:
    found = ask(month, Otherwise(calls=[6]))
    said = "\n".join(what_if_lines(replace(found, unjudged_items=("A9",), moved=("1001", "1002"))))
    assert "新增评分项 A9 没有规则判过" in said
    assert "注意：2 人的“原来”与该月记录不同" in said


def test_a_settled_month_goes_by_what_it_was_settled_by_and_stays(tmp_path: Path) -> None:
    settings, sessions = settled_centre(tmp_path)
    before = hashlib.sha256(dump(sessions)).hexdigest()
    found = ask((settings, sessions), Otherwise(card=costlier("A6", "8"), calls=[3]))
    assert found.closed_at is not None
    assert found.moved == ()
    assert found.operators
    assert hashlib.sha256(dump(sessions)).hexdigest() == before
    close_store(sessions)


def dump(sessions: sessionmaker[Session]) -> bytes:
    with sessions() as session:
        connection = session.connection().connection.driver_connection
        assert connection is not None
        return "\n".join(connection.iterdump()).encode()


def test_a_record_that_says_otherwise_is_pointed_out(tmp_path: Path) -> None:
    settings, sessions = settled_centre(tmp_path)
    tamper(sessions, "UPDATE closing_lines SET body = json_set(body, '$.mean', '12.00') WHERE operator_id = '1002'")
    assert ask((settings, sessions), Otherwise(calls=[6])).moved == ("1002",)
    close_store(sessions)


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        (Otherwise(), "没有写明要假设什么"),
        (Otherwise(calls=[4, 0]), "每人 0 通"),
    ],
)
def test_what_cannot_be_asked_is_refused(month: Centre, otherwise: Otherwise, said: str) -> None:
    with pytest.raises(UserError, match=said):
        ask(month, otherwise)


def test_less_than_the_time_of_hearing_is_refused(month: Centre) -> None:
    settings, sessions = month
    with sessions() as session, pytest.raises(UserError, match="至少为 1"):
        what_if(session, settings, MONTH, Otherwise(calls=[3]), handling=0.5)


def test_a_month_that_is_not_there_or_not_audited_is_refused(month: Centre, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="2026-07"):
        ask(month, Otherwise(calls=[3]), "2026-07")
    sessions = open_store(f"sqlite:///{tmp_path / 'fresh.sqlite3'}", create=True)
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call("H1")])
    with pytest.raises(UserError, match="还没有质检结果"):
        ask((month[0], sessions), Otherwise(calls=[3]))
    close_store(sessions)


@pytest.fixture(scope="module")
def somebody(month: Centre) -> OperatorMonth:
    """An operator's line for a test to alter."""
    return ask(month, Otherwise(calls=[6])).old.view.operators[0]


def test_a_grade_surely_changes_only_where_no_grade_is_possible_on_both_sides(somebody: OperatorMonth) -> None:
    def line(grade: str, low: str, high: str, *notes: Note) -> OperatorMonth:
        return replace(somebody, grade=grade, mean_low=Decimal(low), mean_high=Decimal(high), notes=notes)

    good = line("良好", "86", "94")
    unjudged = Note(NoteKind.UNJUDGED, 1)
    assert sureness(good, line("优秀", "95", "99"), CARD, CARD) is Sureness.SURE
    assert sureness(good, line("优秀", "94", "99"), CARD, CARD) is Sureness.OPEN
    assert sureness(good, line("优秀", "95", "99", unjudged), CARD, CARD) is Sureness.OPEN
    assert sureness(good, line("良好", "87", "90"), CARD, CARD) is Sureness.SAME
    assert sureness(good, line("良好", "70", "90"), CARD, CARD) is Sureness.OPEN


def test_without_a_call_that_counts_no_grade_is_possible(somebody: OperatorMonth) -> None:
    nothing = replace(somebody, grade=None, mean=None, mean_low=None, mean_high=None, notes=())
    assert sureness(nothing, nothing, CARD, CARD) is Sureness.SAME
