"""What a rule looks at and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qa_pipeline.models.baseline import VoiceBaseline
from qa_pipeline.models.corrections import TermCorrection
from qa_pipeline.models.places import Gazetteer, Precedent
from qa_pipeline.models.records import CallRecord, KnowledgeEntry, WorkOrder
from qa_pipeline.models.speech import AcousticProfile, Recording, Role, Transcript
from scoring.outcome import Outcome, Standing

_NO_PLACES = Gazetteer()
DEMOTED = "demoted"
"""The key under which a result's details say why its rule did not deduct though the ruleset lets it."""
TOGETHER = "together"
"""The key under which a doubt's details name the question that it shares with other items' doubts."""


class EvidenceKind(StrEnum):
    """What a piece of evidence is: words that were said, a stretch of sound, a window searched in vain, a field."""

    WORDS = "words"
    SOUND = "sound"
    ABSENCE = "absence"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that can be played. ``text`` is what was said (or the field's value), ``note`` what is wrong with it."""

    kind: EvidenceKind
    start_ms: int
    end_ms: int
    channel: int = 0
    role: Role = Role.UNKNOWN
    utterance: int | None = None
    text: str = ""
    note: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class SpokenFact:
    """A typed value heard in the call (see `Fact` for slots and units). Phones are bare digits.

    ``bound``: at_most, at_least, about or ''; of a date, at_least is where something begins and at_most where it ends.
    ``condition``: the branches that it was said of (职工、三级), '' where none was named. ``mended``: a number word was
    mended by sound, so that the value is a guess.
    """

    slot: str
    value: str
    unit: str
    utterance: int
    role: Role
    start_ms: int
    end_ms: int
    text: str
    confidence: float
    bound: str = ""
    condition: str = ""
    mended: bool = False


class Agreement(StrEnum):
    """How an answer stands to one fact of the entry, or as a whole to what the base says.

    BEYOND: something was asserted that the entry does not say. NOT_COVERED: no entry answers the question.
    """

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    MISSING = "missing"
    CORRECTED = "corrected"
    UNSURE = "unsure"
    BEYOND = "beyond"
    NOT_COVERED = "not_covered"


@dataclass(frozen=True, slots=True)
class FactCheck:
    """One fact of an entry against what the operator said. ``said`` is None where nothing of the kind was said."""

    expected_slot: str
    expected_value: str
    expected_unit: str
    must_say: bool
    agreement: Agreement
    said: SpokenFact | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A caller's question and the operator's answer; ``entry`` is None where the base does not cover it.

    ``question``, ``answer`` and ``clarified`` (what the operator asked back, with the caller's replies) are utterance
    indices. ``score`` is retrieval's, 0–1. ``volunteered``: nobody asked, the operator spoke of the entry unasked.
    """

    question: tuple[int, ...]
    answer: tuple[int, ...]
    entry: KnowledgeEntry | None
    score: float
    checks: tuple[FactCheck, ...] = ()
    clarified: tuple[int, ...] = ()
    volunteered: bool = False


class OpinionVerdict(StrEnum):
    """What a language model thinks of an answer beside its entry."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    INCOMPLETE = "incomplete"
    BEYOND = "beyond"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A language model's opinion on one exchange; its quotations stand letter by letter where they were taken from.

    Args:
        exchange: The exchange's place in `CallContext.exchanges`.
        by: The model and the version of its prompt.
        utterance: Index of the operator's utterance that holds ``said``; None where the verdict is UNSURE.
        written: What the entry says of it, '' where the verdict needs none.
    """

    exchange: int
    verdict: OpinionVerdict
    reason: str
    by: str
    utterance: int | None = None
    said: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class CallContext:
    """Everything a rule may look at. Rules are pure functions of it.

    ``transcript`` is as corrected; ``corrections`` are what was read otherwise than it was recognised. ``baseline`` is
    how the operator usually sounds, None where too few earlier calls tell. ``gazetteer`` has the centre's places,
    ``precedents`` its earlier orders that are most like this one, the likest first. ``opinions`` are a model's.
    """

    call: CallRecord
    recording: Recording
    transcript: Transcript
    acoustics: AcousticProfile
    work_order: WorkOrder | None
    exchanges: tuple[Exchange, ...] = ()
    facts: tuple[SpokenFact, ...] = ()
    corrections: tuple[TermCorrection, ...] = ()
    baseline: VoiceBaseline | None = None
    gazetteer: Gazetteer = _NO_PLACES
    precedents: tuple[Precedent, ...] = ()
    opinions: tuple[Opinion, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule said of one call.

    Args:
        code: The rule, such as ``TN03``. ``item``: the scorecard item or fatal error, such as ``B3`` or ``V1``.
        outcome: FAIL needs evidence. ``reason`` is Simplified Chinese, for the operator to read.
        faults: How many times (parts missing, phrases said); the scorecard turns it into points.
        parts: How many there could have been, where the rule counts parts of a whole (A1: 3), else None.
        corrected: The operator mended the fault in the same call.
        standing: Whether a FAIL takes points at once or waits for a person.
        confidence: Probability, 0–1, that the finding is right.
    """

    code: str
    item: str
    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...] = ()
    faults: int = 0
    parts: int | None = None
    corrected: bool = False
    standing: Standing = Standing.DEDUCT
    confidence: float = 1.0
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RulesetStamp:
    """Which rules judged: a dated, immutable version and the SHA-256 of its content."""

    version: str
    sha256: str
