"""A phone number that was read out, held against an entry's."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.language.numerals import digits
from qa_pipeline.language.pinyin import nearest
from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, SpokenFact, Utterance

# The recogniser drops and doubles digits: one digit off is only a contradiction where it was sure of all of them. The
# confidence is that of the least sure digit: of spoken values at 0.7 and more 19 of 20 are right (bench/RESULTS.md).
_SURE = 0.9
_GOOD = 0.7
_LOCAL = 7
_MOST_OFF = 3
# Service numbers (96116): one with its first two digits and one or two others wrong was meant as it.
_SHORT = {5, 6}
_LIKE_IT = 0.5


def check(
    entry: KnowledgeEntry, fact: Fact, facts: Sequence[SpokenFact], answer: Sequence[Utterance] = ()
) -> FactCheck:
    """Return how the phone numbers that the operator said stand to an entry's number."""
    wanted = digits(fact.value)
    others = {digits(other.value) for other in entry.facts if other.slot == "phone"} | {wanted}
    said = [one for one in facts if one.slot == "phone"]
    right = [one for one in said if _same(one.value, wanted)]
    if right:
        return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, Agreement.AGREES, right[-1])
    rivals = [one for one in said if _rivals(one.value, wanted) and not any(_same(one.value, o) for o in others)]
    if not rivals:
        agreement = Agreement.UNSURE if _perhaps_read(wanted, answer) else Agreement.MISSING
        return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, agreement)
    worst = max(rivals, key=lambda one: one.confidence)
    off = _digits_off(worst.value, wanted)
    # With more digits off it is more likely somebody else's number: an office's, or the caller's own read back.
    contradicts = off is not None and off <= _MOST_OFF and worst.confidence >= (_SURE if off == 1 else _GOOD)
    agreement = Agreement.CONTRADICTS if contradicts else Agreement.UNSURE
    return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, agreement, worst)


def _perhaps_read(wanted: str, answer: Sequence[Utterance]) -> bool:
    """Whether something sounds rather like the number's last seven digits: the recogniser breaks rows of digits."""
    hits = [nearest(wanted[-_LOCAL:], u.text) for u in answer]
    return any(hit is not None and hit.distance <= _LIKE_IT for hit in hits)


def _same(said: str, wanted: str) -> bool:
    """Whether two numbers are one, the area code left out in one of them or not."""
    shorter, longer = sorted((said, wanted), key=len)
    return said == wanted or (len(shorter) >= _LOCAL and longer.endswith(shorter))


def _rivals(said: str, wanted: str) -> bool:
    """Whether a number was meant as the wanted one: about as long, and no mobile where a landline is wanted."""
    if len(wanted) in _SHORT:
        return (
            len(said) == len(wanted)
            and said[:2] == wanted[:2]
            and sum(a != b for a, b in zip(said, wanted, strict=True)) <= 2
        )
    mobile = len(said) == 11 and said[0] == "1"
    return (
        len(wanted) >= _LOCAL
        and abs(len(said) - len(wanted)) <= 4
        and len(said) >= _LOCAL - 1
        and not (mobile and not (len(wanted) == 11 and wanted[0] == "1"))
    )


def _digits_off(said: str, wanted: str) -> int | None:
    """Return in how many places numbers of one length differ (their local parts, where one has the area code)."""
    if len(wanted) in _SHORT:
        return sum(a != b for a, b in zip(said, wanted, strict=False))
    length = min(len(said), len(wanted))
    if length < _LOCAL or (len(said) != len(wanted) and not {len(said), len(wanted)} <= {7, 8, 10, 11, 12}):
        return None
    if len(said) != len(wanted) and max(len(said), len(wanted)) - length < 3:
        return None
    return sum(a != b for a, b in zip(said[-length:], wanted[-length:], strict=True))
