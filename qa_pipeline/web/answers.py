"""An answer beside the entry of the day: each fact with what was said of it, marked in both texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa_pipeline.knowledge.base.confirming import listed
from qa_pipeline.models import CallFile, KnowledgeEntry, Role, Transcript
from qa_pipeline.models.beside import ComparedFact, compared_facts
from qa_pipeline.models.findings import Agreement

_GRAVEST = (
    Agreement.CONTRADICTS,
    Agreement.MISSING,
    Agreement.CORRECTED,
    Agreement.UNSURE,
    Agreement.BEYOND,
    Agreement.AGREES,
)
_Span = tuple[int, int, Agreement]


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece of a text; ``kind`` is of `Agreement`, '' where it is of no fact."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was said of an entry's facts in one utterance."""

    start_ms: int
    end_ms: int
    role: Role
    pieces: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with its facts, the gravest first, its answer with them marked, and the sentences that spoke of them."""

    entry: KnowledgeEntry
    facts: tuple[ComparedFact, ...]
    answer: tuple[Marked, ...]
    sentences: tuple[Sentence, ...]


def facts_of(file: CallFile) -> tuple[ComparedFact, ...]:
    """Return the facts that a call's answers were held against."""
    results = file.audit.results if file.audit is not None else ()
    return tuple(fact for result in results for fact in compared_facts(result.details))


def entry_view(entry: KnowledgeEntry, facts: Iterable[ComparedFact], transcript: Transcript | None) -> EntryView:
    """Return an entry beside what was said of it."""
    own = [fact for fact in facts if (fact.entry_id, fact.entry_version) == (entry.entry_id, entry.version)]
    own.sort(key=lambda fact: _GRAVEST.index(fact.agreement) if fact.agreement in _GRAVEST else len(_GRAVEST))
    distinct = tuple({(f.expected, f.said, f.start_ms): f for f in own}.values())
    sentences = tuple(_sentences(distinct, transcript)) if transcript is not None else ()
    return EntryView(entry, distinct, marked(entry.answer, _places(entry, distinct)), sentences)


def marked(text: str, spans: Iterable[_Span]) -> tuple[Marked, ...]:
    """Cut a text at its spans; of two that overlap the first in the text stands."""
    laid: list[Marked] = []
    position = 0
    for start, end, kind in sorted(spans):
        if start < position or end <= start:
            continue
        laid += [Marked(text[position:start])] if start > position else []
        laid.append(Marked(text[start:end], kind.value))
        position = end
    return (*laid, Marked(text[position:])) if position < len(text) else tuple(laid)


def _places(entry: KnowledgeEntry, facts: Sequence[ComparedFact]) -> Iterator[_Span]:
    """Yield where an entry's answer states its facts."""
    stated = {
        (one.fact.slot, one.fact.value, one.fact.unit): one.place
        for one in (listed(entry) if facts else ())
        if one.place is not None and one.place.field == "answer"
    }
    for fact in facts:
        place = stated.get((fact.slot, fact.value, fact.unit))
        if place is not None:
            yield place.start, place.end, fact.agreement
        elif fact.value and (start := entry.answer.find(fact.value)) >= 0:
            yield start, start + len(fact.value), fact.agreement


def _sentences(facts: Sequence[ComparedFact], transcript: Transcript) -> Iterator[Sentence]:
    said = {u.index: u for u in transcript.utterances}
    for index in sorted({fact.utterance for fact in facts} & set(said)):
        utterance = said[index]
        found = ((utterance.text.find(fact.said), fact) for fact in facts if fact.utterance == index and fact.said)
        spans = [(start, start + len(fact.said), fact.agreement) for start, fact in found if start >= 0]
        yield Sentence(utterance.start_ms, utterance.end_ms, utterance.role, marked(utterance.text, spans))
