"""How far a passage goes: whole turns, as long as a clip may be, and no two over the same words."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.models import Role
from qa_pipeline.training.finding import Heard, passages_of
from qa_pipeline.training.finding.extent import LONGEST_MS, SHORTEST_MS
from tests.builders import Line, call

INSULT = "你们这群饭桶"
said = st.sampled_from(
    (
        INSULT,
        "我不认这个规定",
        "好的谢谢",
        "我投诉过好几次了",
        "请问居住证怎么办呢",
        "嗯",
        "再不来我就从楼上跳下去",
        "按规定五个工作日答复您",
    )
)
lines = st.tuples(st.sampled_from(("话", "来")), said, st.floats(0, 40), st.floats(0.5, 150))


def timed(parts) -> Heard:
    """A call of lines with pauses and lengths in seconds."""
    clock, made = 0.5, []
    for who, text, pause, length in parts:
        start = clock + pause
        clock = start + length
        made.append(Line({"话": Role.OPERATOR, "来": Role.CALLER}[who], text, start, clock))
    return Heard(call(made))


@given(st.lists(lines, max_size=14))
def test_passages_are_in_order_apart_and_no_longer_than_a_clip_may_be(parts) -> None:
    found = passages_of(timed(parts))
    for one in found:
        alone = one.first == one.last  # one utterance is never cut
        assert one.length_ms <= LONGEST_MS or alone
        assert one.first <= one.last
        assert all(one.first <= mark.utterance <= one.last for mark in one.marks if mark.utterance is not None)
        assert 0 <= one.value <= 1
    assert all(before.last < after.first for before, after in pairwise(found))


def of(*parts) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in passages_of(timed(parts))]


def test_a_passage_ends_with_the_callers_thanks_and_leaves_the_farewell_out() -> None:
    talk = [
        ("话", "您好", 0, 2),
        ("来", INSULT, 0, 6),
        ("话", "抱歉让您久等，我马上登记", 0, 8),
        ("来", "行那谢谢你", 0, 3),
        ("话", "请问您还需要其他帮助吗", 0, 3),
        ("来", "没有了", 0, 2),
        ("话", "感谢来电再见", 0, 3),
    ]
    assert of(*talk) == [(1, 3)]


def test_a_short_passage_takes_turns_along_until_it_can_be_understood() -> None:
    (one,) = passages_of(timed([("话", "您好", 0, 2), ("来", INSULT, 0, 2), ("话", "好", 0, 2), ("来", "嗯", 0, 12)]))
    assert one.length_ms >= SHORTEST_MS


def test_what_lies_far_apart_is_two_passages() -> None:
    calm = [("话", "请问是哪个小区", 1, 4), ("来", "金桂花园三号楼", 1, 4)] * 6
    talk = [
        ("话", "您好", 0, 2),
        ("来", INSULT, 0, 6),
        *calm,
        ("话", "记下了", 0, 4),
        ("来", INSULT, 0, 6),
        ("话", "好", 0, 4),
    ]
    assert len(of(*talk)) == 2


def test_a_monologue_is_cut_at_utterances_from_what_shows_the_scenario_on() -> None:
    talk = [
        ("话", "您好", 0, 2),
        *[("来", "请问居住证怎么办呢", 0.2, 40)] * 3,
        ("来", INSULT, 0.2, 40),
        ("来", "嗯", 0.2, 60),
    ]
    (one,) = passages_of(timed(talk))
    assert one.first == 4
    assert one.length_ms <= LONGEST_MS
