"""What of a clip is covered: in the sound and in the text alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.by_hand import by_hand
from qa_pipeline.models import CallFile, HandCorrection, Role, Span, TalkOver, Word
from qa_pipeline.models.clips import ClipMask, ClipPlan, MaskKind
from qa_pipeline.training.clips.planning import passage
from qa_pipeline.training.clips.spans import DOUBTFUL_MARGIN_MS, MARGIN_MS, covered_ms, joined
from tests.unit.training.clip_calls import ANGRY, NAMED, call_of, planned, said, with_words

REST = (*ANGRY, *ANGRY)


def text_of(plan: ClipPlan) -> str:
    return "\n".join(turn.text for turn in plan.turns)


def is_covered(plan: ClipPlan, start_ms: int, end_ms: int) -> bool:
    return covered_ms(plan.masks, [(start_ms, end_ms)]) == end_ms - start_ms


def test_a_name_and_a_number_are_covered_in_the_sound_with_a_margin_and_in_the_text() -> None:
    file = call_of((*REST, *NAMED))
    answer = said(file, len(REST) + 1)
    plan = planned(file)
    assert is_covered(plan, answer.start_ms - MARGIN_MS, answer.end_ms + MARGIN_MS)
    assert "周建国" not in text_of(plan)
    assert "2146" not in text_of(plan)
    assert "〔姓名、手机号〕" in text_of(plan)
    assert "半夜放音乐" in text_of(plan)


def test_what_answers_a_question_for_a_name_is_covered_whatever_the_recogniser_made_of_it() -> None:
    misheard = (("话", "请问您贵性，联系电话是多少"), ("来", "我性和合力要三九零零零零四八二六"), ("话", "好的"))
    file = call_of((*REST, *misheard))
    plan = planned(file)
    assert "和合力" not in text_of(plan)
    assert is_covered(plan, said(file, len(REST) + 1).start_ms, said(file, len(REST) + 1).end_ms)


def test_what_the_order_names_is_covered_wherever_it_is_said_also_as_another_character() -> None:
    order = {"姓名或称谓": "何丽", "事发地点": "临江区春晖路丽水家园南门"}
    file = call_of((*REST, ("话", "好的和丽女士，春灰路那边会有人去的")), work_order=order)
    plan = planned(file)
    assert "和丽" not in text_of(plan)
    assert "春灰路" not in text_of(plan)
    assert "会有人去的" in text_of(plan)


def test_a_read_back_is_covered_from_its_beginning_to_the_last_that_is_personal() -> None:
    read = ("话", "跟您核对一下，住桃园小区五洞二单元，今早有煤气味，电话13900008164，您看对不对呢")
    plan = planned(call_of((*REST, read)))
    assert "桃园" not in text_of(plan)
    assert "煤气味" not in text_of(plan)
    assert text_of(plan).endswith("对不对呢")


def test_the_hotlines_own_number_and_amounts_are_heard() -> None:
    plan = planned(call_of((*REST, ("话", "12345热线为您服务，工本费1200元，十月十五号以前交"))))
    assert "12345热线为您服务，工本费1200元" in text_of(plan)


def test_the_operators_name_and_number_are_covered() -> None:
    plan = planned(call_of((*REST, ("话", "我是王海燕，工号一零零三，有事再打来"))))
    assert "王海燕" not in text_of(plan)
    assert "一零零三" not in text_of(plan)


def test_badly_heard_words_get_a_wider_margin() -> None:
    lines = ("话", "好的周建国先生您稍等一下我这就去看看情况", None, None, 0.4)
    order = {"姓名或称谓": "周建国"}
    sure = planned(call_of((*REST, lines[:2]), work_order=order))
    unsure = planned(call_of((*REST, lines), work_order=order))
    assert sum(m.end_ms - m.start_ms for m in unsure.masks) >= (
        sum(m.end_ms - m.start_ms for m in sure.masks) + 2 * (DOUBTFUL_MARGIN_MS - MARGIN_MS)
    )


def put_right(file: CallFile, index: int, text: str) -> CallFile:
    """Return a call of which somebody wrote what was said in an utterance."""
    role = said(file, index).role
    made = HandCorrection(1, file.call.call_id, "r", "s", index, text, role, "质检员甲", datetime(2026, 11, 2))
    assert file.transcript is not None
    return replace(file, transcript=by_hand(file.transcript, [made]))


def test_a_name_put_right_by_hand_is_covered_with_the_recognised_words_on_either_side() -> None:
    order = {"姓名或称谓": "周建国"}
    heard = call_of((*REST, ("话", "好的走剑锅先生您稍等一下我这就去看看情况")), work_order=order)
    last = said(heard, len(REST))
    text = last.text.replace("走剑锅", "周建国")
    plan = planned(put_right(heard, last.index, text))
    owners = [word for word in last.words for _ in word.text]
    before, after = owners[text.index("周") - 1], owners[text.index("国") + 1]
    assert is_covered(plan, before.start_ms, after.end_ms)
    assert not is_covered(plan, last.start_ms, last.end_ms), "the rest of what was said is heard"


@pytest.mark.parametrize("recognised", ["好的先生您稍等一下", "好的周建建国先生您稍等一下", "好的走见先生您稍等一下"])
def test_a_name_in_an_utterance_put_right_with_more_or_fewer_characters_covers_it_whole(recognised: str) -> None:
    heard = call_of((*REST, ("话", recognised)), work_order={"姓名或称谓": "周建国"})
    last = said(heard, len(REST))
    plan = planned(put_right(heard, last.index, "好的周建国先生您稍等一下"))
    assert is_covered(plan, last.start_ms, last.end_ms)


@pytest.mark.parametrize(("first_ms", "margin_ms"), [(900, MARGIN_MS), (1_200, DOUBTFUL_MARGIN_MS)])
def test_characters_that_last_long_beside_a_name_widen_its_margin(first_ms: int, margin_ms: int) -> None:
    file = call_of((*REST, ("话", "好的周建国先生您稍等一下我这就去看看情况")), work_order={"姓名或称谓": "周建国"})
    last = said(file, len(REST))
    begin, count = last.start_ms + first_ms, len(last.words) - 1
    each = (last.end_ms - begin) // count
    rest = [
        replace(word, start_ms=begin + n * each, end_ms=begin + (n + 1) * each) for n, word in enumerate(last.words[1:])
    ]
    words = (replace(last.words[0], end_ms=begin), *rest)
    masks = planned(with_words(file, last.index, words)).masks
    assert begin - min(m.start_ms for m in masks if m.start_ms < begin < m.end_ms) == margin_ms


@pytest.mark.parametrize("wrong", ["no words", "out of order", "no length"])
def test_an_utterance_with_a_finding_and_no_good_times_is_covered_whole(wrong: str) -> None:
    file = call_of((*REST, ("话", "好的周建国先生您稍等我这就去看看情况")), work_order={"姓名或称谓": "周建国"})
    last = said(file, len(REST))
    words = {
        "no words": (),
        "out of order": tuple(replace(w, text=w.text) for w in last.words[::-1]),
        "no length": tuple(replace(w, end_ms=w.start_ms) for w in last.words),
    }[wrong]
    if wrong == "out of order":
        texts = [w.text for w in last.words]
        words = tuple(Word(t, w.start_ms, w.end_ms, w.confidence) for t, w in zip(texts, words, strict=True))
    assert is_covered(planned(with_words(file, last.index, words)), last.start_ms, last.end_ms)


def test_masks_lie_on_both_channels_since_talk_over_and_leaks_carry_words_to_both() -> None:
    assert {mask.channel for mask in planned(call_of((*REST, *NAMED))).masks} == {None}


def test_speech_of_which_nobody_knows_the_words_is_covered() -> None:
    file = call_of(REST, unintelligible=(Span(3000, 4200, 1, Role.CALLER),))
    assert ClipMask(2800, 4400, None, MaskKind.UNHEARD) in planned(file).masks
    assert file.transcript is not None
    more = replace(file.transcript, speech=(*file.transcript.speech, Span(90_000, 92_000, 1, Role.CALLER)))
    longer = replace(file, transcript=replace(more, duration_ms=95_000))
    assert not any(m.end_ms > 60_000 for m in planned(longer).masks)  # beyond the last turn: not in the clip at all


def test_what_a_person_covers_is_covered_in_the_text_too_and_stands_under_their_name() -> None:
    file = call_of(REST)
    one = said(file, 1)
    mask = ClipMask(one.start_ms, one.end_ms, None, MaskKind.HAND, "质检员甲")
    plan = planned(file, masks=(mask,))
    assert mask in plan.masks
    assert "半夜放音乐" not in "".join(turn.text for turn in plan.turns[:2])


def test_a_stretch_is_snapped_to_whole_turns_and_takes_in_what_is_spoken_into_them() -> None:
    file = call_of(REST)
    one = said(file, 1)
    plan = planned(file)
    assert plan.start_ms <= said(file, 0).start_ms
    assert file.transcript is not None
    assert [u.index for u in passage(file.transcript, one.start_ms + 500, one.start_ms + 900)] == [1]


def test_on_two_channels_the_caller_alone_is_changed_unless_the_operator_is_wanted_too() -> None:
    file = call_of(REST)
    plan, both = planned(file), planned(file, disguise_operator=True)
    assert {span.channel for span in plan.natural} == {0}
    assert plan.voices == (Role.CALLER,)
    assert both.natural == ()
    assert set(both.voices) == {Role.CALLER, Role.OPERATOR}


def test_on_one_channel_only_the_inside_of_the_operators_words_stays_as_it_is() -> None:
    file = call_of(REST, channels=1)
    plan = planned(file)
    callers = [(u.start_ms, u.end_ms) for u in file.transcript.utterances if u.role is Role.CALLER]  # type: ignore[union-attr]
    assert plan.natural
    assert not any(s.start_ms < end and s.end_ms > start for s in plan.natural for start, end in callers)


@pytest.mark.parametrize("doubt", ["both at once", "roles unsure"])
def test_on_one_channel_with_both_voices_at_once_or_unsure_roles_every_voice_is_changed(doubt: str) -> None:
    file = call_of(REST, channels=1)
    if doubt == "both at once":
        assert file.acoustics is not None
        talked = replace(file.acoustics, talk_overs=(TalkOver(2000, 2600, Role.OPERATOR, 1),))
        file = replace(file, acoustics=talked)
    else:
        assert file.transcript is not None
        unsure = tuple(replace(u, role_confidence=0.5) for u in file.transcript.utterances)
        file = replace(file, transcript=replace(file.transcript, utterances=unsure))
    plan = planned(file)
    assert plan.natural == ()
    assert plan.voices == (Role.UNKNOWN,)


spans = st.tuples(st.integers(0, 10_000), st.integers(1, 3_000)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(spans, max_size=12))
def test_joining_masks_uncovers_nothing(found: list[tuple[int, int]]) -> None:
    masks = [ClipMask(start, end, None, MaskKind.NAME) for start, end in found]
    done = joined(masks)
    assert all(any(d.start_ms <= m.start_ms and d.end_ms >= m.end_ms for d in done) for m in masks)
    assert all(before.end_ms < after.start_ms for before, after in pairwise(done))
