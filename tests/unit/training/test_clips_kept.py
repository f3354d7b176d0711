"""Clips from the wish to the door: made, approved by another, withdrawn, and let out by one function alone."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import av
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import Conflict, NotFound, QaError, UserError
from qa_pipeline.language.by_hand import by_hand
from qa_pipeline.models import HandCorrection, WorkOrder
from qa_pipeline.models.accounts import Account, Person, Role
from qa_pipeline.models.appeals import AppealKind, AppealTarget
from qa_pipeline.models.clips import ClipFile, ClipMask, ClipState, ClipStep, ClipWish, Cover, MaskKind, SoundKind
from qa_pipeline.models.errands import ErrandKind, ErrandState
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.appeals import add_appeal
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import add_clip, clip_file, clips_of, clips_page
from qa_pipeline.store.queries.errands import add_errand, errand
from qa_pipeline.store.queries.passages import BITS
from qa_pipeline.store.queries.results import save_speech
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import NoticeRow, PassageRow, ReadCallRow, RecordingRow, WorkOrderRow
from qa_pipeline.store.session import close_store
from qa_pipeline.training.clips.approving import say_of_clip
from qa_pipeline.training.clips.facing import as_found
from qa_pipeline.training.clips.leaving import leave, sound_of, still_leaving
from qa_pipeline.training.clips.making import ask_for_clip, try_again
from qa_pipeline.training.clips.wishes import masks_by_hand, parameters_of, wish_of
from qa_pipeline.worker import work
from tests.e2e.month import MAIN, seed

pytestmark = pytest.mark.large  # sound is made for each

NOW = datetime(2026, 11, 2, 9, 0)
Store = tuple[Settings, sessionmaker[Session]]


def who(name: str, *roles: Role) -> Person:
    return Person(Account(1, name, name, roles, None, False, "test", NOW))


TRAINER, REVIEWER = who("培训师戊", Role.TRAINER), who("质检员甲", Role.REVIEWER)
FIRST = ClipWish(MAIN, 0, 12_000)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


def made(store: Store, wish: ClipWish = FIRST, person: Person = TRAINER) -> ClipFile:
    """Ask for a clip, let the worker make it, and return it."""
    settings, sessions = store
    with sessions.begin() as session:
        asked = ask_for_clip(session, wish, person, NOW)
    work(settings, sessions, lambda: NOW, until_idle=True)
    with sessions() as session:
        done = errand(session, asked.errand_id)
        assert done.state is ErrandState.DONE, done.error
        return clip_file(session, int(str(done.report["clip"])))


def say(
    store: Store,
    clip_id: int,
    step: ClipStep,
    person: Person = REVIEWER,
    reason: str = "听过",
    *,
    hears: bool = True,
    heard: bool = True,
) -> ClipFile:
    with store[1].begin() as session:
        return say_of_clip(session, clip_id, step, person, reason, NOW, hears_all=hears, heard=lambda _: heard)


def out(store: Store, clip_id: int) -> None:
    with store[1].begin() as session:
        leave(session, (clip_id,), "课包 1", TRAINER, NOW)


def refusal(error: type[QaError], doing: object) -> str:
    with pytest.raises(error) as caught:
        doing()  # type: ignore[operator]
    assert caught.value.hint
    return caught.value.message


def test_a_clip_is_made_heard_by_another_approved_and_let_out(store: Store) -> None:
    settings, sessions = store
    clip = made(store).clip
    assert clip.made_by == TRAINER.name
    assert say(store, clip.clip_id, ClipStep.APPROVED).state is ClipState.APPROVED
    with sessions.begin() as session:
        (ready,) = leave(session, (clip.clip_id,), "课包 1", TRAINER, NOW)
    assert sound_of(settings.workspace, ready)
    with sessions() as session:
        (export,) = clip_file(session, clip.clip_id).exports
    assert (export.purpose, export.taken_by, export.sound_sha256) == ("课包 1", TRAINER.name, clip.sound_sha256)


def test_nothing_leaves_that_is_not_approved_or_approved_no_more(store: Store) -> None:
    number = made(store).clip.clip_id
    assert "还没有人审听" in refusal(Conflict, lambda: out(store, number))
    say(store, number, ClipStep.APPROVED)
    out(store, number)
    say(store, number, ClipStep.WITHDRAWN, reason="还听得出门牌号")
    told = refusal(Conflict, lambda: out(store, number))
    assert "已撤回" in told
    assert "还听得出门牌号" not in told
    assert "没有 999 号" in refusal(NotFound, lambda: out(store, 999))


def test_an_approval_that_is_withdrawn_while_a_pack_is_sent_stops_it(store: Store) -> None:
    number = made(store).clip.clip_id
    say(store, number, ClipStep.APPROVED)
    with store[1]() as sending:
        leave(sending, (number,), "课包 1", TRAINER, NOW)
        sending.commit()
        still_leaving(sending, (number,))
        say(store, number, ClipStep.WITHDRAWN, reason="来电人要求保密")
        assert "已撤回" in refusal(Conflict, lambda: still_leaving(sending, (number,)))


def test_a_sound_that_is_not_the_one_that_was_approved_does_not_leave(store: Store) -> None:
    settings, sessions = store
    clip = made(store).clip
    say(store, clip.clip_id, ClipStep.APPROVED)
    with sessions.begin() as session:
        (ready,) = leave(session, (clip.clip_id,), "课包 1", TRAINER, NOW)
    path = settings.workspace / clip.sound_path
    path.write_bytes(path.read_bytes() + b"0")
    assert "与批准时不同" in refusal(Conflict, lambda: sound_of(settings.workspace, ready))
    path.unlink()
    assert "不在工作区" in refusal(NotFound, lambda: sound_of(settings.workspace, ready))


def test_the_maker_does_not_approve_nor_who_may_not_hear_the_original(store: Store) -> None:
    number = made(store, person=REVIEWER).clip.clip_id
    assert "自己制作" in refusal(UserError, lambda: say(store, number, ClipStep.APPROVED))
    deaf = refusal(UserError, lambda: say(store, number, ClipStep.APPROVED, TRAINER, hears=False))
    assert "不能听原声" in deaf
    other = who("质检员乙", Role.REVIEWER)
    assert "没有写退回的理由" in refusal(UserError, lambda: say(store, number, ClipStep.REFUSED, other, " "))
    say(store, number, ClipStep.REFUSED, other, "剪得太碎")
    assert "已退回，不能批准" in refusal(Conflict, lambda: say(store, number, ClipStep.APPROVED, other))


def test_a_clip_that_somebody_has_not_heard_is_not_approved_by_them(store: Store) -> None:
    number = made(store).clip.clip_id
    assert "还没有听过" in refusal(UserError, lambda: say(store, number, ClipStep.APPROVED, heard=False))
    assert say(store, number, ClipStep.REFUSED, heard=False).state is ClipState.REFUSED


def test_covering_more_by_hand_makes_a_new_clip_and_puts_the_old_one_aside_at_once(store: Store) -> None:
    first = made(store).clip
    say(store, first.clip_id, ClipStep.APPROVED)
    with store[1]() as session:
        transcript = call_file(session, MAIN).transcript
    assert transcript is not None
    masks = masks_by_hand(transcript, first, ("材料",), ((1_000, 1_400),), REVIEWER.name, hears_all=True)
    wish = ClipWish(MAIN, first.start_ms, first.end_ms, masks=masks, replaces=first.clip_id)
    second = made(store, wish, REVIEWER)
    assert "材料" in "".join(turn.text for turn in first.turns)
    assert "材料" not in "".join(turn.text for turn in second.clip.turns)
    assert {mask.by for mask in second.clip.masks} >= {REVIEWER.name}
    assert second.state is ClipState.MADE
    with store[1]() as session:
        assert clip_file(session, first.clip_id).state is ClipState.WITHDRAWN
    # Who only covers more does not make it theirs.
    assert second.clip.made_by == TRAINER.name
    assert say(store, second.clip.clip_id, ClipStep.APPROVED).state is ClipState.APPROVED


def test_the_second_of_two_who_cover_something_in_one_clip_is_told_and_nothing_is_dropped(store: Store) -> None:
    settings, sessions = store
    first = made(store).clip.clip_id
    name, number = (ClipMask(start, start + 900, None, MaskKind.HAND, "甲") for start in (1_000, 5_000))
    one, other = (replace(FIRST, masks=(mask,), replaces=first) for mask in (name, number))

    def ask(wish: ClipWish, person: Person = REVIEWER) -> int:
        with sessions.begin() as session:
            return ask_for_clip(session, wish, person, NOW).errand_id

    asked = ask(one)
    assert ask(one) == asked, "pressed twice"
    assert "1 号剪辑已在重新制作（质检员甲）" in refusal(Conflict, lambda: ask(other, TRAINER))
    work(settings, sessions, lambda: NOW, until_idle=True)
    assert "重叠" in refusal(Conflict, lambda: ask(other, TRAINER))
    with sessions() as session:
        second = clips_of(session, MAIN)[-1].clip
    assert {name, number} <= set(made(store, replace(other, replaces=second.clip_id)).clip.masks)


@pytest.mark.parametrize("step", [ClipStep.REFUSED, ClipStep.WITHDRAWN])
def test_what_somebody_covered_stays_covered_when_the_passage_is_cut_anew(store: Store, step: ClipStep) -> None:
    first = made(store).clip
    heard = ClipMask(4_000, 5_200, None, MaskKind.HAND, REVIEWER.name)
    second = made(store, replace(FIRST, masks=(heard,), replaces=first.clip_id), REVIEWER).clip
    if step is ClipStep.WITHDRAWN:
        say(store, second.clip_id, ClipStep.APPROVED)
    say(store, second.clip_id, step, reason="换个开头重剪")
    third = made(store, ClipWish(MAIN, 3_000, 8_000)).clip
    assert third.replaces is None
    assert heard in third.masks
    say(store, third.clip_id, ClipStep.REFUSED, reason="重剪")
    elsewhere = made(store, ClipWish(MAIN, 20_000, 30_000)).clip
    assert all(mask.by == "" for mask in elsewhere.masks), "a mask of another passage is none of this one's"


def test_a_word_or_a_stretch_that_is_not_in_the_clip_is_told(store: Store) -> None:
    clip = made(store).clip
    with store[1]() as session:
        transcript = call_file(session, MAIN).transcript
    assert transcript is not None
    for word in ("飞机场", "派出所"):  # said nowhere; said after the clip
        assert "没有找到" in refusal(
            UserError, lambda w=word: masks_by_hand(transcript, clip, (w,), (), "甲", hears_all=True)
        )
    for span in ((5_000, 4_000), (90_000, 91_000)):
        assert "不在剪辑里" in refusal(
            UserError, lambda s=span: masks_by_hand(transcript, clip, (), (s,), "甲", hears_all=False)
        )


def test_two_clips_of_the_same_words_are_refused(store: Store) -> None:
    made(store)
    again = lambda: made(store, ClipWish(MAIN, 5_000, 8_000, Cover.SILENCE))  # noqa: E731
    assert "重叠" in refusal(Conflict, again)


def test_a_clip_is_not_approved_while_another_of_the_same_words_stands(store: Store) -> None:
    first = made(store).clip
    with store[1].begin() as session:  # as two workers of an older version could leave them
        second = add_clip(session, replace(first, start_ms=first.start_ms + 1_000))
    why = refusal(Conflict, lambda: say(store, first.clip_id, ClipStep.APPROVED))
    assert f"与 {second.clip_id} 号剪辑（待审听）重叠" in why
    say(store, second.clip_id, ClipStep.REFUSED, reason="重复")
    assert say(store, first.clip_id, ClipStep.APPROVED).state is ClipState.APPROVED


@pytest.mark.parametrize("said", ["是", "保密"])
def test_nothing_is_made_of_a_secret_caller_and_what_was_made_leaves_no_more(store: Store, said: str) -> None:
    number = made(store).clip.clip_id
    say(store, number, ClipStep.APPROVED)
    with store[1].begin() as session:
        order = WorkOrder("GD20261003001", MAIN, {"是否保密": said})
        session.add(as_row(WorkOrderRow, order, revision=2, recorded_at=NOW))
    assert "保密" in refusal(Conflict, lambda: out(store, number))
    assert "保密" in refusal(UserError, lambda: made(store, ClipWish(MAIN, 20_000, 30_000)))


def test_what_comes_to_be_known_after_an_approval_must_be_covered_too(store: Store) -> None:
    number = made(store).clip.clip_id
    say(store, number, ClipStep.APPROVED)
    revised(store, 2, {"备注": "已回访"})
    out(store, number)  # a revision that names nobody changes nothing
    revised(store, 3, {"姓名或称谓": "新生儿"})  # stands for a name: it is said in the clip
    assert "须重新制作" in refusal(Conflict, lambda: out(store, number))
    again = made(store, ClipWish(MAIN, 0, 12_000, replaces=number)).clip.clip_id
    say(store, again, ClipStep.APPROVED)
    out(store, again)


def test_a_clip_that_covers_less_than_is_known_by_now_is_not_approved(store: Store) -> None:
    number = made(store).clip.clip_id
    with store[1].begin() as session:
        file = call_file(session, MAIN)
        heard = next(u for u in file.transcript.utterances if "新生儿" in u.text)
        text, where = heard.text.replace("新生儿", "周建国"), (file.recording.recording_id, file.audit.speech_hash)
        written = HandCorrection(1, MAIN, *where, heard.index, text, heard.role, "甲", NOW)
        save_speech(session, where[1], by_hand(file.transcript, (written,)), file.acoustics, NOW)
    revised(store, 2, {"姓名或称谓": "周建国"})
    assert "须重新制作" in refusal(UserError, lambda: say(store, number, ClipStep.APPROVED))


def revised(store: Store, revision: int, fields: dict[str, str]) -> None:
    """Hand the call's order in anew."""
    with store[1].begin() as session:
        order = WorkOrder("GD20261003001", MAIN, fields)
        session.add(as_row(WorkOrderRow, order, revision=revision, recorded_at=NOW))


