"""What the caller's turns ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.knowledge.questions import (
    asks,
    asks_only_details,
    enquires,
    goes_further,
    questions_in,
    refuses,
    takes_back,
    without_taken_back,
)
from qa_pipeline.language.script import simplify
from tests.builders import read_yaml
from tests.samples import SAMPLES


@pytest.mark.parametrize(
    ("turn", "count"),
    [
        ("我想问一下居住证怎么办", 1),
        ("你好，居住证怎么办，要多少钱，几天能拿到", 1),
        ("过户要带什么，还有公积金贷款最多能贷多少", 2),
        ("我问两个问题，驾照到期了怎么换，车子年检一次多少钱", 2),
        ("我反映两个事，一个是楼下烧烤油烟太大，再一个是顶楼有人私自加盖房子", 2),
        ("我家停水了", 1),
    ],
)
def test_a_turn_is_cut_into_its_questions(turn: str, count: int) -> None:
    assert len(questions_in(turn)) == count


@given(st.text(alphabet="我想问居住证怎么办多少钱还有另外吗，。？身份证过期了", max_size=60))
def test_cutting_loses_no_word(turn: str) -> None:
    assert "".join(questions_in(turn)) == simplify(turn)


@pytest.mark.parametrize("turn", ["还有，要带什么材料", "那多少钱", "几天能拿到", "网上能不能办"])
def test_details_are_of_any_matter(turn: str) -> None:
    assert asks_only_details(turn)


@pytest.mark.parametrize("turn", ["办护照要多少钱", "还有低保怎么申请", "车位让人占了找谁"])
def test_a_matter_of_its_own_is_more_than_details(turn: str) -> None:
    assert not asks_only_details(turn)


def test_something_else_is_announced() -> None:
    assert goes_further("还有那个路灯也坏了")
    assert not goes_further("还有吗")
    assert not goes_further("路灯坏了")


def test_nothing_else_is_no_question() -> None:
    assert refuses("没有了，谢谢")
    assert not refuses("没有了吧，那居住证怎么办")


def test_what_is_taken_back_is_left_out() -> None:
    turn = "不对，我不是问居住证，我是问办护照要多少钱"
    assert takes_back(turn)
    assert "居住证" not in without_taken_back(turn)
    assert asks(without_taken_back(turn))


@pytest.mark.parametrize(
    "turn",
    [
        "你怎么说话呢，通知上写的是昨天晚上八点",
        "你怎么说话呢通知上写的是昨天晚上八点",
        "到现在没人管，你们是摆设吗",
        "我不冲你喊冲谁喊？上次接电话的说两天就有人来，人呢？",
        "行吧，那你工号是多少？",
        "你们不就是为群众服务的吗？",
        "你这是什么态度啊",
    ],
)
def test_what_anger_asks_of_the_operator_is_no_enquiry(turn: str) -> None:
    assert not enquires(turn)


@pytest.mark.parametrize(
    "turn",
    [
        "你什么态度啊我就问医保怎么报销",
        "你还有理了？我就问你什么时候来水",
        "路灯坏了没人管，该找哪个部门",
        "家里的老人呢，要交多少钱",
    ],
)
def test_an_enquiry_beside_it_stays_one(turn: str) -> None:
    assert enquires(turn)


def test_no_question_of_the_sample_base_is_taken_for_anger() -> None:
    asked = [
        text for one in read_yaml(SAMPLES / "knowledge.yaml") for text in (one["question"], *one.get("paraphrases", ()))
    ]
    assert [text for text in asked if asks(text) and not enquires(text)] == []
