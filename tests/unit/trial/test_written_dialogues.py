"""What rules say of a dialogue that was only written down: by its words, and never by a sound that nobody heard."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qa_pipeline.ingest.dialogue import read_dialogue
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import Outcome, RuleResult
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.trial import Tried, judged_dialogue
from tests.own_conditions import OWN

SHIPPED = load_ruleset()
NO_BASE = KnowledgeIndex(())
ACOUSTIC = ("TN01", "TN02", "TN03")


def judged(text: str, ruleset: Ruleset = SHIPPED) -> Tried:
    return judged_dialogue(read_dialogue(text, datetime(2026, 11, 1)), ruleset, NO_BASE)


def of(tested: Tried, code: str) -> RuleResult:
    return next(result for result in tested.results if result.code == code)


def own(tmp_path: Path, when: str) -> Ruleset:
    path = tmp_path / "own.yaml"
    item = "item: A6, name: 试试, standing: advise"
    path.write_text(f'version: "c-1"\nrules:\n  XA01: {{{item}, when: {when}}}\n', encoding="utf-8")
    return load_ruleset(path)


POLITE = """
话务员：您好，12345政务服务便民热线，请问有什么可以帮您？
来电人：社保卡丢了怎么补办
话务员：请您带身份证到社区服务中心，二十个工作日办好。请问您还有其他需要吗？
来电人：没有了，谢谢
话务员：感谢您的来电，再见
"""


def test_forbidden_words_are_found_with_the_place_where_they_stand() -> None:
    tested = judged("来电人：道闸坏了\n[00:12] 话务员：这个不归我管\n")
    result = of(tested, "PH06")
    assert result.outcome is Outcome.FAIL
    assert [(e.text, e.start_ms // 1000) for e in result.evidence] == [("不归我管", 12)]
    assert "PH06" not in tested.not_judged


def test_words_in_traditional_characters_are_found() -> None:
    assert of(judged("來電人：道閘壞了\n話務員：這個不歸我管"), "PH06").outcome is Outcome.FAIL


@pytest.mark.parametrize("code", ACOUSTIC)
def test_what_needs_the_sound_is_not_judged_and_says_what_it_lacks(code: str) -> None:
    tested = judged(POLITE)
    assert of(tested, code).outcome is Outcome.UNDETERMINED
    assert tested.not_judged[code].asks
    assert "要看文字里没有的东西" in of(tested, code).reason


def test_a_calm_caller_in_words_may_have_shouted() -> None:
    tested = judged(POLITE)
    assert of(tested, "PH04").outcome is Outcome.UNDETERMINED
    assert tested.not_judged["PH04"].by_words.outcome is Outcome.NOT_APPLICABLE


def test_silence_is_judged_where_it_is_written_and_left_open_where_it_is_not() -> None:
    silent = "来电人：最多能提多少\n（静默12秒）\n话务员：每个月一千二"
    assert of(judged(silent), "TN04").outcome is Outcome.FAIL
    unsaid = judged("来电人：最多能提多少\n话务员：每个月一千二")
    assert unsaid.not_judged["TN04"].asks == ("静默",)


def test_without_a_work_order_in_the_text_records_are_not_judged() -> None:
    assert judged(POLITE).not_judged["RD01"].asks == ("工单",)


def test_a_work_order_in_the_text_is_judged() -> None:
    order = "工单：\n姓名或称谓=王先生\n联系方式=\n主要内容=电梯坏了\n"
    tested = judged(f"来电人：我姓王我要反映电梯坏了我的电话是13900001234\n话务员：好的给您登记\n{order}")
    assert "RD01" not in tested.not_judged
    assert of(tested, "RD01").outcome is Outcome.FAIL


def test_a_text_that_says_that_there_was_no_order_is_judged_as_such() -> None:
    assert "RD01" not in judged(f"{POLITE}\n工单：无").not_judged


def test_who_hung_up_is_taken_from_the_text() -> None:
    rude = "话务员：您好\n来电人：我还没说完\n话务员：就这样\n（挂机：话务员）"
    assert of(judged(rude), "FE03").outcome is not Outcome.PASS
    assert of(judged(f"{POLITE}（挂机：来电人）"), "FE03").outcome is Outcome.PASS
    assert "FE03" in judged(POLITE).not_judged


def test_an_own_condition_on_words_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f'version: "c-1"\n{OWN}', encoding="utf-8")
    ruleset = load_ruleset(path)
    assert of(judged("来电人：你好\n话务员：亲您好", ruleset), "XA01").outcome is Outcome.FAIL
    assert of(judged("来电人：你好\n话务员：您好", ruleset), "XA01").outcome is Outcome.PASS


@pytest.mark.parametrize(
    "when",
    [
        "{not: {talk_over: {by: operator}}}",
        "{not: {role: operator, loudness_jump: {db: 6}}}",
        "{duration: {above: 1}}",
        "{not: {duration: {above: 1}}}",
        "{role: operator, speech_rate: {above: 100}}",
    ],
)
def test_an_own_condition_on_sound_or_length_is_left_open_whichever_way_it_asks(tmp_path: Path, when: str) -> None:
    tested = judged(POLITE, own(tmp_path, when))
    assert of(tested, "XA01").outcome is Outcome.UNDETERMINED


def test_nobody_speaks_and_nothing_is_judged() -> None:
    assert {result.outcome for result in judged("").results} == {Outcome.UNDETERMINED}


def test_one_speaker_alone_is_an_answer_and_no_crash() -> None:
    for who in ("话务员", "来电人", "？"):
        results = judged(f"{who}：您好\n{who}：不归我管\n").results
        assert not any("error" in result.details for result in results)
