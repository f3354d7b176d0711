"""One call as its page shows it: what was lost and why, what waits, and every word of the transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from qa_pipeline.assessment import Judged, judge
from qa_pipeline.assessment.heard import as_read, heard_as
from qa_pipeline.assessment.together import asked_together, question_of
from qa_pipeline.assessment.veil import Veil
from qa_pipeline.language.personal.masking import Mask
from qa_pipeline.models import CallFile, Decision, Evidence, Outcome, RuleResult, TermCorrection
from scoring.effects import effects, formula
from scoring.score import Evaluation, ItemScore, ItemState, waits
from scoring.scorecard import Item, Scorecard

UNSURE = 0.5
"""An utterance is pale where more of its characters are expected to be wrong than right."""


class Kind(StrEnum):
    """What a finding came to."""

    FATAL = "fatal"
    SUSPECTED = "suspected"
    LOST = "lost"
    OPEN = "open"
    HINT = "hint"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Played:
    """A piece of evidence, the file of its sound, and what the recogniser wrote where the evidence reads otherwise."""

    evidence: Evidence
    clip: str | None
    heard: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding on the page.

    ``score`` is that of its item, None for a fatal error; ``effect`` what it costs of the call's 100 points.
    ``also`` are the other items' findings that the same answer settles.
    """

    kind: Kind
    item: str
    name: str
    score: ItemScore | None
    effect: Decimal | None
    results: tuple[RuleResult, ...]
    played: tuple[Played, ...]
    decisions: tuple[Decision, ...]
    also: tuple[Finding, ...] = ()

    @property
    def question(self) -> str:
        """What is asked of several items at once; '' where it is asked of this one."""
        return question_of(self.results[0]) if self.also else ""

    @property
    def at_stake(self) -> Decimal:
        """The points that the items may lose, those of ``also`` among them."""
        return sum((one.score.lost_max for one in (self, *self.also) if one.score is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance; ``pieces`` are its text in order, each with whether it is evidence.

    ``corrections`` are what of it was read otherwise than it was recognised.
    """

    index: int
    role: str
    start_ms: int
    end_ms: int
    unsure: bool
    pieces: tuple[tuple[str, bool], ...]
    corrections: tuple[TermCorrection, ...] = ()


@dataclass(frozen=True, slots=True)
class CallPage:
    """A call's page. ``unjudged`` are items without any verdict; ``formula`` is how the points add up ('': none)."""

    file: CallFile
    evaluation: Evaluation | None
    findings: tuple[Finding, ...]
    unjudged: tuple[ItemScore, ...]
    lines: tuple[Line, ...]
    formula: str

    def of(self, *kinds: str) -> tuple[Finding, ...]:
        """Return the findings of some kinds, in their order on the page."""
        return tuple(finding for finding in self.findings if finding.kind in kinds)

    @property
    def open(self) -> tuple[Finding, ...]:
        """What waits for a person; of doubts that one answer settles the first stands for all."""
        audit = self.file.audit
        groups = asked_together(audit.results, self.file.decisions) if audit is not None else ()
        waiting = {finding.results[0].code: finding for finding in self.of(Kind.OPEN) if finding.results}
        others = {r.code: group[0].code for group in groups for r in group[1:] if group[0].code in waiting}
        return tuple(
            replace(
                one, also=tuple(f for f in waiting.values() if others.get(f.results[0].code) == one.results[0].code)
            )
            if one.results
            else one
            for one in self.of(Kind.OPEN)
            if not (one.results and one.results[0].code in others)
        )


def call_page(
    file: CallFile,
    evaluation: Evaluation | None,
    card: Scorecard,
    clip: Callable[[Evidence], str | None],
    veil: Veil | None = None,
) -> CallPage:
    """Return the page of a call.

    Args:
        file: The call, as it was heard and judged.
        evaluation: Its points, None where it was not judged.
        card: The month's scorecard.
        clip: Gives the file of a piece of evidence's sound.
        veil: Hides personal data; None: nothing is hidden.
    """
    judged = () if file.audit is None else judge(card, file.audit, file.decisions)
    findings = () if evaluation is None else tuple(_findings(file, judged, evaluation, card, clip))
    said = {one.verdict.item for one in judged}
    items = () if evaluation is None else evaluation.items
    shown = [result for finding in findings if finding.kind != Kind.CLEARED for result in finding.results]
    evidence = [e for result in shown for e in result.evidence]
    return CallPage(
        file=file,
        evaluation=evaluation,
        findings=findings if veil is None else tuple(_veiled(finding, veil) for finding in findings),
        unjudged=tuple(item for item in items if item.state is ItemState.OPEN and item.code not in said),
        lines=tuple(_lines(file, evidence, veil)),
        formula="" if evaluation is None else formula(evaluation, card),
    )


def _findings(
    file: CallFile,
    judged: Iterable[Judged],
    evaluation: Evaluation,
    card: Scorecard,
    clip: Callable[[Evidence], str | None],
) -> Iterable[Finding]:
    costs = effects(evaluation, card)
    scores = {item.code: item for item in evaluation.items}
    names = {item.code: item.name for item in card.items} | {error.code: error.name for error in card.fatal_errors}
    items = {item.code: item for item in card.items}
    order = {code: place for place, code in enumerate((*(e.code for e in card.fatal_errors), *scores))}
    for one in sorted(judged, key=lambda one: order[one.verdict.item]):
        kind = _kind(one, evaluation, items.get(one.verdict.item))
        if kind is not None:
            yield Finding(
                kind=kind,
                item=one.verdict.item,
                name=names[one.verdict.item],
                score=scores.get(one.verdict.item),
                effect=costs.get(one.verdict.item),
                results=one.results,
                played=tuple(
                    Played(e, clip(e), heard_as(e, file.transcript)) for result in one.results for e in result.evidence
                ),
                decisions=one.decisions,
            )


def _veiled(finding: Finding, veil: Veil) -> Finding:
    played = (
        replace(p, evidence=veil.evidence(p.evidence, finding.item), heard=veil.text(p.heard)) for p in finding.played
    )
    return replace(
        finding,
        results=tuple(veil.result(result) for result in finding.results),
        played=tuple(played),
        decisions=tuple(veil.decision(decision) for decision in finding.decisions),
    )


def _kind(one: Judged, evaluation: Evaluation, item: Item | None) -> Kind | None:
    """Return what a finding came to; None where it passed and nobody ever said otherwise. No item: a fatal error."""
    verdict = one.verdict
    if verdict.outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE}:
        return Kind.CLEARED if any(result.outcome is Outcome.FAIL for result in one.results) else None
    if item is not None and item.hint_only:
        return Kind.HINT
    if verdict.outcome is Outcome.UNDETERMINED or (item is not None and waits(item, verdict)):
        return Kind.OPEN
    if item is not None:
        return Kind.LOST
    return Kind.FATAL if verdict.item in evaluation.fatal else Kind.SUSPECTED


def _lines(file: CallFile, evidence: Sequence[Evidence], veil: Veil | None) -> Iterable[Line]:
    transcript = as_read(file)
    corrections = file.audit.corrections if file.audit is not None else ()
    for utterance in transcript.utterances if transcript is not None else ():
        words = [e.text for e in evidence if e.utterance == utterance.index and e.text]
        mask = Mask(tuple(utterance.text)) if veil is None else veil.utterance(utterance.index, utterance.text)
        yield Line(
            index=utterance.index,
            role=utterance.role.value,
            start_ms=utterance.start_ms,
            end_ms=utterance.end_ms,
            unsure=utterance.confidence < UNSURE,
            pieces=tuple(_masked(mask, pieces(utterance.text, words))),
            corrections=tuple(
                one
                for one in corrections
                if one.utterance == utterance.index and (veil is None or veil.correction(one) is not None)
            ),
        )


def _masked(mask: Mask, parts: Iterable[tuple[str, bool]]) -> Iterable[tuple[str, bool]]:
    """Yield the pieces of a text as its mask shows them, also what goes over two pieces."""
    start = 0
    for part, marked in parts:
        if shown := mask.part(start, start + len(part)):
            yield shown, marked
        start += len(part)


def pieces(text: str, words: Sequence[str]) -> Iterable[tuple[str, bool]]:
    """Yield a text in pieces, each with whether any of the words covers it."""
    covered = [False] * len(text)
    places = [place for place, character in enumerate(text) if character.isalnum()]
    letters = "".join(text[place] for place in places)
    for word in words:
        # Pauses put punctuation anywhere, so it is looked over. Evidence that is still not found (it goes over two
        # utterances) is the whole utterance.
        said = "".join(character for character in word if character.isalnum())
        at = letters.find(said) if said else -1
        start, end = (places[at], places[at + len(said) - 1] + 1) if at >= 0 else (0, len(text))
        covered[start:end] = [True] * (end - start)
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or covered[place] != covered[start]:
            yield text[start:place], covered[start]
            start = place
