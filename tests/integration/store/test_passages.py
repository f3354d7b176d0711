"""Passages are found when a run ends, follow what people decide, and are the same when all is found anew."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import NotFound
from qa_pipeline.models import RulesetStamp, Verdict
from qa_pipeline.models.passages import Handling, Passage, Scenario
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.documents import save_document
from qa_pipeline.store.queries.passages import (
    ReadCall,
    Wanted,
    compared,
    counts_of_month,
    examples_of_month,
    forget_all,
    forget_gone,
    passage_at,
    passages_in,
    passages_of_month,
    put_read,
    teams_of_month,
    unread,
)
from qa_pipeline.store.queries.results import save_audit
from qa_pipeline.store.queries.review import add_decision
from qa_pipeline.store.schema import PassageRow, ReadCallRow, StandingRow
from qa_pipeline.store.session import close_store
from qa_pipeline.training.finding import keeping
from qa_pipeline.training.finding.keeping import finder_stamp, rebuild, renew
from qa_pipeline.worker import loop
from tests.centre import MONTH, RULESET, call, evaluation, put_calls, put_plan, recording, result
from tests.passages_centre import CALMED, ESCALATED, GAVE_IN, ORDINARY, training_centre

NOW = datetime(2026, 11, 2, 9, 0)
CODES = (("FE01", "V1"), ("FE02", "V2"), ("TN05", "B5"), ("TN06", "B6"), ("AN05", "C5"), ("B5", "B5"), ("PH06", "A6"))


def cheap(text: str) -> np.ndarray:
    """Stand in for the encoder, whose weights say nothing about what is kept: a vector of the text's own."""
    seed = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)
    return np.random.default_rng(seed).normal(size=8).astype(np.float32)


@pytest.fixture(scope="module")
def centre(tmp_path_factory) -> sessionmaker[Session]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keeping, "encode", cheap)
        _, sessions = training_centre(tmp_path_factory.mktemp("training"))
    yield sessions
    close_store(sessions)


def everything(session: Session) -> list[dict[str, object]]:
    session.expire_all()
    orders = ((ReadCallRow, ReadCallRow.call_id), (PassageRow, PassageRow.call_id))
    return [
        {column.key: getattr(row, column.key) for column in kind.__table__.columns}
        for kind, order in orders
        for row in session.scalars(select(kind).order_by(order, *kind.__table__.primary_key.columns))
    ]


def decide(session: Session, call_id: str, code: str, item: str, verdict: Verdict, who: str = "张敏") -> None:
    audit = call_file(session, call_id).audit
    add_decision(session, audit.audit_id, code, item, verdict, int(verdict is Verdict.FAULT), who, "听过", NOW)


@pytest.fixture
def session(centre) -> Session:
    """A unit of work that leaves nothing behind."""
    with centre() as opened:
        yield opened
        opened.rollback()


def test_a_run_leaves_its_passages_behind(session) -> None:
    found, total = passages_of_month(session, Wanted(MONTH), 10)
    told = {one.passage.call_id: (set(one.passage.scenarios), one.passage.handling) for one in found}
    assert total == 3
    assert told[CALMED] == ({Scenario.INSULT, Scenario.REPEATED}, Handling.CALMED)
    assert told[ESCALATED] == ({Scenario.INSULT, Scenario.SHOUTING}, Handling.ESCALATED)
    assert told[GAVE_IN] == ({Scenario.BEYOND_POLICY}, Handling.GAVE_IN)
    assert unread(session, finder_stamp()) == ()


@pytest.fixture
def unread_centre(tmp_path, monkeypatch) -> Iterator[tuple[Settings, sessionmaker[Session]]]:
    """A centre whose calls were checked before there were any passages."""
    monkeypatch.setattr(keeping, "encode", cheap)
    desk, sessions = training_centre(tmp_path)
    with sessions.begin() as session:
        forget_all(session)
    yield desk, sessions
    close_store(sessions)


def test_a_worker_that_has_nothing_to_do_looks_through_what_was_not_looked_through(unread_centre, monkeypatch) -> None:
    monkeypatch.setattr(loop, "IDLE_S", 0.01)
    monkeypatch.setattr(loop, "LOOKED_THROUGH", 1)
    sessions, stop = unread_centre[1], threading.Event()

    def left() -> int:
        with sessions() as session:
            return len(unread(session, finder_stamp()))

    assert left() > 1
    worker = threading.Thread(target=loop.work, args=unread_centre, kwargs={"stop": stop})
    worker.start()
    until = time.monotonic() + 5
    while left() and time.monotonic() < until:
        stop.wait(0.02)
    stop.set()
    worker.join(10)
    assert left() == 0
    with sessions() as session:
        assert passages_of_month(session, Wanted(MONTH), 10)[1] == 3


