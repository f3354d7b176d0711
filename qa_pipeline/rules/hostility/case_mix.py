"""How hostile a call's caller was, in a few figures: for the case mix, apart from what the operator did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa_pipeline.models import CallContext, Role
from qa_pipeline.rules.hostility.doubts import doubts_of
from qa_pipeline.rules.hostility.kinds import Kind, Moment, ordered
from qa_pipeline.rules.hostility.moments import moments
from qa_pipeline.rules.hostility.params import HostilityParams

HOSTILE_LEVEL = 2
"""From this level on a call counts as one of a hostile caller: distress alone is none."""


@dataclass(frozen=True, slots=True)
class CaseMix:
    """A call's hostility: highest level (0 none), kinds, turns, their time, and turns of which nobody can be sure."""

    level: int = 0
    kinds: tuple[Kind, ...] = ()
    times: int = 0
    ms: int = 0
    doubtful: int = 0

    @property
    def hostile(self) -> bool:
        """Whether the caller was angry, abusive or threatening."""
        return self.level >= HOSTILE_LEVEL

    def details(self) -> dict[str, str]:
        """Return it as a rule result keeps it."""
        return {
            "hostility": str(self.level),
            "hostile_kinds": ",".join(self.kinds),
            "hostile_times": str(self.times),
            "hostile_ms": str(self.ms),
            "hostile_doubts": str(self.doubtful),
        }


def case_mix(ctx: CallContext, params: HostilityParams) -> CaseMix:
    """Return a call's case mix."""
    found = moments(ctx, params)
    return mix_of(found, doubts_of(ctx, Role.CALLER, found))


def mix_of(found: Sequence[Moment], doubtful: Sequence[Moment] = ()) -> CaseMix:
    """Return the case mix of a call's moments."""
    return CaseMix(
        level=max((moment.level for moment in found), default=0),
        kinds=ordered({kind for moment in found for kind in moment.kinds}),
        times=len(found),
        ms=sum(moment.end_ms - moment.start_ms for moment in found),
        doubtful=len(doubtful),
    )


def stored_mix(details: Mapping[str, str]) -> CaseMix | None:
    """Return the case mix that a stored result of TN06 holds; None where it holds none.

    Results of before kinds were told hold the level alone.
    """
    if "hostility" not in details:
        return None
    names = (name for name in details.get("hostile_kinds", "").split(",") if name)
    return CaseMix(
        int(details["hostility"]),
        tuple(Kind(name) for name in names),
        *(int(details.get(key, "0")) for key in ("hostile_times", "hostile_ms", "hostile_doubts")),
    )
