"""A whole answer that was searched in vain is cut for reading; all of it stays a press away."""

from __future__ import annotations

from datetime import datetime

from qa_pipeline.models import Evidence, EvidenceKind, Outcome, Role, RuleResult
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.results import save_audit
from qa_pipeline.store.session import close_store
from tests.e2e.month import CLEAN, seed
from tests.people import client_as

ANSWER = " / ".join(["您带上身份证户口簿到出入境窗口申请就可以了"] * 6)


def test_a_long_window_is_cut_and_can_be_opened(tmp_path) -> None:
    settings, sessions = seed(tmp_path)
    searched = Evidence(EvidenceKind.ABSENCE, 1_000, 3_000, 0, Role.OPERATOR, text=ANSWER, note="没有说到费用")
    with sessions.begin() as session:
        file = call_file(session, CLEAN)
        assert file.audit is not None
        save_audit(
            session, file.call, file.audit.recording_id, inputs_hash="9" * 64, speech_hash="1" * 64,
            ruleset=file.audit.ruleset, scorecard_version=file.audit.scorecard_version, knowledge_sha256="",
            results=(RuleResult("AN03", "C3", Outcome.FAIL, "漏说费用", (searched,), 1),),
            evaluation=file.audit.evaluation, now=datetime(2026, 11, 2),
        )  # fmt: skip
    with client_as(sessions, settings) as asking:
        text = asking.get(f"/calls/{CLEAN}").text
    close_store(sessions)
    button = text[text.index('<button type="button" class="ev absence"') :].split("</button>")[0]
    assert "…" in button
    assert ANSWER not in button
    assert f"看全文</summary>“{ANSWER}”" in text
