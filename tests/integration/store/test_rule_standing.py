"""What people say of one month's findings decides what rules may do in the next, and never in their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline import sampling
from qa_pipeline.errors import UserError
from qa_pipeline.judging import inputs
from qa_pipeline.models import DEMOTED, CallAudit, Outcome, Recording, RuleResult, Standing, Verdict
from qa_pipeline.precision import table_as_judged, table_in_force
from qa_pipeline.review import close_month, decide
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.runs import RunSummary, run_month
from qa_pipeline.runs import month as run_module
from qa_pipeline.runs.stages import Heard, Stages, real_stages
from qa_pipeline.settings import Settings
from qa_pipeline.store.codec import canonical
from qa_pipeline.store.queries import month_data
from qa_pipeline.store.queries.documents import save_document
from qa_pipeline.store.queries.month import closing_of, save_plan
from qa_pipeline.store.schema import AuditRow
from scoring.rule_precision import Proof
from scoring.scorecard import default_scorecard
from tests import builders, centre
from tests.reviewed_rules import put_reviewed

Sessions = sessionmaker[Session]
FIRST, SECOND, THIRD = "2026-08", "2026-09", "2026-10"
CALLS = 20
CARD = default_scorecard()
# The forbidden words are heard well, so that PH06 fails and its points are taken.
SAID = builders.call(
    [
        ("话", "您好，欢迎拨打12345热线，请问有什么可以帮助您？"),
        ("来", "我想问一下办护照要多少钱。"),
        ("话", "我怎么知道，你自己看着办。"),
        ("来", "那好吧。"),
        ("话", "请问您还需要其他帮助吗？谢谢您的来电，再见。"),
    ]
)


@pytest.fixture(autouse=True)
def _hears_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules and the scores are real; only the recogniser, which is no part of this, is not."""

    def listen(calls: Iterable[Recording]) -> Iterator[tuple[str, Callable[[], Heard]]]:
        for one in calls:
            heard = replace(SAID.transcript, recording_id=one.recording_id, stamp=centre.STAMP)
            yield one.recording_id, lambda heard=heard: (heard, SAID.acoustics)

    def stages(*how: object) -> Stages:
        return replace(real_stages(*how), prepare=lambda _path, one, _channel: one, listen=listen, stamp=None)

    monkeypatch.setattr(run_module, "real_stages", stages)
    monkeypatch.setattr(inputs, "code_sha256", lambda: "the same code")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path, min_calls=1, rule_window=20)


def put_month(sessions: Sessions, month: str) -> None:
    start = datetime.fromisoformat(f"{month}-01T08:00")
    calls = [centre.call(f"{month}-{n:02}", started_at=start + timedelta(hours=n)) for n in range(CALLS)]
    with sessions.begin() as session:
        centre.put_calls(session, calls)
        save_plan(session, sampling.draw(tuple(calls), month, CALLS, "seed", {}, start + timedelta(days=31)))


def run(sessions: Sessions, settings: Settings, month: str, rules: Ruleset | None = None) -> RunSummary:
    engine = SimpleNamespace(stamp=centre.STAMP)
    return run_month(
        settings, sessions, month, engine, CARD, rules or load_ruleset(), now=lambda: datetime(2026, 11, 1)
    )


def review(sessions: Sessions, month: str, upheld: int) -> None:
    """Judge every PH06 finding of a month: the first ``upheld`` are right, the others are not."""
    for n, audit in enumerate(audits(sessions, month)):
        verdict = Verdict.CONFIRM if n < upheld else Verdict.OVERRULE
        at = datetime.fromisoformat(f"{month}-28T10:00") + timedelta(minutes=n)
        with sessions.begin() as session:
            decide(session, audit.call_id, "PH06", verdict, 0, "张敏", "听过录音", at)


def close(sessions: Sessions, settings: Settings, month: str) -> None:
    with sessions.begin() as session:
        close_month(session, settings, month, "李主管", datetime(2026, 12, 1), accept_open=True)