def test_a_month_is_asked_for_by_scenario_handling_team_and_example(session) -> None:
    def ids(**asked: object) -> set[str]:
        return {one.passage.call_id for one in passages_of_month(session, Wanted(MONTH, **asked), 10)[0]}

    assert ids(scenario=Scenario.INSULT) == {CALMED, ESCALATED}
    assert ids(scenario=Scenario.REPEATED, handling=Handling.CALMED) == {CALMED}
    assert ids(handling=Handling.HELD) == set()
    assert ids(team="没有这个组") == set()
    assert ids(exemplary=True) <= {one.exemplary.call_id for one in examples_of_month(session, MONTH)}
    scenarios, handlings = counts_of_month(session, MONTH)
    assert scenarios[Scenario.INSULT] == 2
    assert handlings[Handling.GAVE_IN] == 1
    assert isinstance(teams_of_month(session, MONTH), tuple)


def test_the_most_instructive_come_first_and_pages_do_not_overlap(session) -> None:
    whole = [one.passage.call_id for one in passages_of_month(session, Wanted(MONTH), 10)[0]]
    by_page = [passages_of_month(session, Wanted(MONTH), 1, n)[0][0].passage for n in range(3)]
    assert [one.call_id for one in by_page] == whole
    assert [one.value for one in by_page] == sorted((one.value for one in by_page), reverse=True)


def test_what_reviewers_clear_is_no_evidence_of_a_quarrel_any_more(session) -> None:
    for who in ("张敏", "李强"):
        for code, item in (("FE01", "V1"), ("FE02", "V2")):
            decide(session, ESCALATED, code, item, Verdict.OVERRULE, who)
    decide(session, ESCALATED, "TN05", "B5", Verdict.OVERRULE)
    decide(session, ESCALATED, "PH06", "A6", Verdict.OVERRULE)
    decide(session, ESCALATED, "V3", "V3", Verdict.OVERRULE)
    assert unread(session, finder_stamp()) == (ESCALATED,)
    assert renew(session, encode_=cheap) == 0
    assert [one.handling for one in passages_in(session, ESCALATED)] != [Handling.ESCALATED]


def test_a_caller_of_whom_people_say_that_he_was_not_agitated_is_not_shown_as_abusive(session) -> None:
    decide(session, CALMED, "TN06", "B6", Verdict.NOT_APPLICABLE)
    renew(session, encode_=cheap)
    assert [one.scenarios for one in passages_in(session, CALMED)] == [(Scenario.REPEATED,)]


def test_what_reviewers_confirm_is_worth_more(session) -> None:
    before = passages_in(session, ESCALATED)[0]
    for code, item in (("TN05", "B5"), ("FE02", "V2")):
        for who in ("张敏", "李强"):
            decide(session, ESCALATED, code, item, Verdict.CONFIRM, who)
    renew(session, encode_=cheap)
    after = passages_in(session, ESCALATED)[0]
    assert after.value > before.value
    assert "质检员已确认" in after.reasons


def test_an_ordinary_call_has_none_but_can_be_an_example(session) -> None:
    assert passages_in(session, ORDINARY) == ()
    assert session.get(ReadCallRow, ORDINARY) is not None


def test_a_passage_that_is_not_there_is_said_so(session) -> None:
    with pytest.raises(NotFound, match="没有从 1 毫秒开始的片段"):
        passage_at(session, CALMED, 1)


def test_calls_that_left_the_plan_are_forgotten(session) -> None:
    session.execute(delete(StandingRow).where(StandingRow.call_id == CALMED))
    renew(session, encode_=cheap)
    assert passages_in(session, CALMED) == ()
    assert session.get(ReadCallRow, CALMED) is None


def test_one_call_that_breaks_the_finder_keeps_no_other_from_being_found(session, monkeypatch) -> None:
    real = keeping.passages_of

    def breaks(call):
        if call.ctx.call.call_id == CALMED:
            raise ZeroDivisionError
        return real(call)

    monkeypatch.setattr(keeping, "passages_of", breaks)
    rebuild(session, cheap)
    assert passages_in(session, CALMED) == ()
    assert passages_in(session, ESCALATED) != ()
    assert unread(session, finder_stamp()) == ()


