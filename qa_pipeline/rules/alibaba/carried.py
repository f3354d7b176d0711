"""What one operator of theirs becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qa_pipeline.rules.alibaba.notes import Bias, Remark


@dataclass(frozen=True, slots=True)
class Carried:
    """An operator in our words.

    ``node``: our operators, joined if there are several. ``bias``: which way it errs because a field was dropped.
    ``turn``: it must hold within one turn. ``excuse``: a pattern that excuses a hit in its turn. ``says_who``: the node
    itself says whose sound is meant. ``whole_call``: the check range means nothing to it. ``instead``: keys that
    replace the whole check range.
    """

    node: Mapping[str, Any]
    remarks: tuple[Remark, ...] = ()
    bias: Bias = Bias.NONE
    turn: bool = False
    excuse: str = ""
    says_who: bool = False
    whole_call: bool = False
    instead: Mapping[str, Any] = field(default_factory=dict)

    @property
    def placeless(self) -> bool:
        """Whether it speaks of the whole call, so that nothing lies before or after it."""
        return self.whole_call or bool(self.instead)
