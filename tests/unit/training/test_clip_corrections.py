"""Words of a clip put right by a person: kept beside the machine's, masked again, and approved anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import Conflict, QaError, UserError
from qa_pipeline.models import WorkOrder
from qa_pipeline.models.clips import Clip, ClipFile, ClipMask, ClipState, ClipStep, MaskKind
from qa_pipeline.models.speech import Role
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import add_clip, clip_file, clips_page
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import WorkOrderRow
from qa_pipeline.store.session import close_store
from qa_pipeline.training.clips.approving import say_of_clip
from qa_pipeline.training.clips.correcting import correct_words
from qa_pipeline.training.clips.leaving import leave, why_not
from tests.e2e.month import MAIN, seed
from tests.packed import NOW, add_approved, person

Store = tuple[Settings, sessionmaker[Session]]
TALK = (
    (Role.CALLER, "我都打了三次电话了，起死我了！"),
    (Role.OPERATOR, "您别着急，我帮您记录转办。"),
    (Role.CALLER, "我姓〔姓名〕，我要头诉你。"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def clip(store: Store) -> Clip:
    with store[1].begin() as session:
        return add_approved(session, store[0].workspace, TALK)


def correct(store: Store, clip: Clip, texts: dict[int, str], seen: int = 1, *, hears: bool = True) -> ClipFile:
    with store[1].begin() as session:
        reviewer = person(session, "reviewer")
        return correct_words(session, clip.clip_id, texts, seen, reviewer, NOW, hears_all=hears)


def say(store: Store, clip: Clip, step: ClipStep, reason: str = "听过") -> ClipFile:
    with store[1].begin() as session:
        reviewer = person(session, "reviewer")
        return say_of_clip(session, clip.clip_id, step, reviewer, reason, NOW, hears_all=True, heard=lambda _: True)


def refusal(error: type[QaError], doing: object) -> str:
    with pytest.raises(error) as caught:
        doing()  # type: ignore[operator]
    assert caught.value.hint
    return caught.value.message


def test_words_are_put_right_beside_the_machines_and_approved_anew(store: Store, clip: Clip) -> None:
    file = correct(store, clip, {0: "我都打了三次电话了，气死我了！", 1: "您别着急，我帮您记录转办。"})
    assert file.clip.turns[0].text == "我都打了三次电话了，气死我了！"
    (kept,) = file.clip.corrections
    assert "".join(piece.text for piece in kept.heard) == "我都打了三次电话了，起死我了！"
    assert (kept.turn, kept.by, kept.said_at) == (0, "质检员甲", NOW)
    assert file.state is ClipState.MADE
    with store[1]() as session:
        assert "还没有人审听" in why_not(session, clip.clip_id)
        assert [one.clip.clip_id for one in clips_page(session, ClipState.MADE, 9, 0)[0]] == [clip.clip_id]
        assert clips_page(session, ClipState.APPROVED, 9, 0)[1] == 0
    assert say(store, clip, ClipStep.APPROVED).state is ClipState.APPROVED
    with store[1].begin() as session:
        (ready,) = leave(session, (clip.clip_id,), "课包 1", person(session), NOW)
    assert "气死我了" in ready.turns[0].text


def test_the_last_correction_counts_and_the_machines_words_stay(store: Store, clip: Clip) -> None:
    correct(store, clip, {0: "我打了三次电话，急死我了！"})
    file = correct(store, clip, {0: "我打了三次电话，气死我了！"}, seen=2)
    (kept,) = file.clip.corrections
    assert file.clip.turns[0].text == "我打了三次电话，气死我了！"
    assert "起死我了" in kept.heard[0].text
    assert [word.step for word in file.words] == [ClipStep.APPROVED, ClipStep.CORRECTED, ClipStep.CORRECTED]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("我叫周建国，我很生气！", "周建国"),
        ("我电话是13900002146，我很生气！", "13900002146"),
        ("我打了三次，一三九零零零零二一四六，我很生气！", "零二一四六"),
        ("我家住在金桂花园三号楼，我很生气！", "金桂花园"),
    ],
)
def test_a_name_or_a_number_that_is_written_is_masked_and_must_be_covered_in_the_sound(
    store: Store, clip: Clip, written: str, named: str
) -> None:
    file = correct(store, clip, {0: written})
    assert named not in file.clip.turns[0].text
    assert "我很生气！" in file.clip.turns[0].text
    assert any(piece.mask for piece in file.clip.turns[0].pieces)
    assert "声音里还没有遮" in refusal(UserError, lambda: say(store, clip, ClipStep.APPROVED))
    correct(store, clip, {0: "我都打了三次电话了，气死我了！"}, seen=2)
    assert say(store, clip, ClipStep.APPROVED).state is ClipState.APPROVED


def test_what_the_order_names_is_masked_where_nothing_else_tells_it_and_also_by_sound(store: Store, clip: Clip) -> None:
    revised(store, {"姓名或称谓": "打华"})
    file = correct(store, clip, {1: "您别着急，大花我帮您记录转办。"})
    assert file.clip.turns[1].text == "您别着急，〔姓名〕我帮您记录转办。"


def revised(store: Store, fields: dict[str, str], revision: int = 2) -> None:
    with store[1].begin() as session:
        order = WorkOrder("GD20261003001", MAIN, fields)
        session.add(as_row(WorkOrderRow, order, revision=revision, recorded_at=NOW))


def test_what_comes_to_be_known_after_a_correction_must_be_covered_in_it_too(store: Store, clip: Clip) -> None:
    correct(store, clip, {1: "您别着急，大花我帮您记录转办。"})
    revised(store, {"姓名或称谓": "大花"})
    assert "更正的文字里还有要遮盖的" in refusal(UserError, lambda: say(store, clip, ClipStep.APPROVED))


def test_what_a_person_covered_in_the_clip_is_masked_wherever_it_is_written(store: Store, clip: Clip) -> None:
    with store[1].begin() as session:
        transcript = call_file(session, MAIN).transcript
        said = next(u for u in transcript.utterances if "派出所" in u.text)
        mask = ClipMask(said.words[0].start_ms, said.words[-1].end_ms, None, MaskKind.HAND, "质检员甲")
        other = add_clip(session, replace(clip, masks=(mask,), start_ms=0, end_ms=said.end_ms))
    file = correct(store, other, {1: "您去派出所记录转办。"}, seen=0)
    assert "派出所" not in file.clip.turns[1].text
    assert "人工遮盖" in file.clip.turns[1].text


def test_a_correction_never_takes_a_mask_away(store: Store, clip: Clip) -> None:
    assert "原来遮盖的〔姓名〕不见了" in refusal(UserError, lambda: correct(store, clip, {2: "我姓周，我要投诉你。"}))
    assert "不是遮盖的写法" in refusal(UserError, lambda: correct(store, clip, {2: "我姓〔周〕，我要投诉你。"}))
    file = correct(store, clip, {2: "我姓〔姓名〕，我要投诉你。"})
    assert file.clip.turns[2].text == "我姓〔姓名〕，我要投诉你。"
    again = refusal(UserError, lambda: correct(store, clip, {2: "我要投诉你。"}, seen=2))
    assert "原来遮盖的〔姓名〕不见了" in again
    assert say(store, clip, ClipStep.APPROVED).state is ClipState.APPROVED


def test_who_may_not_hear_writes_unseen_changes_nothing_or_comes_late_corrects_nothing(
    store: Store, clip: Clip
) -> None:
    fixed = {0: "我都打了三次电话了，气死我了！"}
    assert "不能听原声" in refusal(UserError, lambda: correct(store, clip, fixed, hears=False))
    assert "刚有人" in refusal(Conflict, lambda: correct(store, clip, fixed, seen=0))
    assert "没有改动" in refusal(UserError, lambda: correct(store, clip, {0: TALK[0][1] + " ", 9: "没有这一句"}))
    assert "空的" in refusal(UserError, lambda: correct(store, clip, {0: "  "}))
    assert "没有这种操作" in refusal(UserError, lambda: say(store, clip, ClipStep.CORRECTED))
    say(store, clip, ClipStep.WITHDRAWN)
    assert "已撤回" in refusal(Conflict, lambda: correct(store, clip, fixed, seen=2))


def test_what_was_written_cannot_be_changed(store: Store, clip: Clip) -> None:
    correct(store, clip, {0: "我都打了三次电话了，气死我了！"})
    with store[1]() as session, pytest.raises(Exception, match="append-only"):
        session.execute(text("DELETE FROM clip_corrections"))
    with store[1]() as session:
        assert clip_file(session, clip.clip_id).clip.corrections
