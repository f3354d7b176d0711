import pickle
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.scorecard import (
    ScorecardProblems,
    default_scorecard,
    load_scorecard,
    parse_scorecard,
    scorecard_mapping,
)

DOCUMENTED = {
    "A1": 5,
    "A2": 5,
    "A3": 4,
    "A4": 4,
    "A5": 5,
    "A6": 2,
    "B1": 3,
    "B2": 3,
    "B3": 4,
    "B4": 3,
    "B5": 5,
    "B6": 2,
    "C1": 5,
    "C2": 12,
    "C3": 6,
    "C4": 4,
    "C5": 3,
    "D1": 5,
    "D2": 6,
    "D3": 6,
    "D4": 3,
    "D5": 3,
    "D6": 2,
}


def mapping(**changes):
    return {**scorecard_mapping(default_scorecard()), **changes}


def problems_of(plain):
    with pytest.raises(ScorecardProblems) as caught:
        parse_scorecard(plain)
    return caught.value.problems


def with_item(code, /, **changes):
    plain = mapping()
    for item in plain["items"]:
        if item["code"] == code:
            item.update(changes)
    return plain


def with_grades(*grades):
    return mapping(
        grades=[dict(zip(("name", "at_least", "factor", "failing"), grade, strict=True)) for grade in grades]
    )


def test_the_default_has_the_documented_items_and_points():
    card = default_scorecard()
    assert {item.code: item.points for item in card.items} == DOCUMENTED
    assert {group.code: group.points for group in card.groups} == {"A": 25, "B": 20, "C": 30, "D": 25}
    assert [error.code for error in card.fatal_errors] == [f"V{n}" for n in range(1, 8)]


def test_the_default_has_the_documented_grades():
    bands = [(band.name, band.at_least, band.factor, band.failing) for band in default_scorecard().grades]
    assert bands == [
        ("优秀", 95, Decimal("1.10"), False),
        ("良好", 85, Decimal("1.00"), False),
        ("合格", 75, Decimal("0.90"), False),
        ("不合格", 0, Decimal("0.70"), True),
    ]


@pytest.mark.parametrize(
    ("code", "losses"),
    [
        ("A1", (Decimal(2), Decimal(5), None, None)),
        ("A6", (Decimal(2), None, Decimal(6), None)),
        ("C2", (Decimal(12), None, None, Decimal(6))),
        ("C3", (Decimal("1.5"), None, None, None)),
        ("D1", (Decimal("2.5"), None, None, None)),
    ],
)
def test_the_default_loses_points_as_documented(code, losses):
    item = next(item for item in default_scorecard().items if item.code == code)
    assert (item.per_fault, item.all_missing, item.cap, item.corrected_loss) == losses


def test_only_politeness_is_a_hint_and_tone_is_for_people():
    card = default_scorecard()
    assert [item.code for item in card.items if item.hint_only] == ["A2"]
    assert [item.code for item in card.items if item.decided_by == "person"] == ["B2", "B5"]
    assert next(item for item in card.items if item.code == "A2").most == 0


def test_plain_data_makes_the_same_scorecard_and_hash():
    card = default_scorecard()
    assert parse_scorecard(scorecard_mapping(card)) == card
    assert len(card.sha256) == 64


def test_the_hash_tells_numbers_apart_and_not_how_they_are_written():
    same = with_item("C3", per_fault="1.50")
    other = with_item("C3", per_fault=1.25)
    assert parse_scorecard(same).sha256 == default_scorecard().sha256
    assert parse_scorecard(other).sha256 != default_scorecard().sha256


def test_numbers_may_be_decimals_and_dates_may_be_dates():
    card = parse_scorecard(mapping(effective_from=date(2027, 1, 1)))
    assert card.effective_from == date(2027, 1, 1)
    assert parse_scorecard(with_item("C3", per_fault=Decimal("1.5"))).sha256 == default_scorecard().sha256


def test_points_that_do_not_add_up_are_named_with_their_sum():
    found = problems_of(with_item("A3", points=3))
    assert len(found) == 1
    assert "group A" in found[0]
    assert "add up to 24" in found[0]
    assert "(A1 5 + A2 5 + A3 3 + A4 4 + A5 5 + A6 2)" in found[0]
    assert "the group says 25; change" in found[0]


