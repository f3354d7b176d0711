"""A month under another ruleset: the same words, the same people's decisions, and nothing written."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import NotFound, RulesetError, ScorecardInvalid
from qa_pipeline.models import Outcome, Verdict
from qa_pipeline.review import card_for, decide, month_figures
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.settings import Settings, load_settings
from qa_pipeline.store.queries import month_data
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.trial import Comparison, compare_month, ruleset_named
from qa_pipeline.trial.rulesets import kept_ruleset
from tests.centre import MONTH
from tests.judged import DIALOGUES, run
from tests.own_conditions import OWN

SHIPPED = load_ruleset()
Centre = tuple[Settings, sessionmaker[Session]]


def ruleset(tmp_path: Path, rules: str, version: str = "c-1") -> Ruleset:
    path = tmp_path / f"{version}.yaml"
    path.write_text(f'version: "{version}"\n{rules}', encoding="utf-8")
    return load_ruleset(path)


@pytest.fixture
def centre(judged: Path, tmp_path: Path) -> Iterator[Centre]:
    """A copy of the judged centre, for one test to change."""
    shutil.copytree(judged, tmp_path / "centre")
    settings = load_settings(tmp_path / "centre")
    sessions = open_store(settings.url)
    yield settings, sessions
    close_store(sessions)


def compare(centre: Centre, old: Ruleset, new: Ruleset) -> Comparison:
    settings, sessions = centre
    with sessions() as session:
        return compare_month(session, settings, MONTH, old, new)


def test_a_ruleset_compared_with_itself_changes_nothing(centre: Centre) -> None:
    found = compare(centre, SHIPPED, SHIPPED)
    assert (found.rules, found.calls, found.operators, found.otherwise) == ((), (), (), ())
    assert found.n_judged == len(DIALOGUES)
    assert found.load[0] == found.load[1]


def test_a_rule_that_only_advises_gives_the_points_back_and_the_work_to_people(centre: Centre, tmp_path: Path) -> None:
    milder = ruleset(tmp_path, "rules:\n  PH06: {standing: advise}\n")
    found = compare(centre, SHIPPED, milder)
    (call,) = found.calls
    assert call.call_id == "H2"
    assert [(f.code, f.old and f.old.outcome, f.new and f.new.outcome) for f in call.findings] == [
        ("PH06", Outcome.FAIL, Outcome.FAIL)
    ]
    assert call.old.evaluation is not None
    assert call.new.evaluation is not None
    assert call.new.evaluation.points > call.old.evaluation.points
    assert found.load[1].waiting == found.load[0].waiting + 1
    assert found.load[1].unreviewed == found.load[0].unreviewed - 1
    ((before, after),) = found.operators
    assert before.operator.operator_id == "1002"
    assert (before.n_heard, after.n_heard) == (1, 0)  # more than half of the call now waits for a person


def test_a_phrase_that_is_taken_out_raises_the_mean(centre: Centre, tmp_path: Path) -> None:
    found = compare(centre, SHIPPED, ruleset(tmp_path, "rules:\n  PH06: {forbidden: [没有人会说的话]}\n"))
    ((before, after),) = found.operators
    assert before.mean is not None
    assert after.mean is not None
    assert after.mean > before.mean
    assert found.centre[1] is not None
    assert found.centre[0] is not None
    assert found.centre[1] > found.centre[0]


def test_there_and_back_is_the_same_the_other_way_round(centre: Centre, tmp_path: Path) -> None:
    milder = ruleset(tmp_path, "rules:\n  PH06: {standing: advise}\n  TN04: {longer_than_ms: 8000}\n")
    there, back = compare(centre, SHIPPED, milder), compare(centre, milder, SHIPPED)
    assert [(c.call_id, c.old, c.new) for c in there.calls] == [(c.call_id, c.new, c.old) for c in back.calls]
    assert there.operators == tuple((after, before) for before, after in back.operators)


def test_a_new_condition_is_a_finding_only_where_it_finds_something(centre: Centre, tmp_path: Path) -> None:
    found = compare(centre, SHIPPED, ruleset(tmp_path, OWN.replace("亲, 宝贝", "随便你")))
    changed = {call.call_id: [f.code for f in call.findings] for call in found.calls if call.findings}
    assert changed == {"H2": ["XA01"]}


def test_what_is_foretold_is_what_a_run_then_gives(centre: Centre, tmp_path: Path) -> None:
    settings, sessions = centre
    milder = ruleset(tmp_path, f"{OWN.replace('亲, 宝贝', '随便你')}  PH06: {{standing: advise}}\n")
    foretold = {c.call_id: c.new for c in compare(centre, SHIPPED, milder).calls}
    run(settings, sessions, DIALOGUES, milder)
    with sessions() as session:
        data = month_data(session, MONTH)
        view, _ = month_figures(session, data, lambda v: card_for(session, settings, v), settings.min_calls)
    assert foretold
    assert {c.call_id: c for c in view.calls if c.call_id in foretold} == foretold


def test_peoples_words_count_as_they_would_after_a_run(centre: Centre, tmp_path: Path) -> None:
    _, sessions = centre
    with sessions.begin() as session:
        decide(session, "H2", "PH06", Verdict.CONFIRM, 0, "张敏", "", datetime(2026, 11, 1, 12))
    found = compare(centre, SHIPPED, ruleset(tmp_path, "rules:\n  PH06: {standing: advise}\n"))
    # Confirmed, the finding is the same whatever its standing: no points change, and nobody has more to do.
    assert [(c.old.evaluation == c.new.evaluation) for c in found.calls] == [True]
    assert found.operators == ()
    assert found.load[0] == found.load[1]


def test_a_confirmation_falls_with_the_finding_that_it_spoke_of(centre: Centre, tmp_path: Path) -> None:
    _, sessions = centre
    with sessions.begin() as session:
        decide(session, "H2", "PH06", Verdict.CONFIRM, 0, "张敏", "", datetime(2026, 11, 1, 12))
    (call,) = compare(centre, SHIPPED, ruleset(tmp_path, "rules:\n  PH06: {forbidden: [没有人会说的话]}\n")).calls
    assert call.old.evaluation is not None
    assert call.new.evaluation is not None
    assert call.new.evaluation.points > call.old.evaluation.points


def test_nothing_is_written(centre: Centre, tmp_path: Path) -> None:
    settings, _ = centre
    compare(centre, SHIPPED, SHIPPED)
    before = _digest(settings)
    compare(centre, SHIPPED, ruleset(tmp_path, "rules:\n  PH06: {standing: advise}\n"))
    assert _digest(settings) == before


def _digest(settings: Settings) -> list[tuple[str, str]]:
    files = sorted(path for path in settings.workspace.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]


def test_calls_whose_stored_audit_says_otherwise_are_named(centre: Centre, tmp_path: Path) -> None:
    pretender = replace(
        ruleset(tmp_path, "rules:\n  PH06: {enabled: false}\n"), sha256=SHIPPED.sha256, version="2026-12"
    )
    assert compare(centre, pretender, SHIPPED).otherwise == ("H2",)


def test_a_ruleset_that_judges_what_the_scorecard_lacks_is_refused(centre: Centre, tmp_path: Path) -> None:
    with pytest.raises(ScorecardInvalid, match="A9"):
        compare(centre, SHIPPED, ruleset(tmp_path, OWN.replace("item: A6", "item: A9")))


def test_a_month_without_calls_is_told(centre: Centre) -> None:
    settings, sessions = centre
    with sessions() as session, pytest.raises(NotFound, match="2026-01"):
        compare_month(session, settings, "2026-01", SHIPPED, SHIPPED)


def test_a_ruleset_goes_by_file_name_version_or_what_it_is(centre: Centre, tmp_path: Path) -> None:
    settings, sessions = centre
    mine = ruleset(tmp_path, f"{OWN}  TN01: {{enabled: false}}\n  TN04: {{longer_than_ms: 8000}}\n", "c-7")
    run(settings, sessions, DIALOGUES, mine)
    with sessions() as session:
        assert ruleset_named("default", settings, session) == SHIPPED
        assert ruleset_named("current", settings, session) == SHIPPED
        assert ruleset_named(str(tmp_path / "c-7.yaml"), settings, session).sha256 == mine.sha256
        kept = ruleset_named("c-7", settings, session)
        assert (kept.version, kept.sha256) == (mine.version, mine.sha256)
        with pytest.raises(NotFound, match="2026-12、c-7"):
            ruleset_named("c-8", settings, session)


def test_without_a_workspace_the_current_ruleset_is_the_shipped_one() -> None:
    assert ruleset_named("current") == SHIPPED
    with pytest.raises(NotFound, match="none yet"):
        ruleset_named("c-8")


def test_a_condition_that_was_kept_without_its_item_is_told() -> None:
    body = {"rules": {"XA01": {"standing": "advise", "params": {"when": {"duration": {"above": 1}}}}}}
    with pytest.raises(RulesetError, match="kept without its item"):
        kept_ruleset("c-1", body)
