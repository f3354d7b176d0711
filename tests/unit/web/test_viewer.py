"""Who the screens are for decides what of a caller they show."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.session import close_store
from qa_pipeline.web.app import create_app
from tests.e2e.month import MAIN, seed
from tests.unit.web.conftest import HOME


def test_a_reviewer_sees_the_callers_number_and_an_operator_neither_it_nor_the_sound(tmp_path: Path) -> None:
    settings, sessions = seed(tmp_path)
    with sessions() as session:
        number = call_file(session, MAIN).call.caller_number
    reviewer = TestClient(create_app(sessions, settings), base_url=HOME)
    told = settings.model_copy(update={"screens_for": "operator"})
    operator = TestClient(create_app(sessions, told), base_url=HOME)
    assert number in reviewer.get(f"/calls/{MAIN}").text
    page = operator.get(f"/calls/{MAIN}")
    assert page.status_code == 200
    assert number not in page.text
    assert re.search(rf"{number[:3]}\*{{4}}{number[-4:]}", page.text)
    assert reviewer.get(f"/calls/{MAIN}/audio.wav").status_code == 200
    refused = operator.get(f"/calls/{MAIN}/audio.wav")
    close_store(sessions)
    assert refused.status_code == 404
    assert "话务员不能播放" in refused.text
