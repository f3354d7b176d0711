"""A recogniser that does not say how sure it is accuses nobody by words: every such finding goes to a person."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from qa_pipeline.knowledge.exchanges import exchanges
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import UNKNOWN_CONFIDENCE, CallContext, EvidenceKind, Exchange, Outcome, Utterance
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.run import check
from tests.samples import sample_context, sample_entries, sample_scripts

BY_WORDS = {EvidenceKind.WORDS, EvidenceKind.ABSENCE}


@cache
def index() -> KnowledgeIndex:
    return KnowledgeIndex(sample_entries())


def unsaid(utterance: Utterance) -> Utterance:
    words = tuple(replace(word, confidence=UNKNOWN_CONFIDENCE) for word in utterance.words)
    return replace(utterance, words=words, confidence=UNKNOWN_CONFIDENCE)


def exchanges_of(ctx: CallContext) -> tuple[Exchange, ...]:
    return exchanges(ctx.transcript, index(), ctx.call.started_at.date())


def heard_by_a_silent_recogniser(ctx: CallContext) -> CallContext:
    utterances = tuple(unsaid(utterance) for utterance in ctx.transcript.utterances)
    return replace(ctx, transcript=replace(ctx.transcript, utterances=utterances))


# Every other script, for the time it takes: all kinds of faults are among them.
@pytest.mark.parametrize("script", sample_scripts()[::2], ids=lambda script: script["call_id"])
def test_nothing_is_failed_by_words_of_unknown_confidence(script: dict[str, Any]) -> None:
    known = sample_context(script, index())
    unknown = heard_by_a_silent_recogniser(known)
    assert known.transcript.confidence_known
    assert not unknown.transcript.confidence_known
    before, after = check(known, load_ruleset()), check(unknown, load_ruleset())
    failed = [r for r in after if r.outcome is Outcome.FAIL]
    assert [r.code for r in failed if BY_WORDS & {e.kind for e in r.evidence}] == []
    settled = {Outcome.PASS, Outcome.NOT_APPLICABLE}
    lost = {r.code for r in before if r.outcome is Outcome.FAIL} & {r.code for r in after if r.outcome in settled}
    assert lost == set(), "what would be failed must be pointed out to a person, not dropped"


def heard_by_one_of_assumed_confidence(ctx: CallContext, share: float) -> CallContext:
    utterances = tuple(
        replace(u, words=tuple(replace(word, confidence=share) for word in u.words), confidence=share)
        for u in ctx.transcript.utterances
    )
    stamp = replace(ctx.transcript.stamp, settings=f"assumed_confidence={share} confidence=assumed-{share}")
    facts = tuple(replace(fact, confidence=share) for fact in ctx.facts)
    return replace(ctx, transcript=replace(ctx.transcript, utterances=utterances, stamp=stamp), facts=facts)


def test_one_confidence_for_all_words_costs_nobody_the_twelve_points_of_a_wrong_answer() -> None:
    known = [sample_context(script, index()) for script in sample_scripts()]
    before = [wrong_answer(ctx) for ctx in known]
    after = [wrong_answer(heard_by_one_of_assumed_confidence(ctx, 0.9)) for ctx in known]
    assert Outcome.FAIL in before
    assert Outcome.FAIL not in after
    asked = [now for was, now in zip(before, after, strict=True) if was is Outcome.FAIL]
    assert set(asked) == {Outcome.UNDETERMINED}


def wrong_answer(ctx: CallContext) -> Outcome:
    return next(result.outcome for result in check(ctx, load_ruleset()) if result.item == "C2")


def test_a_value_whose_words_alone_are_of_unknown_confidence_costs_nobody_the_twelve_points() -> None:
    failed = 0
    for script in sample_scripts():
        known = sample_context(script, index())
        before = {r.code: r for r in check(known, load_ruleset())}["AN02"]
        if before.outcome is not Outcome.FAIL:
            continue
        said = {fact.utterance for fact in known.facts}
        utterances = tuple(unsaid(u) if u.index in said else u for u in known.transcript.utterances)
        partly = replace(known, transcript=replace(known.transcript, utterances=utterances))
        partly = replace(partly, facts=spoken_facts(partly.transcript), exchanges=exchanges_of(partly))
        if not partly.transcript.confidence_known:
            continue  # what becomes of such a call is tested above
        failed += 1
        assert {r.code: r for r in check(partly, load_ruleset())}["AN02"].outcome is not Outcome.FAIL
    assert failed
