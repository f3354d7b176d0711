"""How the operator handled a passage, by what was said and heard in it, and by what reviewers say of it.

The first of these that holds: escalated (the operator is rude, loud or hangs up), gave in (promises what the rules do
not allow), calmed (soothed, and then the caller gives thanks or is quieter), held (says how it stands and stays calm).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from qa_pipeline.models import Role, RuleResult, Utterance
from qa_pipeline.models.passages import Handling, Mark, Scenario
from qa_pipeline.rules.hostility.voice import raised
from qa_pipeline.rules.matching import heard
from qa_pipeline.rules.saying import quoted
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue
from qa_pipeline.training.finding.evidence import mark_of, marks_of

RUDE_ITEMS = ("V1", "V2", "V3", "B5", "B2", "A6")
"""Insults, a quarrel, hanging up, impatience, a sudden loud voice, forbidden phrases."""
HEARD_BY_PEOPLE = ("V1", "V2", "B5")
"""A reviewer's word on these counts for the call's passages, its hard places, also where no rule found the place."""
PROMISE_ITEM = "C5"
AGITATED = frozenset({Scenario.INSULT, Scenario.SHOUTING, Scenario.THREAT})
QUIETER_DB = 4.0
"""As much as a raised voice is above calm (rules.hostility.voice), less what the samples' calm turns differ by."""
_SPOKEN = 6
"""Characters of an answer: less is 嗯 and 好的."""


@dataclass(frozen=True, slots=True)
class Handled:
    """How a passage was handled, what shows it, and how sure that is (0-1; 1 where reviewers say so)."""

    handling: Handling
    marks: tuple[Mark, ...]
    confidence: float
    confirmed: bool = False


def handled(call: Heard, within: Sequence[Utterance], marks: Sequence[Mark]) -> Handled:
    """Return how the operator handled what ``marks`` show; ``within`` are the passage's utterances."""
    begin_ms = min(mark.start_ms for mark in marks)
    spoken = tuple(u for u in within if u.role is Role.OPERATOR and u.end_ms > begin_ms)
    for found in (
        _escalated(call, within, spoken),
        _gave_in(call, within, spoken),
        _settled(call, within, spoken, marks),
    ):
        if found is not None:
            return found
    return Handled(Handling.UNCLEAR, (), 0.0)


def _escalated(call: Heard, within: Sequence[Utterance], spoken: Sequence[Utterance]) -> Handled | None:
    by_rule = [mark for item in RUDE_ITEMS for mark in _found(call, item, within)]
    said = () if call.overruled("B5") else _own(call, "rude", spoken, "话务员顶撞、不耐烦的话")
    marks = (*by_rule, *said)
    confirmed = any(call.confirmed(item) and _found(call, item, within) for item in RUDE_ITEMS)
    confirmed = confirmed or any(map(call.found_by_people, HEARD_BY_PEOPLE))
    if not marks:
        return Handled(Handling.ESCALATED, (), 1.0, confirmed=True) if confirmed else None
    loud = raised(call.ctx, Role.OPERATOR).voice & {u.index for u in spoken}
    louder = tuple(mark_of([u], "话务员提高了嗓门", None, 0.7) for u in spoken if u.index in loud)
    return _shown(Handling.ESCALATED, (*marks, *louder), confirmed)


def _gave_in(call: Heard, within: Sequence[Utterance], spoken: Sequence[Utterance]) -> Handled | None:
    promised = _found(call, PROMISE_ITEM, within)
    said = () if call.overruled(PROMISE_ITEM) else _own(call, "yielding", spoken, "话务员越权承诺或放行")
    marks = (*promised, *said)
    return _shown(Handling.GAVE_IN, marks, bool(promised) and call.confirmed(PROMISE_ITEM)) if marks else None


def _settled(
    call: Heard, within: Sequence[Utterance], spoken: Sequence[Utterance], marks: Sequence[Mark]
) -> Handled | None:
    soothed = (*heard(call.words.soothing, spoken), *cue("soothing").hits(spoken))
    if soothed and (content := _content(call, within, marks, min(hit.start_ms for hit in soothed))):
        return _shown(Handling.CALMED, (*marks_of(soothed, "话务员安抚")[:2], *content), False)
    told = [hit for name in ("explaining", "firm") for hit in cue(name).hits(spoken)]
    answered = sum(c.isalnum() for u in spoken for c in u.text) >= _SPOKEN
    if told and answered:
        both = (*marks_of(soothed, "话务员安抚")[:1], *marks_of(told, "话务员说明规定和办法")[:2])
        return _shown(Handling.HELD, both, False)
    if soothed and any(mark.scenario is Scenario.LONG_SILENCE for mark in marks):
        return _shown(Handling.HELD, marks_of(soothed, "话务员安抚")[:2], False)
    return None


def _content(call: Heard, within: Sequence[Utterance], marks: Sequence[Mark], soothed_ms: int) -> tuple[Mark, ...]:
    """Return what shows that the caller was calm after being soothed; nothing while what is hostile goes on."""
    hostile_ms = max((m.start_ms for m in marks if m.scenario in AGITATED), default=0)
    later = tuple(u for u in within if u.role is Role.CALLER and u.start_ms > max(soothed_ms, hostile_ms))
    agitated = any(mark.scenario in AGITATED for mark in marks)
    thanks = cue("relieved").hits(later) or (cue("content").hits(later) if agitated else ())
    quiet = _quieter(call, later, marks) if cue("accepted").heard(later) else ()
    return (*marks_of(thanks, "来电人道谢、缓和")[:1], *quiet)


def _quieter(call: Heard, later: Sequence[Utterance], marks: Sequence[Mark]) -> tuple[Mark, ...]:
    loudness = {m.index: m.loudness_db for m in call.ctx.acoustics.utterances}
    loud = {mark.utterance for mark in marks if mark.scenario is Scenario.SHOUTING}
    before = [loudness[index] for index in loud if index in loudness]
    after = [u for u in later if u.index in loudness]
    if not before or not after or fmean(before) - loudness[after[-1].index] < QUIETER_DB:
        return ()
    return (mark_of([after[-1]], "来电人的声音低了下来", None, 0.7),)


def _found(call: Heard, item: str, within: Sequence[Utterance]) -> tuple[Mark, ...]:
    """Return the marks of what rules found of an item within a passage."""
    first_ms, last_ms = within[0].start_ms, max(u.end_ms for u in within)
    confirmed = call.confirmed(item)

    def marks(result: RuleResult) -> list[Mark]:
        why = f"{result.reason.split('：', 1)[0].split('，', 1)[0]}{'（质检员已确认）' if confirmed else ''}"
        return [
            Mark(e.utterance, e.start_ms, e.end_ms, why, None, 1.0 if confirmed else result.confidence)
            for e in result.evidence
            if e.role is Role.OPERATOR and first_ms <= e.start_ms < last_ms
        ]

    return tuple(mark for result in call.found(item) for mark in marks(result))


def _own(call: Heard, name: str, spoken: Sequence[Utterance], why: str) -> tuple[Mark, ...]:
    hits = [hit for hit in cue(name).hits(spoken) if not quoted(call.ctx, hit)]
    return marks_of(hits, why)


def _shown(handling: Handling, marks: Sequence[Mark], confirmed: bool) -> Handled:
    in_time = tuple(sorted(set(marks), key=_when))
    return Handled(handling, in_time, 1.0 if confirmed else max(mark.confidence for mark in in_time), confirmed)


def _when(mark: Mark) -> tuple[int, int, str]:
    return mark.start_ms, mark.end_ms, mark.why