def test_groups_that_do_not_make_100_are_named():
    plain = with_item("A3", points=5)
    plain["groups"][0]["points"] = 26
    assert problems_of(plain) == ("groups: their points add up to 101, not 100; change the groups' points",)


def test_a_group_without_items_is_named():
    plain = mapping()
    plain["groups"].append({"code": "E", "name": "其他", "points": 5})
    assert any("group E: its items add up to 0 (no items), the group" in problem for problem in problems_of(plain))


def test_what_just_fits_is_allowed():
    one = {"code": "A", "group": "A", "name": "全部", "points": 99, "per_fault": 1, "all_missing": 1, "cap": 99}
    other = {"code": "B", "group": "B", "name": "余下", "points": 1, "per_fault": 0.5, "all_missing": 1}
    card = parse_scorecard(
        with_grades(("满分", 100, 1.2, False), ("差", 0, 0.7, True))
        | {"groups": [{"code": "A", "name": "甲", "points": 99}, {"code": "B", "name": "乙", "points": 1}]}
        | {"items": [{**one, "code": "A1"}, {**other, "code": "B1", "cap": 1}]}
    )
    assert [item.most for item in card.items] == [99, 1]


def test_a_mistake_in_a_hint_is_told_once_and_no_sum_goes_wrong_by_it():
    assert problems_of(with_item("A1", hint_only="yes")) == ("items[1] A1: hint_only is 'yes'; write true or false",)


def test_what_is_not_known_and_what_has_no_name_is_told_without_further_complaints():
    plain = mapping()
    plain["groups"][0]["colour"] = "red"
    del plain["fatal_errors"][0]["name"], plain["fatal_errors"][1]["name"]
    assert problems_of(plain) == (
        "groups[1] A: colour is not known; use one of code, name, points",
        "fatal_errors[1] V1: name is missing or not a text; write `name: …`",
        "fatal_errors[2] V2: name is missing or not a text; write `name: …`",
    )
    for item in plain["items"][:2]:
        del item["code"]
    assert not any("stands 2 times" in problem for problem in problems_of(plain))


def test_a_number_that_is_missing_counts_as_nothing():
    assert problems_of(with_item("A1", points=None)) == (
        "items[1] A1: points is missing or no number (None); write a number such as 2 or 1.5",
        (
            "group A: its items add up to 20 (A1 0 + A2 5 + A3 4 + A4 4 + A5 5 + A6 2), the group says 25; "
            "change an item's points or the group's"
        ),
        "item A1: points are 0; an item is worth more than 0, or leave it out",
        "item A1: all_missing 5 must lie from per_fault 2 to 0",
    )


def test_what_to_do_about_a_number_is_said_with_the_name_of_its_grade():
    plain = mapping()
    plain["grades"][1]["factor"] = "much"
    told = problems_of(plain)[0]
    assert told == "grades[2] 良好: factor is missing or no number ('much'); write a number such as 2 or 1.5"


