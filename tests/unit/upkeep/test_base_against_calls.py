"""What a month's calls show of the base: what it lacks, where it may be wrong, and whose fault a deduction is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models import Fact, KnowledgeEntry, Outcome, Verdict
from qa_pipeline.settings import Settings, load_settings
from qa_pipeline.standards import ruleset_of
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.knowledge import entry_row
from qa_pipeline.store.schema import DecisionRow
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.upkeep.contradicted import contradicted
from qa_pipeline.upkeep.faults import base_faults
from qa_pipeline.upkeep.gaps import gaps
from qa_pipeline.upkeep.heard import heard_month
from tests import centre, judged
from tests.workspaces import empty_centre

BEFORE, BETWEEN, AFTER = datetime(2026, 9, 1), datetime(2026, 10, 20), datetime(2026, 11, 9)
"""The calls are of 3 October, the audit of 1 November."""

GREETING = "话务员：您好12345政务服务便民热线请问有什么可以帮您\n"
ENDING = "来电人：好的谢谢\n话务员：感谢您的来电再见\n"
ASKED = f"{GREETING}来电人：你好我想问一下身份证丢了补办身份证要多少钱\n话务员：身份证补领工本费{{}}块钱\n{ENDING}"
NOT_COVERED = f"{GREETING}来电人：你好我想问一下无人机飞行{{}}报备要什么手续\n话务员：这个我需要给您核实一下\n{ENDING}"
DIALOGUES = {
    "H1": ASKED.format("二十"),
    "H2": ASKED.format("二十"),
    "H3": ASKED.format("四十"),
    "H4": NOT_COVERED.format("要到哪里"),
    "H5": NOT_COVERED.format("在哪个部门"),
    "H6": f"{GREETING}来电人：我家停水了你怎么说话呢通知上写的是昨天晚上八点\n话务员：我给您登记一下\n{ENDING}",
}

Centre = tuple[Settings, sessionmaker[Session]]


def card(fee: str, words: str) -> KnowledgeEntry:
    return centre.entry(
        facts=(Fact("fee", fee, "yuan", must_say=True),),
        answer=f"带户口簿到派出所，二十个工作日领取，工本费{words}元。",
        owner_department="市公安局",
    )


WRONG, RIGHT = card("20", "二十"), card("40", "四十")
OTHERS = [
    centre.entry(
        f"K{number}", title=f"{name}办理", question=f"{name}怎么办", answer="带身份证。", paraphrases=(), facts=()
    )
    for number, name in ((2, "居住证"), (3, "护照"))
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre whose month is drawn and not judged yet, to copy: making one takes longer than judging it."""
    folder = tmp_path_factory.mktemp("drawn") / "centre"
    _, sessions = empty_centre(folder)
    calls = [centre.call(call_id, operator_id=str(1001 + n % 2)) for n, call_id in enumerate(DIALOGUES)]
    with sessions.begin() as session:
        centre.put_calls(session, calls)
        centre.put_plan(session, calls)
        session.add_all(entry_row(entry, BEFORE) for entry in OTHERS)
    close_store(sessions)
    return folder


def judged_by(drawn: Path, root: Path, *records: tuple[KnowledgeEntry, datetime]) -> Centre:
    """Make a month that is judged by what was recorded until then; what comes later is recorded afterwards."""
    shutil.copytree(drawn, root)
    settings = load_settings(root)
    sessions = open_store(settings.url)
    for entry, at in records:
        if at < AFTER:
            _record(sessions, entry, at)
    judged.run(settings, sessions, DIALOGUES, ruleset_of(settings))
    for entry, at in records:
        if at >= AFTER:
            _record(sessions, entry, at)
    return settings, sessions


def _record(sessions: sessionmaker[Session], entry: KnowledgeEntry, at: datetime) -> None:
    with sessions.begin() as session:
        session.add(entry_row(entry, at))


def faults(of: Centre) -> list[tuple[str, Outcome, Outcome]]:
    settings, sessions = of
    with sessions() as session:
        found = base_faults(session, settings, ruleset_of(settings), centre.MONTH)
    close_store(sessions)
    return [(one.file.call.call_id, one.outcome_at_call, one.outcome_now) for one in found]


