"""What a rule is: a pure check of a call with validated parameters, and the guards that no rule can forget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from qa_pipeline.language.corrected import PRECISION
from qa_pipeline.models import MIN_ROLE_CONFIDENCE, CallContext, Evidence, EvidenceKind, Outcome, Role, Standing
from qa_pipeline.rules.corrected import naming_corrections
from qa_pipeline.rules.matching.phrases import as_lists
from qa_pipeline.rules.matching.reading import current


class Params(BaseModel):
    """Parameters that a QA lead may set, checked when the ruleset is loaded. Subclass it for more of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # A probability: of words at 0.6 and more nine in ten characters are right, of those below it the half, and nearly
    # half of all wrong characters are among them (bench/RESULTS.md, Confidence; 8 kHz µ-law).
    min_confidence: float = Field(default=0.6, ge=0, le=1, description="把握低于此值的不通过改为存疑，交人工复核")

    _as_lists = field_validator("*", mode="after")(as_lists)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `RuleResult` adds the rule's code, item and standing. See there for the fields."""

    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...] = ()
    faults: int = 0
    parts: int | None = None
    corrected: bool = False
    confidence: float = 1.0
    details: Mapping[str, str] = field(default_factory=dict)


def passed(
    reason: str,
    evidence: Sequence[Evidence] = (),
    *,
    parts: int | None = None,
    confidence: float = 1.0,
    details: Mapping[str, str] | None = None,
) -> Finding:
    """Return a PASS."""
    return Finding(Outcome.PASS, reason, tuple(evidence), 0, parts, confidence=confidence, details=details or {})


def failed(
    reason: str,
    evidence: Sequence[Evidence],
    *,
    faults: int = 1,
    parts: int | None = None,
    corrected: bool = False,
    confidence: float = 1.0,
    details: Mapping[str, str] | None = None,
) -> Finding:
    """Return a FAIL of ``faults`` (of ``parts``) with the evidence that it must have."""
    return Finding(Outcome.FAIL, reason, tuple(evidence), faults, parts, corrected, round(confidence, 3), details or {})


def undetermined(
    reason: str,
    evidence: Sequence[Evidence] = (),
    *,
    parts: int | None = None,
    confidence: float = 0.5,
    details: Mapping[str, str] | None = None,
) -> Finding:
    """Return an UNDETERMINED: a person has to look, and nothing is lost until one did."""
    return Finding(
        Outcome.UNDETERMINED, reason, tuple(evidence), 0, parts, confidence=round(confidence, 3), details=details or {}
    )


def not_applicable(reason: str, *, confidence: float = 1.0, details: Mapping[str, str] | None = None) -> Finding:
    """Return a NOT_APPLICABLE: the item leaves the denominator. What rests on absence is as sure as its words."""
    return Finding(Outcome.NOT_APPLICABLE, reason, confidence=round(confidence, 3), details=details or {})


P = TypeVar("P", bound=Params)


@dataclass(frozen=True, slots=True)
class Rule(Generic[P]):
    """One check that belongs to a scorecard item. Calling it runs the check behind its guards.

    Args:
        code: Never changes its meaning; a rule that is given up leaves its code unused.
        item: Scorecard item (``A1``) or fatal error (``V1``).
        name: Simplified Chinese.
        params: Model of its parameters; all have defaults.
        standing: What a FAIL may do where the ruleset does not say otherwise.
        check: Pure function of a call and parameters.
        doc: The check's docstring, from which the catalogue is made.
        needs_roles: Without speakers told apart the check is not run and the outcome is UNDETERMINED.
        person_only: A person always decides; no ruleset may let it deduct.
    """

    code: str
    item: str
    name: str
    params: type[P]
    standing: Standing
    check: Callable[[CallContext, P], Finding]
    doc: str
    needs_roles: bool = True
    person_only: bool = False

    def __call__(self, ctx: CallContext, params: P | None = None) -> Finding:
        """Check a call; a FAIL that is less sure than ``params.min_confidence`` becomes UNDETERMINED.

        So does one by words of which nobody knows how sure they are.
        """
        chosen = self.params() if params is None else params
        if self.needs_roles and (why := current().once("roles", ctx, lambda: roles_unclear(ctx))):
            return undetermined(why)
        finding = _open_where_unknown(_as_sure_as_its_words(self.check(ctx, chosen), ctx), ctx)
        if finding.outcome is Outcome.FAIL and finding.confidence < chosen.min_confidence:
            reason = f"疑似：{finding.reason}（把握{finding.confidence:.0%}，请人工复核）"
            return replace(finding, outcome=Outcome.UNDETERMINED, reason=reason, faults=0, corrected=False)
        return finding


def rule(
    *,
    code: str,
    item: str,
    name: str,
    params: type[P],
    standing: Standing,
    needs_roles: bool = True,
    person_only: bool = False,
) -> Callable[[Callable[[CallContext, P], Finding]], Rule[P]]:
    """Make a `Rule` of the decorated check; `registry.discover` finds it in its module."""

    def make(check: Callable[[CallContext, P], Finding]) -> Rule[P]:
        return Rule(code, item, name, params, standing, check, check.__doc__ or "", needs_roles, person_only)

    return make


AnyRule = Rule[Any]


def _as_sure_as_its_words(finding: Finding, ctx: CallContext) -> Finding:
    """Name the corrected words in a finding's evidence; what rests on them is right as often as corrections are."""
    evidence = naming_corrections(finding.evidence, ctx)
    if evidence == finding.evidence:
        return finding
    accuses = finding.outcome in {Outcome.FAIL, Outcome.UNDETERMINED}
    confidence = round(finding.confidence * PRECISION, 3) if accuses else finding.confidence
    return replace(finding, evidence=evidence, confidence=confidence)


def _open_where_unknown(finding: Finding, ctx: CallContext) -> Finding:
    """Leave to a person what would be failed by words of a recogniser that does not say how sure it was of them."""
    by_words = any(piece.kind in {EvidenceKind.WORDS, EvidenceKind.ABSENCE} for piece in finding.evidence)
    if finding.outcome is not Outcome.FAIL or not by_words or ctx.transcript.confidence_known:
        return finding
    reason = f"疑似：{finding.reason}（识别引擎没有给出把握，请人工复核）"
    return replace(finding, outcome=Outcome.UNDETERMINED, reason=reason, faults=0, corrected=False)


def roles_unclear(ctx: CallContext) -> str | None:
    """Return why the operator's words cannot be told from the caller's (Chinese), None where they can."""
    spoken = ctx.transcript.utterances
    operator = ctx.transcript.of(Role.OPERATOR)
    if not spoken:
        return "没有识别到任何语句，请人工听录音"
    unknown = sum(len(u.text) for u in spoken if u.role is Role.UNKNOWN)
    if not operator and not unknown:
        return "没有识别到话务员的语句，请人工听录音"
    known = [u.role_confidence for u in spoken if u.role is not Role.UNKNOWN]
    if not operator or unknown * 5 > sum(len(u.text) for u in spoken) or sum(known) < MIN_ROLE_CONFIDENCE * len(known):
        return "录音无法区分话务员与来电人，请人工复核"
    return None