def test_nothing_is_made_of_a_call_that_is_appealed_or_complained_of(store: Store) -> None:
    with store[1].begin() as session:
        target = AppealTarget(AppealKind.ITEM, "1003", "2026-10", MAIN, "A5")
        add_appeal(session, target, "我说了再见", "王海燕", NOW, NOW.date(), late_doubt=False)
    assert "申诉" in refusal(UserError, lambda: made(store))


def test_nothing_is_made_of_a_call_with_an_open_notice(store: Store) -> None:
    with store[1].begin() as session:
        session.add(
            NoticeRow(
                operator_id="1003", month="2026-10", kind="reminder", seen_by="甲", happened_at=NOW, what="态度",
                evidence="", points="0", call_id=MAIN, at_ms=None, entered_by="甲", entered_at=NOW,
            )
        )  # fmt: skip
    assert "监督记录" in refusal(UserError, lambda: made(store))


def test_a_call_whose_recording_is_gone_fails_its_errand_and_leaves_no_clip(store: Store) -> None:
    settings, sessions = store
    with sessions.begin() as session:
        asked = ask_for_clip(session, FIRST, TRAINER, NOW)
        path = settings.workspace / session.query(RecordingRow).filter_by(call_id=MAIN).one().path
    path.unlink()
    work(settings, sessions, lambda: NOW, until_idle=True)
    with sessions() as session:
        failed = errand(session, asked.errand_id)
        assert failed.state is ErrandState.FAILED
        assert "录音文件不在工作区" in failed.error
        assert clips_of(session, MAIN) == ()
    assert not list((settings.workspace / "clips").glob("*")) if (settings.workspace / "clips").exists() else True


