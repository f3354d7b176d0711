"""Which stretches of a call's sound are replaced by a tone for those who need not know whom it is about."""

from __future__ import annotations

from collections.abc import Collection

from qa_pipeline.assessment.veil import CONTACT
from qa_pipeline.language.personal.finding import Kind
from qa_pipeline.language.personal.turns import SpokenPersonal, find_in_call
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.models import CallFile, Evidence, Role, Span


def bleeps(file: CallFile, public: Collection[str] = ()) -> tuple[Span, ...]:
    """Return the stretches, in order, where personal data was likely said; of a call without words none.

    As in its texts (`qa_pipeline.assessment.veil`), a landline that the operator told stays: it may be an office's, and
    told wrongly.
    """
    if file.transcript is None:
        return ()
    spoken = (one for one in find_in_call(file.transcript, public) if not _told(one))
    spans = {Span(part.start_ms, part.end_ms, one.channel, one.role) for one in spoken for part in one.parts}
    return tuple(sorted(spans, key=lambda span: (span.start_ms, span.end_ms)))


def is_contested(file: CallFile, evidence: Evidence, viewer: Viewer) -> bool:
    """Whether a point hangs on the number in a piece of evidence and this is its operator, who must hear it."""
    results = file.audit.results if file.audit is not None and viewer is Viewer.OPERATOR else ()
    return any(evidence in result.evidence for result in results if result.item == CONTACT)


def _told(one: SpokenPersonal) -> bool:
    return one.found.kind is Kind.LANDLINE and one.role is Role.OPERATOR
