"""The centre's earlier orders, searched for those most like one at hand: BM25 on characters, then meaning."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa_pipeline.knowledge.word_ranks import BM25
from qa_pipeline.language.meaning import alike
from qa_pipeline.language.script import simplify
from qa_pipeline.models import Precedent, WorkOrder

_CANDIDATES = 24
_FIELDS = ("标题", "主要内容", "具体诉求")


class PrecedentIndex:
    """Orders by their matter. Searching takes some 30 ms at 24 candidates, most of it their meaning, once each.

    Args:
        orders: Earlier orders; those that lack a category or a unit are left out.
    """

    def __init__(self, orders: Sequence[WorkOrder]) -> None:
        self._orders = [o for o in orders if o.get("问题分类").strip() and o.get("承办单位").strip()]
        self._index = BM25()
        if self._orders:
            self._index.index([_tokens(_matter(o)) for o in self._orders], show_progress=False)

    def like(self, order: WorkOrder, count: int = 5) -> tuple[Precedent, ...]:
        """Return the earlier orders most like an order, itself left out, the likest first."""
        title = simplify(order.get("标题")) or simplify(order.get("主要内容"))
        tokens = _tokens(_matter(order))
        if not self._orders or not tokens or not title:
            return ()
        k = min(_CANDIDATES, len(self._orders))
        (places,), _ = self._index.retrieve([tokens], k=k, show_progress=False)
        near = [o for place in places if (o := self._orders[int(place)]).order_id != order.order_id]
        scores = alike(title, [simplify(o.get("标题")) or simplify(o.get("主要内容")) for o in near])
        ranked = sorted(zip(scores, near, strict=True), key=lambda pair: -pair[0])[:count]
        return tuple(_precedent(o, score) for score, o in ranked)


def _matter(order: WorkOrder) -> str:
    return simplify("，".join(order.get(name) for name in _FIELDS))


def _tokens(text: str) -> list[str]:
    bare = [c for c in text if c.isalnum()]
    return [*bare, *(a + b for a, b in pairwise(bare))]


def _precedent(order: WorkOrder, likeness: float) -> Precedent:
    return Precedent(
        order.order_id,
        order.get("标题"),
        order.get("问题分类"),
        order.get("紧急程度"),
        order.get("承办单位"),
        round(likeness, 3),
    )