def audits(sessions: Sessions, month: str) -> list[CallAudit]:
    with sessions() as session:
        return [file.audit for file in month_data(session, month, speech=False).files if file.audit is not None]


def ph06(audit: CallAudit) -> RuleResult:
    return next(result for result in audit.results if result.code == "PH06")


def settled(sessions: Sessions, month: str) -> object:
    with sessions() as session:
        rows = session.execute(select(AuditRow.audit_id, AuditRow.inputs_hash).where(AuditRow.month == month)).all()
        return sorted(tuple(row) for row in rows), closing_of(session, month)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_reviews_of_one_month_demote_a_rule_in_the_next_and_give_it_back_in_the_third(
    sessions: Sessions, settings: Settings
) -> None:
    for month in (FIRST, SECOND, THIRD):
        put_month(sessions, month)
    run(sessions, settings, FIRST)
    before = run(sessions, settings, SECOND)
    assert (before.done, before.demoted, before.restored) == (CALLS, (), ())
    deducting = audits(sessions, SECOND)
    assert {ph06(one).standing for one in deducting} == {Standing.DEDUCT}
    assert {ph06(one).outcome for one in deducting} == {Outcome.FAIL}

    review(sessions, FIRST, upheld=8)
    # A month's own reviews never change what the machine says of it.
    assert run(sessions, settings, FIRST).unchanged == CALLS
    close(sessions, settings, FIRST)
    kept = settled(sessions, FIRST)

    after = run(sessions, settings, SECOND)
    (why,) = after.demoted
    assert "PH06 自动降为只提示：近20次复核中确认8次，准确率40%" in why
    assert after.done == CALLS
    advising = audits(sessions, SECOND)
    for was, now in zip(deducting, advising, strict=True):
        assert (ph06(now).standing, ph06(now).details[DEMOTED]) == (Standing.ADVISE, why)
        assert now.inputs_hash != was.inputs_hash
        assert now.evaluation.points > was.evaluation.points
        assert (now.ruleset, now.scorecard_version) == (was.ruleset, was.scorecard_version)
    assert run(sessions, settings, SECOND).unchanged == CALLS
    assert settled(sessions, FIRST) == kept
    with sessions() as session:
        table = table_as_judged(session, settings, month_data(session, SECOND, speech=False), CARD)
        assert table is not None
        line = table.line("PH06")
    assert line is not None
    assert (line.rule.standing, line.effect, line.demoted) == (Standing.DEDUCT, Standing.ADVISE, why)

    review(sessions, SECOND, upheld=CALLS)
    again = run(sessions, settings, THIRD)
    assert again.demoted == ()
    assert "PH06 恢复规则集规定的效力：近20次复核中确认20次，准确率100%" in again.restored[0]
    assert {ph06(one).standing for one in audits(sessions, THIRD)} == {Standing.DEDUCT}
    assert {DEMOTED in ph06(one).details for one in audits(sessions, THIRD)} == {False}


def one_rule(tmp_path: Path, version: str, parameters: str) -> Ruleset:
    path = tmp_path / f"{version}.yaml"
    path.write_text(f'version: "{version}"\nrules:\n  PH06: {parameters}\n', encoding="utf-8")
    return load_ruleset(path)


def test_reviews_count_for_a_rule_under_any_version_that_gave_it_the_same_parameters(
    sessions: Sessions, settings: Settings, tmp_path: Path
) -> None:
    old = one_rule(tmp_path, "2026-01", "{min_confidence: 0.7}")
    same = one_rule(tmp_path, "2026-02", "{standing: deduct, min_confidence: 0.7}")
    changed = one_rule(tmp_path, "2026-03", "{min_confidence: 0.8}")
    with sessions.begin() as session:
        put_reviewed(session, FIRST, {"PH06": "o" * 20 + "f" * 4, "PH01": "c" * 24}, old)
    with sessions() as session:
        tables = [table_in_force(session, settings, SECOND, rules, CARD) for rules in (old, same, changed)]
    lines = [table.line("PH06") for table in tables]
    assert [line.effect for line in lines] == [Standing.ADVISE, Standing.ADVISE, Standing.DEDUCT]
    assert [line.figures.proof for line in lines] == [Proof.BELOW, Proof.BELOW, Proof.UNPROVEN]
    assert [line.figures.counts.fails for line in lines] == [24, 24, 0]
    # What was not changed in the third ruleset keeps its reviews.
    assert tables[2].line("PH01").figures.counts.judged == 20


