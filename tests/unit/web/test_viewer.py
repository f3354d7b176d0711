"""Who looks decides what of a caller is shown."""

from __future__ import annotations

import re

from qa_pipeline.store.queries.calls import call_file
from tests.e2e.month import MAIN
from tests.people import client_as


def test_a_reviewer_sees_the_callers_number_and_a_trainer_neither_it_nor_the_sound(month) -> None:
    settings, sessions = month
    with sessions() as session:
        number = call_file(session, MAIN).call.caller_number
    reviewer, trainer = (client_as(sessions, settings, login) for login in ("reviewer", "trainer"))
    assert number in reviewer.get(f"/calls/{MAIN}").text
    page = trainer.get(f"/calls/{MAIN}")
    assert page.status_code == 200
    assert number not in page.text
    assert re.search(rf"{number[:3]}\*{{4}}{number[-4:]}", page.text)
    assert 'class="decide"' not in page.text
    assert reviewer.get(f"/calls/{MAIN}/audio.wav").status_code == 200
    assert trainer.get(f"/calls/{MAIN}/audio.wav").status_code == 403


def test_a_trainer_whom_the_centre_lets_see_personal_data_hears_no_recording_all_the_same(month) -> None:
    settings, sessions = month
    trusted = settings.model_copy(update={"sees_personal_data": ("reviewer", "supervisor", "trainer")})
    trainer = client_as(sessions, trusted, "trainer")
    assert trainer.get(f"/calls/{MAIN}/audio.wav").status_code == 403
