"""Imported rules judge dialogues as the service's documentation says that they do there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from qa_pipeline.models import Role, TalkOver
from qa_pipeline.rules.ruleset import load_ruleset
from tests.builders import call
from tests.rules.alibaba_files import condition, imported, one_rule, says

OPERATOR, CALLER = {"role": "客服"}, {"role": "客户"}
ANCHORED = {"cid": "a", "location": "AFTER", "hit_time": 1}
TALK = [
    ("话", "您好这里是一二三四五热线请问有什么可以帮您"),
    ("来", "我要投诉你们"),
    ("话", "您先别着急慢慢说"),
    ("来", "小区没有热水"),
    ("话", "请问是哪个小区"),
    ("来", "金桂花园"),
    ("话", "已经记录下来了感谢您的来电再见"),
]
COLD = [TALK[0], TALK[1], ("话", "哪个小区"), TALK[3], TALK[6]]


def _keywords(*words: str, size: int | None = None, several: bool = True, **there: Any) -> dict[str, Any]:
    param = {
        "keywords": list(words),
        "contextChatMatch": several,
        **({} if size is None else {"keywordMatchSize": size}),
    }
    return condition("a", "INCLUDE_KEYWORDS", param, {"role": "客服", **there})


Case = tuple[str, dict[str, Any], Sequence[Any], str]

SOOTHING = one_rule(
    says("a", "投诉", role="客户"),
    says("b", "别着急", anchor=ANCHORED, range={"from": 1, "to": 1}),
    expression="a&&!b",
)
KNOWN: list[Case] = [
    ("any of the words is said", one_rule(says("a", "投诉", role="客户")), TALK, "fail"),
    ("none of the words is said", one_rule(says("a", "起诉", role="客户")), TALK, "pass"),
    ("the words are the other's", one_rule(says("a", "投诉")), TALK, "pass"),
    ("the greeting is there", one_rule(says("a", "您好"), expression="!a"), TALK, "pass"),
    ("the greeting is missing", one_rule(says("a", "您好"), expression="!a"), TALK[1:], "fail"),
    ("in the first turns only", one_rule(says("a", "再见", range={"from": 1, "to": 2})), TALK, "pass"),
    ("in the last turns", one_rule(says("a", "再见", range={"from": -1, "to": -2})), TALK, "fail"),
    ("all words in the range", one_rule(_keywords("感谢", "再见"), expression="!a"), TALK, "pass"),
    ("not all words in the range", one_rule(_keywords("感谢", "再见", "其他"), expression="!a"), TALK, "fail"),
    ("two of three words", one_rule(_keywords("感谢", "再见", "其他", size=2)), TALK, "fail"),
    ("none of the words", one_rule(_keywords("随便", "不归我管", size=0)), TALK, "fail"),
    (
        "a pattern",
        one_rule(condition("a", "REGULAR_EXPRESSION", {"regex": ".*哪.小区.*"}, OPERATOR)),
        TALK,
        "fail",
    ),
    (
        "a call shorter than a minute",
        one_rule(condition("a", "DURATION", {"interval": 60000, "compareOperator": "lt"})),
        TALK,
        "fail",
    ),
    (
        "one of two conditions",
        one_rule(says("a", "起诉", role="客户"), says("b", "再见"), expression="a||b"),
        TALK,
        "fail",
    ),
    (
        "both of two conditions",
        one_rule(says("a", "投诉", role="客户"), says("b", "起诉"), expression="a&&b"),
        TALK,
        "pass",
    ),
    (
        "a condition of two operators",
        one_rule(
            {
                "cid": "a",
                "check_range": OPERATOR,
                "lambda": "1&&!2",
                "operators": [
                    {"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["感谢"]}},
                    {"oid": "2", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["其他"]}},
                ],
            }
        ),
        TALK,
        "fail",
    ),
    ("a word and not another", one_rule(says("a", "小区"), says("b", "抱歉"), expression="a&&!b"), TALK, "fail"),
    ("soothed after a complaint", SOOTHING, TALK, "pass"),
    ("not soothed after a complaint", SOOTHING, COLD, "fail"),
    (
        "soothed too late",
        one_rule(
            says("a", "投诉", role="客户"),
            says("b", "再见", anchor=ANCHORED, range={"from": 1, "to": 1}),
            expression="a&&!b",
        ),
        TALK,
        "fail",
    ),
    (
        "before the anchor the nearest turn is the first",
        one_rule(
            says("a", "投诉", role="客户"),
            says("b", "您好", anchor={**ANCHORED, "location": "BEFORE"}, range={"from": 1, "to": 1}),
            expression="a&&!b",
        ),
        TALK,
        "pass",
    ),
    (
        "around the anchor, negative turns lie before it",
        one_rule(
            says("a", "投诉", role="客户"),
            says("b", "您好", anchor={**ANCHORED, "location": "AROUND"}, range={"from": -1, "to": -2}),
            expression="a&&!b",
        ),
        TALK,
        "pass",
    ),
    (
        "in the anchor's own turn",
        one_rule(
            says("a", "投诉", role="客户"),
            says("b", "你们", role="客户", anchor={**ANCHORED, "location": "CURRENT"}),
            expression="b",
        ),
        TALK,
        "fail",
    ),
    ("all words in one turn", one_rule(_keywords("感谢", "再见", several=False), expression="!a"), TALK, "pass"),
    (
        "all words, but not in one turn",
        one_rule(_keywords("您好", "再见", several=False), expression="!a"),
        TALK,
        "fail",
    ),
    (
        "a pattern whose exception stands elsewhere in the turn",
        one_rule(condition("a", "REGULAR_EXPRESSION", {"regex": "投诉", "notRegex": "^我要"}, CALLER)),
        TALK,
        "pass",
    ),
    (
        "the second sentence is the caller's",
        one_rule(
            condition("a", "ROLE_CHECK", {"target_role": "客户"}, {"absolute": True, "range": {"from": 2, "to": 2}}),
            expression="!a",
        ),
        TALK,
        "pass",
    ),
    (
        "a silence before the operator answers",
        one_rule(condition("a", "INTERVAL_GREATER", {"interval": 5000, "different_role": True}, OPERATOR)),
        [TALK[0], TALK[1], ("静", 12), *TALK[2:]],
        "fail",
    ),
    (
        "a silence before the caller answers",
        one_rule(condition("a", "INTERVAL_GREATER", {"interval": 5000, "different_role": True}, OPERATOR)),
        [TALK[0], ("静", 12), *TALK[1:]],
        "pass",
    ),
    (
        "the same question for the third time",
        one_rule(condition("a", "ADVANCED_REPEAT_DETECT", {"from": 20, "hit_time": 2, "threshold": 4}, OPERATOR)),
        [*TALK[:5], ("来", "金桂"), TALK[4], ("来", "金桂花园"), TALK[4], *TALK[5:]],
        "fail",
    ),
    (
        "a caller who insults",
        one_rule(condition("a", "EMOTION_MODEL", {"pvalues": ["ruma01"]}, CALLER)),
        [TALK[0], ("来", "你们都是混蛋王八蛋"), *TALK[2:]],
        "fail",
    ),
    ("a caller who does not insult", one_rule(condition("a", "EMOTION_MODEL", {}, CALLER)), TALK, "pass"),
    (
        "a fast operator",
        one_rule(condition("a", "SPEECH_SPEED_CHECK", {"velocityInMint": 370, "minWordSize": 4}, OPERATOR)),
        [("话", "您好这里是一二三四五热线请问有什么可以帮您", 0.0, 2.0), ("来", "没有热水", 3.0, 5.0)],
        "fail",
    ),
    (
        "a similar sentence",
        one_rule(condition("a", "SIMILAR_MATCH", {"similarlySentences": ["我想投诉你们部门"], "score": 70}, CALLER)),
        TALK,
        "fail",
    ),
]


def _verdict(file: dict[str, Any], dialogue: Sequence[Any], folder: Path, **changes: Any) -> str:
    text = imported(file).yaml_text
    path = folder / "ruleset.yaml"
    path.write_text(text, encoding="utf-8")
    (bound,) = [one for one in load_ruleset(path).rules if one.code == "XA01"]
    return bound.rule(call(dialogue, **changes), bound.params).outcome.value


@pytest.mark.parametrize(("file", "dialogue", "outcome"), [pytest.param(*case[1:], id=case[0]) for case in KNOWN])
def test_an_imported_rule_judges_as_it_did(
    file: dict[str, Any], dialogue: Sequence[Any], outcome: str, tmp_path: Path
) -> None:
    assert _verdict(file, dialogue, tmp_path) == outcome


@pytest.mark.parametrize(("words", "outcome"), [("您先听我说", "fail"), ("嗯", "pass")])
def test_talking_over_counts_only_with_so_many_characters(words: str, outcome: str, tmp_path: Path) -> None:
    file = one_rule(condition("a", "GRAB_WORDS", {"interval": 1000, "threshold": 4, "delayTime": 500}, OPERATOR))
    dialogue = [("话", "您好", 0.0, 1.0), ("来", "小区没有热水已经三天了", 2.0, 6.0), ("话", words, 4.0, 6.0)]
    over = TalkOver(4_000, 6_000, Role.OPERATOR, 2, into_ms=2_000)
    assert _verdict(file, dialogue, tmp_path, acoustics={"talk_overs": (over,)}) == outcome


@pytest.mark.parametrize("name", ["uploaded", "answered_v4"])
def test_the_sample_files_load(name: str) -> None:
    loaded = load_ruleset(Path(__file__).parent / "alibaba" / f"{name}.yaml")
    assert {"XA01", "XA02"} <= {bound.code for bound in loaded.rules}
