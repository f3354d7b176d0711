"""What people decide is taken once, by the right people, and never after the month is closed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.assessment import closing_lines, final_evaluation, judge, left_over, open_before_closing, settled_body
from qa_pipeline.cli.show import show
from qa_pipeline.errors import Conflict, NotFound, SettingsError, UserError
from qa_pipeline.models import Outcome, Verdict
from qa_pipeline.publish import publish_month
from qa_pipeline.reports.words import figure
from qa_pipeline.review import Seen, card_for, close_month, decide, deciding, month_figures, previous_lines
from qa_pipeline.settings import Settings
from qa_pipeline.store.codec import encode
from qa_pipeline.store.queries.calls import call_file, month_data
from qa_pipeline.store.queries.documents import save_document
from qa_pipeline.store.queries.month import closing_of, save_closing, save_plan
from qa_pipeline.store.queries.results import save_audit
from qa_pipeline.store.queries.review import decisions_of
from qa_pipeline.store.session import close_store
from scoring.scorecard import default_scorecard
from tests.e2e.month import CLEAN, MAIN, MONTH, WAITING, seed
from tests.people import client_as

NOW = datetime(2026, 11, 2, 9, 0)
HOME = "http://127.0.0.1:8345"
Store = sessionmaker[Session]


@pytest.fixture
def month(tmp_path: Path) -> Iterator[tuple[Settings, Store]]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def store(month: tuple[Settings, Store]) -> Store:
    return month[1]


def say(store: Store, code: str, verdict: Verdict, reviewer: str = "甲", reason: str = "", **more):
    with store.begin() as session:
        faults = more.pop("faults", 1)
        return decide(session, MAIN, code, verdict, faults, reviewer, reason, more.pop("now", NOW), **more)


def points(store: Store) -> tuple[str, str, str]:
    with store() as session:
        file = call_file(session, MAIN)
    assert file.audit is not None
    found = final_evaluation(default_scorecard(), file.audit, file.decisions)
    return str(found.points), str(found.points_low), str(found.points_high)


def audit_id(store: Store) -> int:
    with store() as session:
        audit = call_file(session, MAIN).audit
    assert audit is not None
    return audit.audit_id


def test_a_decision_is_kept_with_who_why_and_when(store: Store) -> None:
    taken = say(store, "PH05", Verdict.OVERRULE, " 质检员　甲 ", " 已经 问过 ")
    assert (taken.item, taken.reviewer, taken.reason, taken.created_at) == ("A5", "质检员 甲", "已经 问过", NOW)


def test_a_reason_keeps_its_chinese_punctuation(store: Store) -> None:
    assert say(store, "PH05", Verdict.OVERRULE, reason=" 听过，１２３４５ 已报 ").reason == "听过，１２３４５ 已报"


def test_overruling_gives_points_back_and_confirming_makes_their_loss_certain(store: Store) -> None:
    before = points(store)
    say(store, "PH05", Verdict.CONFIRM)
    assert points(store)[0] == before[0]
    assert points(store)[2] == "98.00"
    say(store, "AN01", Verdict.OVERRULE, reason="后来更正了")
    assert float(points(store)[0]) == float(before[0]) + 12


def test_a_confirmation_counts_the_faults_that_the_machine_counted(store: Store) -> None:
    assert say(store, "PH06", Verdict.CONFIRM, faults=7).faults == 2
    assert say(store, "PH06", Verdict.FAULT, reason="只有一处", faults=1, now=NOW + timedelta(minutes=1)).faults == 1


@pytest.mark.parametrize(
    ("code", "verdict", "reviewer", "reason", "words"),
    [
        ("PH05", Verdict.CONFIRM, "  ", "", "姓名"),
        ("PH05", Verdict.CONFIRM, "甲" * 65, "", "超过 64"),
        ("PH05", Verdict.CONFIRM, "1003", "", "自己的通话"),
        ("PH05", Verdict.CONFIRM, " 王海燕 ", "", "自己的通话"),
        ("PH05", Verdict.CONFIRM, "1003 王海燕", "", "自己的通话"),
        ("PH05", Verdict.OVERRULE, "甲", " ", "理由"),
        ("PH05", Verdict.OVERRULE, "甲", "长" * 501, "超过 500"),
        ("FE01", Verdict.OVERRULE, "甲", "", "理由"),
        ("V2", Verdict.OVERRULE, "甲", "", "理由"),
        ("TN04", Verdict.FAULT, "甲", "", "理由"),
        ("TN04", Verdict.CONFIRM, "甲", "", "确认"),
        ("B5", Verdict.CONFIRM, "甲", "", "确认"),
        ("A5", Verdict.FAULT, "甲", "有", "PH05"),
        ("ZZ9", Verdict.FAULT, "甲", "有", "没有 ZZ9"),
    ],
)
def test_an_incomplete_or_unfitting_word_is_refused(store: Store, code, verdict, reviewer, reason, words) -> None:
    with pytest.raises(UserError, match=words):
        say(store, code, verdict, reviewer, reason)
    with store() as session:
        assert decisions_of(session, MAIN) == ()


@pytest.mark.parametrize("faults", [0, -1, 21])
def test_a_count_of_faults_is_one_to_twenty(store: Store, faults: int) -> None:
    with pytest.raises(UserError, match="1 至 20"):
        say(store, "B5", Verdict.FAULT, reason="有", faults=faults)


def test_an_unsure_finding_may_be_cleared_without_writing_why(store: Store) -> None:
    assert say(store, "TN04", Verdict.OVERRULE).faults == 0
    assert say(store, "B5", Verdict.NOT_APPLICABLE).item == "B5"


def test_a_call_that_is_unknown_or_not_audited_cannot_be_decided(store: Store) -> None:
    with store.begin() as session, pytest.raises(NotFound):
        decide(session, "NOPE", "PH05", Verdict.CONFIRM, 1, "甲", "", NOW)
    with store.begin() as session, pytest.raises(UserError):
        decide(session, WAITING, "V1", Verdict.FAULT, 1, "甲", "有", NOW)


def test_the_same_word_twice_is_one_decision(store: Store) -> None:
    seen = Seen(audit_id(store), 0)
    first = say(store, "PH05", Verdict.CONFIRM, seen=seen)
    again = say(store, "PH05", Verdict.CONFIRM, "甲 ", seen=seen, now=NOW + timedelta(seconds=1))
    assert again == first


def test_a_request_that_comes_late_never_undoes_a_newer_word(store: Store) -> None:
    seen = Seen(audit_id(store), 0)
    first = say(store, "PH05", Verdict.CONFIRM, seen=seen)
    say(store, "PH05", Verdict.OVERRULE, reason="听错了", seen=Seen(seen.audit_id, first.decision_id))
    with pytest.raises(Conflict, match="您刚刚"):
        say(store, "PH05", Verdict.CONFIRM, seen=seen)


def test_somebody_elses_word_must_be_seen_before_it_is_answered(store: Store) -> None:
    seen = Seen(audit_id(store), 0)
    first = say(store, "PH05", Verdict.CONFIRM, "乙", seen=seen)
    with pytest.raises(Conflict, match="乙刚刚"):
        say(store, "PH05", Verdict.OVERRULE, reason="听错了", seen=seen)
    say(store, "PH05", Verdict.OVERRULE, reason="听错了", seen=Seen(seen.audit_id, first.decision_id))


def test_what_another_process_decided_while_this_one_waited_for_the_month_is_seen(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, hold = Seen(audit_id(store), 0), deciding.hold_month

    def waits(session: Session, month: str) -> None:
        monkeypatch.setattr(deciding, "hold_month", hold)
        say(store, "PH05", Verdict.CONFIRM, "乙", seen=seen)
        hold(session, month)

    monkeypatch.setattr(deciding, "hold_month", waits)
    with pytest.raises(Conflict, match="乙刚刚"):
        say(store, "PH05", Verdict.OVERRULE, reason="听错了", seen=seen)
    with store() as session:
        assert [d.reviewer for d in decisions_of(session, MAIN)] == ["乙"]


def test_votes_on_a_fatal_error_do_not_get_in_each_others_way(store: Store) -> None:
    seen = Seen(audit_id(store), 0)
    say(store, "FE01", Verdict.CONFIRM, "甲", seen=seen)
    assert points(store)[0] == "79.00"
    say(store, "FE01", Verdict.CONFIRM, "乙", seen=seen)
    assert [float(p) for p in points(store)] == [0, 0, 0]


def test_one_person_under_two_spellings_is_not_two_reviewers(store: Store) -> None:
    say(store, "FE01", Verdict.CONFIRM, "Li Na")
    say(store, "FE01", Verdict.CONFIRM, "ｌｉ  ＮＡ")
    assert points(store)[0] == "79.00"


def test_a_new_audit_makes_the_page_stale(store: Store) -> None:
    seen = Seen(audit_id(store), 0)
    with store.begin() as session:
        file = call_file(session, MAIN)
        assert file.audit is not None
        save_audit(
            session, file.call, file.audit.recording_id, inputs_hash="9" * 64, speech_hash="1" * 64,
            ruleset=file.audit.ruleset, scorecard_version=file.audit.scorecard_version, knowledge_sha256="",
            results=file.audit.results, evaluation=file.audit.evaluation, now=NOW,
        )  # fmt: skip
    with pytest.raises(Conflict, match="重新质检"):
        say(store, "PH05", Verdict.CONFIRM, seen=seen)


def test_two_presses_at_the_same_moment_make_one_decision(month) -> None:
    settings, store = month
    form = {"verdict": "confirm", "audit_id": str(audit_id(store)), "seen": "0"}
    asking = client_as(store, settings)
    with asking as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post(f"/calls/{MAIN}/findings/PH05", data=form), range(8)))
    assert {a.status_code for a in answers} == {200}
    with store() as session:
        assert len(decisions_of(session, MAIN)) == 1


def test_a_month_with_grades_in_doubt_or_calls_unheard_is_not_closed(month) -> None:
    settings, store = month
    with store.begin() as session, pytest.raises(UserError, match=r"王海燕.*尚未质检"):
        close_month(session, settings, MONTH, "主管", NOW)
    with store() as session:
        assert closing_of(session, MONTH) is None


def test_what_is_open_costs_nothing_what_rules_took_stays_taken_and_both_are_recorded(month) -> None:
    settings, store = month
    say(store, "PH05", Verdict.CONFIRM)
    with store.begin() as session:
        view, _ = month_figures(session, month_data(session, MONTH), lambda v: card_for(session, settings, v), 10)
        closed = close_month(session, settings, MONTH, " 主管 ", NOW, accept_open=True)
    assert [one.line.mean for one in closed.operators] == [o.mean for o in view.operators]
    with store() as session:
        closing = closing_of(session, MONTH)
        lines = previous_lines(session, "2026-11")
    assert closing is not None
    assert (closing.closed_by, closing.closed_at) == ("主管", NOW)
    bodies = {line.operator_id: line.body for line in closing.lines}
    assert bodies["1003"]["grade_low"] == "不合格"
    assert [line.mean for line in lines] == [o.mean for o in view.operators]
    main = next(call for call in view.calls if call.call_id == MAIN)
    assert main.evaluation is not None
    lost = {item.code: item.lost for item in main.evaluation.items}
    assert {"V1", "B5"} <= set(bodies["1003"]["open_items"][MAIN])
    assert all(lost.get(code, 0) == 0 for code in bodies["1003"]["open_items"][MAIN])
    # What rules took stays taken, and only what nobody reviewed is counted: A5 was confirmed above.
    assert main.unconfirmed
    assert "A5" not in main.unconfirmed
    assert all(lost[code] > 0 for code in main.unconfirmed)
    mine = [call for call in view.calls if call.operator_id == "1003" and call.counted]
    assert bodies["1003"]["unreviewed_taken"] == sum(len(call.unconfirmed) for call in mine) > 0
    for who, body in bodies.items():
        left = left_over(view, who)
        assert body["open_costs_nothing"] is bool(left.open_items or left.unheard)


def test_a_closed_month_is_not_closed_again_and_takes_no_decision(month) -> None:
    settings, store = month
    with store.begin() as session:
        close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
    with store.begin() as session, pytest.raises(Conflict, match="已由 主管"):
        close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
    with pytest.raises(Conflict, match="已结账"):
        say(store, "PH05", Verdict.CONFIRM)


def test_a_closed_months_call_is_shown_without_buttons(month) -> None:
    settings, store = month
    with client_as(store, settings) as client:
        assert 'class="decide"' in client.get(f"/calls/{CLEAN}").text
        with store.begin() as session:
            close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
        shown = client.get(f"/calls/{CLEAN}").text
        assert 'class="decide"' not in shown
        assert "已结账：主管" in shown
        assert "已结账：主管" in client.get(f"/months/{MONTH}").text


def test_calls_are_scored_by_the_scorecard_that_they_were_judged_by(month, tmp_path: Path) -> None:
    settings, store = month
    used, later = default_scorecard(), replace(default_scorecard(), version="2027")
    with store.begin() as session:
        assert card_for(session, settings, used.version) == used
        save_document(session, "scorecard", used.version, used.sha256, encode(used))
        save_document(session, "scorecard", later.version, later.sha256, encode(later))
        assert card_for(session, settings, used.version) == used
        assert card_for(session, settings, "2027") == later
        with pytest.raises(SettingsError, match="1999"):
            card_for(session, settings, "1999")


@pytest.mark.parametrize(("by", "month_", "words"), [("", MONTH, "结账人"), ("主管", "2026-09", "2026-09")])
def test_closing_needs_a_name_and_a_month_that_exists(month, by: str, month_: str, words: str) -> None:
    settings, store = month
    with store.begin() as session, pytest.raises(UserError, match=words):
        close_month(session, settings, month_, by, NOW)


def settle(month) -> None:
    settings, store = month
    with store.begin() as session:
        close_month(session, settings, MONTH, "主管", NOW, accept_open=True)


def test_a_closed_month_is_shown_as_it_was_settled_whatever_is_in_force_now(month, tmp_path: Path) -> None:
    settings, store = month
    settle(month)
    with store() as session:
        settled = {line.operator_id: line for line in previous_lines(session, "2026-11")}
    harsh = (files("scoring") / "scorecards" / "default-2026.yaml").read_text(encoding="utf-8")
    harsh = harsh.replace("version: default-2026", "version: harsh-2027").replace("at_least: 75", "at_least: 76")
    (settings.workspace / "harsh.yaml").write_text(harsh, encoding="utf-8")
    now = settings.model_copy(update={"scorecard": "harsh.yaml", "min_calls": 1})
    _, _, payroll, book = publish_month(now, store, MONTH, tmp_path / "out")
    assert book.is_file()
    with payroll.open(encoding="utf-8-sig") as file:
        rows = {row["工号"]: row for row in csv.DictReader(file)}
    for who, line in settled.items():
        shown = rows[who]["均分"], rows[who]["等次"], rows[who]["绩效系数"]
        assert shown == tuple(
            "" if v is None else v if isinstance(v, str) else figure(v) for v in (line.mean, line.grade, line.factor)
        )
    with store() as session:
        view, card = month_figures(session, month_data(session, MONTH), lambda v: card_for(session, now, v), 1)
    assert (card.version, view.min_calls) == ("default-2026", settings.min_calls)
    assert not view.provisional, "a settled figure changes no more"
    assert {row["暂定"] for row in rows.values()} == {"否"}
    told = rows["1003"]["说明"]
    for words in ("项待人工判定，没有扣", "通疑似一票否决未经两人判定，没有计", "项规则扣分无人复核，照扣"):
        assert re.search(rf"结账时 \d+ {words}", told)
    assert "存疑不扣" not in told
    assert {o.operator.operator_id: o.strike for o in view.operators} == {w: ln.strike for w, ln in settled.items()}


def test_settled_figures_stand_even_where_they_would_be_computed_otherwise(month) -> None:
    settings, store = month
    with store.begin() as session:
        view, card = month_figures(session, month_data(session, MONTH), lambda v: card_for(session, settings, v), 10)
        line = replace(closing_lines(view)[0], mean=Decimal("12.34"), grade="不合格", factor=Decimal("0.5"))
        body = settled_body(line, "某人", left_over(view, line.operator_id), card, view.min_calls)
        save_closing(session, MONTH, [body], "主管", NOW)
    with store() as session:
        view, _ = month_figures(session, month_data(session, MONTH), lambda v: card_for(session, settings, v), 10)
    shown = [(o.operator.operator_id, o.mean, o.grade, o.factor) for o in view.operators]
    assert shown == [(line.operator_id, Decimal("12.34"), "不合格", Decimal("0.5"))]


def test_a_month_is_not_closed_before_an_earlier_one_that_was_drawn(month) -> None:
    settings, store = month
    with store.begin() as session:
        plan = month_data(session, MONTH).plan
        assert plan is not None
        save_plan(session, replace(plan, month="2026-09", calls=(), exclusions=()))
    with store.begin() as session, pytest.raises(UserError, match="2026-09 已抽样而未结账"):
        close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
    with store.begin() as session:
        save_closing(session, "2026-09", [], "主管", NOW)
    settle(month)


def test_a_suspected_fatal_error_alone_holds_a_closing_up(month) -> None:
    settings, store = month
    with store() as session:
        view, _ = month_figures(session, month_data(session, MONTH), lambda v: card_for(session, settings, v), 10)
    same = tuple(replace(line, grade_low=line.grade_high) for line in view.operators)
    heard = tuple(call for call in view.calls if call.evaluation is not None)
    (said,) = open_before_closing(replace(view, operators=same, calls=heard))
    assert f"疑似一票否决，尚未经两人判定（{MAIN} V1" in said
    names = {error.code: error.name for error in default_scorecard().fatal_errors}
    (named,) = open_before_closing(replace(view, operators=same, calls=heard), names)
    assert f"（{MAIN} V1 {names['V1']}" in named


def test_a_closing_that_is_refused_names_each_suspected_fatal_error(month) -> None:
    settings, store = month
    name = next(error.name for error in default_scorecard().fatal_errors if error.code == "V1")
    with store.begin() as session, pytest.raises(UserError, match=f"{MAIN} V1 {name}"):
        close_month(session, settings, MONTH, "主管", NOW)


def test_a_decision_that_meets_a_closing_waits_for_it_and_is_refused(month) -> None:
    settings, store = month
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as session:
            close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
            late = pool.submit(say, store, "PH05", Verdict.CONFIRM)
            with pytest.raises(TimeoutError):
                late.result(timeout=0.3)
        with pytest.raises(Conflict, match="已结账"):
            late.result(timeout=10)


def audited_again(store: Store, change=lambda result: result) -> None:
    with store.begin() as session:
        file = call_file(session, MAIN)
        assert file.audit is not None
        save_audit(
            session, file.call, file.audit.recording_id, inputs_hash=str(file.audit.audit_id) * 64,
            speech_hash="1" * 64, ruleset=file.audit.ruleset, scorecard_version=file.audit.scorecard_version,
            knowledge_sha256="", results=tuple(change(r) for r in file.audit.results),
            evaluation=file.audit.evaluation, now=NOW,
        )  # fmt: skip


def test_a_confirmation_outlives_audits_that_find_the_same_again(store: Store) -> None:
    before = points(store)
    say(store, "PH05", Verdict.CONFIRM)
    confirmed = points(store)
    audited_again(store)
    audited_again(store, lambda r: replace(r, reason="another wording", confidence=0.5))
    assert points(store) == confirmed != before


@pytest.mark.parametrize(
    "change",
    [
        {"faults": 9},
        {"outcome": Outcome.UNDETERMINED},
        {"evidence": ()},
    ],
)
def test_a_confirmation_lapses_when_something_else_is_found(store: Store, change) -> None:
    say(store, "PH05", Verdict.CONFIRM)
    audited_again(store, lambda r: replace(r, **change) if r.code == "PH05" else r)
    with store() as session:
        file = call_file(session, MAIN)
    assert file.audit is not None
    found = next(j for j in judge(default_scorecard(), file.audit, file.decisions) if j.verdict.item == "A5")
    assert not found.verdict.person


def test_calls_and_open_months_go_by_the_scorecard_of_their_audits(month, capsys) -> None:
    settings, store = month
    used = default_scorecard()
    mild = (files("scoring") / "scorecards" / "default-2026.yaml").read_text(encoding="utf-8")
    mild = mild.replace("version: default-2026", "version: mild-2027").replace("at_least: 75", "at_least: 60")
    (settings.workspace / "mild.yaml").write_text(mild, encoding="utf-8")
    with store.begin() as session:
        save_document(session, "scorecard", used.version, used.sha256, encode(used))
    now = settings.model_copy(update={"scorecard": "mild.yaml"})
    with store() as session:
        view, card = month_figures(session, month_data(session, MONTH), lambda v: card_for(session, now, v), 10)
        assert card_for(session, now, None).version == "mild-2027"
    assert view.scorecard_version == card.version == used.version
    context: Any = SimpleNamespace(obj=SimpleNamespace(open=lambda: (now, store)))
    show(context, MAIN)
    assert f"评分标准 {used.version}" in capsys.readouterr().out
