"""What lint points out, and what it leaves alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from qa_pipeline.errors import RulesetError
from qa_pipeline.rules.lint import Found, Level, all_checks, lint
from qa_pipeline.rules.lint.expressions import always_touches, may_touch
from qa_pipeline.rules.lint.meanings import MEANINGS
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.shipped import DEFAULT
from tests.own_conditions import OWN

OF_CALL = "of: call, name: 满意度"


def found(tmp_path: Path, rules: str, version: str = "c-1", *, shipped_too: bool = False) -> list[Found]:
    path = tmp_path / "centre.yaml"
    path.write_text(f'version: "{version}"\n{rules}', encoding="utf-8")
    return list(lint(path, shipped_too=shipped_too))


def flaws(tmp_path: Path, check: str, rules: str) -> list[tuple[int, str]]:
    return [(one.flaw.line, one.flaw.reason) for one in found(tmp_path, rules) if one.check == check]


def forbidden(*entries: str) -> str:
    lines = "".join(f"      - {entry}\n" for entry in entries)
    return f"rules:\n  PH06:\n    forbidden:\n{lines}"


def own(when: str, more: str = "") -> str:
    return f"rules:\n  XA01:\n    item: A6\n    name: 试试\n{more}    when: {when}\n"


def test_the_shipped_ruleset_and_a_copy_of_it_are_left_alone(tmp_path: Path) -> None:
    assert lint() == ()
    copy = tmp_path / "ruleset.yaml"
    copy.write_text(DEFAULT.read_text(encoding="utf-8"), encoding="utf-8")
    assert lint(copy) == ()


def test_what_is_shipped_can_be_looked_at_too() -> None:
    checks = {one.check for one in lint(shipped_too=True)}
    # Nothing in it contradicts itself, is written twice, or can never match.
    assert checks <= {"contained", "short", "alike"}


def test_a_ruleset_that_does_not_load_is_no_matter_of_lint(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match="line 3"):
        found(tmp_path, "rules:\n  TN3: {}\n")


def test_every_check_says_what_it_looks_for_under_a_name_of_its_own() -> None:
    assert len({check.name for check in all_checks()}) == len(all_checks()) >= 16
    assert all(check.about and check.run.__doc__ for check in all_checks())


def test_lists_whose_meaning_is_known_exist() -> None:
    for name in MEANINGS:
        code, _, parameter = name.partition(".")
        assert parameter in discover()[code].params.model_fields, name


def test_a_phrase_that_stands_twice(tmp_path: Path) -> None:
    text = forbidden("快走开", "随便吧", "快走开。")
    assert flaws(tmp_path, "twice", text) == [(7, "forbidden“快走开。”：第 5 行已经有了")]


def test_phrases_that_sound_alike(tmp_path: Path) -> None:
    text = forbidden("不归我管", "不规我管", "{text: 不轨我管, exact: true}")
    assert [line for line, _ in flaws(tmp_path, "alike", text)] == [6]


@pytest.mark.parametrize(
    ("entries", "lines"),
    [
        (("你自己看着", "你自己看着办"), [6]),
        (("你自己看着办", "你自己看着"), [5]),
        (("看着办", "你自己看着办"), []),  # three syllables are less sure by sound: the longer adds hits
        (("看着办", "{text: 你自己看着办, exact: true}"), [6]),
        (("{text: 你自己看着, unless: [您看]}", "你自己看着办"), []),
        (("你自己看着", "{text: 你自己看着办, unless: [您看]}"), []),  # so an exception is written
        (("{text: 你自己看着, exact: true}", "你自己看着办"), []),
    ],
)
def test_a_phrase_within_another_of_its_list(tmp_path: Path, entries: tuple[str, ...], lines: list[int]) -> None:
    assert [line for line, _ in flaws(tmp_path, "contained", forbidden(*entries))] == lines


def test_a_phrase_that_is_asked_for_and_holds_a_forbidden_one(tmp_path: Path) -> None:
    text = forbidden("等一下") + "  PH03:\n    hold: [请您等一下啊, 请稍候]\n"
    ((line, reason),) = flaws(tmp_path, "opposing", text)
    assert line == 7
    assert "PH06 的 forbidden（第 5 行）不许说的“等一下”" in reason
    excused = forbidden("{text: 等一下, unless: [请您等一下]}") + "  PH03:\n    hold: [请您等一下啊]\n"
    assert flaws(tmp_path, "opposing", excused) == []


def test_a_short_phrase_is_told_with_the_common_words_that_it_sounds_like(tmp_path: Path) -> None:
    ((line, reason),) = flaws(tmp_path, "short", forbidden("时事", "{text: 试试, exact: true}", "莫名其妙"))
    assert line == 5
    assert "2 个音节" in reason
    assert "“事实”" in reason
    ((_, reason),) = flaws(tmp_path, "short", forbidden("亲"))
    assert "“请”" in reason


def test_an_accusing_list_without_any_exception(tmp_path: Path) -> None:
    assert [line for line, _ in flaws(tmp_path, "no-exception", forbidden("莫名其妙"))] == [4]
    assert flaws(tmp_path, "no-exception", forbidden("莫名其妙", "{text: 急什么, unless: [别急什么]}")) == []


def test_an_own_condition_without_any_exception(tmp_path: Path) -> None:
    bare = "{role: operator, any_keywords: [莫名其妙]}"
    assert [line for line, _ in flaws(tmp_path, "no-exception", own(bare))] == [3]
    for excused in (
        f"{{and: [{bare}, {{not: {{role: caller, any_keywords: [莫名其妙]}}}}]}}",
        "{role: operator, regex: {pattern: 莫名, except: [您说]}}",
        "{role: operator, any_keywords: [{text: 莫名其妙, unless: [您说]}]}",
        "{duration: {above: 600}}",
    ):
        assert flaws(tmp_path, "no-exception", own(excused)) == []


def test_an_own_condition_that_deducts_without_cases(tmp_path: Path) -> None:
    when = "{duration: {above: 600}}"
    assert [line for line, _ in flaws(tmp_path, "no-cases", own(when, "    standing: deduct\n"))] == [6]
    assert flaws(tmp_path, "no-cases", own(when)) == []


def test_a_confidence_that_is_very_low(tmp_path: Path) -> None:
    assert [line for line, _ in flaws(tmp_path, "low-confidence", "rules:\n  PH06: {min_confidence: 0.3}\n")] == [3]
    assert flaws(tmp_path, "low-confidence", "rules:\n  PH06: {min_confidence: 0.6}\n") == []


def test_a_version_that_is_the_shipped_ones(tmp_path: Path) -> None:
    text = "rules:\n  TN04: {longer_than_ms: 8000}\n"
    assert [one.flaw.line for one in found(tmp_path, text, "2026-12") if one.check == "same-version"] == [1]
    assert flaws(tmp_path, "same-version", text) == []
    assert found(tmp_path, "rules: {}\n", "2026-12") == []


def test_rules_that_are_switched_off_are_a_note(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "rules:\n  TN01: {enabled: false}\n")
    assert (one.check, one.level, one.flaw.line) == ("switched-off", Level.NOTE, 3)
    assert "B1 再没有规则判" in one.flaw.reason


@pytest.mark.parametrize(
    ("phrase", "pattern", "touches"),
    [
        ("神经病", "医院", False),
        ("神经病", "神经病医院", True),
        ("神经病", "病(医|号)", True),
        ("神经病", "(看|有).?神", True),
        ("神经病", "经", True),
        ("神经病", "精神.{0,3}病", True),
        ("神经病", "精神.{0,3}症", True),  # its dots may stand for the phrase
        ("神经病", "[^神经病]", False),
        ("神经病", r"\d+号", False),
        ("神经病", "(?<!看)神经", True),  # what looks around cannot be told
        ("不知道", "不知道.{0,16}(帮|为|给|替)?(您|你)?(查|核实)", True),
        ("我保证", "(低|医|社)保证", False),
        ("喂", "(母乳|哺|投)喂", True),
    ],
)
def test_whether_a_pattern_can_touch_a_phrase(phrase: str, pattern: str, touches: bool) -> None:
    assert may_touch(pattern, phrase) is touches


@pytest.mark.parametrize(
    ("phrase", "pattern", "always"),
    [
        ("神经病", "神经", True),
        ("神经病", ".", True),
        ("神经病", "神经病医院", False),
        ("神经病", "神经病(医院)?", True),
        ("神经病", "^神经病", False),
        ("神经病", "(?<!看)神经", False),
        ("不知道", "不知道.{0,16}(查|核实)", False),
    ],
)
def test_whether_a_pattern_always_excuses_a_phrase(phrase: str, pattern: str, always: bool) -> None:
    assert always_touches(pattern, phrase) is always


def test_exceptions_that_excuse_nothing_or_everything(tmp_path: Path) -> None:
    text = forbidden(
        "{text: 神经病, unless: [医院]}", "{text: 有毛病, unless: [毛病]}", "{text: 走着瞧, unless: [走着瞧瞧]}"
    )
    assert [line for line, _ in flaws(tmp_path, "useless-exception", text)] == [5]
    assert [line for line, _ in flaws(tmp_path, "always-excused", text)] == [6]


def test_exceptions_that_several_phrases_share_need_to_serve_one_of_them(tmp_path: Path) -> None:
    text = forbidden("{text: 我保证, unless: &shared [低保证, 我保证书]}", "{text: 保证能, unless: *shared}")
    assert flaws(tmp_path, "useless-exception", text) == []


def test_patterns_with_characters_that_no_transcript_has(tmp_path: Path) -> None:
    text = forbidden("{text: 急什么, unless: [別急什么]}") + own("{regex: 沒有，没有}").removeprefix("rules:\n")
    assert [line for line, _ in flaws(tmp_path, "never-written", text)] == [5, 9]


def test_patterns_that_look_around_are_slow_and_repeated_repeats_may_never_end(tmp_path: Path) -> None:
    text = own("{and: [{regex: 快点(?!吗)}, {regex: '(快+)+点'}, {regex: '快{1,3}点'}]}")
    assert [line for line, _ in flaws(tmp_path, "slow", text)] == [6]
    assert len(flaws(tmp_path, "explosive", text)) == 1


@pytest.mark.parametrize(
    "when",
    [
        "{and: [{duration: {above: 100}}, {duration: {below: 50}}]}",
        "{and: [{duration: {above: 100}}, {not: {duration: {above: 50}}}]}",
        "{and: [{role: caller, utterance_count: {above: 3}}, {role: caller, utterance_count: {below: 4}}]}",
        "{or: [{duration: {above: 50}}, {duration: {below: 100}}]}",
        "{and: [{any_keywords: [您好]}, {not: {any_keywords: [您好]}}]}",
        "{or: [{any_keywords: [您好]}, {not: {any_keywords: [您好]}}]}",
        "{repeated: {times: 5, within: 3}}",
        "{role: operator, regex: .}",
        "{role: operator, regex: '.{0,9}'}",
        "{hang_up: {who: unknown}}",
        "{any_keywords: [{text: 快点说, unless: [快点]}]}",
        "{and: [{field: {name: 标题, test: ==, value: 甲}}, {field: {name: 标题, test: ==, value: 乙}}]}",
        "{and: [{field: {name: 标题, test: empty}}, {field: {name: 标题, test: ==, value: 乙}}]}",
        f"{{and: [{{field: {{{OF_CALL}, test: '>', value: 4}}}}, {{field: {{{OF_CALL}, test: '<=', value: 3}}}}]}}",
    ],
)  # fmt: skip
def test_conditions_that_never_or_always_hit(tmp_path: Path, when: str) -> None:
    assert len(flaws(tmp_path, "never-hits", own(when))) == 1


@pytest.mark.parametrize(
    "when",
    [
        "{and: [{duration: {above: 50}}, {duration: {below: 100}}]}",
        "{and: [{duration: {above: 100}}, {duration: {below: 101}}]}",  # a hundred seconds and a half
        "{and: [{role: caller, utterance_count: {above: 3}}, {role: operator, utterance_count: {below: 4}}]}",
        "{and: [{role: caller, utterance_count: {above: 3}}, {role: caller, utterance_count: {below: 5}}]}",
        "{or: [{duration: {above: 100}}, {duration: {below: 50}}]}",
        "{duration: {above: 100, below: 50}}",
        "{and: [{role: operator, any_keywords: [您好]}, {not: {role: caller, any_keywords: [您好]}}]}",
        "{n_keywords: {phrases: [您好, 再见], n: 2}}",
        "{role: operator, regex: 您好|再见}",
        "{and: [{field: {name: 标题, test: '!=', value: 甲}}, {field: {name: 标题, test: '!=', value: 乙}}]}",
        f"{{and: [{{field: {{{OF_CALL}, test: '>', value: 2}}}}, {{field: {{{OF_CALL}, test: '<', value: 4}}}}]}}",
    ],
)  # fmt: skip
def test_conditions_that_make_sense_are_left_alone(tmp_path: Path, when: str) -> None:
    assert flaws(tmp_path, "never-hits", own(when)) == []


def test_an_own_condition_that_is_well_made_is_left_alone(tmp_path: Path) -> None:
    text = (
        f"{OWN.replace('[亲, 宝贝]', '[小可爱, 小宝贝]').replace('[亲]', '[小可爱]')}  TN04: {{longer_than_ms: 8000}}\n"
    )
    assert found(tmp_path, text) == []


@pytest.mark.large
def test_the_work_grows_with_the_list_and_no_faster(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        characters = "的一是不了在人有我他这中大来上个国到说们"
        phrases = (
            "".join(characters[number // 20**place % 20] for place in range(4)) + characters[number % 7]
            for number in range(count)
        )
        path = tmp_path / f"{count}.yaml"
        path.write_text(f'version: "c-1"\n{forbidden(*phrases)}', encoding="utf-8")
        began = time.process_time()
        lint(path)
        return time.process_time() - began

    seconds(100)  # dictionaries are loaded
    small, large = seconds(2_000), seconds(8_000)
    # Four times the list: eight times the work would be halfway to its square.
    assert large < 8 * small
