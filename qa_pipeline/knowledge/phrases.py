"""Which phrases a body of calls uses, and which tell one body from another: words by jieba, counted by call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

from qa_pipeline.language.words import clauses, words

_LONGEST = 4
# Below this many characters a phrase is a word that everybody says.
_SHORTEST_CHARACTERS = 4
# Weight of the pooled counts in the odds: keeps a phrase said twice from telling anything.
_PRIOR = 0.5


@dataclass(frozen=True, slots=True)
class PhraseCount:
    """A phrase and the number of texts (calls) that hold it."""

    phrase: str
    texts: int


@dataclass(frozen=True, slots=True)
class TellingPhrase:
    """A phrase that one body of texts has more often than another; ``z`` is the log-odds by its standard error."""

    phrase: str
    texts: int
    others: int
    z: float


def phrase_counts(texts: Iterable[str], at_least: int = 2) -> tuple[PhraseCount, ...]:
    """Return phrases of up to four words that ``at_least`` so many texts hold, most frequent first.

    A phrase within a longer one of the same count is left out.
    """
    counts = _count(texts)
    kept = {phrase: n for phrase, n in counts.items() if n >= at_least and len(phrase) >= _SHORTEST_CHARACTERS}
    whole = [p for p in kept if not any(p != q and p in q and kept[q] == kept[p] for q in _longer(p, kept))]
    return tuple(PhraseCount(p, kept[p]) for p in sorted(whole, key=lambda p: (-kept[p], -len(p), p)))


def telling_phrases(texts: Sequence[str], others: Sequence[str], z: float = 1.96) -> tuple[TellingPhrase, ...]:
    """Return the phrases that ``texts`` hold more often than ``others`` do, the most telling first.

    Source: log-odds with an informative prior, Monroe, Colaresi and Quinn (2008), "Fightin' Words".
    """
    here, there = _count(texts), _count(others)
    found = [
        TellingPhrase(phrase, n, there[phrase], score)
        for phrase, n in here.items()
        if len(phrase) >= _SHORTEST_CHARACTERS and (score := _z(n, len(texts), there[phrase], len(others))) >= z
    ]
    return tuple(sorted(found, key=lambda t: (-t.z, t.phrase)))


def _longer(phrase: str, kept: dict[str, int]) -> list[str]:
    return [other for other in kept if len(other) > len(phrase)]


def _count(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({phrase for clause in clauses(text) for phrase in _phrases(words(clause))})
    return counts


def _phrases(spoken: Sequence[str]) -> Iterable[str]:
    for start in range(len(spoken)):
        for end in range(start + 1, min(start + _LONGEST, len(spoken)) + 1):
            yield "".join(spoken[start:end])


def _z(n: int, total: int, other_n: int, other_total: int) -> float:
    prior = _PRIOR * (n + other_n) / max(1, total + other_total)
    a, b = n + prior, other_n + prior
    odds = log(a / (total - n + 1 - min(prior, 0.5))) - log(b / (other_total - other_n + 1 - min(prior, 0.5)))
    return odds / sqrt(1 / a + 1 / b)
