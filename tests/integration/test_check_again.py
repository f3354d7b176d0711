"""A corrected call is checked again by the real rules, as a run would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.judging.again import check_again
from qa_pipeline.models import Outcome, Role
from qa_pipeline.review.beside import correct, heard_in, unread
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import audits_of, call_file
from qa_pipeline.store.session import close_store
from tests.e2e.month import MAIN, seed

NOW = datetime(2026, 11, 2, 9, 0)
RUDE = 4
pytestmark = pytest.mark.model


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[tuple[Settings, sessionmaker[Session]]]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


def test_words_put_right_are_judged_and_the_old_findings_are_kept(
    centre: tuple[Settings, sessionmaker[Session]],
) -> None:
    settings, store = centre
    with store.begin() as session:
        correct(session, MAIN, RUDE, "请您别着急，我帮您再查一下", Role.OPERATOR, "质检员甲", 0, NOW)
    audit = check_again(store, settings, MAIN, NOW)
    with store() as session:
        file = call_file(session, MAIN)
        heard = heard_in(session, file)
        before, after = audits_of(session, MAIN)
    assert file.audit == after == audit
    assert after.supersedes_id == before.audit_id
    outcome = {result.code: result.outcome for result in after.results}
    assert outcome["PH06"] is Outcome.PASS
    assert next(r.outcome for r in before.results if r.code == "PH06") is Outcome.FAIL
    assert file.transcript is not None
    assert file.transcript.utterances[RUDE].text == "请您别着急，我帮您再查一下"
    assert heard is not None
    assert heard.transcript.utterances[RUDE].text != file.transcript.utterances[RUDE].text
    assert unread(file, heard.corrections) == ()