def test_other_lists_of_cues_have_every_call_looked_through_anew(session) -> None:
    assert set(unread(session, "another finder")) == {CALMED, ESCALATED, GAVE_IN, ORDINARY}


words = st.tuples(
    st.sampled_from((CALMED, ESCALATED, GAVE_IN, ORDINARY)),
    st.sampled_from(CODES),
    st.sampled_from(Verdict),
    st.sampled_from(("张敏", "李强", "王静")),
)
steps = st.lists(st.one_of(words, st.sampled_from(("renew", "renew one", "audit"))), max_size=8)


@pytest.mark.large
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_found_call_by_call_is_what_is_found_when_all_is_found_anew(centre, history) -> None:
    with centre() as session:
        for step in history:
            if step == "audit":
                _audit_again(session)
            elif isinstance(step, str):
                renew(session, most=1 if step == "renew one" else None, encode_=cheap)
            else:
                call_id, (code, item), verdict, who = step
                decide(session, call_id, code, item, verdict, who)
        renew(session, encode_=cheap)
        kept = everything(session)
        rebuild(session, cheap)
        assert everything(session) == kept
        session.rollback()


def _audit_again(session: Session, call_id: str = ESCALATED, ruleset: RulesetStamp | None = None) -> None:
    """Judge a call anew, with hardly anything found in it: as a ruleset with few rules would."""
    file = call_file(session, call_id)
    save_audit(
        session, file.call, file.audit.recording_id, inputs_hash=f"again {file.audit.audit_id}",
        speech_hash=file.audit.speech_hash, ruleset=ruleset or file.audit.ruleset,
        scorecard_version=file.audit.scorecard_version,
        knowledge_sha256=file.audit.knowledge_sha256, results=file.audit.results[:3],
        evaluation=file.audit.evaluation, now=NOW,
    )  # fmt: skip


def test_a_centres_own_words_of_hostility_are_listened_for(session) -> None:
    own = '{"rules":{"TN06":{"params":{"insult":[{"exact":false,"text":"居住证到期","unless":[]}]}}},"version":"2"}'
    save_document(session, "ruleset", "own", "0" * 64, own)
    _audit_again(session, ORDINARY, RulesetStamp("own", "0" * 64))
    rebuild(session, cheap)
    assert [one.scenarios for one in passages_in(session, ORDINARY)] == [(Scenario.INSULT,)]


def test_either_database_finds_the_same_by_scenario_and_forgets_the_same(sessions) -> None:
    passage = Passage("H1", 1, 500, 20_500, 0, 2, (Scenario.THREAT, Scenario.CRANK), Handling.HELD, 0.5, ("为何",))
    with sessions.begin() as session:
        calls = [call("H1"), call("H2", operator_id="1002")]
        put_calls(session, calls)
        put_plan(session, calls)
        for one in calls:
            save_audit(
                session, one, recording(one.call_id).recording_id, inputs_hash="i", speech_hash="s", ruleset=RULESET,
                scorecard_version="2026", knowledge_sha256="k" * 64, results=(result(),), evaluation=evaluation(),
                now=NOW,
            )  # fmt: skip
        assert unread(session, "f") == ("H1", "H2")
        audit_id = call_file(session, "H1").audit.audit_id
        read = ReadCall("H1", MONTH, "1001", audit_id, 0, "f", (passage,), (b"\0\0",))
        put_read(session, (read, read))
        put_read(session, (read,))
        assert unread(session, "f") == ("H2",)

        def ids(**asked: object) -> list[str]:
            return [one.passage.call_id for one in passages_of_month(session, Wanted(MONTH, **asked), 5)[0]]

        assert ids(scenario=Scenario.THREAT) == ids(scenario=Scenario.CRANK) == ids(handling=Handling.HELD) == ["H1"]
        assert ids(scenario=Scenario.INSULT) == []
        assert counts_of_month(session, MONTH)[0][Scenario.CRANK] == 1
        assert passage_at(session, "H1", 500).passage == passage
        assert compared(session, 5)[0].words == b"\0\0"
        session.execute(delete(StandingRow).where(StandingRow.call_id == "H1"))
        forget_gone(session)
        assert ids() == []
