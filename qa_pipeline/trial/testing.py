"""What a ruleset says of single calls, stored or written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from qa_pipeline.audit import gather
from qa_pipeline.ingest.dialogue import Dialogue
from qa_pipeline.knowledge.background import Background
from qa_pipeline.knowledge.lexicon import Lexicon
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import CallContext, CallFile, Outcome, RuleResult, VoiceBaseline
from qa_pipeline.rules.conditions import ConditionParams
from qa_pipeline.rules.ruleset import BoundRule, Ruleset
from qa_pipeline.rules.run import check
from qa_pipeline.trial.unheard import written

# Operators of own conditions that ask how long something took, which an estimate must not answer.
_TIMED = frozenset({"duration", "speech_rate"})


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Why a rule cannot judge a written dialogue: it asks for ``asks`` (Chinese); words alone say ``by_words``."""

    asks: tuple[str, ...]
    by_words: RuleResult


@dataclass(frozen=True, slots=True)
class Tried:
    """One call and what the rules say of it.

    ``not_judged``: rules, by code, that ask for what a written dialogue does not tell; their results are UNDETERMINED
    whatever the words say.
    """

    ctx: CallContext
    results: tuple[RuleResult, ...]
    not_judged: Mapping[str, NotJudged] = field(default_factory=dict)


def context_of(
    file: CallFile,
    index: KnowledgeIndex,
    baseline: VoiceBaseline | None = None,
    background: Background | None = None,
    *,
    correct_terms: bool,
) -> CallContext | None:
    """Return a stored call as a run gives it to rules; None where it was not transcribed yet."""
    if file.recording is None or file.transcript is None or file.acoustics is None:
        return None
    lexicon = index.lexicon if correct_terms else None
    heard = file.transcript, file.acoustics
    return gather(file.call, file.recording, *heard, file.work_order, index, lexicon, baseline, background)


def judged_call(ctx: CallContext, ruleset: Ruleset) -> Tried:
    """Judge a stored call, as a run does."""
    return Tried(ctx, check(ctx, ruleset))


def judged_dialogue(
    dialogue: Dialogue, ruleset: Ruleset, index: KnowledgeIndex, lexicon: Lexicon | None = None
) -> Tried:
    """Judge a written dialogue; what a rule says is left open where it asks for what the text does not tell."""
    d = dialogue
    ctx = gather(d.call, d.recording, d.transcript, d.acoustics, d.work_order, index, lexicon)
    results = []
    not_judged: dict[str, NotJudged] = {}
    for bound in ruleset.rules:
        result, asks = _by_words(ctx, bound, ruleset, dialogue)
        if asks:
            not_judged[bound.code] = NotJudged(asks, result)
        results.append(_left_open(result, asks) if asks else result)
    return Tried(ctx, tuple(results), not_judged)


def _by_words(
    ctx: CallContext, bound: BoundRule, ruleset: Ruleset, dialogue: Dialogue
) -> tuple[RuleResult, tuple[str, ...]]:
    """Return what a rule says by words alone and what else it asks for; () where words are enough for it."""
    known = {"dead_airs"} if dialogue.silences_given else set()
    known |= {"ending"} if dialogue.ending_given else set()
    call, profile = written(ctx, frozenset(known), order_known=dialogue.order_given)
    (result,) = check(call, replace(ruleset, rules=(bound,)))
    own = isinstance(bound.params, ConditionParams)
    estimated_length = ("时长",) if own and dialogue.estimated and _TIMED & _names(bound.params.model_dump()) else ()
    # What was said was said, whatever it sounded like; but an own condition may fail by a "not" over the sound.
    if result.outcome is Outcome.FAIL and not own:
        return result, ()
    return result, (*profile.missed(), *sorted(call.asked), *estimated_length)


def _left_open(result: RuleResult, asks: tuple[str, ...]) -> RuleResult:
    told = f"本条要看文字里没有的东西（{'、'.join(asks)}），不作判断；只看文字：{result.reason}"
    return replace(result, outcome=Outcome.UNDETERMINED, reason=told, faults=0, corrected=False, confidence=0.5)


def _names(value: object) -> frozenset[str]:
    """Return the names of all mappings within a value."""
    if isinstance(value, Mapping):
        return frozenset(str(name) for name in value).union(*(_names(inner) for inner in value.values()))
    if isinstance(value, list | tuple):
        return frozenset[str]().union(*(_names(inner) for inner in value))
    return frozenset()
