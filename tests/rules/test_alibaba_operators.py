"""Each published operator: what it becomes, and what is said of what it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ruamel.yaml import YAML

from qa_pipeline.rules.alibaba.importing import Imported
from qa_pipeline.rules.alibaba.operators import TYPES
from tests.rules.alibaba_files import condition, imported, one_rule


def _when(kind: str, param: Mapping[str, Any], there: Mapping[str, Any] | None = None, expression: str = "a") -> Any:
    return _rule(_import(kind, param, there, expression))["when"]


def _import(
    kind: str, param: Mapping[str, Any], there: Mapping[str, Any] | None = None, expression: str = "a"
) -> Imported:
    return imported(one_rule(condition("a", kind, param, there), expression=expression))


def _rule(made: Imported) -> Any:
    return YAML(typ="safe").load(made.yaml_text)["rules"]["XA01"]


def _fields(made: Imported) -> set[tuple[str, str]]:
    return {(note.severity.value, note.field) for note in made.notes if note.condition}


OPERATOR = {"role": "客服"}
WORDS = ["您好", "请问"]

CARRIED: list[tuple[str, dict[str, Any], dict[str, Any], Any]] = [
    ("HIT_ANY_KEYWORDS", {"keywords": WORDS}, {}, {"any_keywords": WORDS}),
    ("HIT_ANY_KEYWORDS", {"keywords": WORDS}, {"role": "客户"}, {"role": "caller", "any_keywords": WORDS}),
    (
        "HIT_ANY_KEYWORDS",
        {"keywords": WORDS, "threshold": 4, "contextChatMatch": True},
        OPERATOR,
        {"role": "operator", "any_keywords": {"phrases": WORDS, "min_hits": 4}},
    ),
    (
        "INCLUDE_KEYWORDS",
        {"keywords": WORDS},
        OPERATOR,
        {"role": "operator", "within": "utterance", "n_keywords": {"phrases": WORDS, "n": -1}},
    ),
    (
        "INCLUDE_KEYWORDS",
        {"keywords": WORDS, "keywordMatchSize": -1, "contextChatMatch": True},
        OPERATOR,
        {"role": "operator", "n_keywords": {"phrases": WORDS, "n": -1}},
    ),
    (
        "INCLUDE_KEYWORDS",
        {"keywords": [*WORDS, "上午好"], "keywordMatchSize": 2, "in_sentence": True},
        OPERATOR,
        {"role": "operator", "within": "utterance", "n_keywords": {"phrases": [*WORDS, "上午好"], "n": 2}},
    ),
    (
        "INCLUDE_KEYWORDS",
        {"keywords": WORDS, "keywordMatchSize": 0, "contextChatMatch": True},
        OPERATOR,
        {"role": "operator", "n_keywords": {"phrases": WORDS, "n": 0}},
    ),
    (
        "INCLUDE_KEYWORDS",
        {"keywords": WORDS, "threshold": 3, "contextChatMatch": True},
        {},
        {
            "and": [
                {"n_keywords": {"phrases": WORDS, "n": -1}},
                {"any_keywords": {"phrases": WORDS, "min_hits": 3}},
            ]
        },
    ),
    (
        "REGULAR_EXPRESSION",
        {"regex": "请问.*(车牌号|发动机号)", "notRegex": "发一下|告诉我"},
        OPERATOR,
        {"role": "operator", "regex": "请问.*(车牌号|发动机号)", "except": {"regex": "发一下|告诉我"}},
    ),
    ("REGULAR_EXPRESSION", {"regex": ".*修改密码.*"}, OPERATOR, {"role": "operator", "regex": "修改密码"}),
    (
        "SIMILAR_MATCH",
        {"score": 80, "similarlySentences": ["我想投诉你们部门", "我要投诉你们"]},
        {"role": "客户"},
        {"role": "caller", "similar": {"sentences": ["我想投诉你们部门", "我要投诉你们"], "threshold": 0.8}},
    ),
    (
        "ADVANCED_REPEAT_DETECT",
        {"from": 3, "hit_time": 2, "threshold": 5, "excludes": ["好的我知道了"], "similarity_threshold": 0.6},
        OPERATOR,
        {
            "role": "operator",
            "repeated": {
                "times": 3,
                "within": 4,
                "ignore_under": 5,
                "similarity": 60,
                "except": ["好的我知道了"],
            },
        },
    ),
    (
        "INTERVAL_GREATER",
        {"interval": 5000, "different_role": False, "target": 1, "from_end": False},
        {},
        {"silence": {"longer_than_ms": 5000}},
    ),
    (
        "INTERVAL_GREATER",
        {"interval": 5000, "different_role": True, "from_end": True},
        OPERATOR,
        {"silence": {"longer_than_ms": 5000, "from_end": True, "between": ["caller", "operator"]}},
    ),
    (
        "INTERVAL_GREATER",
        {"interval": 5000, "different_role": True},
        {},
        {
            "or": [
                {"silence": {"longer_than_ms": 5000, "between": ["caller", "operator"]}},
                {"silence": {"longer_than_ms": 5000, "between": ["operator", "caller"]}},
            ]
        },
    ),
    (
        "SPEECH_SPEED_CHECK",
        {"velocityInMint": 370, "average": False, "minWordSize": 4},
        OPERATOR,
        {"role": "operator", "speech_rate": {"above": 370, "of": "utterance", "at_least_characters": 4}},
    ),
    (
        "SPEECH_SPEED_CHECK",
        {"velocityInMint": 120, "average": True, "compareOperator": "lt"},
        OPERATOR,
        {"role": "operator", "speech_rate": {"below": 120, "of": "call"}},
    ),
    (
        "GRAB_WORDS",
        {"interval": 3000, "delayTime": 1000},
        OPERATOR,
        {"talk_over": {"by": "operator", "longer_than_ms": 3000, "into_ms": 1000, "times": 1}},
    ),
    (
        "GRAB_WORDS",
        {"interval": 3000, "threshold": 4},
        OPERATOR,
        {
            "role": "operator",
            "within": "utterance",
            "and": [
                {"talk_over": {"by": "operator", "longer_than_ms": 3000, "into_ms": 0, "times": 1}},
                {"regex": ".{4,}"},
            ],
        },
    ),
    (
        "ROLE_CHECK",
        {"target_role": "客服"},
        {"absolute": True, "alSentencesSatisfy": True, "range": {"from": 2, "to": 2}},
        {"role": "operator", "range": [2, 2], "absolute": True, "utterance_count": {"above": 0}},
    ),
    ("DURATION", {"interval": 60000, "compareOperator": "lt"}, OPERATOR, {"duration": {"below": 60}}),
    (
        "ASR_EMOTION",
        {"maxEmotionChangeValue": 2, "checkType": 1},
        OPERATOR,
        {"role": "operator", "loudness_jump": {"db": 20, "against": "previous"}},
    ),
    (
        "ASR_EMOTION",
        {"checkType": 2},
        OPERATOR,
        {"role": "operator", "loudness_jump": {"db": 30, "against": "span"}},
    ),
    (
        "EMOTION_MODEL",
        {"pvalues": ["ruma01"]},
        {"role": "客户"},
        {"role": "caller", "hostility": {"level": 3, "kinds": ["insult"]}},
    ),
]


@pytest.mark.parametrize(("kind", "param", "there", "ours"), CARRIED)
def test_an_operator_becomes_ours(kind: str, param: dict[str, Any], there: dict[str, Any], ours: Any) -> None:
    assert _when(kind, param, there) == ours


LOST: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("HIT_ANY_KEYWORDS", {"keywords": []}, {}, "keywords", "no keywords that can be spoken"),
    ("HIT_ANY_KEYWORDS", {"keywords": ["", "  ", "😀"]}, {}, "keywords", "no keywords that can be spoken"),
    ("HIT_ANY_KEYWORDS", {}, {}, "keywords", "no keywords"),
    ("INCLUDE_KEYWORDS", {"keywords": WORDS, "keywordMatchSize": 3}, {}, "keywordMatchSize", "3 of 2 keywords"),
    ("INCLUDE_KEYWORDS", {"keywords": WORDS, "keywordMatchSize": -2}, {}, "keywordMatchSize", "-2 is neither"),
    ("REGULAR_EXPRESSION", {}, {}, "regex", "no expression"),
    ("REGULAR_EXPRESSION", {"regex": "请问(.*"}, {}, "regex", "no regular expression"),
    ("REGULAR_EXPRESSION", {"regex": "(好+)+吗"}, {}, "regex", "for ever"),
    ("REGULAR_EXPRESSION", {"regex": "(好|好的)*吗"}, {}, "regex", "for ever"),
    ("REGULAR_EXPRESSION", {"regex": "好\x00"}, {}, "regex", "cannot be printed"),
    ("REGULAR_EXPRESSION", {"regex": "好" * 401}, {}, "regex", "401 characters"),
    ("REGULAR_EXPRESSION", {"regex": "好", "notRegex": "("}, {}, "notRegex", "more hits"),
    ("SIMILAR_MATCH", {"similarlySentences": []}, {}, "similarlySentences", "no sentences"),
    ("SIMILAR_MATCH", {"similarlySentences": ["你好"], "score": 0}, {}, "score", "no percentage"),
    ("ADVANCED_REPEAT_DETECT", {"target_role": "客户"}, OPERATOR, "target_role", "repeats himself"),
    ("ADVANCED_REPEAT_DETECT", {"hit_time": 50}, OPERATOR, "times", "less than or equal to 20"),
    ("INTERVAL_GREATER", {}, {}, "interval", "no length"),
    ("INTERVAL_GREATER", {"interval": 5000, "compareOperator": "lt"}, {}, "compareOperator", "shorter"),
    ("INTERVAL_GREATER", {"interval": 5000, "target": 0}, {}, "target", "the length of a sentence itself"),
    ("INTERVAL_GREATER", {"interval": 5000, "target": 3}, {}, "target", "3 sentences before"),
    ("SPEECH_SPEED_CHECK", {}, {}, "velocityInMint", "no rate"),
    ("SPEECH_SPEED_CHECK", {"velocity": 0.3}, {}, "velocityInMint", "whose unit"),
    ("SPEECH_SPEED_CHECK", {"velocityInMint": 300, "compareOperator": "eq"}, {}, "compareOperator", '"eq"'),
    ("GRAB_WORDS", {"threshold": 4}, {}, "interval", "no length"),
    ("ROLE_CHECK", {"target_role": "主管"}, {"range": {"from": 1, "to": 1}}, "target_role", "nobody here"),
    ("ROLE_CHECK", {"target_role": "客服"}, {"range": {"from": 1, "to": 2}}, "range", "one sentence"),
    ("DURATION", {"interval": 3000, "beginType": "DIALOGUE", "target_role": "客户"}, {}, "beginType", "非正常挂机"),
    ("ASR_EMOTION", {"checkType": 3, "maxEmotionChangeValue": 8}, {}, "checkType", "how loud a line is"),
    ("ASR_EMOTION", {}, {}, "checkType", "disagree"),
    ("EMOTION_MODEL", {"pvalues": ["goawei01"]}, {}, "pvalues", "goawei01"),
    ("CUSTOMER_CHECK_MODEL", {"pvalues": ["tousu01"]}, {}, "pvalues", "扬言投诉客服"),
    ("ABUSE_MODEL", {"pvalues": ["jifeng01"]}, {}, "pvalues", "讥讽客户"),
    ("NER_MODEL", {"customerParam": {"dataType": 1}}, {}, "customerParam", "no page explains"),
    ("", {}, {}, "type", "no type"),
    ("CONTEXT_REPEAT", {}, {}, "type", "no operator type of the published schema"),
    ("HIT_ANY_KEYWORD", {"keywords": WORDS}, {}, "type", "no operator type"),
    ("X", {"customerParam": {"field": "remark1", "symbol": 1}}, {}, "type", "随录参数检查"),
    ("X", {"QuestionThreshold": "90"}, {}, "type", "knowledge base"),
]


@pytest.mark.parametrize(("kind", "param", "there", "field", "told"), LOST)
def test_an_operator_that_cannot_be_carried_leaves_its_rule_as_a_comment(
    kind: str, param: dict[str, Any], there: dict[str, Any], field: str, told: str
) -> None:
    made = _import(kind, param, there)
    (note,) = [one for one in made.notes if one.condition and one.severity.value == "dropped"]
    assert note.field == field
    assert told in note.message
    assert note.where == "$.conditions[0].operators[0]"
    assert (made.rules, made.commented_out) == (0, 1)
    assert "# XA01:" in made.yaml_text


def test_a_misspelt_type_is_told_the_nearest_one() -> None:
    made = _import("HIT_ANY_KEYWORD", {"keywords": WORDS})
    assert "did you mean HIT_ANY_KEYWORDS?" in str(next(note for note in made.notes if note.condition))


def test_every_published_type_is_tried_here() -> None:
    assert set(TYPES) <= {kind for kind, *_ in CARRIED} | {kind for kind, *_ in LOST}


# Lost fields that leave a check hitting less (fewer) or more than theirs: a rule runs only where that does not accuse.
ERRS = [
    ("HIT_ANY_KEYWORDS", {"keywords": WORDS, "keywordExtension": 1}, "fewer"),
    ("INCLUDE_KEYWORDS", {"keywords": WORDS, "keywordExtension": 1}, "fewer"),
    ("INCLUDE_KEYWORDS", {"keywords": WORDS, "keywordExtension": 1, "keywordMatchSize": 0}, "more"),
    ("INCLUDE_KEYWORDS", {"keywords": [*WORDS, "😀"]}, "more"),
    ("HIT_ANY_KEYWORDS", {"keywords": [*WORDS, "好" * 41]}, "fewer"),
    ("INCLUDE_KEYWORDS", {"keywords": [*WORDS, "好" * 41], "keywordMatchSize": 0}, "more"),
    ("INTERVAL_GREATER", {"interval": 5000, "intervalEnd": 9000}, "more"),
    ("INTERVAL_GREATER", {"interval": 5000, "checkFirstSentence": True}, "fewer"),
    ("EMOTION_MODEL", {"pvalues": ["ruma01", "goawei01"]}, "fewer"),
]


@pytest.mark.parametrize(("kind", "param", "errs"), ERRS)
def test_a_check_that_lost_a_field_runs_only_where_it_does_not_accuse_more(
    kind: str, param: dict[str, Any], errs: str
) -> None:
    hit, missing = _import(kind, param, OPERATOR), _import(kind, param, OPERATOR, "!a")
    assert (hit.rules, missing.rules) == ((1, 0) if errs == "fewer" else (0, 1))
    assert any(severity == "dropped" for severity, _ in _fields(hit))


def test_synonyms_that_the_file_holds_are_looked_for_too() -> None:
    param = {"keywords": ["售卖"], "keywordExtension": 1, "synonyms": {"售卖": ["出售", "卖"]}}
    assert _when("HIT_ANY_KEYWORDS", param) == {"any_keywords": ["售卖", "出售", "卖"]}
    none = {**param, "keywordMatchSize": 0, "contextChatMatch": True}
    assert _when("INCLUDE_KEYWORDS", none) == {"n_keywords": {"phrases": ["售卖", "出售", "卖"], "n": 0}}


def test_traditional_and_full_width_keywords_are_written_as_they_are_heard() -> None:
    made = _import("HIT_ANY_KEYWORDS", {"keywords": ["投訴", "ＡＰＰ", "投诉", "您好，请问"]})
    assert _rule(made)["when"] == {"any_keywords": ["投诉", "APP", "您好请问"]}
    assert ("assumed", "keywords") in _fields(made)


def test_a_full_width_sign_in_a_pattern_stays_what_it_is() -> None:
    made = _import("REGULAR_EXPRESSION", {"regex": "（退款|退費）嗎？"})
    assert _rule(made)["when"] == {"regex": "（退款|退费）吗？"}
    assert {("assumed", "regex"), ("approximated", "regex")} <= _fields(made)


def test_a_keyword_that_is_only_a_sign_is_named_and_left_out() -> None:
    made = _import("HIT_ANY_KEYWORDS", {"keywords": ["投诉", "😀", " "]})
    assert _rule(made)["when"] == {"any_keywords": ["投诉"]}
    assert "2 of 3 keywords" in next(note.message for note in made.notes if note.field == "keywords" and note.condition)


def test_a_single_clause_is_near_a_turn_and_said_so() -> None:
    assert ("approximated", "in_sentence") in _fields(
        _import("REGULAR_EXPRESSION", {"regex": "好.*吗", "inSentence": 1})
    )


def test_parameters_of_other_operators_are_named() -> None:
    made = _import("HIT_ANY_KEYWORDS", {"keywords": WORDS, "velocityInMint": 300, "threshold": 0, "phrase": ""})
    assert ("assumed", "velocity_in_mint") in _fields(made)
    assert ("assumed", "threshold") not in _fields(made)


@pytest.mark.large
def test_ten_thousand_keywords_are_carried_in_a_moment() -> None:
    words = [f"{a}{b}{c}" for a in "零一二三四五六七八九" for b in "甲乙丙丁戊己庚辛壬癸" for c in "东西南北"] * 25
    made = _import("HIT_ANY_KEYWORDS", {"keywords": words})
    assert len(_rule(made)["when"]["any_keywords"]) == 400
    many = [f"{word}{n}" for n, word in enumerate(words)]
    assert len(_rule(_import("HIT_ANY_KEYWORDS", {"keywords": many}))["when"]["any_keywords"]) == 10_000
