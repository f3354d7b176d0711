"""What nobody means to send: an answer or a clear error, in bounded time. A minute here is an endless loop."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from qa_pipeline.errors import RulesetError
from qa_pipeline.models import CallContext, Outcome, Role
from qa_pipeline.rules.matching import find, phrases, search
from qa_pipeline.rules.matching.patterns import PatternTooSlow, compiled
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.rules.run import check
from tests.builders import call
from tests.rules.rulesets import loaded

pytestmark = [pytest.mark.timeout(240), pytest.mark.no_cover]  # tracing makes long calls ten times longer
CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下"


def _own(tmp_path: Path, rule: str, named: str = "{}") -> Ruleset:
    head = f'version: "1"\nconditions: {named}\nrules:\n'
    return loaded(tmp_path, f"{head}  XA01:\n    item: A6\n    name: 测试\n    when: {rule}\n")


def _said(ctx: CallContext, ruleset: Ruleset) -> Outcome:
    return next(result.outcome for result in check(ctx, ruleset) if result.code == "XA01")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "([a-z]+)*b", "(.*)*(.*)*x", "(a{0,5}){0,50}b"])
def test_a_pattern_that_could_run_for_ever_runs_in_linear_time(tmp_path: Path, pattern: str) -> None:
    ctx = call([("话", "您好" + "a" * 5_000 + "！")])
    assert _said(ctx, _own(tmp_path, f"{{regex: '{pattern}'}}")) in {Outcome.PASS, Outcome.FAIL}


def test_a_pattern_with_lookaround_is_stopped_by_the_clock_and_goes_to_a_person(tmp_path: Path) -> None:
    pattern = "(?=您)(a|a)*b|(?<=好)(a|aa)+$"
    assert not compiled(pattern).linear
    ctx = call([("话", "您好" + "a" * 60 + "！")])
    with pytest.raises(PatternTooSlow):
        search((pattern,), ctx.transcript.utterances)
    assert _said(ctx, _own(tmp_path, f"{{regex: '{pattern}'}}")) is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{regex: '(a'}", "not a regular expression"),
        (f"{{regex: '{'a' * 401}'}}", "400"),
        ("{regex: '(a{0,50}){0,50}b'}", "repetition size"),
        ("{regex: '(((a{1000}){1000}){1000}){1000}'}", "not a regular expression"),
        ("{regex: '((a{1000}){1000})(?=b)'}", "not a regular expression"),
        ("{any_keywords: !foo bar}", "neither text"),
        ("{sounds_like: [{text: 废物, exact: true}]}", "use any_keywords"),
        ("{n_keywords: {phrases: [您好, '您好！'], n: 2}}", "can never be said"),
        ("{any_keywords: []}", "at least 1"),
        ("{any_keywords: ['']}", "at least 1"),
        ("{any_keywords: ['😀']}", "can be spoken"),
        ("{any_keywords: ['，。']}", "can be spoken"),
        ("{n_keywords: {phrases: [好], n: 5}}", "can never be said"),
        ("{range: [5, 2], regex: 好}", "is empty"),
        ("{range: [-1, -5], regex: 好}", "is empty"),
        ("{speech_rate: {above: 160, below: 300}}", "every rate is"),
        ("{similar: {sentences: [您好], threshold: 80}}", "less than or equal to 1"),
    ],
)
def test_what_makes_no_sense_is_told_at_load_with_its_line(tmp_path: Path, rule: str, told: str) -> None:
    with pytest.raises(RulesetError, match=told) as caught:
        _own(tmp_path, rule)
    assert "line" in str(caught.value) or "tags" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version: 2026.10\n", "in quotes"),
        ('version: "1"\nrules: {PH06: {enabled: no}}\n', "enabled is"),
        (
            f'version: "1"\nrules: {{XA01: {{item: A6, name: 测, when: {"{not: " * 600}{{regex: 亲}}{"}" * 600}}}}}\n',
            "nested too deep|not YAML",
        ),
    ],
)
def test_a_file_that_is_read_otherwise_than_it_was_meant_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "centre.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesetError, match=told):
        load_ruleset(path)


def test_conditions_that_are_named_again_and_again_are_asked_once(tmp_path: Path) -> None:
    levels = "".join(f", c{n}: {{and: [c{n - 1}, c{n - 1}]}}" for n in range(1, 40))
    ruleset = _own(tmp_path, "c39", f"{{c0: {{regex: 好}}{levels}}}")
    assert _said(call([("话", "您好")]), ruleset) is Outcome.FAIL


@pytest.mark.parametrize(
    "dialogue",
    [
        [],
        [("话", "")],
        [("话", "您好，请问有什么可以帮您？")],
        [("来", "喂喂喂")],
        [("？", "您好")],
        [("话", "😀👍🏽❤️"), ("来", "🙏")],
        [("话", "您好，歡迎撥打12345熱線，請問有什麼可以幫您"), ("来", "這個不歸我管")],
        [("话", "Hello您好OK的，Wi-Fi密码是ABC１２３"), ("来", "thank you 拜拜 bye")],
        [("话", "\u200b您\ufeff好\u202e"), ("来", "　")],
        [("话", "𠮷野家㐀龘"), ("来", "İıŉﬁ")],
        [("话", "好" * 5_000), ("来", "不归我管" * 1_000)],
    ],
    ids=[
        "empty",
        "no words",
        "operator",
        "caller",
        "unknown",
        "emoji",
        "traditional",
        "english",
        "invisible",
        "rare",
        "long",
    ],
)
def test_every_rule_answers_every_call(dialogue: list[tuple[str, str]]) -> None:
    results = check(call(dialogue), load_ruleset())
    assert [r.code for r in results] == [bound.code for bound in load_ruleset().rules]
    assert not [r for r in results if "error" in r.details]


def test_traditional_and_full_width_forms_are_the_same_words() -> None:
    ctx = call([("话", "這個不歸我管"), ("来", "撥打１２３４５")])
    assert [hit.exact for hit in find(phrases("不归我管", "12345"), ctx.transcript.utterances)] == [True, True]


@pytest.mark.large
def test_ten_thousand_utterances_are_judged() -> None:
    chance = random.Random(3)  # text to search in, not a secret
    said = ["".join(chance.choices(CHARACTERS, k=8)) for _ in range(10_000)]
    talk = [("来", text) if n % 2 else ("话", f"{text}不归我管") for n, text in enumerate(said)]
    own = [b for b in load_ruleset().rules if b.code in {"PH06", "FE04", "PH01", "PH05"}]
    results = {r.code: r for r in check(call(talk), Ruleset("test", "0" * 64, tuple(own)))}
    assert results["PH06"].faults == 5_000


@pytest.mark.large
def test_a_hundred_thousand_phrases_are_one_list_like_another(tmp_path: Path) -> None:
    chance = random.Random(4)  # the same
    many = {"".join(chance.choices(CHARACTERS, k=6)) for _ in range(100_000)}
    ruleset = _own(tmp_path, f"{{any_keywords: [{', '.join(sorted(many))}, 不归我管]}}")
    assert _said(call([("来", "您好"), ("话", "这个不归我管")]), ruleset) is Outcome.FAIL
    assert _said(call([("来", "您好"), ("话", "请稍候")]), ruleset) is Outcome.PASS


def test_a_conversation_of_one_role_has_no_other_role_to_speak_of(tmp_path: Path) -> None:
    ruleset = _own(tmp_path, "{role: caller, not: {any_keywords: [谢谢]}}")
    assert _said(call([("话", "您好请讲")]), ruleset) in {Outcome.FAIL, Outcome.UNDETERMINED}
    assert Role.CALLER not in {u.role for u in call([("话", "您好请讲")]).transcript.utterances}