def test_a_clip_that_could_not_be_made_is_tried_again_by_anybody_and_stays_whose_it_was(store: Store) -> None:
    settings, sessions = store
    with sessions.begin() as session:
        asked = ask_for_clip(session, FIRST, TRAINER, NOW)
        path = settings.workspace / session.query(RecordingRow).filter_by(call_id=MAIN).one().path
    path.rename(path.with_suffix(".away"))
    work(settings, sessions, lambda: NOW, until_idle=True)
    path.with_suffix(".away").rename(path)
    with sessions.begin() as session:
        try_again(session, asked.errand_id)
        assert errand(session, asked.errand_id).error == ""
    assert "没有暂停或失败" in refusal(Conflict, lambda: tried(store, asked.errand_id))
    work(settings, sessions, lambda: NOW, until_idle=True)
    with sessions() as session:
        assert errand(session, asked.errand_id).state is ErrandState.DONE
        (file,) = clips_of(session, MAIN)
    assert file.clip.made_by == TRAINER.name


def test_what_stands_in_the_way_of_a_clip_is_said_at_once_when_it_is_tried_again(store: Store) -> None:
    settings, sessions = store
    with sessions.begin() as session:
        asked = ask_for_clip(session, FIRST, TRAINER, NOW)
    revised(store, 2, {"是否保密": "是"})
    work(settings, sessions, lambda: NOW, until_idle=True)
    assert "保密" in refusal(UserError, lambda: tried(store, asked.errand_id))
    with sessions.begin() as session:
        assert errand(session, asked.errand_id).state is ErrandState.FAILED
        other = add_errand(session, ErrandKind.DRAW, {"month": "2026-10"}, "甲", NOW).errand_id
    assert "不是制作剪辑" in refusal(NotFound, lambda: tried(store, other))


