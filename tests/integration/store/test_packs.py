"""Packs and rehearsals on each database: what is kept, what is deleted, and what two people cannot both write."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import QaError
from qa_pipeline.models.clips import ClipState
from qa_pipeline.models.packs import Card, CardVersion, Heard
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.clips import clips_page
from qa_pipeline.store.queries.packs import add_card, add_plan, card_versions, pack_lines
from qa_pipeline.store.queries.rehearsals import rehearsal_heard, rehearsals_of, speech_before
from qa_pipeline.training.packs.bundle import pack_bundle
from qa_pipeline.training.packs.plans import give_out, packs_open_to
from qa_pipeline.training.packs.rehearsing import forget_expired, keep_answer
from tests.builders import call
from tests.e2e.month import fill
from tests.packed import NOW, add_pack, person

Sessions = sessionmaker[Session]


@pytest.fixture
def settings(sessions: Sessions, tmp_path: Path) -> Settings:
    fill(sessions, tmp_path)
    return Settings(workspace=tmp_path)


def test_a_pack_is_kept_given_and_taken_away(sessions: Sessions, settings: Settings) -> None:
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace, clips=2)
        add_pack(session, settings.workspace)
        give_out(session, plan.pack_id, "一组", None, person(session), NOW)
        pack_bundle(session, settings.workspace, plan.pack_id, io.BytesIO(), person(session), NOW)
    with sessions() as session:
        lines, total = pack_lines(session, 1, 1)
        assert (total, lines[0].plan, lines[0].downloads) == (2, plan, 1)
        assert [one for one, _ in packs_open_to(session, person(session, "operator"), NOW.date())] == [plan]
        assert clips_page(session, ClipState.APPROVED, 10, 0)[1] == 3


def test_of_two_who_save_the_same_version_one_is_refused(sessions: Sessions, settings: Settings) -> None:
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace)
        saved = CardVersion(plan.pack_id, plan.clips[0], 1, Card("甲"), "培训师戊", NOW)
        add_card(session, saved)
    with pytest.raises(QaError), sessions.begin() as session:
        add_plan(session, plan)
    with pytest.raises(QaError), sessions.begin() as session:
        add_card(session, saved)
    with sessions() as session:
        assert card_versions(session, plan.pack_id, plan.clips[0]) == (saved,)


def test_an_answer_is_judged_with_the_last_one_to_each_round_before(sessions: Sessions, settings: Settings) -> None:
    heard = call([("话", "您别着急")])
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace)
        who = person(session, "operator")
        first, again, second = (
            keep_answer(session, settings, (plan.pack_id, plan.clips[0], cue), [b"x"], who, NOW) for cue in (0, 0, 1)
        )
        for one, said in ((first, call([("话", "随便你")])), (again, heard)):
            result = Heard(said.transcript.utterances[0].text, 1_000)
            assert rehearsal_heard(session, one.rehearsal_id, "x", result, (said.transcript, said.acoustics))
    with sessions() as session:
        assert speech_before(session, second) == {0: (heard.transcript, heard.acoustics)}
        assert speech_before(session, again) == {}
        kept = rehearsals_of(session, plan.pack_id, plan.clips[0], who.account.account_id)
        assert [one.heard.text if one.heard else None for one in kept] == ["随便你", "您别着急", None]


def test_answers_are_deleted_after_their_term(sessions: Sessions, settings: Settings) -> None:
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace)
        keep_answer(session, settings, (plan.pack_id, plan.clips[0], 0), [b"x"], person(session, "operator"), NOW)
    assert forget_expired(settings, sessions, NOW + timedelta(days=89)) == 0
    assert forget_expired(settings, sessions, NOW + timedelta(days=91)) == 1
    assert forget_expired(settings, sessions, NOW + timedelta(days=91)) == 0
