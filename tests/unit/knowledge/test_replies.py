"""What the operator's words are to a question."""

from __future__ import annotations

import pytest

from qa_pipeline.knowledge.replies import Reply, offers, reply


@pytest.mark.parametrize(
    "text",
    [
        "请问您住了多久",
        "您在本市住满半年了吗",
        "好的，请问具体在什么位置",
        "您是丢了，还是到期了",
        "请问您贵姓，联系电话是多少",
        "我跟您核对一下，和平路西门旁边三盏路灯，对吗？",
    ],
)
def test_asking_back_is_no_answer(text: str) -> None:
    assert reply(text) is Reply.ASKS_BACK


@pytest.mark.parametrize(
    "text",
    [
        "十五个工作日",
        "不收费",
        "工本费二十块钱，您看可以吗",
        "您带上户口簿就可以办",
        "这个我这边没有查询到",
        "几天能下来要看是哪一类",
        "五个工作日内给您答复，请问您还需要其他帮助吗",
    ],
)
def test_what_may_be_an_answer_is_one(text: str) -> None:
    assert reply(text) is Reply.ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "您好，请问有什么可以帮您？",
        "好的，请您稍等，我帮您查一下",
        "谢谢您的来电，祝您生活愉快，再见。",
        "请问您还需要其他帮助吗？",
    ],
)
def test_courtesy_is_neither(text: str) -> None:
    assert reply(text) is Reply.COURTESY


def test_an_offer_is_heard() -> None:
    assert offers("请问您还有其他问题吗")
    assert not offers("请问您住在哪里")
