"""A whole file of rules: its forms, what becomes a comment, what is written, and what a wrong file is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from qa_pipeline.errors import ImportRefused, UserError
from qa_pipeline.rules.alibaba.drafting import Choices
from qa_pipeline.rules.alibaba.importing import Imported, import_rules
from tests.rules.alibaba_files import condition, imported, one_rule, says


def _data(made: Imported) -> Any:
    return YAML(typ="safe").load(made.yaml_text)


def _dropped(made: Imported, field: str) -> list[str]:
    return [note.message for note in made.notes if note.field == field and note.severity.value == "dropped"]


MODEL = {"oid": "2", "type": "CUSTOMER_CHECK_MODEL", "param": {"pvalues": ["tousu01"]}}
WORD = {"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["投诉"]}}
HELLO = {"role": "operator", "any_keywords": ["您好"]}


def _two_operators(expression: str, rule: str = "a") -> Imported:
    there = {"cid": "a", "check_range": {"role": "客户"}, "operators": [WORD, MODEL], "lambda": expression}
    return imported(one_rule(there, says("b", "您好"), expression=rule))


# ── what is missing never makes a rule accuse more ──


def test_an_alternative_that_is_lost_leaves_the_others() -> None:
    made = _two_operators("1||2")
    assert _data(made)["rules"]["XA01"]["when"] == {"role": "caller", "any_keywords": ["投诉"]}
    assert _dropped(made, "lambda") == [
        "the rule hits less often than there, for it goes without a part of condition a"
    ]


def test_a_requirement_that_is_lost_takes_its_rule_with_it() -> None:
    made = _two_operators("1&&2")
    assert made.commented_out == 1
    assert _dropped(made, "lambda") == ["the rule needs condition a"]


def test_under_a_negation_it_is_the_other_way_round() -> None:
    assert _data(_two_operators("1&&2", "b&&!a"))["rules"]["XA01"]["when"]["and"][0] == "规则甲·b"
    assert _two_operators("1||2", "b&&!a").commented_out == 1


def test_a_condition_that_lost_a_part_is_written_for_either_side_of_a_negation() -> None:
    there = {"cid": "a", "operators": [WORD, MODEL, {**WORD, "oid": "3", "param": {"keywords": ["举报"]}}]}
    there["lambda"] = "1||(2&&3)"
    made = imported(
        {
            "conditions": [there, says("b", "您好")],
            "rules": [{"rid": "1", "name": "甲", "lambda": "a&&b"}, {"rid": "2", "name": "乙", "lambda": "b&&!a"}],
        }
    )
    named = _data(made)["conditions"]
    assert named["甲·a"] == {"any_keywords": ["投诉"]}
    assert named["乙·a·放宽"] == {"or": [{"any_keywords": ["投诉"]}, {"any_keywords": ["举报"]}]}
    assert made.rules == 2


# ── what a rule says of itself ──


@pytest.mark.parametrize(
    ("rule", "field", "told"),
    [
        ({"scoreType": 1, "scoreNum": 5}, "scoreType", "gives points"),
        ({"ruleCategoryName": "正向规则"}, "scoreType", "gives points"),
        ({"checkType": 3}, "checkType", "客户态度检测"),
        ({"targetType": 11}, "graphFlow", "流程规则"),
        ({"preqRule": {"rid": "2"}}, "preqRule", "only counts after another"),
        ({"effective": 0}, "effective", "switched off"),
        ({"isDelete": 1}, "effective", "switched off or deleted"),
        ({"fullCycle": 0, "effectiveEndTime": "2021-03-06"}, "effectiveStartTime", "… – 2021-03-06"),
        ({"business": [{"bid": 267202890}]}, "business", "267202890"),
        ({"businessCategoryNameList": ["业务A"]}, "business", "业务A"),
    ],
)
def test_a_rule_that_would_accuse_where_theirs_does_not_is_a_comment(rule: Any, field: str, told: str) -> None:
    made = imported(one_rule(says("a", "您好"), **rule))
    assert made.commented_out == 1
    assert told in _dropped(made, field)[0]
    uncommented = "\n".join(line.replace("  # ", "  ", 1) for line in made.yaml_text.split("# XA01:")[1].split("\n"))
    assert YAML(typ="safe").load(f"  XA01:{uncommented}")["XA01"]["when"] == HELLO


@pytest.mark.parametrize(
    "rule",
    [{"business": []}, {"businessCategoryNameList": ["全部"]}, {"effective": 1}, {"fullCycle": 1}, {"checkType": 0}],
)
def test_a_rule_for_every_call_runs(rule: Any) -> None:
    assert imported(one_rule(says("a", "您好"), **rule)).rules == 1


def test_lines_of_business_may_be_said_to_be_the_centres_own() -> None:
    made = imported(one_rule(says("a", "您好"), business=[{"bid": 1}]), any_business=True)
    assert made.rules == 1


def test_points_importance_and_test_dialogues_are_named() -> None:
    rule = {"scoreType": 3, "scoreNum": 5, "scoreSubName": "开头语", "level": 0, "dialogues": [{"content": []}]}
    made = imported(one_rule(says("a", "您好"), **rule))
    assert _dropped(made, "scoreNum") == ["it takes 5 points there (开头语)"]
    assert "重度违规" in _dropped(made, "level")[0]
    assert "1 test dialogues" in _dropped(made, "dialogues")[0]
    assert made.rules == 1


def test_unknown_fields_are_named_and_administrative_ones_together() -> None:
    made = imported(one_rule(says("a", "您好", weather="雨"), mood="好", createTime="1641277321000", weight="1"))
    assert _dropped(made, "mood") == ["an unknown field"]
    assert _dropped(made, "weather") == ["an unknown field"]
    assert _dropped(made, "createtime, weight") == ["what runs the service has no place here"]


def test_an_item_is_chosen_for_all_or_by_id_name_and_score() -> None:
    file = {
        "conditions": [says("a", "您好")],
        "rules": [
            {"rid": "1", "name": "甲", "lambda": "a"},
            {"rid": "2", "name": "乙", "lambda": "a"},
            {"rid": "3", "name": "丙", "lambda": "a", "scoreSubName": "结束语"},
            {"rid": "4", "name": "丁", "lambda": "a", "schemeCheckType": {"checkName": "服务态度"}},
            {"rid": "5", "name": "戊", "lambda": "a"},
        ],
    }
    made = imported(file, "A6", items={"1": "A1", "乙": "A2", "结束语": "A5", "服务态度": "B5"})
    assert [rule["item"] for rule in _data(made)["rules"].values()] == ["A1", "A2", "A5", "B5", "A6"]


def test_an_item_that_nobody_chose_is_named() -> None:
    made = imported(one_rule(says("a", "您好")), item="")
    assert _data(made)["rules"]["XA01"]["item"] == "待定"
    assert any("待定 in XA01: it must be chosen" in note.message for note in made.notes)


@pytest.mark.parametrize(("item", "code"), [("E1", "XA01"), ("A6", "A01"), ("A6", "XA1")])
def test_a_wrong_item_or_code_is_refused(item: str, code: str) -> None:
    with pytest.raises(UserError, match="is no"):
        import_rules(json.dumps(one_rule(says("a", "您好"))), Choices(item), code)


def test_codes_follow_each_other() -> None:
    rules = [{"rid": str(n), "name": str(n), "lambda": "a"} for n in range(3)]
    made = import_rules(json.dumps({"conditions": [says("a", "您好")], "rules": rules}), Choices("A6"), "XB98")
    assert list(_data(made)["rules"]) == ["XB98", "XB99", "XC00"]
    with pytest.raises(UserError, match="more rules than codes after XZ99"):
        import_rules(json.dumps({"conditions": [says("a", "您好")], "rules": rules}), Choices("A6"), "XZ98")


# ── the forms of a file ──

UPLOADED = one_rule(says("a", "您好"))
V4 = {
    "Conditions": [
        {
            "Cid": "a",
            "Id": 12,
            "Rid": "1",
            "Check_range": {"Role": "客服"},
            "Lambda": "1222",
            "Operators": [{"Oid": "x", "Id": 1222, "Type": "HIT_ANY_KEYWORDS", "Param": {"Keywords": ["您好"]}}],
        }
    ],
    "Rules": [{"Rid": "1", "Name": "规则甲", "Lambda": "a"}],
}
DETAIL = {
    "Conditions": {
        "ConditionBasicInfo": [
            {
                "ConditionInfoCid": "7",
                "OperLambda": "8",
                "CheckRange": {"Role": "客服", "Absolute": False},
                "Operators": {
                    "OperatorBasicInfo": [
                        {
                            "Type": "HIT_ANY_KEYWORDS",
                            "Oid": "8",
                            "OperName": "x",
                            "Param": {"OperKeyWords": {"OperKeyWord": ["您好"]}, "InSentence": False},
                        }
                    ]
                },
            }
        ]
    },
    "Rules": {"RuleBasicInfo": [{"RuleLambda": "7", "Rid": "4", "Triggers": {"Trigger": ["7"]}}]},
}
ALONE = {"rid": "1", "name": "规则甲", "lambda": "", "conditions": [says("a", "您好")]}


@pytest.mark.parametrize(
    "file",
    [
        UPLOADED,
        V4,
        DETAIL,
        ALONE,
        [ALONE],
        [UPLOADED],
        {"Code": "200", "Success": True, "Data": V4},
        {"JsonStr": json.dumps(UPLOADED)},
        {"JsonStrForRule": json.dumps(V4)},
        {"appKey": "k", "conditions": json.dumps(UPLOADED["conditions"]), "rules": json.dumps(UPLOADED["rules"])},
        json.dumps(UPLOADED),
        {"Data": json.dumps(DETAIL)},
    ],
)
def test_every_form_of_a_file_gives_the_same_rule(file: Any) -> None:
    made = imported(file)
    assert made.rules == 1
    assert _data(made)["rules"]["XA01"]["when"] == HELLO


def test_rules_with_conditions_of_the_same_name_keep_their_own() -> None:
    file = {
        "conditions": [{**says("a", "您好"), "rid": "1"}, {**says("a", "再见"), "rid": "2"}],
        "rules": [{"rid": "1", "name": "甲", "lambda": "a"}, {"rid": "2", "name": "乙", "lambda": "a"}],
    }
    words = [rule["when"]["any_keywords"] for rule in _data(imported(file))["rules"].values()]
    assert words == [["您好"], ["再见"]]


def test_several_files_in_one_list_do_not_mix() -> None:
    files = [one_rule(says("a", word), says("b", "请问"), expression="a&&b") for word in ("您好", "再见", "抱歉")]
    named = _data(imported(files))["conditions"]
    assert [named[name]["any_keywords"] for name in ("规则甲·a", "规则甲·a·2", "规则甲·a·3")] == [
        ["您好"],
        ["再见"],
        ["抱歉"],
    ]


def test_a_condition_that_several_rules_use_is_written_once() -> None:
    file = {
        "conditions": [{**says("a", "您好"), "name": "问 候"}],
        "rules": [{"rid": "1", "name": "甲", "lambda": "a"}, {"rid": "2", "name": "乙", "lambda": "!a"}],
    }
    data = _data(imported(file))
    assert data["conditions"] == {"问候": HELLO}
    assert [rule["when"] for rule in data["rules"].values()] == ["问候", {"not": "问候"}]


def test_a_condition_that_no_rule_uses_is_named() -> None:
    made = imported(one_rule(says("a", "您好"), says("z", "再见")))
    assert _dropped(made, "cid") == ["no rule uses this condition"]


# ── what a wrong file is told ──


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON: line 1, column 1"),
        ('{"conditions": [],}', "not JSON: line 1, column"),
        ('{"a": 1} // note', "Extra data"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "holds no rules"),
        ("{}", "holds no rules"),
        ("3", "holds no rules"),
        ("null", "holds no rules"),
        ('"{"', "$ is not JSON"),
        ('{"JsonStr": "{"}', "$.JsonStr is not JSON"),
        ('{"conditions": [], "rules": []}', "holds no rules"),
        ('{"conditions": 3, "rules": []}', "$.conditions is int, not a list"),
        ('{"rules": "[1"}', "$.rules is not JSON"),
    ],
)
def test_a_file_without_rules_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        import_rules(text)
    assert told in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("change", "where", "field", "told"),
    [
        ({"conditions": [7]}, "$.conditions[0]", "", "the condition cannot be read"),
        ({"conditions": [{"cid": "a"}]}, "$.conditions[0]", "operators", "has no operators"),
        ({"conditions": [{"cid": "a", "operators": "x"}]}, "$.conditions[0].operators[0]", "", "cannot be read"),
        ({"conditions": [{"cid": "a", "operators": 7.5}]}, "$.conditions[0].operators[0]", "", "cannot be read"),
        ({"conditions": [{**says("a", "x"), "lambda": "1&&9"}]}, "$.conditions[0]", "lambda", "names operator 9"),
        ({"conditions": [{**says("a", "x"), "lambda": "1&&"}]}, "$.conditions[0]", "lambda", "character 4"),
        (
            {"conditions": [{"cid": "a", "operators": [WORD, MODEL], "lambda": ""}]},
            "$.conditions[0]",
            "lambda",
            "2 operators to join",
        ),
        ({"conditions": [{**says("a", "x"), "exclusion": 1}]}, "$.conditions[0]", "exclusion", "no page says"),
        (
            {"conditions": [condition("a", "HIT_ANY_KEYWORDS", {"keywords": {"x": 1, "y": 2}})]},
            "$.conditions[0].operators[0]",
            "param.keywords",
            "the operator cannot be read",
        ),
        ({"rules": ["x"]}, "$.rules[0]", "", "the rule cannot be read"),
        ({"rules": [{"rid": "1", "lambda": "a&&z"}]}, "$.rules[0]", "lambda", "names condition z"),
        ({"rules": [{"rid": "1", "lambda": "a)"}]}, "$.rules[0]", "lambda", "character 2"),
        (
            {"rules": [{"rid": "1", "lambda": ""}], "conditions": []},
            "$.rules[0]",
            "lambda",
            "the rule has no condition",
        ),
        ({"rules": [{"rid": "1", "isDelete": "maybe"}]}, "$.rules[0]", "is_delete", "the rule cannot be read"),
    ],
)
def test_what_is_wrong_inside_is_told_and_the_rest_goes_on(change: Any, where: str, field: str, told: str) -> None:
    wrong = {**one_rule(says("a", "您好")), **change}
    made = imported([wrong, one_rule(says("a", "您好"))])
    assert (made.rules, made.commented_out) == (1, 1)
    notes = [note for note in made.notes if note.where == where.replace("$", "$[0]", 1) and note.field == field]
    assert told in notes[0].message


def test_nothing_in_a_name_or_remark_leaves_its_line() -> None:
    evil = "甲\nXB01: {item: A1}\x00\u2028# 注\t"
    made = imported(one_rule({**says("a", "您好"), "name": evil, "rid": "1"}, name=evil, comments=evil, rid="1\n2"))
    data = _data(made)
    assert set(data["rules"]) == {"XA01"}
    assert data["rules"]["XA01"]["why"] == "甲 XB01: {item: A1} # 注"
    assert all(
        line.startswith(("#", " ", "version", "rules", "conditions")) or not line for line in made.yaml_text.split("\n")
    )


def test_half_a_character_is_written_nowhere() -> None:
    half = "\ud83d"
    file = one_rule(says("a", "您好", f"再见{half}"), name=f"甲{half}", comments=half, expression=f"a||{half}")
    alone = one_rule(
        condition("a", "SIMILAR_MATCH", {"similarlySentences": [f"你好{half}"]}, {"role": half}), name="乙"
    )
    for made in (import_rules(json.dumps(file), Choices("A6")), import_rules(json.dumps(alone), Choices("A6"))):
        assert made.yaml_text.encode()
        assert YAML(typ="safe").load(made.yaml_text)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["cid", "lambda", "operators", "type", "param", "keywords", "check_range", "anchor", "range", "from", "name"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(JSON_VALUES, max_size=3), st.lists(JSON_VALUES, min_size=1, max_size=2))
def test_any_conditions_and_rules_give_a_ruleset_that_is_yaml(conditions: list[Any], rules: list[Any]) -> None:
    made = imported({"conditions": conditions, "rules": rules})
    assert made.rules + made.commented_out == len(rules)
    assert set(_data(made)) <= {"version", "conditions", "rules"}