def tried(store: Store, errand_id: int) -> None:
    with store[1].begin() as session:
        try_again(session, errand_id)


def test_what_becomes_secret_while_it_is_made_is_not_kept(store: Store) -> None:
    settings, sessions = store
    with sessions.begin() as session:
        asked = ask_for_clip(session, FIRST, TRAINER, NOW)
        order = WorkOrder("GD20261003001", MAIN, {"是否保密": "是"})
        session.add(as_row(WorkOrderRow, order, revision=2, recorded_at=NOW))
    work(settings, sessions, lambda: NOW, until_idle=True)
    with sessions() as session:
        assert errand(session, asked.errand_id).state is ErrandState.FAILED
        assert clips_of(session, MAIN) == ()


@pytest.mark.parametrize("kind", list(SoundKind))
def test_a_clips_file_says_nothing_of_its_call(store: Store, kind: SoundKind) -> None:
    settings, _ = store
    clip = made(store, ClipWish(MAIN, 0, 12_000, kind=kind)).clip
    assert re.fullmatch(rf"clips/[0-9a-f]{{32}}\.{kind.value}", clip.sound_path)
    path = settings.workspace / clip.sound_path
    raw = path.read_bytes()
    for word in (MAIN, MAIN.replace("-", ""), clip.made_by, "13900001234"):
        assert word.encode() not in raw
    with av.open(str(path)) as container:
        assert set(container.metadata) <= {"encoder"}
        assert set(container.streams.audio[0].metadata) <= {"encoder"}
        stream = container.streams.audio[0]
        assert stream.channels == 1
    if kind is SoundKind.WAV:
        with wave.open(io.BytesIO(raw)) as wav:
            assert abs(wav.getnframes() / wav.getframerate() * 1000 - clip.duration_ms) < 2


