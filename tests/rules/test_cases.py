"""Every rule against its cases: tests/rules/cases/<CODE>.yaml, one test a case."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import (
    CallContext,
    DeadAir,
    Ending,
    EndingSign,
    Gazetteer,
    Place,
    Precedent,
    Role,
    RuleResult,
    Span,
    TalkOver,
    Usual,
    UtteranceAcoustics,
    Voice,
    VoiceBaseline,
)
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import BoundRule, Ruleset
from qa_pipeline.rules.run import check
from tests.builders import ROLES, Line, call, profile, read_yaml
from tests.english import messages_left
from tests.samples import entry, with_knowledge

CASES = Path(__file__).parent / "cases"


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        cases = read_yaml(path)
        found.extend(pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}") for case in cases)
    return found


def _line(entry: dict[str, Any]) -> Line | tuple[Any, ...]:
    """``{话: text}``, ``{静: seconds}`` or ``{who: 话, say: text, start: s, end: s, confidence: 0-1}``."""
    if "who" not in entry:
        ((who, text),) = entry.items()
        return (who, text)
    extra = {name: value for name, value in entry.items() if name not in {"who", "say"}}
    return Line(ROLES[entry["who"]], entry["say"], **extra)


def _spanned(kind: type[Any], entries: list[dict[str, Any]]) -> tuple[Any, ...]:
    roles = {"role", "by", "awaited", "gave_way"}
    return tuple(kind(**{k: Role(v) if k in roles else v for k, v in entry.items()}) for entry in entries)


def context(case: dict[str, Any]) -> CallContext:
    """Build a case's call."""
    record = dict(case.get("call", {}))
    if "hang_up_by" in record:
        record["hang_up_by"] = Role(record["hang_up_by"])
    ctx = call(
        [_line(entry) for entry in case["dialogue"]],
        duration_s=case.get("duration_s"),
        unintelligible=_spanned(Span, case.get("unintelligible", [])),
        work_order=case.get("work_order"),
        **record,
    )
    ctx = replace(ctx, acoustics=_acoustics(ctx, case.get("acoustics", {})), baseline=_baseline(case.get("baseline")))
    ctx = replace(
        ctx, gazetteer=_gazetteer(case.get("gazetteer", [])), precedents=_precedents(case.get("precedents", []))
    )
    return with_knowledge(ctx, KnowledgeIndex([entry(row) for row in case.get("knowledge", [])]))


def _gazetteer(rows: list[dict[str, Any]]) -> Gazetteer:
    return Gazetteer(Place(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in rows)


def _precedents(rows: list[dict[str, Any]]) -> tuple[Precedent, ...]:
    """Earlier orders; title, category, urgency and unit may be left out."""
    blank = {"title": "", "category": "", "urgency": "", "unit": ""}
    return tuple(Precedent(f"W{number}", **(blank | row)) for number, row in enumerate(rows, 1))


def _acoustics(ctx: CallContext, given: dict[str, Any]) -> Any:
    """Fields of the profile; ``utterances`` maps an index to the measures that differ from the quiet default."""
    fields: dict[str, Any] = dict(given)
    if "talk_overs" in fields:
        fields["talk_overs"] = _spanned(TalkOver, fields["talk_overs"])
    if "dead_airs" in fields:
        fields["dead_airs"] = _spanned(DeadAir, fields["dead_airs"])
    if "voices" in fields:
        blank = dict.fromkeys(f.name for f in dataclasses.fields(Voice))
        fields["voices"] = tuple(Voice(**(blank | v | {"role": Role(v["role"])})) for v in fields["voices"])
    if "ending" in fields:
        fields["ending"] = _ending(fields["ending"])
    measured: tuple[UtteranceAcoustics, ...] = profile(ctx.transcript).utterances
    changed = fields.pop("utterances", {})
    return profile(ctx.transcript, **fields, utterances=tuple(replace(m, **changed.get(m.index, {})) for m in measured))


def _baseline(given: dict[str, Any] | None) -> VoiceBaseline | None:
    """Each measure as ``[median, spread]``, over ten calls."""
    return None if given is None else VoiceBaseline(10, **{name: Usual(*value, 10) for name, value in given.items()})


def _ending(given: dict[str, Any]) -> Ending:
    """``cut``, ``hung_up_by`` and ``sign``; the last words are not the sound's to tell here."""
    cut, who = given.get("cut"), given.get("hung_up_by", "unknown")
    sign = EndingSign(given.get("sign", "none"))
    return Ending(Role.UNKNOWN, 0, cut=None if cut is None else Role(cut), hung_up_by=Role(who), sign=sign)


def judged(code: str, case: dict[str, Any]) -> RuleResult:
    """Run one rule on a case through the real runner."""
    rule = discover()[code]
    bound = BoundRule(rule, rule.params.model_validate(case.get("params", {})), rule.standing)
    (result,) = check(context(case), Ruleset("test", "0" * 64, (bound,)))
    return result


@pytest.mark.parametrize(("code", "case"), _cases())
def test_rule_says_what_its_case_expects_in_english_too(code: str, case: dict[str, Any]) -> None:
    result = judged(code, case)
    assert result.outcome.value == case["outcome"], result.reason
    expected = case.get("expect", {})
    for name in ("faults", "parts", "corrected"):
        if name in expected:
            assert getattr(result, name) == expected[name], result.reason
    if "reason" in expected:
        assert re.search(expected["reason"], result.reason), result.reason
    if "evidence" in expected:
        assert any(expected["evidence"] in e.text for e in result.evidence), result.evidence
    assert messages_left(result) == [], "give gloss.yaml its English"


@pytest.mark.parametrize("code", discover())
def test_every_rule_has_a_case_of_pass_and_fail_and_undetermined(code: str) -> None:
    path = CASES / f"{code}.yaml"
    assert path.exists(), f"write {path.name}"
    outcomes = {case["outcome"] for case in read_yaml(path)}
    assert {"pass", "fail", "undetermined"} <= outcomes
