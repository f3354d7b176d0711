"""A dialogue written by hand: how it is read, and what a wrong line is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.errors import UserError
from qa_pipeline.ingest.dialogue import LONGEST_CHARACTERS, LONGEST_LINES, Dialogue, read_dialogue
from qa_pipeline.models import Role
from qa_pipeline.models.speech import Span

NOW = datetime(2026, 11, 1, 9, 0)


def read(text: str) -> Dialogue:
    return read_dialogue(text, NOW)


def said(text: str) -> list[tuple[Role, str]]:
    return [(u.role, u.text) for u in read(text).transcript.utterances]


def told(text: str) -> str:
    with pytest.raises(UserError) as caught:
        read(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "name", ["话务员", "客服", "坐席", "操作员", "接线员", "話務員", "A", "a", "Ａ", "operator", "Agent"]
)
def test_the_operator_goes_by_many_names(name: str) -> None:
    assert said(f"{name}：您好") == [(Role.OPERATOR, "您好")]


@pytest.mark.parametrize("name", ["来电人", "客户", "市民", "群众", "來電人", "B", "caller", "Customer"])
def test_the_caller_goes_by_many_names(name: str) -> None:
    assert said(f"{name}:您好") == [(Role.CALLER, "您好")]


def test_who_is_not_known_stays_unknown() -> None:
    (one,) = read("？：您好").transcript.utterances
    assert (one.role, one.role_confidence) == (Role.UNKNOWN, 0.0)


def test_words_are_as_recognisers_give_them_to_rules() -> None:
    assert said("话务员：您好，這裡是12345熱線。😀 OK？ 共 1.5 萬元，95%！") == [
        (Role.OPERATOR, "您好这里是12345热线OK共1.5万元95%")
    ]


def test_blank_lines_and_comments_are_left_out() -> None:
    assert said("# 试一试\n\n  \n话务员：您好\n#来电人：没有") == [(Role.OPERATOR, "您好")]


def test_a_time_may_stand_in_front_in_every_usual_way() -> None:
    text = "[00:01] 话务员：一\n00:02 来电人：二\n1:00:03.5 话务员：三\n01:00:10–01:00:12 来电人：四"
    times = [(u.start_ms, u.end_ms) for u in read(text).transcript.utterances]
    assert times == [(1000, 1240), (2000, 2240), (3_603_500, 3_603_740), (3_610_000, 3_612_000)]
    assert read(text).estimated == 0


def test_times_that_are_not_given_follow_at_250_characters_a_minute_and_are_counted() -> None:
    dialogue = read("话务员：您好请讲\n来电人：停水了")
    first, second = dialogue.transcript.utterances
    assert (first.start_ms, first.end_ms - first.start_ms) == (500, 4 * 240)
    assert second.start_ms > first.end_ms
    assert dialogue.estimated == 2


def test_an_estimate_does_not_reach_into_a_turn_that_says_when_it_begins() -> None:
    first, second = read("话务员：您好这里是政务服务便民热线请讲\n[00:02] 来电人：停水了").transcript.utterances
    assert first.end_ms == second.start_ms == 2000


def test_a_turn_before_the_one_above_it_is_told_with_its_line() -> None:
    assert "第 3 行：开始时间早于上一行" in told("[00:10] 话务员：一\n\n[00:05] 来电人：二")


def test_an_end_before_its_beginning_is_told_with_its_line() -> None:
    assert "第 1 行" in told("00:10-00:05 话务员：一")


@pytest.mark.parametrize("line", ["（静默12秒）", "(沉默 12 秒)", "［无声12秒］", "【静默12.0秒】", "（靜默12秒）"])
def test_a_silence_is_dead_air_of_who_speaks_next(line: str) -> None:
    dialogue = read(f"来电人：多少钱\n{line}\n话务员：四十块")
    (air,) = dialogue.acoustics.dead_airs
    assert (air.end_ms - air.start_ms, air.awaited, air.after) == (12_000, Role.OPERATOR, 0)
    assert dialogue.silences_given


def test_minutes_of_silence_are_read_and_silences_in_a_row_are_one() -> None:
    (air,) = read("来电人：多少钱\n（静默1分20秒）\n（静默10秒）\n话务员：四十").acoustics.dead_airs
    assert air.end_ms - air.start_ms == 90_000


@pytest.mark.parametrize("line", ["（静默）", "（静默0秒）", "（静默9999分）"])
def test_a_silence_without_a_sensible_length_is_told(line: str) -> None:
    assert "第 1 行：看不出静默了多久" in told(line)


@pytest.mark.parametrize("line", ["（挂机：话务员）", "(挂断方:客服)", "（话务员挂机）", "（坐席先挂断了电话）"])
def test_who_hung_up_may_be_said(line: str) -> None:
    dialogue = read(f"话务员：再见\n{line}")
    assert (dialogue.call.hang_up_by, dialogue.ending_given) == (Role.OPERATOR, True)


def test_without_a_word_on_it_nobody_knows_who_hung_up() -> None:
    dialogue = read("话务员：再见")
    assert (dialogue.call.hang_up_by, dialogue.ending_given) == (Role.UNKNOWN, False)


def test_an_unknown_remark_is_told_with_what_would_do() -> None:
    assert "第 2 行：不认识的注记（笑）" in told("话务员：您好\n（笑）")


def test_an_unknown_speaker_is_told_with_those_that_are_known() -> None:
    message = told("话务员：您好\n张三：我要投诉")
    assert "第 2 行：不知道“张三”是谁" in message
    assert "来电人" in message


def test_a_line_that_nobody_speaks_is_told() -> None:
    assert "第 2 行：没有写是谁说的" in told("话务员：您好\n这里是便民热线")


def test_a_work_order_is_fields_with_values() -> None:
    dialogue = read("来电人：停水\n工单：\n来电时间=2026-10-03 08:15:20\n联系方式 = 139\n主要内容=a=b\n话务员：好")
    assert dialogue.work_order is not None
    assert dialogue.work_order.fields["联系方式"] == "139"
    assert dialogue.work_order.get("主要内容") == "a=b"
    assert dialogue.call.started_at == datetime(2026, 10, 3, 8, 15, 20)
    assert said("来电人：停水\n工单：\n联系方式=139\n话务员：一=一") == [(Role.CALLER, "停水"), (Role.OPERATOR, "一一")]


def test_a_field_may_be_written_as_on_a_form() -> None:
    dialogue = read("来电人：停水\n工单：\n联系方式：139\n具体诉求：\n主要内容：12:30 停水\n话务员：好")
    assert dialogue.work_order is not None
    assert dialogue.work_order.fields == {"联系方式": "139", "具体诉求": "", "主要内容": "12:30 停水"}
    assert said("工单：\n联系方式：139\n话务员：好") == [(Role.OPERATOR, "好")]


def test_a_field_under_its_english_name_is_the_same_field() -> None:
    order = read("工单：\ncontact=139").work_order
    assert order is not None
    assert order.get("联系方式") == "139"


def test_a_field_that_no_order_has_is_kept_and_said() -> None:
    dialogue = read("工单：\n联系方试=139")
    assert dialogue.work_order is not None
    assert dialogue.work_order.get("联系方试") == "139"
    assert "第 2 行：“联系方试”不是工单的标准字段" in dialogue.remarks[0]


def test_no_order_and_an_order_that_is_not_mentioned_are_two_things() -> None:
    without, unsaid = read("来电人：停水\n工单：无"), read("来电人：停水")
    assert (without.work_order, without.order_given) == (None, True)
    assert (unsaid.work_order, unsaid.order_given) == (None, False)


def test_a_date_that_does_not_exist_is_told_with_its_line() -> None:
    assert "第 2 行：来电时间" in told("工单：\n来电时间=2026-02-30 08:00")


def test_a_submission_without_the_time_of_the_call_proves_nothing() -> None:
    dialogue = read("工单：\n提交时间=2026-10-03 08:30")
    assert dialogue.work_order is not None
    assert dialogue.work_order.submitted_at is None
    assert "没有来电时间" in dialogue.remarks[0]


def test_what_show_prints_can_be_pasted() -> None:
    text = (
        "  00:00.5–00:03.2 话务员：便民热线〔按读音更正：“便民”识别原文“辩名”〕\n"
        "  00:04.0–00:06.0 来电人：听不见  ？听不清\n"
        "  00:07.0–00:08.2 来电人：〔1.2 秒有人说话，没有转出文字〕"
    )
    transcript = read(text).transcript
    assert [(u.text, u.confidence < 0.5) for u in transcript.utterances] == [("便民热线", False), ("听不见", True)]
    assert transcript.unintelligible == (Span(7_000, 8_200, 1, Role.CALLER),)


def test_an_empty_dialogue_is_a_call_in_which_nobody_speaks() -> None:
    for text in ("", "\n\n", "# 没有"):
        dialogue = read(text)
        assert dialogue.transcript.utterances == ()
        assert dialogue.recording.duration_ms > 0


def test_lines_with_nothing_to_say_are_left_out_and_named() -> None:
    dialogue = read("话务员：您好\n来电人：😀\n来电人：……")
    assert len(dialogue.transcript.utterances) == 1
    assert dialogue.remarks == ("第 2、3 行没有可读的字，略去",)


@pytest.mark.large
def test_ten_thousand_lines_are_read_in_a_second_or_two() -> None:
    began = time.process_time()
    dialogue = read("话务员：您好请问有什么可以帮您\n来电人：社保卡怎么补办\n" * 5_000)
    assert len(dialogue.transcript.utterances) == 10_000
    assert time.process_time() - began < 10


def test_more_than_a_day_of_talk_is_refused() -> None:
    assert f"最多读 {LONGEST_LINES:,} 行" in told("话务员：好\n" * (LONGEST_LINES + 1))
    assert f"最多读 {LONGEST_CHARACTERS:,} 个" in told("话务员：" + "好" * LONGEST_CHARACTERS)


@given(st.text(max_size=200))
def test_any_text_is_read_or_told_with_its_line(text: str) -> None:
    with suppress_told():
        utterances = read(text).transcript.utterances
        assert [u.index for u in utterances] == list(range(len(utterances)))


@contextmanager
def suppress_told() -> Iterator[None]:
    """Let an error pass that names a line."""
    try:
        yield
    except UserError as error:
        if "行" not in str(error):
            raise


@given(st.lists(st.tuples(st.sampled_from(["话务员", "来电人"]), st.text(max_size=20)), max_size=20))
def test_utterances_are_in_order_and_their_words_are_their_text(lines: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{who}：{''.join(said.splitlines())}" for who, said in lines)
    utterances = read(text).transcript.utterances
    starts = [u.start_ms for u in utterances]
    assert starts == sorted(starts)
    for one in utterances:
        assert one.end_ms > one.start_ms
        assert "".join(word.text for word in one.words) == one.text
