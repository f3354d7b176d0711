import re
from decimal import Decimal

import pytest

from scoring.card_changes import card_changes, examples, grade_shifts, told
from scoring.card_lint import lint_card
from scoring.scorecard import default_scorecard, parse_scorecard, scorecard_mapping

CARD = default_scorecard()


def changed(change=lambda plain: None, **top):
    plain = {**scorecard_mapping(CARD), "version": "新", **top}
    change(plain)
    return parse_scorecard(plain)


def item(plain, code):
    return next(one for one in plain["items"] if one["code"] == code)


def test_a_scorecard_with_another_version_alone_does_not_change():
    assert not card_changes(CARD, changed())
    assert list(told(CARD, changed())) == ["评分标准 default-2026（2026-01 起）→ 新（2026-01 起）", "内容没有变化"]


def test_what_an_item_costs_is_told_old_and_new_with_what_a_call_comes_to():
    def dearer(plain):
        item(plain, "A1").update(per_fault="2.5", how="每处扣 2.5 分")

    new = changed(dearer)
    assert card_changes(CARD, new).items[0].startswith("A1 开头语 改：每处扣分 2 → 2.5；扣分说明 ")
    assert [(one.words, one.old, one.new) for one in examples(CARD, new)] == [
        ("没有差错", 100, 100),
        ("每个大类的第一个扣分项各错一处", Decimal("87.5"), 87),
        ("只在 A1 错一处", 98, Decimal("97.5")),
    ]
    assert "月均分对应的等次和系数不变" in list(told(CARD, new))


def test_the_whole_account_reads_from_the_groups_down_to_what_a_month_earns():
    def everything(plain):
        plain["groups"][0]["name"] = "用语"
        item(plain, "B5").update(per_fault="2")
        plain["fatal_errors"][0]["accuracy"] = "business"
        plain["grades"][0].update(at_least="100")

    assert list(told(CARD, changed(everything))) == [
        "评分标准 default-2026（2026-01 起）→ 新（2026-01 起）",
        "大类：A 用语 改：名称 用语标准 → 用语",
        f"评分项：B5 {next(one.name for one in CARD.items if one.code == 'B5')} 改：每处扣分 5 → 2",
        f"一票否决：V1 {CARD.fatal_errors[0].name} 改：计入的准确率 来电人关键 → 业务关键",
        "等次：优秀 改：起点分 95 → 100",
        "通话得分（各项都适用时）：",
        "  没有差错：100 → 100",
        "  每个大类的第一个扣分项各错一处：87.5 → 87.5",
        "  只在 B5 错一处：95 → 98",
        "月均分对应的等次和系数：",
        "  95.00 至 99.99 分：优秀（系数 1.1） → 良好（系数 1）",
    ]


def test_an_item_that_is_added_or_dropped_is_told_and_has_no_points_on_the_other_side():
    def exchange(plain):
        plain["items"].remove(item(plain, "B4"))
        plain["items"].append(
            {
                "code": "B7",
                "group": "B",
                "name": "普通话",
                "points": "3",
                "per_fault": "3",
                "cap": "3",
                "accuracy": "caller",
            }
        )

    new = changed(exchange)
    assert card_changes(CARD, new).items == (
        "B7 普通话 新增：所属大类 B，分值 3，每处扣分 3，单项封顶 3，由谁判定 规则，计入的准确率 来电人关键",
        "B4 冷场 删去",
    )
    shown = {one.words: (one.old, one.new) for one in examples(CARD, new)}
    assert shown["只在 B7 错一处"] == (None, 97)
    assert shown["只在 B4 错一处"] == (99, None)
    assert "  只在 B7 错一处：未设 → 97" in list(told(CARD, new))


def test_a_group_that_grows_changes_what_every_fault_of_it_costs():
    def shift(plain):
        for code, points in (("A", "20"), ("C", "35")):
            next(one for one in plain["groups"] if one["code"] == code)["points"] = points
        item(plain, "A1").update(points="2", per_fault="1", all_missing="2")
        item(plain, "A5").update(points="3")
        item(plain, "C2").update(points="17", per_fault="17")

    new = changed(shift)
    assert card_changes(CARD, new).groups == ("A 用语标准 改：分值 25 → 20", "C 解答正确 改：分值 30 → 35")
    assert ("只在 C2 错一处", 88, 83) in [(one.words, one.old, one.new) for one in examples(CARD, new)]