def test_every_problem_is_listed_at_once():
    plain = with_item("A3", points=-4, group="X", colour="red")
    plain["version"] = " "
    text = "\n".join(problems_of(plain))
    for words in ("A3: points is -4", "colour is not known", "group 'X'", "version is missing", "group A"):
        assert words in text


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        (with_item("A1", points="many"), "points is missing or no number ('many')"),
        (with_item("A1", points=True), "points is missing or no number (True)"),
        (with_item("A1", points=float("nan")), "points is missing or no number"),
        (with_item("A1", points=0), "points are 0"),
        (with_item("A1", per_fault=0), "per_fault is 0"),
        (with_item("A6", cap=1), "cap 1 is less than per_fault 2"),
        (with_item("A6", cap=26), "more than the 25 points of group A"),
        (with_item("A1", all_missing=6), "all_missing 6"),
        (with_item("A1", all_missing=1), "all_missing 1"),
        (with_item("C2", corrected_loss=13), "corrected_loss 13 is more than per_fault 12"),
        (with_item("A1", decided_by="machine"), "decided_by is 'machine'"),
        (with_item("A1", accuracy="speed"), "accuracy is 'speed'"),
        (with_item("A1", hint_only="yes"), "hint_only is 'yes'"),
        (with_item("A1", code="A2"), "code A2: stands 2 times"),
        (mapping(effective_from="2026-02-30"), "effective_from is no date ('2026-02-30'); write it as 2026-01-31"),
        (mapping(effective_from=datetime(2026, 1, 1)), "effective_from is no date"),
        (mapping(items=[]), "items is missing, empty or no list"),
        (mapping(items="A1"), "items is missing, empty or no list"),
        (mapping(items=["A1"]), "items[1]: is 'A1'"),
        (mapping(grades=[]), "grades is missing, empty or no list"),
        (mapping(items=[{"points": 3}]), "items[1]: code is missing"),
        (mapping(fatal_errors=[{"code": "V1", "name": "辱骂", "accuracy": "other"}]), "accuracy is 'other'"),
        (
            with_grades(("好", 80, 1, False), ("中", 80, 0.9, False), ("差", 0, 0.7, True)),
            "好 (from 80) and 中 (from 80)",
        ),
        (with_grades(("差", 0, 0.7, True), ("好", 80, 1, False)), "overlap"),
        (with_grades(("好", 80, 1, False), ("差", 10, 0.7, True)), "begins at 10; the last grade begins at 0"),
        (with_grades(("好", 101, 1, False), ("差", 0, 0.7, True)), "above 100"),
        (with_grades(("好", 80, 1, False), ("差", 0, 0.7, False)), "grade 差: the last grade is not failing"),
        (with_grades(("好", 80, 0.5, False), ("差", 0, 0.7, True)), "pays 0.7, more than the better 好 (0.5)"),
        (with_grades(("好", 80, 1, True), ("中", 60, 0.9, False), ("差", 0, 0.7, True)), "好: is failing though"),
        (with_grades(("好", 80, 1, False), ("好", 0, 0.7, True)), "grade 好: stands 2 times"),
        (
            with_grades(("好", 80, -1, False), ("差", 0, 0.7, True)),
            "factor is -1, below 0; write how much as a number of 0 or more",
        ),
    ],
)
def test_what_cannot_be_is_named(plain, words):
    assert any(words in problem for problem in problems_of(plain))


def test_two_grades_may_pay_the_same():
    card = parse_scorecard(with_grades(("好", 80, 1, False), ("中", 60, 1, False), ("差", 0, 0.7, True)))
    assert [band.factor for band in card.grades] == [1, 1, Decimal("0.7")]


def test_a_file_names_the_line_of_a_problem(tmp_path: Path):
    path = tmp_path / "card.yaml"
    path.write_text(
        "version: v1\neffective_from: 2026-01-01\ngroups:\n  - code: A\n    name: 用语\n    points: -1\n", "utf-8"
    )
    with pytest.raises(ScorecardProblems) as caught:
        load_scorecard(path)
    assert any("groups[1] A (line 6): points is -1" in problem for problem in caught.value.problems)
    assert "card.yaml" in str(caught.value)
    assert "items is missing" in str(caught.value)


def test_a_file_of_the_default_is_the_default(tmp_path: Path):
    path = tmp_path / "card.yaml"
    source = Path(__file__).parents[3] / "scoring" / "scorecards" / "default-2026.yaml"
    path.write_bytes(source.read_bytes())
    assert load_scorecard(path) is default_scorecard()


def test_a_list_is_no_scorecard_and_the_default_is_where_to_begin(tmp_path: Path):
    path = tmp_path / "card.yaml"
    path.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(ScorecardProblems) as caught:
        load_scorecard(path)
    assert caught.value.problems == ("holds no names with values; start from the default scorecard",)


def test_the_problems_stand_below_each_other():
    with pytest.raises(ScorecardProblems) as caught:
        parse_scorecard(with_item("A3", points=3) | {"extra": 1})
    assert str(caught.value) == "\n  - ".join(["scorecard: 2 problem(s)", *caught.value.problems])


@pytest.mark.parametrize("text", ["items: [", "- 1\n- 2\n", "", "\x00"])
def test_a_file_that_is_no_scorecard_is_an_error_with_its_name(tmp_path: Path, text: str):
    path = tmp_path / "card.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScorecardProblems, match=r"card\.yaml"):
        load_scorecard(path)


def test_the_error_survives_pickling():
    with pytest.raises(ScorecardProblems) as caught:
        parse_scorecard({})
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.problems, str(copy)) == (caught.value.problems, str(caught.value))
