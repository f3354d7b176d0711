"""What is asked of every rule alike."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from qa_pipeline.models import CallContext, Evidence, EvidenceKind, Outcome, Role, RuleResult, Standing, Transcript
from qa_pipeline.rules.base import AnyRule, Finding, Params, Rule, failed
from qa_pipeline.rules.catalogue import CATALOGUE, REQUIRED, render, sections
from qa_pipeline.rules.hostility import CaseMix, Kind, stored_mix
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import BoundRule, Ruleset
from qa_pipeline.rules.run import check
from tests.builders import call, read_yaml
from tests.rules.test_cases import CASES, context

RULES = discover()
EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def _run(rule: AnyRule, ctx: CallContext, params: dict[str, Any] | None = None) -> RuleResult:
    bound = BoundRule(rule, rule.params.model_validate(params or {}), rule.standing)
    (result,) = check(ctx, Ruleset("test", "0" * 64, (bound,)))
    return result


@cache
def _cases(rule: AnyRule) -> tuple[tuple[dict[str, Any], CallContext], ...]:
    return tuple((case, context(case)) for case in read_yaml(CASES / f"{rule.code}.yaml"))


@EVERY_RULE
def test_its_docstring_has_every_section(rule: AnyRule) -> None:
    found = sections(rule.doc)
    assert [name for name in REQUIRED if not found.get(name)] == []


@EVERY_RULE
def test_its_parameters_survive_being_written_and_read(rule: AnyRule) -> None:
    params = rule.params()
    assert rule.params.model_validate(params.model_dump(mode="json", by_alias=True)) == params


@EVERY_RULE
def test_its_code_fits_its_item(rule: AnyRule) -> None:
    groups = {"PH": "A", "TN": "B", "AN": "C", "RD": "D", "FE": "V"}
    assert rule.item[0] == groups[rule.code[:2]]


@EVERY_RULE
def test_a_fail_has_evidence_within_the_call(rule: AnyRule) -> None:
    for case, ctx in _cases(rule):
        result = _run(rule, ctx, case.get("params"))
        assert result.outcome is not Outcome.FAIL or (result.evidence and result.faults >= 1)
        for piece in result.evidence:
            assert 0 <= piece.start_ms <= piece.end_ms <= ctx.recording.duration_ms
            assert piece.start_ms < piece.end_ms or piece.kind is EvidenceKind.FIELD
        assert 0 <= result.confidence <= 1
        assert result.reason


@EVERY_RULE
def test_it_says_the_same_twice(rule: AnyRule) -> None:
    for case, ctx in _cases(rule):
        assert _run(rule, ctx, case.get("params")) == _run(rule, ctx, case.get("params"))


@EVERY_RULE
def test_an_empty_call_never_fails_it(rule: AnyRule) -> None:
    for hung_up in Role:
        assert _run(rule, call([], hang_up_by=hung_up, duration_s=5)).outcome is not Outcome.FAIL


@EVERY_RULE
def test_without_known_speakers_it_is_undetermined_if_it_asks_who_spoke(rule: AnyRule) -> None:
    if not rule.needs_roles:
        return
    for case, ctx in _cases(rule):
        assert _run(rule, _anonymous(ctx), case.get("params")).outcome is Outcome.UNDETERMINED


def _anonymous(ctx: CallContext) -> CallContext:
    nobody = tuple(replace(u, role=Role.UNKNOWN, role_confidence=0.0) for u in ctx.transcript.utterances)
    transcript: Transcript = replace(ctx.transcript, utterances=nobody)
    return replace(ctx, transcript=transcript)


@pytest.mark.parametrize("code", ["PH06", "TN05", "AN05", "FE01", "FE02", "FE04"])
def test_words_that_the_recogniser_was_unsure_of_never_fail_it(code: str) -> None:
    for case, ctx in _cases(RULES[code]):
        low = tuple(
            replace(u, confidence=0.5, words=tuple(replace(w, confidence=0.5) for w in u.words))
            for u in ctx.transcript.utterances
        )
        result = _run(RULES[code], replace(ctx, transcript=replace(ctx.transcript, utterances=low)))
        assert result.outcome is not Outcome.FAIL, case["name"]
        if case["outcome"] == "fail":
            assert result.outcome is Outcome.UNDETERMINED, case["name"]


def test_suspected_fatal_errors_only_advise() -> None:
    assert {rule.standing for rule in RULES.values() if rule.item.startswith("V")} == {Standing.ADVISE}


def test_the_catalogue_is_current() -> None:
    assert CATALOGUE.read_text(encoding="utf-8") == render(), "run: python -m qa_pipeline.rules.catalogue"


def test_a_rule_that_crashes_is_undetermined_and_the_others_run() -> None:
    def crash(ctx: CallContext, params: Params) -> Finding:
        raise ZeroDivisionError

    broken = Rule("PH99", "A9", "坏规则", Params, Standing.DEDUCT, crash, "")
    good = RULES["PH01"]
    bound = (BoundRule(broken, Params(), Standing.DEDUCT), BoundRule(good, good.params(), Standing.DEDUCT))
    ctx = call([("话", "您好欢迎拨打12345热线请问有什么可以帮您"), ("来", "你好")])
    first, second = check(ctx, Ruleset("test", "0" * 64, bound))
    assert first.outcome is Outcome.UNDETERMINED
    assert "ZeroDivisionError" in first.reason
    assert second.outcome is Outcome.PASS


def test_a_fail_without_evidence_is_undetermined() -> None:
    bare = Rule("PH98", "A9", "无证据", Params, Standing.DEDUCT, lambda ctx, params: failed("无凭无据", []), "")
    assert _run(bare, call([("话", "您好")])).outcome is Outcome.UNDETERMINED


def test_a_fail_with_evidence_of_no_length_is_undetermined() -> None:
    silent = Evidence(EvidenceKind.WORDS, 700, 700, text="您好")
    mute = Rule("PH97", "A9", "零长", Params, Standing.DEDUCT, lambda ctx, params: failed("无声", [silent]), "")
    result = _run(mute, call([("话", "您好")]))
    assert result.outcome is Outcome.UNDETERMINED
    assert result.evidence == ()


def test_a_crash_does_not_log_what_was_said(caplog: pytest.LogCaptureFixture) -> None:
    def crash(ctx: CallContext, params: Params) -> Finding:
        raise ValueError(ctx.transcript.utterances[0].text)

    with caplog.at_level("INFO"):
        _run(Rule("PH96", "A9", "坏规则", Params, Standing.DEDUCT, crash, ""), call([("话", "幺三九零零零零")]))
    assert "PH96" in caplog.text
    assert "ValueError" in caplog.text
    assert "幺三九" not in caplog.text


def test_a_mono_recording_does_not_tell_who_talks_over_whom() -> None:
    ctx = call([("话", "您好请讲"), ("来", "我想问一下")])
    mono = replace(ctx, recording=replace(ctx.recording, channels=1))
    assert _run(RULES["TN03"], mono).outcome is Outcome.UNDETERMINED


def test_the_callers_hostility_is_told_for_the_case_mix() -> None:
    ctx = call([("来", "你们是干什么吃的一帮骗子"), ("话", "非常抱歉您消消气")])
    assert stored_mix(_run(RULES["TN06"], ctx).details) == CaseMix(3, (Kind.INSULT, Kind.ANGER, Kind.UPSET), 1, 2_880)