@pytest.fixture(scope="module")
def corrected(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    found = judged_by(drawn, tmp_path_factory.mktemp("corrected") / "centre", (WRONG, BEFORE), (RIGHT, BETWEEN))
    yield found
    close_store(found[1])


def test_an_operator_who_said_what_the_base_said_then_is_not_charged(corrected: Centre) -> None:
    settings, sessions = corrected
    with sessions() as session:
        found = base_faults(session, settings, ruleset_of(settings), centre.MONTH)
    assert [one.file.call.call_id for one in found] == ["H1", "H2"]
    first = found[0]
    assert (first.outcome_at_call, first.outcome_now) == (Outcome.PASS, Outcome.FAIL)
    assert (first.owner, first.recorded_at, first.decided) == ("市公安局", BETWEEN, False)
    assert [change.field for change in first.changes] == ["answer", "facts"]


def test_a_correction_after_the_audit_names_those_who_were_right_all_along(drawn: Path, tmp_path: Path) -> None:
    found = faults(judged_by(drawn, tmp_path / "centre", (WRONG, BEFORE), (RIGHT, AFTER)))
    assert found == [("H3", Outcome.FAIL, Outcome.PASS)]


def test_a_version_that_was_recorded_after_it_came_into_force_is_the_bases_fault(drawn: Path, tmp_path: Path) -> None:
    ended = replace(WRONG, valid_to=date(2026, 9, 30))
    new = replace(RIGHT, version=2, valid_from=date(2026, 10, 1))
    found = faults(judged_by(drawn, tmp_path / "centre", (WRONG, BEFORE), (ended, BETWEEN), (new, BETWEEN)))
    assert found == [("H1", Outcome.PASS, Outcome.FAIL), ("H2", Outcome.PASS, Outcome.FAIL)]


def test_a_base_that_was_first_imported_after_the_calls_is_no_correction(drawn: Path, tmp_path: Path) -> None:
    assert faults(judged_by(drawn, tmp_path / "centre", (RIGHT, BETWEEN))) == []


def test_a_fault_that_stays_one_by_any_record_is_the_operators(drawn: Path, tmp_path: Path) -> None:
    later = replace(RIGHT, details={"review_by": "2027-01-01"}, answer=RIGHT.answer + "可以代办。")
    assert faults(judged_by(drawn, tmp_path / "centre", (RIGHT, BEFORE), (later, AFTER))) == []


def test_a_word_that_was_given_before_the_correction_settles_nothing(drawn: Path, tmp_path: Path) -> None:
    settings, sessions = judged_by(drawn, tmp_path / "centre", (WRONG, BEFORE))
    with sessions.begin() as session:
        file = call_file(session, "H3")
        assert file.audit is not None
        word = {"call_id": "H3", "code": "AN02", "item": "C2", "verdict": Verdict.CONFIRM, "faults": 1}
        by = {"audit_id": file.audit.audit_id, "reviewer": "李四", "reason": "条目如此"}
        session.add(DecisionRow(**word, **by, created_at=AFTER - timedelta(days=1)))
    _record(sessions, RIGHT, AFTER)
    with sessions.begin() as session:
        (before,) = base_faults(session, settings, ruleset_of(settings), centre.MONTH)
        session.add(DecisionRow(**word, **by, created_at=AFTER + timedelta(days=1)))
    with sessions() as session:
        (after,) = base_faults(session, settings, ruleset_of(settings), centre.MONTH)
    close_store(sessions)
    assert (before.decided, after.decided) == (False, True)


def test_questions_without_an_entry_are_put_together_with_their_places(corrected: Centre) -> None:
    settings, sessions = corrected
    with sessions() as session:
        (gap,) = gaps(heard_month(session, settings, centre.MONTH))
    assert gap.calls == 2
    assert [question.place.call_id for question in gap.questions] == ["H4", "H5"]
    assert all("无人机" in question.place.text for question in gap.questions)
    assert all(question.place.end_ms > question.place.start_ms for question in gap.questions)
    assert gap.department == ""


def test_an_entry_that_two_operators_contradict_alike_is_perhaps_wrong_itself(corrected: Centre) -> None:
    settings, sessions = corrected
    with sessions() as session:
        (found,) = contradicted(heard_month(session, settings, centre.MONTH))
    assert (found.entry.entry_id, found.fact.value) == ("K1", "40")
    assert (found.share.hits, found.share.n) == (2, 3)
    assert (found.agreeing, found.operators, found.perhaps_base) == (2, 2, True)
    assert {said.place.text for said in found.said} == {"二十块钱"}
