"""The call cut into the caller's questions and the operator's answers, each held against the knowledge base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from qa_pipeline.knowledge.compare import compare
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.questions import asks, states_matter
from qa_pipeline.knowledge.retrieval import SURE, KnowledgeIndex, Match
from qa_pipeline.models import Exchange, KnowledgeEntry, Role, SpokenFact, Transcript, Utterance

# Below this a hit is no hit: the base does not cover the question.
COVERED = 0.3
# The operator's answer is worth less than the question: it may be wrong, and it names other matters too.
_ANSWER_WEIGHT = 0.5


@dataclass
class _Part:
    """A question and what followed until the next one."""

    question: list[Utterance] = field(default_factory=list)
    answer: list[Utterance] = field(default_factory=list)
    details: list[Utterance] = field(default_factory=list)

    @property
    def asked(self) -> str:
        return "，".join(u.text for u in self.question)

    @property
    def answered(self) -> str:
        return "，".join(u.text for u in self.answer)


def exchanges(transcript: Transcript, index: KnowledgeIndex, day: date) -> tuple[Exchange, ...]:
    """Return what was asked and answered, in order; questions about one entry are one exchange.

    Where nobody can tell who spoke, there are none. ``score`` is the probability that the entry is the right one;
    ``entry`` is None below `COVERED`.
    """
    facts = spoken_facts(transcript)
    merged: list[Exchange] = []
    before: _Matched | None = None
    for part in _parts(transcript):
        before = _match(part, before, index, day)
        merged = _with(merged, Exchange(_places(part.question), _places(part.answer), before.entry, before.score))
    by_place = {u.index: u for u in transcript.utterances}
    return tuple(_checked(exchange, facts, by_place, day) for exchange in merged)


def _parts(transcript: Transcript) -> list[_Part]:
    """Cut at every turn of the caller's that asks; the first that says what the matter is begins the first part."""
    parts: list[_Part] = []
    for turn in _turns(transcript):
        if turn[0].role is Role.OPERATOR:
            if parts:
                parts[-1].answer.extend(turn)
        elif turn[0].role is Role.CALLER:
            text = "，".join(u.text for u in turn)
            if asks(text) if parts else states_matter(text):
                parts.append(_Part(question=list(turn)))
            elif parts:
                parts[-1].details.extend(turn)
    return parts


def _turns(transcript: Transcript) -> Iterator[list[Utterance]]:
    turn: list[Utterance] = []
    for utterance in transcript.utterances:
        if turn and turn[-1].role is not utterance.role:
            yield turn
            turn = []
        turn.append(utterance)
    if turn:
        yield turn


@dataclass(frozen=True, slots=True)
class _Matched:
    entry: KnowledgeEntry | None
    score: float
    asked: str


def _match(part: _Part, before: _Matched | None, index: KnowledgeIndex, day: date) -> _Matched:
    """Find a part's entry: by the question, with the answer's words to settle it; a follow-up stays with its matter."""
    found = _settled(part, index.search(part.asked, day), index, day)
    if before is None or before.entry is None:
        return _covered(found, part.asked)
    if found is not None and found.entry.entry_id == before.entry.entry_id:
        return replace(before, score=max(before.score, found.score))
    together = index.search(f"{before.asked}，{part.asked}", day, 1)
    stays = not together or together[0].entry.entry_id == before.entry.entry_id
    if found is None or not found.sure or stays:
        return before
    return _covered(found, part.asked)


def _settled(part: _Part, hits: list[Match], index: KnowledgeIndex, day: date) -> Match | None:
    """Let the answer's words vote on the question's hits, and find what lay words alone do not (身份证不见了)."""
    together = index.search(f"{part.asked}，{part.answered}", day, 5)
    asked = {hit.entry.entry_id: hit.score for hit in hits}
    votes = {hit.entry.entry_id: hit.score for hit in together}
    entries = {hit.entry.entry_id: hit.entry for hit in (*together, *hits)}
    scored = [
        Match(entry, (asked.get(name, 0.0) + _ANSWER_WEIGHT * votes.get(name, 0.0)) / (1 + _ANSWER_WEIGHT))
        for name, entry in entries.items()
    ]
    return max(scored, key=lambda match: match.score, default=None)


def _covered(found: Match | None, asked: str) -> _Matched:
    if found is None or found.score < COVERED:
        return _Matched(None, found.score if found else 0.0, asked)
    return _Matched(found.entry, found.score, asked)


def _places(utterances: Sequence[Utterance]) -> tuple[int, ...]:
    return tuple(u.index for u in utterances)


def _with(merged: list[Exchange], new: Exchange) -> list[Exchange]:
    """Add an exchange; one about the same entry as an earlier one continues it."""
    for place, old in enumerate(merged):
        same = old.entry is not None and new.entry is not None and old.entry.entry_id == new.entry.entry_id
        if same or (old.entry is None and new.entry is None and place == len(merged) - 1):
            joined = replace(
                old,
                question=old.question + new.question,
                answer=old.answer + new.answer,
                score=max(old.score, new.score),
            )
            return [*merged[:place], joined, *merged[place + 1 :]]
    return [*merged, new]


def _checked(exchange: Exchange, facts: Sequence[SpokenFact], by_place: dict[int, Utterance], day: date) -> Exchange:
    if exchange.entry is None:
        return exchange
    said = [fact for fact in facts if fact.utterance in exchange.answer]
    answer = [by_place[place] for place in exchange.answer]
    # The caller may have told the branch (我是外地户口) anywhere before the end of the answer.
    last = max(exchange.answer, default=-1)
    told = [u for u in by_place.values() if u.role is Role.CALLER and u.index < last]
    return replace(exchange, checks=compare(exchange.entry, said, answer, told, day))


__all__ = ["COVERED", "SURE", "exchanges"]
