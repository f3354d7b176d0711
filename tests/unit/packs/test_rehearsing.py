"""What a trainee records is the trainee's: kept under nobody's name for a file, heard by few, gone after its term."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import NotFound, TransientError, UserError
from qa_pipeline.models.errands import ErrandKind, ErrandState
from qa_pipeline.models.packs import Rehearsal
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.errands import claim_errand, end_errand, errand, tell_progress
from qa_pipeline.store.queries.rehearsals import rehearsals_of
from qa_pipeline.store.session import close_store
from qa_pipeline.store.worker import this_worker
from qa_pipeline.training.packs import rehearsing
from qa_pipeline.training.packs.rehearsing import (
    MOST_BYTES,
    delete_answer,
    expired,
    forget_expired,
    keep_answer,
    rehearsal_for,
    sound_path,
)
from tests.e2e.month import seed
from tests.packed import NOW, add_pack, person

Store = tuple[Settings, sessionmaker[Session], tuple[int, int]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    settings, sessions = seed(tmp_path)
    with sessions.begin() as session:
        plan = add_pack(session, tmp_path)
    yield settings, sessions, (plan.pack_id, plan.clips[0])
    close_store(sessions)


def keep(store: Store, sent: bytes = b"some sound", cue: int = 0, login: str = "operator", now=NOW) -> Rehearsal:
    settings, sessions, (pack, clip) = store
    with sessions.begin() as session:
        return keep_answer(session, settings, (pack, clip, cue), iter([sent]), person(session, login), now)


def files(store: Store) -> list[Path]:
    folder = store[0].workspace / rehearsing.FOLDER
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_an_answer_is_kept_under_a_name_of_no_meaning_and_is_to_be_listened_to(store) -> None:
    one, other = keep(store), keep(store, login="operator3")
    assert one.waits
    assert len(files(store)) == 2, "the same sound of two people is two files: each deletes only theirs"
    assert sound_path(store[0], one).read_bytes() == b"some sound"
    assert "operator" not in one.sound_path
    with store[1]() as session:
        asked = [errand(session, number) for number in (1, 2)]
    assert [e.kind for e in asked] == [ErrandKind.REHEARSAL] * 2
    assert {e.parameters["rehearsal"] for e in asked} == {str(one.rehearsal_id), str(other.rehearsal_id)}


def test_the_trainee_and_trainers_may_hear_it_and_nobody_else(store) -> None:
    one = keep(store)
    with store[1]() as session:
        for login in ("operator", "trainer"):
            assert rehearsal_for(session, one.rehearsal_id, person(session, login)) == one
        for login in ("operator3", "supervisor", "reviewer", "administrator"):
            with pytest.raises(NotFound, match="没有 1 号演练录音"):
                rehearsal_for(session, one.rehearsal_id, person(session, login))


def test_only_the_trainee_deletes_it_and_the_sound_goes_with_it(store) -> None:
    one = keep(store)
    with store[1].begin() as session, pytest.raises(NotFound, match=r"没有 \d+ 号演练录音"):
        delete_answer(session, store[0], one.rehearsal_id, person(session, "trainer"), NOW)
    with store[1].begin() as session:
        delete_answer(session, store[0], one.rehearsal_id, person(session, "operator"), NOW)
    assert files(store) == []
    with store[1]() as session, pytest.raises(NotFound):
        rehearsal_for(session, one.rehearsal_id, person(session, "operator"))


@pytest.mark.parametrize("state", [ErrandState.WAITING, ErrandState.RUNNING, ErrandState.FAILED, ErrandState.DONE])
def test_with_an_answer_goes_what_the_worker_was_asked_about_it(store, state: ErrandState) -> None:
    one, other = keep(store), keep(store, login="operator3")
    with store[1].begin() as session:
        held = claim_errand(session, this_worker(), NOW) if state is not ErrandState.WAITING else None
        if held is not None and state is not ErrandState.RUNNING:
            end_errand(session, held, state, NOW, error=("林志远的录音", ""))
    with store[1].begin() as session:
        delete_answer(session, store[0], one.rehearsal_id, person(session, "operator"), NOW)
    with store[1].begin() as session:
        gone, left = errand(session, 1), errand(session, 2)
        assert (gone.parameters, gone.asked_by, gone.error) == ({}, "", "")
        assert gone.state is (ErrandState.DONE if state is ErrandState.DONE else ErrandState.CANCELLED)
        assert left.parameters == {"rehearsal": str(other.rehearsal_id)}
        if state is ErrandState.RUNNING:
            assert tell_progress(session, held, 1, 2, "", NOW) is None, "the worker is told that it lost it"
        assert claim_errand(session, this_worker(), NOW).errand.errand_id == 2


def test_an_errand_does_not_name_the_trainee(store) -> None:
    keep(store)
    with store[1]() as session:
        assert errand(session, 1).asked_by == ""


def test_after_its_term_an_answer_is_shown_no_more_and_then_deleted(store) -> None:
    old, young = keep(store, now=NOW - timedelta(days=91)), keep(store, now=NOW - timedelta(days=89))
    assert expired(old, store[0], NOW)
    assert not expired(young, store[0], NOW)
    assert forget_expired(store[0], store[1], NOW) == 1
    with store[1]() as session:
        left = rehearsals_of(session, *store[2], person(session, "operator").account.account_id)
        assert errand(session, 1).parameters == {}
        assert errand(session, 2).parameters == {"rehearsal": str(young.rehearsal_id)}
    assert left == (young,)
    assert [f"{rehearsing.FOLDER}/{path.name}" for path in files(store)] == [young.sound_path]
    assert forget_expired(store[0].model_copy(update={"rehearsal_days": 30}), store[1], NOW) == 1
    assert files(store) == []


def test_what_a_transfer_left_behind_is_cleared_away_and_what_is_just_being_written_is_not(store) -> None:
    one = keep(store)
    folder = store[0].workspace / rehearsing.FOLDER
    for name, hours in (("left.part", 2), ("now.part", 0)):
        (folder / name).write_bytes(b"x")
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (at, at))
    forget_expired(store[0], store[1], NOW)
    assert {path.name for path in files(store)} == {Path(one.sound_path).name, "now.part"}


@pytest.mark.parametrize(("sent", "why"), [(b"", "录音是空的"), (b"x" * (MOST_BYTES + 1), "录音超过 16 MB")])
def test_an_empty_or_huge_answer_is_refused_and_leaves_nothing(store, sent, why) -> None:
    with pytest.raises(UserError, match=why):
        keep(store, sent)
    assert files(store) == []


def test_a_full_disk_refuses_it(store) -> None:
    full = (store[0].model_copy(update={"min_free_mb": 10**9}), *store[1:])
    with pytest.raises(TransientError, match="磁盘剩余空间不足"):
        keep(full)
    assert files(store) == []


def test_an_answer_belongs_to_a_round_of_a_clip_of_the_pack(store) -> None:
    for where, why in (
        ((store[2][0], 99, 0), "里没有 99 号剪辑"),
        ((*store[2], 2), "没有第 3 轮"),
        ((*store[2], -1), "没有第"),
    ):
        with store[1].begin() as session, pytest.raises(NotFound, match=why):
            keep_answer(session, store[0], where, iter([b"x"]), person(session, "operator"), NOW)


def test_nobody_keeps_answers_without_end(store, monkeypatch) -> None:
    monkeypatch.setattr(rehearsing, "MOST_TRIES", 2)
    keep(store), keep(store)
    with pytest.raises(UserError, match="第 1 轮已有 2 次录音"):
        keep(store)
    keep(store, login="operator3")