def test_an_errand_carries_a_wish_without_words() -> None:
    wish = ClipWish(MAIN, 5, 10, Cover.SILENCE, True, SoundKind.WAV, replaces=3)
    assert wish_of(parameters_of(wish)) == wish
    found = replace(wish, scenario=Scenario.THREAT, handling=Handling.HELD)
    assert wish_of(parameters_of(found)) == found
    older = {name: value for name, value in parameters_of(wish).items() if name not in {"scenario", "handling"}}
    assert wish_of(older) == wish


def test_a_clip_keeps_what_its_passage_was_found_under_also_when_it_is_made_again(store: Store) -> None:
    with store[1].begin() as session:
        session.add(
            ReadCallRow(
                call_id=MAIN, month="2026-10", operator_id="1003", audit_id=1, decision_id=0, finder="", reasons=()
            )
        )
        session.flush()
        session.add(
            PassageRow(
                call_id=MAIN, start_ms=0, end_ms=12_000, month="2026-10", operator_id="1003", audit_id=1, first=0,
                last=1, scenarios=BITS[Scenario.INSULT] | BITS[Scenario.REPEATED], handling=Handling.CALMED, value=0.5,
                reasons=(), marks=(), sound=None, words=b"",
            )
        )  # fmt: skip
    first = made(store, replace(FIRST, scenario=Scenario.REPEATED)).clip
    assert (first.scenario, first.handling) == (Scenario.REPEATED, Handling.CALMED)
    again = made(store, replace(FIRST, scenario=Scenario.THREAT, replaces=first.clip_id)).clip
    assert (again.scenario, again.handling) == (Scenario.REPEATED, Handling.CALMED)
    with store[1]() as session:
        assert as_found(session, replace(FIRST, scenario=Scenario.THREAT)).scenario is Scenario.INSULT
        nowhere = as_found(session, ClipWish(MAIN, 20_000, 30_000, scenario=Scenario.THREAT))
    assert (nowhere.scenario, nowhere.handling) == (None, None)


@pytest.mark.parametrize("table", ["clips", "clip_words", "clip_exports"])
def test_what_was_made_said_and_let_out_cannot_be_changed(store: Store, table: str) -> None:
    number = made(store).clip.clip_id
    say(store, number, ClipStep.APPROVED)
    out(store, number)
    with store[1]() as session, pytest.raises(Exception, match="append-only"):
        session.execute(text(f"DELETE FROM {table}"))


def test_clips_are_listed_by_where_they_stand(store: Store) -> None:
    one = made(store).clip.clip_id
    say(store, one, ClipStep.APPROVED)
    two = made(store, ClipWish(MAIN, 20_000, 30_000)).clip.clip_id
    with store[1]() as session:
        listed = {state: [f.clip.clip_id for f in clips_page(session, state, 10, 0)[0]] for state in (None, *ClipState)}
    assert listed == {
        None: [two, one], ClipState.MADE: [two], ClipState.APPROVED: [one],
        ClipState.REFUSED: [], ClipState.WITHDRAWN: [],
    }  # fmt: skip
