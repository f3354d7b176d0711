"""How many of an operator's calls had a hostile caller: beside the scores, and no part of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from qa_pipeline.models import CallAudit, DrawReason, MonthData
from qa_pipeline.rules.hostility import CaseMix, stored_mix

RULE = "TN06"


@dataclass(frozen=True, slots=True)
class HostileShare:
    """Of ``judged`` calls, drawn at random and audited, ``hostile`` had an angry, abusive or threatening caller."""

    hostile: int = 0
    judged: int = 0

    @property
    def value(self) -> float | None:
        """The share, 0-1; None where no call was judged."""
        return self.hostile / self.judged if self.judged else None


def hostile_shares(data: MonthData) -> Mapping[str, HostileShare]:
    """Return each operator's share over the calls whose callers were looked at; 0 of 0 for the others."""
    counts: defaultdict[str, HostileShare] = defaultdict(HostileShare)
    for file in data.files:
        mix = None if file.audit is None else call_mix(file.audit)
        # Calls that were added for a risk are not what an operator's day is like.
        if mix is not None and file.sampled is not None and file.sampled.reason is not DrawReason.RISK:
            before = counts[file.call.operator_id]
            counts[file.call.operator_id] = HostileShare(before.hostile + mix.hostile, before.judged + 1)
    return counts


def call_mix(audit: CallAudit) -> CaseMix | None:
    """Return a call's case mix; None where the rule that tells it was off or could not run."""
    return next((mix for r in audit.results if r.code == RULE and (mix := stored_mix(r.details))), None)
