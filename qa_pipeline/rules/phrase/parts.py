"""Parts of a set phrase, such as greeting, name and question of an opening: said, missing, or perhaps said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa_pipeline.models import CallContext, Role, Utterance
from qa_pipeline.rules.base import Finding, failed, passed, undetermined
from qa_pipeline.rules.evidence import absent
from qa_pipeline.rules.matching import Hit, Phrase, heard, like
from qa_pipeline.rules.windows import heard_well, mumbled, unclear


class Said(StrEnum):
    """Whether a part was said."""

    YES = "yes"
    PERHAPS = "perhaps"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its Chinese name, the ways to say it, and words that leave it in doubt."""

    name: str
    variants: tuple[Phrase, ...]
    doubtful: tuple[Phrase, ...] = ()
    perhaps: bool = False
    """Whether something else in the call leaves the part in doubt."""


def hear(part: Part, window: Sequence[Utterance], core: Sequence[Utterance]) -> tuple[Said, Hit | None]:
    """Return whether a part was said in the window, and where; doubt is looked for in its core only."""
    if hits := heard(part.variants, window):
        return Said.YES, max(hits, key=lambda hit: hit.confidence)
    if part.perhaps or heard(part.doubtful, core) or like(part.variants, core):
        return Said.PERHAPS, None
    return Said.NO, None


def judge(
    ctx: CallContext,
    parts: Sequence[Part],
    window: Sequence[Utterance],
    core: Sequence[Utterance],
    within_ms: tuple[int, int],
    what: str,
) -> Finding:
    """Say which parts of ``what`` are missing from the operator's ``window`` (not empty).

    Absence must be sure: with speech that was not understood ``within_ms``, or something in the ``core`` of the window
    that sounds like the part, it is undetermined. The probability of a FAIL is how well the window was heard.
    """
    found = {part: hear(part, window, core) for part in parts}
    evidence = [hit.evidence(part.name) for part, (_, hit) in found.items() if hit is not None]
    missing = [part.name for part, (said, _) in found.items() if said is Said.NO]
    perhaps = [part.name for part, (said, _) in found.items() if said is Said.PERHAPS]
    count = len(parts)
    if not missing and not perhaps:
        return passed(f"{what}完整：{'、'.join(p.name for p in parts)}", evidence, parts=count)
    gap = absent(window, f"{what}缺少：{'、'.join(missing or perhaps)}")
    if not missing:
        return undetermined(f"{what}中“{'、'.join(perhaps)}”没有听清，请人工复核", [gap, *evidence], parts=count)
    if unclear(ctx, Role.OPERATOR, *within_ms) or mumbled(core):
        return undetermined(
            f"{what}疑缺：{'、'.join(missing)}，但这一段有听不清的话，请人工复核", [gap, *evidence], parts=count
        )
    reason = f"{what}缺少：{'、'.join(missing)}" + (f"（{'、'.join(perhaps)}没有听清，未计）" if perhaps else "")
    return failed(reason, [gap, *evidence], faults=len(missing), parts=count, confidence=heard_well(window))
