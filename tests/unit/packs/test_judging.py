"""An answer in role-play is held against the rules that can judge a passage, and against no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.errors import UserError
from qa_pipeline.models.speech import Role
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.training.packs.cues import cues_of, require_cues
from qa_pipeline.training.packs.judging import PASSAGE_RULES, Answer, judged
from scoring.outcome import Outcome
from tests.builders import call
from tests.packed import TALK, turns_of

RULES = load_ruleset()
CUES = cues_of(turns_of())


def answer(text: str) -> Answer:
    ctx = call([("话", text)])
    return ctx.transcript, ctx.acoustics


def outcomes(number: int, **said: str) -> dict[str, Outcome]:
    answers = {int(key.removeprefix("at")): answer(text) for key, text in said.items()}
    return {one.code: one.outcome for one in judged(CUES, number, answers, RULES).findings}


def test_only_rules_that_can_judge_a_passage_speak_and_the_others_are_named() -> None:
    heard = judged(CUES, 0, {0: answer("您别着急，您慢慢说，我在听。")}, RULES)
    assert {one.code for one in heard.findings} == PASSAGE_RULES
    assert heard.findings[0].outcome is not Outcome.NOT_APPLICABLE, "what is wrong comes first"
    named = dict(heard.not_applicable)
    assert {"PH01", "PH05", "RD01", "AN02", "TN04"} <= set(named)
    assert not set(named) & PASSAGE_RULES
    assert named["PH01"] == "开头语完整"


def test_of_an_answer_too_short_to_be_measured_no_rate_is_judged() -> None:
    transcript, acoustics = answer("您别着急，您慢慢说，我在听。")
    short = transcript, replace(acoustics, operator_rate_cpm=None)
    heard = judged(CUES, 0, {0: short}, RULES)
    assert "TN01" not in {one.code for one in heard.findings}
    assert "TN01" in dict(heard.not_applicable)


def test_soothing_first_passes_and_a_standard_phrase_is_named() -> None:
    heard = judged(CUES, 0, {0: answer("您的心情我理解，您先别生气，您慢慢说，我在听。")}, RULES)
    found = {one.code: one.outcome for one in heard.findings}
    assert (found["PH04"], found["TN06"], found["PH06"]) == (Outcome.PASS, Outcome.PASS, Outcome.PASS)
    assert {"致歉、安抚", "倾听"} <= {one.kind for one in heard.used}
    assert heard.text.startswith("您的心情")


def test_an_angry_caller_who_is_not_soothed_is_a_fault_as_in_a_call() -> None:
    found = outcomes(0, at0="您要反映的是哪一条路，在什么位置，是哪一天的事？")
    assert found["TN06"] is Outcome.FAIL
    assert found["PH04"] is not Outcome.PASS


def test_a_forbidden_phrase_is_found_in_the_answer_that_holds_it_and_not_in_the_next() -> None:
    rude = judged(CUES, 0, {0: answer("我不是说了吗，你自己看着办。")}, RULES)
    bad = {one.code: one for one in rude.findings}
    assert bad["PH06"].outcome is Outcome.FAIL
    assert any("看着办" in text or "不是说了" in text for text in bad["PH06"].said)
    later = outcomes(1, at0="我不是说了吗，你自己看着办。", at1="非常抱歉，我马上帮您记录。")
    assert later["PH06"] is Outcome.PASS


def test_a_promise_beyond_ones_power_is_found() -> None:
    assert outcomes(0, at0="您别生气，我保证明天一定给您解决。")["AN05"] is not Outcome.PASS


def test_what_the_trainee_said_before_counts_for_how_the_caller_was_met() -> None:
    soothed = outcomes(1, at0="您的心情我理解，非常抱歉，您慢慢说。", at1="我帮您记录转办，五个工作日内回复。")
    assert soothed["PH04"] is Outcome.PASS
    alone = outcomes(1, at1="我帮您记录转办，五个工作日内回复。")
    assert alone["PH04"] is not Outcome.PASS


def test_cues_are_what_the_caller_says_without_being_answered() -> None:
    turns = turns_of(
        ((Role.OPERATOR, "您好，请讲。"), *TALK[:1], (Role.UNKNOWN, "喂，"), *TALK[1:], (Role.CALLER, "行吧。"))
    )
    cues = cues_of(turns)
    assert [(len(c.lead), len(c.caller), len(c.original)) for c in cues] == [(1, 2, 1), (0, 1, 1), (0, 1, 0)]
    assert (cues[0].start_ms, cues[0].end_ms) == (turns[0].start_ms, turns[2].end_ms)
    assert [c.number for c in cues] == [0, 1, 2]


@pytest.mark.parametrize("talk", [(), ((Role.OPERATOR, "您好"),), ((Role.UNKNOWN, "喂"), (Role.UNKNOWN, "你好"))])
def test_a_clip_in_which_nobody_knows_the_callers_words_cannot_be_rehearsed(talk) -> None:
    turns = turns_of(talk) if talk else ()
    with pytest.raises(UserError, match="不能演练"):
        require_cues(turns)


@given(st.lists(st.sampled_from(list(Role)), max_size=12))
def test_whoever_speaks_when_no_turn_is_lost_doubled_or_moved(roles: list[Role]) -> None:
    turns = turns_of(tuple((role, f"第{n}句") for n, role in enumerate(roles))) if roles else ()
    cues = cues_of(turns)
    if cues:
        assert tuple(t for c in cues for t in (*c.lead, *c.caller, *c.original)) == turns
    assert all(c.caller for c in cues)
    assert bool(cues) == (Role.CALLER in roles)
