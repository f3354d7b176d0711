"""What a centre knows beside its knowledge base: its places, and its orders of before."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa_pipeline.knowledge.precedents import PrecedentIndex
from qa_pipeline.models import Gazetteer, Precedent, WorkOrder


def _no_orders() -> PrecedentIndex:
    return PrecedentIndex(())


@dataclass(frozen=True, slots=True)
class Background:
    """Places and earlier orders; ``sha256`` is over both, '' where there are none, so that nothing is judged anew."""

    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    precedents: PrecedentIndex = field(default_factory=_no_orders)
    sha256: str = ""

    def like(self, order: WorkOrder | None) -> tuple[Precedent, ...]:
        """Return the earlier orders most like one, () where there is none."""
        return () if order is None else self.precedents.like(order)