def test_means_whose_grade_or_factor_changes_are_told_without_a_gap():
    def harder(plain):
        plain["grades"][0].update(at_least="96", factor="1.2")
        plain["grades"][2].update(failing=True)

    shifts = grade_shifts(CARD, changed(harder))
    assert [(str(one.low), str(one.high), one.old.name, one.new.name) for one in shifts] == [
        ("96", "100", "优秀", "优秀"),
        ("95", "95.99", "优秀", "良好"),
        ("75", "84.99", "合格", "合格"),
    ]
    lines = list(told(CARD, changed(harder)))
    assert "  95.00 至 95.99 分：优秀（系数 1.1） → 良好（系数 1）" in lines
    assert "  75.00 至 84.99 分：合格（系数 0.9） → 合格（系数 0.9，不合格）" in lines
    assert "等次：合格 改：不合格 否 → 是" in lines


def test_a_fatal_error_that_is_dropped_is_told():
    new = changed(lambda plain: plain["fatal_errors"].pop(0))
    assert card_changes(CARD, new).fatal_errors[0].startswith("V1 ")
    assert card_changes(CARD, new).fatal_errors[0].endswith("删去")


def test_a_group_of_hints_alone_has_no_typical_fault():
    def hints(plain):
        for one in plain["items"]:
            if one["group"] == "D":
                one["hint_only"] = True

    assert examples(CARD, changed(hints))[1].new == Decimal("90.0")


def test_the_shipped_scorecard_has_nothing_to_point_out():
    assert lint_card(CARD) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p.update(effective_from="2026-10-15"), "本标准从 2026-11 起适用"),
        (lambda p: item(p, "B4").update(name="语速"), "B1、B4：名称都是“语速”"),
        (lambda p: item(p, "A2").update(accuracy="caller"), "A2 敬语：只提示不扣分，却写了 accuracy"),
        (lambda p: item(p, "D6").update(per_fault="3", cap=None), "D6 复述核对、当日成单：每处扣 3 分，超过本项 2 分"),
        (lambda p: item(p, "C2").update(corrected_loss="12"), "自行更正后仍扣 12 分，与不更正相同"),
        (
            lambda p: [band.update(failing=True) for band in p["grades"]],
            "^grades：所有等次都不合格，无人能够合格；请给合格的等次去掉 failing$",
        ),
        (
            lambda p: p["grades"][0].update(factor="1"),
            "^grades：没有系数大于 1 的等次，只罚不奖；“奖优罚劣”要求对优秀者给予奖励$",
        ),
        (lambda p: item(p, "D1").update(accuracy="") or drop(p, "business"), "业务关键准确率：没有任何评分项"),
        (
            lambda p: [one.update(decided_by="person") for one in p["items"]],
            "^items：没有一项由规则判定，所有通话都要由人逐项评分$",
        ),
    ],
)
def test_what_loads_and_is_probably_not_meant_is_pointed_out(change, said):
    found = lint_card(changed(change))
    assert len(found) == 1
    assert re.search(said, found[0])


def drop(plain, accuracy):
    plain["fatal_errors"] = [one for one in plain["fatal_errors"] if one["accuracy"] != accuracy]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: item(p, "B4").update(code="V9"), "item V9: codes that begin with V are fatal errors"),
        (lambda p: p["fatal_errors"][0].update(code="X1"), "fatal_errors X1: its code must begin with V"),
        (
            lambda p: p["grades"][1].update(at_least="84.995"),
            "grade 良好: begins at 84.995; scores have two decimals: 85.00",
        ),
        (lambda p: p["grades"][1].update(factor="-0.1"), "factor is -0.1, below 0"),
        (lambda p: item(p, "B4").update(points="-3"), "points is -3, below 0"),
        (lambda p: p["grades"][2].update(at_least="85"), "overlap; list them from best to worst"),
        (lambda p: item(p, "B4").update(points="NaN"), "points is missing or no number"),
    ],
)
def test_what_cannot_be_is_refused(change, said):
    with pytest.raises(ValueError, match="problem") as refused:
        changed(change)
    assert said in str(refused.value)
