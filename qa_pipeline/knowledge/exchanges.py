"""The call as questions and answers, each held against the entry of the knowledge base that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from qa_pipeline.knowledge.checking import checked
from qa_pipeline.knowledge.parts import Part, parts
from qa_pipeline.knowledge.questions import asks_only_details, windows
from qa_pipeline.knowledge.retrieval import SURE, KnowledgeIndex, Match
from qa_pipeline.models import Exchange, KnowledgeEntry, Transcript, Utterance

# Below this a hit is no hit: the base does not cover the question.
COVERED = 0.3
# The operator's answer is worth less than the question: it may be wrong, and it names other matters too.
_ANSWER_WEIGHT = 0.5
# How sure it must be that words were about another entry than the one asked for, before they are taken as volunteered.
_VOLUNTEERED, _NOT_ASKED = 0.9, 0.1
_SUBSTANCE = 8  # characters
# Characters of the questions that certainty was fitted on; and what a part of a question is worth beside the whole.
_WINDOW, _OF_WINDOW = 24, 0.8
# What a match is worth where two versions of the entry claim the day: a person must say which of them held.
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class _Matched:
    entry: KnowledgeEntry | None
    score: float
    asked: str


def exchanges(transcript: Transcript, index: KnowledgeIndex, day: date) -> tuple[Exchange, ...]:
    """Return what was asked and answered, in order; questions about one entry are one exchange.

    Where nobody can tell who spoke, there are none. ``score`` is the probability that the entry is the right one;
    ``entry`` is None below `COVERED`. What the operator said unasked of another entry comes last.
    """
    found: list[Exchange] = []
    unasked: list[Exchange] = []
    before: _Matched | None = None
    for _, group in groupby(parts(transcript), key=lambda part: part.group):
        cut = list(group)
        matched: list[_Matched] = []
        for part in cut:
            before = _match(part, cut[-1].answered, before, index, day)
            matched.append(before)
        _allot(cut, matched, index, day)
        for part, match in zip(cut, matched, strict=True):
            unasked += _volunteered(part, match, index, day)
            found = _with(found, _exchange(part, match, index, day))
    for exchange in unasked:
        found = _with(found, exchange)
    return checked(found, transcript, day)


def _match(part: Part, answered: str, before: _Matched | None, index: KnowledgeIndex, day: date) -> _Matched:
    """Find a part's entry: by the question, with the answer's words to settle it; a follow-up stays with its matter."""
    asked = part.asked
    if before is not None and before.entry is None and asks_only_details(asked):
        asked = f"{before.asked}，{asked}"  # 你们能不能管: of the matter before, which nothing has covered yet
    found = _settled(asked, answered, index, day)
    if before is None or before.entry is None:
        return _covered(found, asked)
    if found is not None and found.entry.entry_id == before.entry.entry_id:
        return replace(before, score=max(before.score, found.score))
    return _covered(found, part.asked) if _another(part, found, before, index, day) else before


def _another(part: Part, found: Match | None, before: _Matched, index: KnowledgeIndex, day: date) -> bool:
    """Whether a question leaves the matter before, of which it does not name the entry first."""
    if asks_only_details(part.asked):
        return False
    hits = {hit.entry.entry_id: hit.score for hit in _asked(part.asked, index, day)}
    of_before = hits.get(before.entry.entry_id, 0.0) if before.entry is not None else 0.0
    if part.further and of_before < _NOT_ASKED:
        return True
    if found is None or found.score < COVERED:
        return False
    return (found.sure and of_before < _NOT_ASKED) or not _stays(before, part.asked, index, day)


def _stays(before: _Matched, asked: str, index: KnowledgeIndex, day: date) -> bool:
    """Whether a question still is of the matter before when both are asked together."""
    together = index.search(f"{before.asked}，{asked}", day, 1)
    return not together or (before.entry is not None and together[0].entry.entry_id == before.entry.entry_id)


def _settled(asked: str, answered: str, index: KnowledgeIndex, day: date) -> Match | None:
    """Let the answer's words vote on the question's hits, and find what lay words alone do not (身份证不见了)."""
    hits = _asked(asked, index, day)
    together = index.search(f"{asked}，{answered}", day, 5) if answered else hits
    by_question = {hit.entry.entry_id: hit.score for hit in hits}
    votes = {hit.entry.entry_id: hit.score for hit in together}
    entries = {hit.entry.entry_id: hit.entry for hit in (*together, *hits)}
    scored = [
        Match(entry, (by_question.get(name, 0.0) + _ANSWER_WEIGHT * votes.get(name, 0.0)) / (1 + _ANSWER_WEIGHT))
        for name, entry in entries.items()
    ]
    return max(scored, key=lambda match: match.score, default=None)


def _asked(asked: str, index: KnowledgeIndex, day: date) -> list[Match]:
    """Search for a question, whole and, where it is a story, clause by clause: most of a story is of no entry."""
    best = {hit.entry.entry_id: hit for hit in index.search(asked, day, 5)}
    for window in windows(asked, _WINDOW):
        if asks_only_details(window):
            continue
        for hit in index.search(window, day, 1):
            part = Match(hit.entry, round(hit.score * _OF_WINDOW, 4))
            best[hit.entry.entry_id] = max(best.get(hit.entry.entry_id, part), part, key=lambda match: match.score)
    return sorted(best.values(), key=lambda match: -match.score)


def _covered(found: Match | None, asked: str) -> _Matched:
    if found is None or found.score < COVERED:
        return _Matched(None, found.score if found else 0.0, asked)
    return _Matched(found.entry, found.score, asked)


def _allot(cut: Sequence[Part], matched: Sequence[_Matched], index: KnowledgeIndex, day: date) -> None:
    """Give the answers to a turn of several questions each to the question that it is about.

    An answer that tells nothing of which goes where the one before it went, the first to the first question.
    """
    if len(cut) == 1:
        return
    answers, cut[-1].answer = cut[-1].answer, []
    at = 0
    for utterance in answers:
        scores = _scores(utterance.text, index, day)
        of_parts = [scores.get(m.entry.entry_id, 0.0) if m.entry else 0.0 for m in matched]
        if max(of_parts) > _NOT_ASKED:
            at = of_parts.index(max(of_parts))
        cut[at].answer.append(utterance)


def _volunteered(part: Part, match: _Matched, index: KnowledgeIndex, day: date) -> list[Exchange]:
    """Take out of an answer what is surely about another entry, as exchanges that nobody asked for."""
    if match.entry is None:
        return []
    found = []
    for utterance in [u for u in part.answer if len(u.text) >= _SUBSTANCE]:
        hits = index.search(utterance.text, day, 5)
        scores = {hit.entry.entry_id: hit.score for hit in hits}
        if hits and hits[0].score >= _VOLUNTEERED and scores.get(match.entry.entry_id, 0.0) < _NOT_ASKED:
            part.answer.remove(utterance)
            found.append(Exchange((), (utterance.index,), hits[0].entry, hits[0].score, volunteered=True))
    return found


def _scores(text: str, index: KnowledgeIndex, day: date) -> dict[str, float]:
    return {hit.entry.entry_id: hit.score for hit in index.search(text, day, 10)}


def _exchange(part: Part, match: _Matched, index: KnowledgeIndex, day: date) -> Exchange:
    score = match.score
    if match.entry is not None and index.overlapping(match.entry, day):
        score = min(score, _OVERLAP)
    places = _places(part.question), _places(part.answer)
    return Exchange(*places, match.entry, score, clarified=_places(part.clarified))


def _places(utterances: Iterable[Utterance]) -> tuple[int, ...]:
    return tuple(u.index for u in utterances)


def _with(merged: list[Exchange], new: Exchange) -> list[Exchange]:
    """Add an exchange; one about the same entry as an earlier one continues it."""
    for place, old in enumerate(merged):
        same = old.entry is not None and new.entry is not None and old.entry.entry_id == new.entry.entry_id
        if same or (old.entry is None and new.entry is None and place == len(merged) - 1):
            joined = replace(
                old,
                question=_union(old.question, new.question),
                answer=_union(old.answer, new.answer),
                clarified=_union(old.clarified, new.clarified),
                score=max(old.score, new.score) if not new.volunteered else old.score,
                volunteered=old.volunteered and new.volunteered,
            )
            return [*merged[:place], joined, *merged[place + 1 :]]
    return [*merged, new]


def _union(before: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*before, *more}))


__all__ = ["COVERED", "SURE", "exchanges"]
