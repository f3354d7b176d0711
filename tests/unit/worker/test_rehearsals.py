"""What trainees send is listened to by the worker; what cannot be heard is told to them and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models.errands import Errand, ErrandState
from qa_pipeline.models.packs import Rehearsal
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.errands import errand, errands
from qa_pipeline.store.queries.rehearsals import delete_rehearsals, rehearsal, rehearsals_on
from qa_pipeline.store.session import close_store
from qa_pipeline.training.packs.rehearsing import FOLDER, delete_answer, keep_answer, sound_path
from qa_pipeline.worker import loop, work
from tests.e2e.month import seed
from tests.packed import NOW, add_pack, person
from tests.sounds import silence, tone, write_wav
from tests.unit.packs.spoken import operators_words

Store = tuple[Settings, sessionmaker[Session]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


def sent(store: Store, sound: bytes, now: datetime = NOW) -> Rehearsal:
    settings, sessions = store
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace)
        where = (plan.pack_id, plan.clips[0], 0)
        return keep_answer(session, settings, where, [sound], person(session, "operator"), now)


def after(store: Store, one: Rehearsal) -> Rehearsal:
    work(*store, now=lambda: NOW, until_idle=True)
    assert asked_for(store).state is ErrandState.DONE
    with store[1]() as session:
        return rehearsal(session, one.rehearsal_id)


def asked_for(store: Store) -> Errand:
    """Return the only errand, which no list shows."""
    with store[1]() as session:
        assert errands(session) == ()
        return errand(session, 1)


def files(store: Store) -> list[str]:
    return sorted(path.name for path in (store[0].workspace / FOLDER).iterdir())


def wav(tmp_path: Path, samples) -> bytes:
    return write_wav(tmp_path / "sound.wav", samples[None, :], 16_000).read_bytes()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda _: b"not a sound", "不是能听的录音"),
        (lambda folder: wav(folder, silence(2_000)), "录音里没有声音"),
        (lambda folder: wav(folder, tone(200, 300)), "录音太短"),
        (lambda folder: wav(folder, tone(200, 125_000)), "录音超过 120 秒"),
    ],
    ids=["no sound", "silent", "short", "long"],
)
def test_what_cannot_be_listened_to_is_told_with_its_reason_and_kept_nowhere(store, tmp_path, make, why) -> None:
    done = after(store, sent(store, make(tmp_path)))
    assert why in done.error
    assert done.hint
    assert (done.heard, done.waits) == (None, False)
    assert files(store) == []


def test_an_answer_that_was_deleted_while_it_waited_is_not_listened_to(store) -> None:
    one = sent(store, b"x")
    with store[1].begin() as session:
        delete_answer(session, store[0], one.rehearsal_id, person(session, "operator"), NOW)
    work(*store, now=lambda: NOW, until_idle=True)
    assert asked_for(store).state is ErrandState.CANCELLED


def test_an_answer_that_is_deleted_as_the_worker_turns_to_it_is_not_listened_to(store) -> None:
    one = sent(store, b"x")
    with store[1].begin() as session:
        delete_rehearsals(session, [one.rehearsal_id])
    work(*store, now=lambda: NOW, until_idle=True)
    assert asked_for(store).report == {"gone": True}


def test_a_trainee_is_told_where_the_recogniser_is_not_to_be_had(store, tmp_path) -> None:
    without = store[0].model_copy(update={"model": "no-such-model", "rehearsal_days": 91})
    one = sent((without, store[1]), wav(tmp_path, tone(200, 2_000)))
    work(without, store[1], now=lambda: NOW, until_idle=True)
    assert asked_for(store).state is ErrandState.FAILED
    with store[1]() as session:
        assert "识别没有成功" in rehearsal(session, one.rehearsal_id).error
    assert files(store) == []


def test_the_worker_deletes_what_is_over_its_term(store) -> None:
    old = sent(store, b"x", NOW - timedelta(days=100))
    work(*store, now=lambda: NOW, until_idle=True)
    with store[1]() as session:
        assert rehearsals_on(session, old.pack_id) == ()
    assert files(store) == []


def test_a_store_that_is_away_for_a_moment_does_not_end_the_worker(store, monkeypatch) -> None:
    def away(*_: object) -> int:
        raise OSError("no disk")

    monkeypatch.setattr(loop, "forget_expired", away)
    assert work(*store, now=lambda: NOW, until_idle=True) == 0


@pytest.mark.model
def test_an_answer_is_recognised_checked_and_kept_as_plain_sound(store, tmp_path) -> None:
    one = sent(store, wav(tmp_path, operators_words()[0]))
    done = after(store, one)
    assert "抱歉" in done.heard.text
    assert {f.code: f.outcome.value for f in done.heard.findings}["PH04"] == "pass"
    assert "致歉、安抚" in {used.kind for used in done.heard.used}
    assert files(store) == [Path(done.sound_path).name]
    assert sound_path(store[0], done).read_bytes().startswith(b"RIFF")
    assert "抱歉" not in str(asked_for(store).report), "what was said stands with the answer alone"
