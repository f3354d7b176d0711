"""Operators on what words mean: sentences that say much the same, and answers against the knowledge base."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qa_pipeline.language.meaning import alike
from qa_pipeline.models import Agreement, Exchange, FactCheck
from qa_pipeline.rules.evidence import said_in
from qa_pipeline.rules.operators.found import Found, Seen, doubted, found_in
from qa_pipeline.rules.operators.kleene import Place
from qa_pipeline.rules.operators.strict import Strict
from qa_pipeline.rules.turns import Call, Window
from qa_pipeline.rules.windows import heard_well

_SHORTEST = 4
"""Characters. A turn of less (好的) is like everything."""
_MARGIN = 0.1
"""So far below its threshold a sentence may still be meant, and is left open where it would accuse."""

Verdict = Literal["agrees", "contradicts", "missing", "corrected", "unsure", "not_covered"]


class Similar(Strict):
    """Sentences, one of which is said in other words; ``threshold`` is the least likeness of meaning, 0-1."""

    sentences: tuple[str, ...] = Field(min_length=1)
    threshold: float = Field(default=0.75, ge=0.3, le=1)


class Knowledge(Strict):
    """How an answer stands to the entry that was valid on the day.

    ``question`` is the least certainty that the entry is the right one, ``answer`` that the words were heard right.
    """

    verdict: Verdict
    question: float = Field(default=0.6, ge=0, le=1)
    answer: float = Field(default=0.6, ge=0, le=1)


def similar(call: Call, window: Window, wanted: Similar) -> Found:
    """Whether a turn says what one of the sentences says. What is nearly alike is not enough evidence."""
    hits = []
    for turn in window:
        if len(turn.passage.spoken) < _SHORTEST:
            continue
        likeness, sentence = max(zip(alike(turn.passage.text, wanted.sentences), wanted.sentences, strict=True))
        if likeness >= wanted.threshold - _MARGIN:
            heard = heard_well(turn.passage.utterances)
            note = f"与“{sentence}”意思相近（{likeness:.2f}）"
            hit = Seen((said_in(turn.passage, note=note),), round(heard, 3), turn.place)
            hits.append(hit if likeness >= wanted.threshold else doubted(hit, call.sure))
    return found_in(call, window, hits)


def knowledge(call: Call, window: Window, wanted: Knowledge) -> Found:
    """Whether an answer in the range agrees with its entry, contradicts it, leaves out a fact, or has no entry."""
    numbers = {turn.number for turn in window}
    hits, unknown = [], False
    for exchange in call.ctx.exchanges:
        spoken = exchange.answer or exchange.question
        turns = sorted({call.turn_of(index) for index in spoken})
        if not turns or not numbers & set(turns):
            continue
        unknown |= exchange.entry is not None and exchange.score < wanted.question
        hits += [_hit(call, exchange, turns, check, wanted) for check in _fitting(exchange, wanted)]
    return Found(tuple(hits), 1, unknown)


def _fitting(exchange: Exchange, wanted: Knowledge) -> list[FactCheck | None]:
    if wanted.verdict == "not_covered":
        return [None] if exchange.entry is None else []
    if exchange.entry is None or exchange.score < wanted.question:
        return []
    checks = [check for check in exchange.checks if check.agreement is Agreement(wanted.verdict)]
    return [check for check in checks if wanted.verdict != "missing" or check.must_say]


def _hit(call: Call, exchange: Exchange, turns: list[int], check: FactCheck | None, wanted: Knowledge) -> Seen:
    title = exchange.entry.title if exchange.entry is not None else "知识库没有对应条目"
    fact = "" if check is None else f"：{check.expected_slot} {check.expected_value}{check.expected_unit}"
    turn = turns[0] if check is None or check.said is None else call.turn_of(check.said.utterance)
    heard = 1.0 if check is None or check.said is None else check.said.confidence
    score = exchange.score if exchange.entry is not None else 1.0
    evidence = said_in(call.turns[turn].passage, note=f"{title}{fact}")
    hit = Seen((evidence,), round(min(heard, score), 3), Place(turns[0], turns[-1]))
    return hit if heard >= wanted.answer else doubted(hit, call.sure)
