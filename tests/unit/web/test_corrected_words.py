"""A word that was corrected is shown as such, with what was recognised."""

from __future__ import annotations

from pathlib import Path

from qa_pipeline.models import TermCorrection
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.results import save_audit
from qa_pipeline.store.schema import AuditRow
from qa_pipeline.store.session import close_store
from tests.e2e.month import MAIN, NOW, seed
from tests.people import client_as


def test_the_call_page_underlines_a_corrected_word_and_tells_what_was_recognised(tmp_path: Path) -> None:
    settings, sessions = seed(tmp_path)
    with sessions.begin() as session:
        file = call_file(session, MAIN)
        audit, words = file.audit, file.transcript.utterances[2].words
        place = next(n for n, word in enumerate(words) if "户" in word.text)
        start = sum(len(word.text) for word in words[:place])
        made = TermCorrection(2, start, words[place].text, "沪口", words[place].start_ms, words[place].end_ms, 0.4)
        save_audit(
            session,
            file.call,
            audit.recording_id,
            inputs_hash="9" * 64,
            speech_hash=session.get_one(AuditRow, audit.audit_id).speech_hash,
            ruleset=audit.ruleset,
            scorecard_version=audit.scorecard_version,
            knowledge_sha256=audit.knowledge_sha256,
            results=audit.results,
            evaluation=audit.evaluation,
            now=NOW,
            corrections=(made,),
        )
    page = client_as(sessions, settings).get(f"/calls/{MAIN}").text
    close_store(sessions)
    assert f'title="识别原文：{made.heard} · ' in page
    assert " fixed" in page
    assert "按读音更正" in page
    assert page.count("识别原文") == 1
