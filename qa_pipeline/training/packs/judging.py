"""What the rules say of an answer in role-play: those that can judge a passage, on the caller's words and the answer.

It is practice: nothing of it is scored, kept with a call, or paid by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from qa_pipeline.language.punctuation import punctuated
from qa_pipeline.models.clips import ClipTurn
from qa_pipeline.models.findings import CallContext, RuleResult
from qa_pipeline.models.packs import Heard, PassageFinding, UsedPhrase
from qa_pipeline.models.records import CallRecord
from qa_pipeline.models.speech import (
    AcousticProfile,
    Recording,
    Role,
    Span,
    Transcript,
    Utterance,
    UtteranceAcoustics,
)
from qa_pipeline.rules.matching import heard
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.rules.run import check
from qa_pipeline.training.packs.cues import Cue
from qa_pipeline.training.packs.saying import as_said
from qa_pipeline.training.packs.suggesting import SAID_LISTS, said_lists
from scoring.outcome import Outcome, Standing

Answer = tuple[Transcript, AcousticProfile]
OF_THE_ANSWER = frozenset({"PH06", "TN01", "TN05", "AN05", "FE01"})
"""Rules that look at the words and the voice of one answer."""
OF_THE_TALK = frozenset({"PH04", "TN06", "FE02"})
"""Rules that look at how the caller was met so far: they see the earlier answers, too."""
PASSAGE_RULES = OF_THE_ANSWER | OF_THE_TALK
"""All others need a whole call, its record or its order: openings and closings, waits, silences, what was written."""
RATE = "TN01"
"""Of less than ten seconds no rate is measured: the rule is left out then, instead of leaving it open each time."""
_ORDER = (Outcome.FAIL, Outcome.UNDETERMINED, Outcome.PASS, Outcome.NOT_APPLICABLE)
_PAUSE_MS = 400
_NO_CALL = CallRecord("", datetime(2000, 1, 1), 0, "", "", "", Role.UNKNOWN, None, "", 0)


def judged(cues: Sequence[Cue], number: int, answers: Mapping[int, Answer], ruleset: Ruleset) -> Heard:
    """Return what the rules say of the answer to a cue.

    Args:
        cues: Of the clip.
        number: Of the cue that was answered.
        answers: By the number of the cue, as they were heard: this one, and those to earlier cues.
        ruleset: In force.
    """
    transcript, acoustics = answers[number]
    measured = acoustics.operator_rate_cpm is not None
    of_the_answer = OF_THE_ANSWER if measured else OF_THE_ANSWER - {RATE}
    alone = _checked(_talk(cues, number, {number: answers[number]}), ruleset, of_the_answer)
    talk = _checked(_talk(cues, number, answers), ruleset, OF_THE_TALK)
    names = {bound.code: bound.name for bound in ruleset.rules}
    findings = [_finding(result, names[result.code]) for result in (*alone, *talk)]
    spoken = {one.code for one in findings}
    return Heard(
        text="".join(u.text for u in punctuated(transcript).utterances),
        duration_ms=transcript.duration_ms,
        rate_cpm=acoustics.operator_rate_cpm,
        findings=tuple(sorted(findings, key=lambda one: (_ORDER.index(one.outcome), one.item))),
        used=_used(transcript.utterances, ruleset),
        not_applicable=tuple((code, name) for code, name in sorted(names.items()) if code not in spoken),
    )


def _checked(ctx: CallContext, ruleset: Ruleset, codes: frozenset[str]) -> tuple[RuleResult, ...]:
    return check(ctx, replace(ruleset, rules=tuple(bound for bound in ruleset.rules if bound.code in codes)))


def _finding(result: RuleResult, name: str) -> PassageFinding:
    said = tuple(dict.fromkeys(e.text for e in result.evidence if e.role is Role.OPERATOR and e.text))
    advises = result.standing is Standing.ADVISE
    return PassageFinding(result.code, result.item, name, result.outcome, result.reason, said, advises)


def _used(said: Sequence[Utterance], ruleset: Ruleset) -> tuple[UsedPhrase, ...]:
    found = (
        UsedPhrase(SAID_LISTS[name], hit.text)
        for name, phrases in said_lists(ruleset).items()
        for hit in heard(phrases, said)
        if hit.exact
    )
    return tuple(dict.fromkeys(found))


def _talk(cues: Sequence[Cue], last: int, answers: Mapping[int, Answer]) -> CallContext:
    """Return the caller's cues up to ``last`` with the answers between them, as if it were one call."""
    spoken: list[Utterance] = []
    speech: list[Span] = []
    unheard: list[Span] = []
    measured: list[UtteranceAcoustics] = []
    clock = 0
    for cue in cues[: last + 1]:
        clock = _add_caller(spoken, cue.caller, clock)
        if cue.number not in answers:
            continue
        transcript, acoustics = answers[cue.number]
        first = len(spoken)
        spoken += [_moved(u, first, clock) for u in transcript.utterances]
        measured += [replace(m, index=m.index + first) for m in acoustics.utterances]
        speech += [_later(span, clock) for span in transcript.speech]
        unheard += [_later(span, clock) for span in transcript.unintelligible]
        clock += transcript.duration_ms + _PAUSE_MS
    callers = [Span(u.start_ms, u.end_ms, u.channel, u.role) for u in spoken if u.role is Role.CALLER]
    stamp, profile = answers[last][0].stamp, answers[last][1]
    heard_all = Transcript("", clock, tuple(spoken), _in_time([*speech, *callers]), _in_time(unheard), stamp)
    voice = replace(profile, utterances=tuple(measured), talk_overs=(), dead_airs=(), responses=(), ending=None)
    recording = Recording("", "", "", 16_000, 2, clock)
    return CallContext(_NO_CALL, recording, heard_all, voice, None)


def _add_caller(spoken: list[Utterance], turns: Sequence[ClipTurn], clock: int) -> int:
    for turn in turns:
        length = turn.end_ms - turn.start_ms
        spoken.append(as_said(len(spoken), Role.CALLER, turn.text, clock, clock + length))
        clock += length + _PAUSE_MS
    return clock


def _moved(utterance: Utterance, first: int, by_ms: int) -> Utterance:
    words = tuple(replace(w, start_ms=w.start_ms + by_ms, end_ms=w.end_ms + by_ms) for w in utterance.words)
    start_ms, end_ms = utterance.start_ms + by_ms, utterance.end_ms + by_ms
    return replace(utterance, index=utterance.index + first, start_ms=start_ms, end_ms=end_ms, words=words)


def _later(span: Span, by_ms: int) -> Span:
    return replace(span, start_ms=span.start_ms + by_ms, end_ms=span.end_ms + by_ms)


def _in_time(spans: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda span: (span.start_ms, span.channel)))