def test_only_calls_of_earlier_months_decide_and_a_months_own_are_shown_apart(
    sessions: Sessions, settings: Settings
) -> None:
    with sessions.begin() as session:
        put_reviewed(session, FIRST, {"PH06": "c" * 10})
        put_reviewed(session, SECOND, {"PH06": "o" * 30})
    with sessions() as session:
        own, next_month = (table_in_force(session, settings, m, load_ruleset(), CARD) for m in (SECOND, THIRD))
    line = own.line("PH06")
    assert (line.effect, line.figures.counts.judged, line.own.n, line.own.hits) == (Standing.DEDUCT, 10, 30, 0)
    assert [(one.month, one.precision.hits, one.precision.n) for one in line.trend] == [
        (FIRST, 10, 10),
        (SECOND, 0, 30),
    ]
    assert next_month.line("PH06").effect is Standing.ADVISE
    # The window holds the latest twenty.
    assert (next_month.line("PH06").figures.counts.judged, next_month.line("PH06").figures.counts.upheld) == (20, 0)


def test_doubts_misses_and_totals_come_out_of_the_store(sessions: Sessions, settings: Settings) -> None:
    with sessions.begin() as session:
        put_reviewed(session, FIRST, {"PH06": "ccoffddumpn"})
    with sessions() as session:
        found = table_in_force(session, settings, SECOND, load_ruleset(), CARD).line("PH06").figures
    counts = found.counts
    assert (counts.judged, counts.upheld, counts.fails, counts.calls) == (3, 2, 5, 11)
    assert (counts.doubts, counts.doubts_right, counts.missed) == (3, 2, 1)
    # None of the calls was drawn, so that nothing is known of what was missed among all.
    assert found.recall is None


def test_a_month_that_nobody_judged_has_no_table(sessions: Sessions, settings: Settings) -> None:
    put_month(sessions, FIRST)
    with sessions() as session:
        assert table_as_judged(session, settings, month_data(session, FIRST, speech=False), CARD) is None


def test_a_ruleset_kept_before_names_were_is_still_read(sessions: Sessions, settings: Settings) -> None:
    rules = load_ruleset()
    bodies = {b.code: {"standing": b.standing.value, "params": b.params.model_dump(mode="json")} for b in rules.rules}
    with sessions.begin() as session:
        save_document(session, "ruleset", rules.version, rules.sha256, canonical({"rules": bodies}))
        put_reviewed(session, FIRST, {"PH06": "o" * 20})
    with sessions() as session:
        data = month_data(session, FIRST, speech=False)
        assert table_in_force(session, settings, SECOND, rules, CARD).line("PH06").demoted
    assert data.files == ()  # the calls were not drawn


def test_a_changed_ruleset_under_a_used_version_says_when_it_was_first_used_and_what_to_do(
    sessions: Sessions, settings: Settings
) -> None:
    with sessions.begin() as session:
        put_reviewed(session, FIRST, {"PH06": "fff"})
    version = load_ruleset().version
    with sessions() as session, pytest.raises(UserError) as caught:
        save_document(session, "ruleset", version, "b" * 64, "{}")
    assert f"ruleset {version} is in use with other content" in caught.value.message
    assert "first used on 2026-08-30 08:00, 3 calls were judged by it" in caught.value.message
    assert "`version`" in caught.value.hint
    assert "an update of the program" in caught.value.hint


def test_a_ruleset_that_judged_nobody_yet_says_so_too(sessions: Sessions) -> None:
    with sessions.begin() as session:
        save_document(session, "scorecard", "2026", "a" * 64, "{}")
        with pytest.raises(UserError, match="no call has been judged by it yet"):
            save_document(session, "scorecard", "2026", "b" * 64, "{}")
