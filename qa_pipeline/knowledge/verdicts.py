"""One verdict on a whole answer, out of the checks of its facts."""

from __future__ import annotations

from qa_pipeline.models import Agreement, Exchange, FactCheck

# The first that some check says is the answer's: what is wrong goes before what is open, that before what is left out.
_FIRST = (
    Agreement.CONTRADICTS,
    Agreement.CORRECTED,
    Agreement.UNSURE,
    Agreement.MISSING,
    Agreement.BEYOND,
    Agreement.AGREES,
)


def verdict(exchange: Exchange) -> Agreement:
    """Return how an exchange's answer as a whole stands to the base.

    NOT_COVERED without an entry. MISSING only where a must-say fact was left out; an open check without words (nothing
    of the kind was heard) leaves the answer open only where it must be said. UNSURE where nothing could be compared.
    """
    if exchange.entry is None:
        return Agreement.NOT_COVERED
    counted = {check.agreement for check in exchange.checks if _counts(check)}
    return next((agreement for agreement in _FIRST if agreement in counted), Agreement.UNSURE)


def _counts(check: FactCheck) -> bool:
    if check.agreement is Agreement.MISSING:
        return check.must_say
    return check.agreement is not Agreement.UNSURE or check.said is not None or check.must_say
