"""What was found on the operator's own words in a clip, as far as it stands after people's words on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from qa_pipeline.assessment.verdicts import judge
from qa_pipeline.models import CallFile, Evidence, EvidenceKind, Role, RuleResult
from qa_pipeline.models.clips import Clip
from qa_pipeline.store.queries.calls import call_file
from scoring.outcome import Outcome, Standing
from scoring.scorecard import Scorecard

CardOf = Callable[[Session, str | None], Scorecard]


@dataclass(frozen=True, slots=True)
class OriginalFinding:
    """A place in a clip at which something was found on the operator's words: of which item, and whether by a person.

    Nothing that was said is told: the clip's masked text has the words.
    """

    start_ms: int
    end_ms: int
    code: str
    item: str
    name: str
    outcome: Outcome
    by_person: bool
    advises: bool


def original_findings(session: Session, card_of: CardOf, clip: Clip) -> tuple[OriginalFinding, ...]:
    """Return every place of the faults and doubts that stand on the operator's words in a clip, in their order.

    Args:
        session: The unit of work.
        card_of: Returns the scorecard of a version.
        clip: The clip.
    """
    file = call_file(session, clip.call_id, speech=False)
    if file.audit is None:
        return ()
    card = card_of(session, file.audit.scorecard_version)
    names = {item.code: item.name for item in card.items} | {error.code: error.name for error in card.fatal_errors}
    return tuple(sorted(_found(file, card, clip, names), key=lambda one: (one.start_ms, one.code)))


def once(found: Iterable[OriginalFinding]) -> tuple[OriginalFinding, ...]:
    """Return findings with each rule named once, where it is found first."""
    return tuple({one.code: one for one in reversed(tuple(found))}.values())[::-1]


def _found(file: CallFile, card: Scorecard, clip: Clip, names: dict[str, str]) -> Iterator[OriginalFinding]:
    assert file.audit is not None  # noqa: S101  # its only caller has looked
    for judged in judge(card, file.audit, file.decisions):
        outcome = judged.verdict.outcome
        if outcome not in {Outcome.FAIL, Outcome.UNDETERMINED}:
            continue
        for result in judged.results:
            for piece in result.evidence:
                if _operators(piece) and piece.start_ms < clip.end_ms and clip.start_ms < piece.end_ms:
                    yield _finding(piece, result, clip, names, outcome, by_person=bool(judged.decisions))


def _finding(
    piece: Evidence, result: RuleResult, clip: Clip, names: dict[str, str], outcome: Outcome, *, by_person: bool
) -> OriginalFinding:
    start_ms, end_ms = max(0, piece.start_ms - clip.start_ms), piece.end_ms - clip.start_ms
    advises = result.standing is Standing.ADVISE
    return OriginalFinding(
        start_ms, end_ms, result.code, result.item, names.get(result.item, result.item), outcome, by_person, advises
    )


def _operators(piece: Evidence) -> bool:
    return piece.role is Role.OPERATOR and piece.kind in {EvidenceKind.WORDS, EvidenceKind.SOUND}
