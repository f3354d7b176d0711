"""What is found where an order is held against its call, and what a rule says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa_pipeline.models import Evidence, EvidenceKind
from qa_pipeline.models.beside import FieldMark, Stands, field_details
from qa_pipeline.rules.base import Finding, failed, passed, undetermined


class Kind(StrEnum):
    """How an order and a call differ."""

    EMPTY = "empty"
    """A field holds nothing."""
    IMPLAUSIBLE = "implausible"
    """What a field holds cannot be."""
    CONFLICT = "conflict"
    """A field holds something else than was said."""
    INVENTED = "invented"
    """The order has what nobody said."""
    OMITTED = "omitted"
    """The order lacks what was said."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference: the order's field and its text, the words of the call, and what is wrong.

    Args:
        kind: How they differ.
        field: The order's field.
        reason: Simplified Chinese.
        evidence: The field first, then where it was said or looked for.
        fault: It may cost points; otherwise a person has to look.
        confidence: Probability, 0-1, that it is as it says.
    """

    kind: Kind
    field: str
    reason: str
    evidence: tuple[Evidence, ...]
    fault: bool = False
    confidence: float = 0.9


_STANDS = {
    Kind.EMPTY: Stands.MISSING,
    Kind.OMITTED: Stands.MISSING,
    Kind.IMPLAUSIBLE: Stands.DIFFERS,
    Kind.CONFLICT: Stands.DIFFERS,
    Kind.INVENTED: Stands.UNSUPPORTED,
}


def marked(name: str, stands: Stands, evidence: Sequence[Evidence]) -> FieldMark:
    """Return how a field stands, with the first place of the evidence at which it can be heard."""
    heard = next((e for e in evidence if e.kind is not EvidenceKind.FIELD and e.end_ms > e.start_ms), None)
    return FieldMark(name, stands) if heard is None else FieldMark(name, stands, heard.start_ms, heard.end_ms)


def judge(
    found: Sequence[Discrepancy],
    fine: str,
    parts: int | None,
    shown: Sequence[Evidence] = (),
    checked: Sequence[str] = (),
) -> Finding:
    """Return the finding that discrepancies come to: faults count, else doubts are a person's, else ``fine``.

    The evidence of doubts stands beside that of faults, so that who looks at one sees all of them. ``checked`` are the
    fields that agree with the call where nothing was found of them; the details say how each field stands.
    """
    faults, doubts = [one for one in found if one.fault], [one for one in found if not one.fault]
    marks = [marked(one.field, _STANDS[one.kind], one.evidence) for one in (*faults, *doubts)]
    details = field_details([*marks, *(FieldMark(name, Stands.AGREES) for name in checked)])
    evidence = list(dict.fromkeys(piece for one in (*faults, *doubts) for piece in one.evidence))
    if faults:
        reason = "；".join([*(one.reason for one in faults), *(f"{one.reason}（未计，请人工复核）" for one in doubts)])
        counted = len(faults) if parts is None else min(parts, len(faults))
        sure = min(one.confidence for one in faults)
        return failed(reason, evidence, faults=counted, parts=parts, confidence=sure, details=details)
    if doubts:
        return undetermined(
            f"{'；'.join(one.reason for one in doubts)}，请人工复核", evidence, parts=parts, details=details
        )
    return passed(fine, shown, parts=parts, details=details)
